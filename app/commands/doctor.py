"""``footnote doctor``: does the index hold exactly what the catalogue says?"""

import argparse
import shutil

from app.backend import opened
from app.commands.printing import document
from app.examination import ExaminationReply
from app.home import INDEX, existing
from app.settings import Settings
from retrieval.index import IndexDamagedError

MISMATCHED = 1
_NAMED = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--fix", action="store_true", help="make the index follow the catalogue")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Compare, mend when asked, and print what does not fit."""
    home = existing(settings.home)
    try:
        return _examine(given, settings)
    except IndexDamagedError:
        if not given.fix:
            raise
    # The index owns nothing: it is made again from the catalogue.
    shutil.rmtree(home / INDEX)
    return _examine(given, settings)


def _examine(given: argparse.Namespace, settings: Settings) -> int:
    with opened(settings) as backend:
        found = backend.examine(fix=given.fix)
    document(found) if given.json else _show(found)
    return 0 if found.ok else MISMATCHED


def _show(found: ExaminationReply) -> None:
    print(
        f"{found.notes} notes, {found.chunks} chunks in the catalogue, "
        f"{found.points} points in the index."
    )
    for mismatch in found.mismatches[:_NAMED]:
        print(f"! chunk {mismatch.what} is {mismatch.kind}")
    if len(found.mismatches) > _NAMED:
        print(f"! and {len(found.mismatches) - _NAMED} more")
    print("All is well." if found.ok else "`footnote doctor --fix` mends it.")
