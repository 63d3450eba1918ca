"""``footnote search``: passages, best first."""

import argparse
import sys

from app import batch
from app.backend import Backend, opened
from app.commands.explaining import explained
from app.commands.printing import document, plain, remark
from app.home import existing
from app.question import QuestionError
from app.replies import ChipReply, PassageReply
from app.search_body import SearchSettingsBody
from app.settings import Settings

_LINES = 4
_WIDTH = 160
_MOST = 100
_SHOWN = 8
_BATCHED = 20
"""What hit@20 needs."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("query", nargs="?", metavar="QUERY", help="what to look for")
    asked.add_argument("--batch", metavar="FILE", help="JSON lines with questions; - is stdin")
    parser.add_argument(
        "--limit",
        type=_limit,
        metavar="N",
        help=f"passages; {_SHOWN} by default, {_BATCHED} with --batch",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of this search alone, such as rerank=off; may be given several times",
    )
    parser.add_argument("--explain", action="store_true", help="say what each stage did")
    parser.add_argument("--json", action="store_true", help="print JSON; always so with --batch")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Search and print."""
    otherwise = SearchSettingsBody.of_pairs(given.set)
    existing(settings.home)
    with opened(settings) as backend:
        if given.batch is not None:
            limit = given.limit or _BATCHED
            return _batch(backend, given.batch, limit, otherwise, trace=given.explain)
        limit = given.limit or _SHOWN
        found = backend.search(given.query, limit, "", otherwise, trace=given.explain)
    if given.json:
        document(found)
        return 0
    if found.chips:
        remark(plain(_short("understood: " + " · ".join(map(_told, found.chips)))))
    for number, passage in enumerate(found.passages, start=1):
        _show(number, passage)
    if not found.passages:
        print("The notes hold nothing like it.")
    if found.removed:
        remark(f"The filters left out {found.removed} of the nearest passages.")
    if found.trace is not None:
        for line in explained(found.trace):
            print(plain(line))
    return 0


def _told(chip: ChipReply) -> str:
    if chip.value and chip.value not in chip.written:
        return f"{chip.written} ({chip.kind} {chip.value})"
    return f"{chip.written} ({chip.kind})"


def _limit(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= _MOST:
        reason = f"{text!r} is no number from 1 to {_MOST}"
        raise argparse.ArgumentTypeError(reason)
    return number


def _batch(
    backend: Backend, path: str, limit: int, otherwise: SearchSettingsBody, *, trace: bool
) -> int:
    status = 0
    with batch.opened(path) as file:
        for line in batch.lines(file):
            try:
                if isinstance(line, batch.BatchLineError):
                    raise line
                previous = line.history[-1].question if line.history else ""
                found = backend.search(line.question, limit, previous, otherwise, trace=trace)
            except (batch.BatchLineError, QuestionError) as error:
                status = 1
                print(f"footnote: {batch.placed(error, line)}", file=sys.stderr)
            else:
                document({"id": line.id, **found.model_dump(mode="json")})
    return status


def _show(number: int, passage: PassageReply) -> None:
    page = f"p. {passage.page}" if passage.page else ""
    place = _short(" › ".join(filter(None, (passage.note, passage.heading, page))))
    about = " · ".join(filter(None, (passage.when, ", ".join(passage.speakers))))
    print(plain(f"{number}. {place}  {passage.score:.2f}" + (f"  {about}" if about else "")))
    lines = [line.strip() for line in passage.text.splitlines() if line.strip()]
    for line in lines[:_LINES]:
        print("   " + plain(_short(line)))
    if len(lines) > _LINES:
        print("   …")
    print()


def _short(line: str) -> str:
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
