"""``footnote restore FILE``: a home made again from a backup."""

import argparse
from pathlib import Path

from app.commands.ingest import ProgressLine
from app.commands.printing import document, remark
from app.restoring import Restored, restore
from app.server_file import announcement
from app.settings import Settings
from retrieval.index import IndexInUseError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help="backup to put back")
    parser.add_argument(
        "--force",
        action="store_true",
        help="replace what is in the home; a backup of it is made first",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Put the backup back, make the index again, and take the notes in."""
    line = ProgressLine(shown=not given.json, things="points")
    try:
        restored = restore(settings, given.file.absolute(), line, force=given.force)
    except IndexInUseError as error:
        raise HomeInUseError(settings.home) from error
    finally:
        line.end()
    if restored.missing:
        remark(f"The notes were not taken in: {restored.missing}")
    document(_told(restored)) if given.json else _show(restored)
    return 0


class HomeInUseError(RuntimeError):
    """A running program holds the home that is to be replaced."""

    def __init__(self, home: Path) -> None:
        server = announcement(home)
        who = "the program" if server is None else f"the server at {server.url} ({server.pid})"
        super().__init__(f"The home {home} is in use. Stop {who}, then restore.")


def _told(restored: Restored) -> dict[str, object]:
    report = restored.report
    return {
        "made": restored.manifest.made,
        "counts": dict(restored.manifest.counts),
        "saved": None if restored.saved is None else str(restored.saved),
        "notes": None if report is None else report.notes,
        "deleted": None if report is None else report.deleted,
        "searchable": None if report is None else report.searchable,
    }


def _show(restored: Restored) -> None:
    counts, report = restored.manifest.counts, restored.report
    print(
        f"Put back: {counts['conversation']} conversations with {counts['turn']} questions, "
        f"as of {restored.manifest.made[:16]} UTC."
    )
    if restored.saved is not None:
        print(f"What was there before is in {restored.saved}.")
    if report is not None:
        print(
            f"{report.notes} notes in the catalogue, {report.searchable} searchable; "
            f"{report.added} came and {report.deleted} went since."
        )
