"""Images beside the notes: opened read-only, confined to the notes folder, raster types only."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.missing import NoSuchImageError

MOST_BYTES = 50_000_000
_SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"ftypavif", 4, "image/avif"),
    (b"BM", 0, "image/bmp"),
)
MEDIA_TYPES = tuple(dict.fromkeys(media_type for _, _, media_type in _SIGNATURES))
_KEPT_IN = ("attachments", "assets", "images", "img", "media", "附件", "图片")
"""Names of folders in which editors put the images of notes."""
_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp"})


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, with the type that its first bytes say."""

    content: bytes
    media_type: str


def place(note_path: str, name: str) -> PurePosixPath | None:
    """Return where an image that a note names lies, relative to the notes folder; pure.

    Args:
        note_path: Path of the note relative to the notes folder.
        name: The image as the note names it, relative to the note, unquoted.

    Returns:
        None when it lies outside the folder, is hidden, or is not named as an image.
    """
    if "\x00" in name or "\\" in name or name.startswith("/") or ":" in name:
        return None
    parts: list[str] = []
    for part in (*PurePosixPath(note_path).parent.parts, *name.split("/")):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    if not parts or any(part.startswith(".") for part in parts):
        return None
    path = PurePosixPath(*parts)
    return path if path.suffix.lower() in _ENDINGS else None


def found(folder: Path, note_path: str, name: str) -> PurePosixPath | None:
    """Return where the image lies that a note means by ``name``, None when there is none.

    It is looked for as the note writes it, then from the notes folder on, then in the folders that
    editors keep images in, beside the note and at the top.
    """
    own = PurePosixPath(note_path)
    near, top = own.parent, PurePosixPath()
    kept = (*_KEPT_IN, f"{own.stem}.assets")
    tops = () if near == top else (top, *(top / each for each in kept))
    for base in (near, *(near / each for each in kept), *tops):
        path = place(str(base / "note"), name)
        if path is not None and exists(folder, "", str(path)):
            return path
    return None


def exists(folder: Path, note_path: str, name: str) -> bool:
    """Whether ``name`` in a note is an image that `read` would open."""
    path = place(note_path, name)
    if path is None:
        return False
    try:
        descriptor = _opened(folder, path)
    except (OSError, NoSuchImageError):
        return False
    os.close(descriptor)
    return True


def read(folder: Path, note_path: str, name: str) -> Image:
    """Read an image that a note names.

    Every folder on the way is opened without following links, so what is read lies where its
    path says, even when the folder changes meanwhile.

    Raises:
        NoSuchImageError: It is not there, not inside the folder, or not a raster image.
    """
    path = place(note_path, name)
    if path is None:
        raise NoSuchImageError
    try:
        descriptor = _opened(folder, path)
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise NoSuchImageError from error
    media_type = _media_type(content)
    if media_type is None or len(content) > MOST_BYTES:
        raise NoSuchImageError
    return Image(content, media_type)


def _opened(folder: Path, path: PurePosixPath) -> int:
    """Open a regular file below ``folder``, one name at a time."""
    current = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in path.parts[:-1]:
            deeper = os.open(
                part,
                os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC,
                dir_fd=current,
            )
            os.close(current)
            current = deeper
        # Without blocking: a pipe of that name must not hold the thread.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(path.name, flags, dir_fd=current)
    finally:
        os.close(current)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NoSuchImageError
    return descriptor


def _media_type(content: bytes) -> str | None:
    for signature, offset, media_type in _SIGNATURES:
        if content[offset : offset + len(signature)] == signature:
            return media_type
    return None
