import os
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.images import MOST_BYTES, Image, exists, found, place, read
from app.missing import NoSuchImageError

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "sub" / "images").mkdir(parents=True)
    (folder / "top.png").write_bytes(PNG)
    (folder / "sub" / "images" / "图 一.PNG").write_bytes(PNG)
    (folder / ".hidden.png").write_bytes(PNG)
    (tmp_path / "outside.png").write_bytes(PNG)
    return folder


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("images/图 一.PNG", "sub/images/图 一.PNG"),
        ("../top.png", "top.png"),
        ("./images//图 一.PNG", "sub/images/图 一.PNG"),
        ("images/../../top.png", "top.png"),
    ],
)
def test_image_is_found_from_the_note_that_names_it(notes: Path, name: str, path: str) -> None:
    assert place("sub/note.md", name) == PurePosixPath(path)
    assert exists(notes, "sub/note.md", name)
    assert read(notes, "sub/note.md", name) == Image(PNG, "image/png")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../outside.png",
        "../../outside.png",
        "sub/../../outside.png",
        "/etc/passwd",
        "/top.png",
        "top.png\x00",
        "\x00",
        "..\\outside.png",
        "C:\\x.png",
        "C:/x.png",
        "file:///x.png",
        ".hidden.png",
        "sub/.git/x.png",
        "top.svg",
        "note.md",
        "top",
    ],
)
def test_name_that_leads_elsewhere_is_no_image(notes: Path, name: str) -> None:
    assert place("note.md", name) is None
    assert not exists(notes, "note.md", name)
    with pytest.raises(NoSuchImageError):
        read(notes, "note.md", name)


@given(st.text(), st.text())
def test_place_is_always_inside_and_never_hidden(note: str, name: str) -> None:
    path = place(note.lstrip("/"), name)
    assert path is None or (
        not path.is_absolute() and not any(part.startswith(".") for part in path.parts)
    )


@pytest.mark.parametrize(
    ("note", "name", "path"),
    [
        ("note.md", "top.png", "top.png"),
        ("a/b/note.md", "top.png", "top.png"),
        ("a/note.md", "kv.png", "a/attachments/kv.png"),
        ("b/note.md", "kv.png", "附件/kv.png"),
        ("a/note.md", "pic.png", "a/note.assets/pic.png"),
        ("a/other.md", "pic.png", None),
        ("b/note.md", "attachments/kv.png", None),
        ("b/note.md", "附件/kv.png", "附件/kv.png"),
        ("a/note.md", "../outside.png", None),
        ("note.md", "none.png", None),
    ],
)
def test_image_is_looked_for_where_editors_keep_them(
    notes: Path, note: str, name: str, path: str | None
) -> None:
    for kept in ("a/attachments/kv.png", "附件/kv.png", "a/note.assets/pic.png"):
        (notes / kept).parent.mkdir(parents=True, exist_ok=True)
        (notes / kept).write_bytes(PNG)

    assert found(notes, note, name) == (None if path is None else PurePosixPath(path))


def test_links_are_not_followed(notes: Path) -> None:
    (notes / "link.png").symlink_to(notes / "top.png")
    (notes / "out.png").symlink_to(notes.parent / "outside.png")
    (notes / "folder").symlink_to(notes.parent)
    for name in ("link.png", "out.png", "folder/outside.png"):
        assert not exists(notes, "note.md", name)
        with pytest.raises(NoSuchImageError):
            read(notes, "note.md", name)


def test_only_regular_files_are_opened(notes: Path) -> None:
    (notes / "folder.png").mkdir()
    os.mkfifo(notes / "pipe.png")
    for name in ("folder.png", "pipe.png", "missing.png"):
        assert not exists(notes, "note.md", name)
        with pytest.raises(NoSuchImageError):
            read(notes, "note.md", name)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"GIF87a", "image/gif"),
        (b"RIFF\0\0\0\0WEBP", "image/webp"),
        (b"\0\0\0\x1cftypavif", "image/avif"),
        (b"BM\0\0", "image/bmp"),
    ],
)
def test_type_is_what_the_first_bytes_say(notes: Path, content: bytes, media_type: str) -> None:
    (notes / "x.jpg").write_bytes(content)
    assert read(notes, "note.md", "x.jpg") == Image(content, media_type)


@pytest.mark.parametrize("content", [SVG, b"<html>", b"", b"secret"])
def test_file_that_only_ends_like_an_image_is_not_sent(notes: Path, content: bytes) -> None:
    (notes / "x.png").write_bytes(content)
    with pytest.raises(NoSuchImageError):
        read(notes, "note.md", "x.png")


def test_image_that_is_too_large_is_not_sent(notes: Path) -> None:
    with (notes / "big.png").open("wb") as file:
        file.write(PNG)
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(NoSuchImageError):
        read(notes, "note.md", "big.png")
