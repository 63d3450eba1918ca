"""What belongs to a model on this machine, with the digest of every file."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path

from retrieval.model_table import Role

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model."""

    path: str
    """Below the model's folder."""
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where a model came from, and its files."""

    id: str
    role: Role
    revision: str
    """Commit of the hub, or version of the package; empty when it came from a folder."""
    licence: str
    source: str
    """What it came from, in words."""
    distribution: str
    """Package whose folder holds the files; empty when they lie beside the manifest."""
    files: tuple[ModelFile, ...]

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(file.size for file in self.files)

    def damage(self, folder: Path, *, whole: bool) -> str:
        """Return which file of ``folder`` is not what it was; empty when all are.

        Args:
            folder: Where the files lie.
            whole: Whether the files are read too; otherwise their sizes tell.
        """
        for file in self.files:
            place = folder / file.path
            if not place.is_file():
                return f"{file.path} is missing"
            if place.stat().st_size != file.size:
                return f"{file.path} has {place.stat().st_size:,} bytes instead of {file.size:,}"
            if whole and digest(place) != file.sha256:
                return f"{file.path} has other bytes than it had"
        return ""

    def write(self, folder: Path) -> None:
        """Write it into ``folder``."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (folder / MANIFEST).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest in ``folder``; None when there is none that can be read."""
    try:
        given = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = tuple(ModelFile(**file) for file in given.pop("files"))
        return Manifest(files=files, role=Role(given.pop("role")), **given)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def files_of(folder: Path) -> tuple[ModelFile, ...]:
    """Return the files of a model, each read once."""
    return tuple(
        ModelFile(path.relative_to(folder).as_posix(), path.stat().st_size, digest(path))
        for path in paths_of(folder)
    )


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def paths_of(folder: Path) -> Iterator[Path]:
    """Yield the files of a model, without its manifest and hidden ones."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and path.name != MANIFEST and not hidden:
            yield path
