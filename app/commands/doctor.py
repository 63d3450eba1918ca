"""``footnote doctor``: does the index hold exactly what the catalogue says?"""

import argparse
import shutil
from uuid import UUID

from app.commands.printing import document
from app.home import INDEX, existing
from app.settings import Settings
from app.wiring import Services, build
from ingest.lengths import Lengths
from ingest.repair import Difference, compare, mend
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
    with build(settings) as services:
        difference = compare(services.catalog, services.index)
        if given.fix and not difference.none:
            Lengths(services.catalog, services.encoder).prepare()
            mend(difference, services.catalog, services.index, services.encoder)
            difference = compare(services.catalog, services.index)
        _show(services, difference, as_json=given.json)
    return 0 if difference.none else MISMATCHED


def _show(services: Services, difference: Difference, *, as_json: bool) -> None:
    notes, chunks = services.catalog.totals()
    points = services.index.count()
    mismatches = [
        *_named("missing from the index", difference.missing),
        *_named("left over in the index", difference.orphans),
    ]
    if as_json:
        document(
            {
                "ok": difference.none,
                "notes": notes,
                "chunks": chunks,
                "points": points,
                "mismatches": mismatches,
            }
        )
        return
    print(f"{notes} notes, {chunks} chunks in the catalogue, {points} points in the index.")
    for mismatch in mismatches[:_NAMED]:
        print(f"! chunk {mismatch['what']} is {mismatch['kind']}")
    if len(mismatches) > _NAMED:
        print(f"! and {len(mismatches) - _NAMED} more")
    if mismatches:
        print("`footnote doctor --fix` mends it.")
    else:
        print("All is well.")


def _named(kind: str, ids: frozenset[UUID]) -> list[dict[str, str]]:
    return [{"kind": kind, "what": str(chunk)} for chunk in sorted(ids)]
