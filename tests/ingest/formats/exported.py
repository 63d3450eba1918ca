"""The exports that the tests read, as they lie in a notes folder."""

from pathlib import Path

from ingest.formats import FileBytes

EXPORTS = Path(__file__).with_name("exports")


def exported(path: str) -> FileBytes:
    """Return a file of the folder; it sees the others."""
    file = EXPORTS / path

    def beside(other: str) -> bytes | None:
        found = file.parent / other
        return found.read_bytes() if found.is_file() else None

    return FileBytes(path, file.read_bytes(), beside)
