"""The files of notes folders that are notes, and what is told of the others."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.ignoring import NAME, Rules
from ingest.listing import Found, Listing, NotesFolder, holder, notes_folders
from ingest.report import Failure
from ingest.source import Look, NotesFolderError, Source

LINK = "it is a link, and links are not followed"
LOOP = "Too many levels of symbolic links"


def write(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")
    return folder


def reading(*folders: Path, rules: Rules | None = None, apart: Sequence[Path] = ()) -> Source:
    return Source(notes_folders(folders), 1_000, rules, apart)


def paths(listing: Listing) -> list[str]:
    return [each.path for each in listing.found]


def close(folder: Path) -> None:
    """Make a folder one that cannot be listed, even by the administrator."""
    (folder / NAME).symlink_to(NAME)


def test_one_folder_needs_no_label(tmp_path: Path) -> None:
    (place,) = notes_folders([tmp_path, tmp_path])
    assert place == NotesFolder(tmp_path)
    assert place.path("a/b.md") == "a/b.md"


def test_several_folders_are_told_apart_by_their_names() -> None:
    folders = [Path("/a/notes"), Path("/b/notes"), Path("/c/笔记"), Path("/"), Path("/a/notes")]
    found = notes_folders(folders)
    assert [each.label for each in found] == ["notes", "notes-2", "笔记", "notes-3"]
    assert [each.folder for each in found] == folders[:4]
    assert found[1].path("a.md") == "notes-2/a.md"


def test_a_label_never_takes_the_name_of_a_folder_that_comes_later() -> None:
    folders = [Path("/a/notes"), Path("/b/notes"), Path("/c/notes-2")]
    labels = [each.label for each in notes_folders(folders)]
    assert len(set(labels)) == 3


def test_a_name_that_is_no_text_is_a_label_with_escapes() -> None:
    folders = [Path(os.fsdecode(b"/a/\xff")), Path("/b")]
    assert [each.label for each in notes_folders(folders)] == ["\\xff", "b"]


def test_a_path_leads_back_to_its_folder() -> None:
    folders = notes_folders([Path("/a/notes"), Path("/b/notes")])
    assert holder(folders, "notes/x/y.md") == (Path("/a/notes"), "x/y.md")
    assert holder(folders, "notes-2/x.md") == (Path("/b/notes"), "x.md")
    assert holder(folders, "elsewhere/x.md") is None
    assert holder(notes_folders([Path("/a")]), "x/y.md") == (Path("/a"), "x/y.md")
    assert holder((), "x.md") is None


def test_notes_of_several_folders_are_listed_by_path(tmp_path: Path) -> None:
    first = write(tmp_path / "b", "x.md", "sub/y.md")
    second = write(tmp_path / "a", "x.md")
    listing = reading(first, second).found()
    assert paths(listing) == ["a/x.md", "b/sub/y.md", "b/x.md"]
    assert [each.file for each in listing.found] == [
        second / "x.md",
        first / "sub" / "y.md",
        first / "x.md",
    ]
    assert (listing.unseen, listing.passed_over, listing.emptied) == ((), (), ())


def test_a_folder_inside_another_one_is_listed_once(tmp_path: Path) -> None:
    outer = write(tmp_path / "outer", "a.md", "inner/b.md")
    for folders in ([outer, outer / "inner"], [outer / "inner", outer]):
        assert paths(reading(*folders).found()) == ["inner/b.md", "outer/a.md"]


def test_the_home_inside_a_notes_folder_holds_no_notes(tmp_path: Path) -> None:
    folder = write(tmp_path / "notes", "a.md", "home/b.md", "home/index/c.md")
    assert paths(reading(folder, apart=[folder / "home"]).found()) == ["a.md"]


def test_notes_may_lie_in_the_home(tmp_path: Path) -> None:
    folder = write(tmp_path / "home" / "notes", "a.md")
    assert paths(reading(folder, apart=[tmp_path / "home"]).found()) == ["a.md"]


def test_a_notes_folder_that_is_a_link_is_followed(tmp_path: Path) -> None:
    write(tmp_path / "real", "a.md")
    (tmp_path / "link").symlink_to("real")
    assert paths(reading(tmp_path / "link").found()) == ["a.md"]


def test_links_and_special_files_are_named_where_a_note_could_stand(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "b/c.md")
    (tmp_path / "b" / "link.md").symlink_to(tmp_path / "a.md")
    (tmp_path / "broken.txt").symlink_to("nowhere")
    (tmp_path / "folder").symlink_to(tmp_path / "b")
    (tmp_path / "program").symlink_to("/bin/sh")
    os.mkfifo(tmp_path / "pipe.md")
    os.mkfifo(tmp_path / "pipe")
    listing = reading(tmp_path).found()
    assert paths(listing) == ["a.md", "b/c.md"]
    assert listing.passed_over == (
        Failure("b/link.md", LINK),
        Failure("broken.txt", LINK),
        Failure("folder", LINK),
        Failure("pipe.md", "it is no plain file"),
    )


def test_copies_of_a_conflict_are_named(tmp_path: Path) -> None:
    copy = "a.sync-conflict-20240301-090000-ABCDEFG.md"
    write(tmp_path, "a.md", f"b/{copy}", "c.sync-conflict-x.exe", ".hidden.md")
    listing = reading(tmp_path).found()
    assert paths(listing) == ["a.md"]
    assert listing.passed_over == (Failure(f"b/{copy}", "it is a synchroniser's conflict copy"),)


def test_rules_hold_in_every_folder(tmp_path: Path) -> None:
    first = write(tmp_path / "a", "draft.md", "x.md", "sub/draft.md")
    second = write(tmp_path / "b", "draft.md", "y.md")
    (first / NAME).write_text("/draft.md\n")
    listing = reading(first, second, rules=Rules.of(ignore=["y.md"])).found()
    assert paths(listing) == ["a/sub/draft.md", "a/x.md", "b/draft.md"]


def test_a_folder_that_holds_no_note_is_told(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a", "x.md"), write(tmp_path / "b", "x.exe")
    listing = reading(first, second).found()
    assert (paths(listing), listing.emptied) == (["a/x.md"], ("b/",))
    assert reading(second).found() == Listing(emptied=("",))


def test_one_of_several_folders_may_be_missing(tmp_path: Path) -> None:
    first = write(tmp_path / "a", "x.md")
    listing = reading(first, tmp_path / "none").found()
    assert paths(listing) == ["a/x.md"]
    assert listing.unseen == (Failure("none/", "No such file or directory"),)


def test_all_folders_missing_is_an_error(tmp_path: Path) -> None:
    folders = tmp_path / "a", tmp_path / "b"
    with pytest.raises(NotesFolderError, match=f"{folders[0]}, {folders[1]} cannot be read: No"):
        reading(*folders).found()


def test_a_folder_below_that_cannot_be_listed_is_told(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "b/c/d.md", "b/e.md")
    close(tmp_path / "b" / "c")
    listing = reading(tmp_path).found()
    assert paths(listing) == ["a.md", "b/e.md"]
    assert listing.unseen == (Failure("b/c/", LOOP),)


def test_a_notes_folder_that_cannot_be_listed_is_an_error(tmp_path: Path) -> None:
    close(write(tmp_path, "a.md"))
    with pytest.raises(NotesFolderError, match=LOOP):
        reading(tmp_path).found()


def test_folders_too_deep_are_told_and_not_followed(tmp_path: Path) -> None:
    at_the_limit = "/".join("d" * 200)
    write(tmp_path, f"{at_the_limit}/a.md", f"{at_the_limit}/d/b.md")
    listing = reading(tmp_path).found()
    assert paths(listing) == [f"{at_the_limit}/a.md"]
    assert listing.unseen == (Failure(f"{at_the_limit}/d/", "it lies more than 200 folders deep"),)


def found(folder: Path, name: str, label: str = "") -> Found:
    status = (folder / name).stat()
    return Found(f"{label}{name}", folder / name, status.st_size, status.st_mtime_ns)


def test_a_look_tells_of_changed_places_alone(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "b/c.md", "d.md", "e.exe", ".f.md", "node_modules/g.md")
    (tmp_path / "link.md").symlink_to("a.md")
    (tmp_path / "linked").symlink_to("b")
    names = ("b/c.md", "a.md", "gone.md", "e.exe", ".f.md", "node_modules/g.md", "link.md")
    look = reading(tmp_path).look([tmp_path / name for name in (*names, "linked/c.md")])
    assert look == Look(
        Listing((found(tmp_path, "a.md"), found(tmp_path, "b/c.md"))),
        frozenset((*names, "linked/c.md")),
    )


def test_a_look_leaves_places_elsewhere_alone(tmp_path: Path) -> None:
    folder = write(tmp_path / "notes", "a.md")
    write(tmp_path, "b.md")
    assert reading(folder).look([tmp_path / "b.md"]) == Look(Listing(), frozenset())


def test_a_look_knows_the_folder_that_holds_a_place(tmp_path: Path) -> None:
    outer = write(tmp_path / "outer", "a.md", "inner/b.md", "home/c.md")
    source = reading(outer, outer / "inner", apart=[outer / "home"])
    look = source.look([outer / "inner" / "b.md", outer / "home" / "c.md"])
    assert look == Look(
        Listing((found(outer / "inner", "b.md", "inner/"),)),
        frozenset(("inner/b.md", "outer/home/c.md")),
    )


def test_a_look_keeps_to_the_patterns_above_a_place(tmp_path: Path) -> None:
    write(tmp_path, "a/b/x.md", "a/b/y.md")
    (tmp_path / NAME).write_text("x.md\n")
    (tmp_path / "a" / NAME).write_text("y.md\n")
    (tmp_path / "a" / "b" / NAME).write_text("!x.md\n")
    places = [tmp_path / "a" / "b" / name for name in ("x.md", "y.md")]
    look = reading(tmp_path).look(places)
    assert look is not None
    assert paths(look.listing) == ["a/b/x.md"]


@pytest.mark.parametrize("name", ["a", f"a/{NAME}", NAME, "x" * 300, "closed/c.md"])
def test_a_look_that_cannot_tell_enough_is_none(tmp_path: Path, name: str) -> None:
    write(tmp_path, "a/b.md", "closed/c.md")
    close(tmp_path / "closed")
    assert reading(tmp_path).look([tmp_path / "a" / "b.md", tmp_path / name]) is None


def test_a_look_while_a_folder_is_missing_is_none(tmp_path: Path) -> None:
    folder = write(tmp_path / "notes", "a.md")
    assert reading(folder, tmp_path / "none").look([folder / "a.md"]) is None


def test_what_a_browser_saved_beside_a_page_is_named_and_not_read(tmp_path: Path) -> None:
    for name in ("页.html", "页_files/ad.html", "my_files/a.md", "x.htm", "x.files/f.htm"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("字", encoding="utf-8")
    listing = Source(notes_folders([tmp_path]), 1_000).found()
    assert [found.path for found in listing.found] == ["my_files/a.md", "x.htm", "页.html"]
    assert [each.path for each in listing.passed_over] == ["x.files/", "页_files/"]
    look = Source(notes_folders([tmp_path]), 1_000).look([tmp_path / "页_files" / "ad.html"])
    assert look is not None
    assert look.listing.found == ()
