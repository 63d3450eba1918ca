from collections.abc import Mapping
from pathlib import Path

import pytest

from ingest.ignoring import NAME, Rules, is_conflict_copy


def kept(folder: Path, files: Mapping[str, str], rules: Rules | None = None) -> list[str]:
    """Write files and return those that ``rules`` and the files of patterns let through."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")

    def below(relative: str, rules: Rules) -> list[str]:
        rules = rules.below(str(folder / relative), relative)
        found: list[str] = []
        for entry in sorted((folder / relative).iterdir()):
            path = f"{relative}{entry.name}"
            if not rules.ignores(path, entry.name, folder=entry.is_dir()):
                found.extend(below(f"{path}/", rules) if entry.is_dir() else [path])
        return found

    return below("", rules or Rules())


def empty(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "")


def test_without_patterns_everything_usual_is_a_note(tmp_path: Path) -> None:
    files = ("a.md", "a b/c~d.md", "tmp/e.md", "bak.md", "build/f.md", "大.md")
    assert kept(tmp_path, empty(*files)) == sorted(files)


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.md",
        ".obsidian/workspace.md",
        ".git/a.md",
        "~$letter.docx",
        "._a.md",
        "a.md~",
        "a.md.swp",
        "a.md.tmp",
        "a.md.bak",
        "a.sync-conflict-20240301-090000-ABCDEFG.md",
        "node_modules/readme.md",
        "deep/__pycache__/a.md",
        "__MACOSX/a.md",
        "$RECYCLE.BIN/a.md",
        "lib/site-packages/a.md",
    ],
)
def test_leftovers_are_usually_ignored_and_can_be_taken_in(tmp_path: Path, name: str) -> None:
    assert kept(tmp_path, empty(name)) == []
    (tmp_path / NAME).write_text("".join(f"!{part}\n" for part in name.split("/")))
    assert kept(tmp_path, {}) == [name]


def test_a_file_named_like_a_folder_of_programs_is_a_note(tmp_path: Path) -> None:
    assert kept(tmp_path, empty("a/node_modules")) == ["a/node_modules"]


def test_patterns_hold_below_their_folder(tmp_path: Path) -> None:
    files = empty("a/draft.md", "a/b/draft.md", "draft.md", "a/x.md")
    assert kept(tmp_path, files | {f"a/{NAME}": "draft.md\n"}) == ["a/x.md", "draft.md"]


def test_a_pattern_with_a_slash_is_anchored_at_its_folder(tmp_path: Path) -> None:
    files = empty("a/draft.md", "a/b/draft.md", "b/draft.md")
    assert kept(tmp_path, files | {f"a/{NAME}": "/draft.md\nb/\n"}) == ["b/draft.md"]


def test_the_deepest_file_of_patterns_decides(tmp_path: Path) -> None:
    files = empty("a/keep.log.md", "a/b/keep.log.md", "keep.log.md")
    patterns = {NAME: "*.log.md\n", f"a/{NAME}": "!keep.log.md\n", f"a/b/{NAME}": "keep*\n"}
    assert kept(tmp_path, files | patterns) == ["a/keep.log.md"]


def test_the_last_pattern_of_a_file_decides(tmp_path: Path) -> None:
    files = empty("a.md", "b.md", "c.md")
    assert kept(tmp_path, files | {NAME: "*.md\n!b.md\n!c.md\nc.md\n"}) == ["b.md"]


def test_below_an_ignored_folder_nothing_is_taken_in_again(tmp_path: Path) -> None:
    files = empty("drafts/a.md", "b.md")
    patterns = {NAME: "drafts/\n!drafts/a.md\n", f"drafts/{NAME}": "!*\n"}
    assert kept(tmp_path, files | patterns) == ["b.md"]


def test_a_pattern_for_folders_leaves_files_alone(tmp_path: Path) -> None:
    assert kept(tmp_path, empty("a/x.md", "b/a") | {NAME: "a/\n"}) == ["b/a"]


def test_patterns_of_the_settings_count_for_all_and_least(tmp_path: Path) -> None:
    files = empty("a.txt", "sub/b.txt", "sub/c.txt", "d.md")
    rules = Rules.of(ignore=["*.txt"])
    assert kept(tmp_path, files | {f"sub/{NAME}": "!c.txt\n"}, rules) == ["d.md", "sub/c.txt"]


def test_only_what_is_included_is_a_note(tmp_path: Path) -> None:
    files = empty("a.md", "work/b.md", "work/c.txt", "work/.d.md", "other/e.md")
    assert kept(tmp_path, files, Rules.of(include=["work/", "a.*"])) == [
        "a.md",
        "work/b.md",
        "work/c.txt",
    ]
    assert kept(tmp_path, {}, Rules.of(ignore=["*.txt"], include=["work/"])) == ["work/b.md"]
    assert kept(tmp_path, {NAME: "!e.md\n"}, Rules.of(include=["a.md"])) == ["a.md", "other/e.md"]


def test_comments_blank_lines_and_a_mark_of_byte_order_are_no_patterns(tmp_path: Path) -> None:
    files = empty("a.md", "b.md", "#c.md", "d.md")
    text = "\ufeffa.md\n# b.md\n\n\\#c.md\r\n"
    assert kept(tmp_path, files | {NAME: text}) == ["b.md", "d.md"]


def test_patterns_may_be_in_any_language_and_broken_ones_hurt_nobody(tmp_path: Path) -> None:
    files = empty("草稿/甲.md", "正文.md", "乙.md")
    (tmp_path / NAME).write_bytes("草稿/\n".encode() + b"\xff\xfe\n" + "乙*\n".encode())
    assert kept(tmp_path, files) == ["正文.md"]


@pytest.mark.parametrize("broken", ["!", "\\", "a\\", "[z-a]", "[", "\0"])
def test_a_line_that_is_no_pattern_is_passed_over(tmp_path: Path, broken: str) -> None:
    files = empty("a.md", "b.md")
    assert kept(tmp_path, files | {NAME: f"{broken}\na.md\n"}) == ["b.md"]
    assert kept(tmp_path, {NAME: ""}, Rules.of(ignore=[broken, "b.md"])) == ["a.md"]


def test_a_folder_named_like_the_file_of_patterns_has_none(tmp_path: Path) -> None:
    assert kept(tmp_path, empty("a.md", f"{NAME}/b.md")) == ["a.md"]


def test_patterns_that_cannot_be_read_are_an_error(tmp_path: Path) -> None:
    (tmp_path / NAME).symlink_to(NAME)
    with pytest.raises(OSError, match="symbolic"):
        Rules().below(str(tmp_path), "")


def test_copies_of_a_conflict_are_known_by_their_name() -> None:
    assert is_conflict_copy("a.sync-conflict-20240301-090000-ABCDEFG.md")
    assert not is_conflict_copy("sync conflict.md")
