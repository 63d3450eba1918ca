"""``footnote doctor``: do files, catalogue and index say the same?"""

import argparse

from app.backend import opened
from app.commands.ingest import ProgressLine
from app.commands.printing import document, plain, remark
from app.db.errors import DatabaseDamagedError
from app.examination import ExaminationReply
from app.home import existing
from app.recovering import recovered, told
from app.settings import Settings
from ingest.mismatch import MismatchKind

MISMATCHED = 1
_NAMED = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--fix", action="store_true", help="mend what does not fit")
    parser.add_argument(
        "--accept-deletions",
        action="store_true",
        help="with --fix: take notes whose files are missing out, however many they are",
    )
    parser.add_argument(
        "--rebuild",
        action="store_true",
        help="first build the index anew beside the one in use; searches go on meanwhile",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Compare, mend when asked, and print what does not fit."""
    existing(settings.home)
    recoverable = given.fix and not settings.database_url
    try:
        found = _examined(given, settings)
        damaged = any(each.kind == MismatchKind.DATABASE_PAGES for each in found.mismatches)
    except DatabaseDamagedError:
        if not recoverable:
            raise
        damaged = True
    if damaged and recoverable:
        remark(told(recovered(settings)))
        found = _examined(given, settings)
    document(found) if given.json else _show(found)
    return 0 if found.ok else MISMATCHED


def _examined(given: argparse.Namespace, settings: Settings) -> ExaminationReply:
    with opened(settings, whole=given.fix) as backend:
        if given.rebuild:
            line = ProgressLine(shown=not given.json, things="points")
            try:
                backend.rebuild(line)
            finally:
                line.end()
        return backend.examine(fix=given.fix, accept_deletions=given.accept_deletions)


def _show(found: ExaminationReply) -> None:
    for mismatch in found.mended[:_NAMED]:
        print(plain(f"+ mended: {mismatch.kind}: {mismatch.what}"))
    if len(found.mended) > _NAMED:
        print(f"+ and {len(found.mended) - _NAMED} more")
    for mismatch in found.mismatches[:_NAMED]:
        print(plain(f"! {mismatch.kind}: {mismatch.what}"))
    if len(found.mismatches) > _NAMED:
        print(f"! and {len(found.mismatches) - _NAMED} more")
    print(
        f"{found.files} files, {found.notes} notes and {found.chunks} chunks in the catalogue, "
        f"{found.searchable} notes searchable, {found.points} points in the index."
    )
    if found.ok:
        print("All is well.")
    elif found.mended:
        print("What is left needs you: see above.")
    else:
        print("`footnote doctor --fix` mends what can be mended.")
