"""``footnote eval``: how good search is on questions with known evidence."""

import argparse
import re
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from app.backend import Backend, opened
from app.batch import STANDARD_INPUT
from app.commands.evaluation_tables import as_json, as_text
from app.commands.printing import document
from app.home import existing
from app.measuring import MOST, Measured, measured
from app.question_set import read_lines, read_question_set
from app.replies import SearchReply
from app.search_body import SearchSettingsBody
from app.settings import Settings
from retrieval.evaluation import Expected

USUAL = "default"
"""What ``--against`` calls the settings of the program."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="JSON lines with questions and evidence, or the name of a question set of the home",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of these searches alone, such as rerank=off; may be given several times",
    )
    parser.add_argument(
        "--against",
        action="append",
        metavar="NAME=VALUE",
        help=f"compare with these settings, `{USUAL}` being those of the program; the same way",
    )
    parser.add_argument("--export", metavar="NAME", help="print a question set of the home")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Search every question and print the tables."""
    if (given.file is None) == (given.export is None):
        raise NothingToMeasureError
    sides = [SearchSettingsBody.of_pairs(_pairs(given.set))]
    if given.against is not None:
        sides.insert(0, SearchSettingsBody.of_pairs(_pairs(given.against)))
    existing(settings.home)
    with opened(settings) as backend:
        if given.export is not None:
            sys.stdout.write(backend.question_set(given.export))
            return 0
        expected = _expected(backend, given.file)
        found = _found(backend, expected, sides)
    if given.json:
        document(as_json(found))
    else:
        print(as_text(found))
    return 0


def _pairs(given: Sequence[str]) -> list[str]:
    pairs = (pair for each in given for pair in re.split(r"[,\s]+(?=[a-z_]+\s*=)", each.strip()))
    return [pair for pair in pairs if pair and pair != USUAL]


def _expected(backend: Backend, file: str) -> tuple[Expected, ...]:
    """Read a file, or a question set of the home where there is no such file."""
    is_name = Path(file).name == file and not file.endswith(".jsonl")
    if file == STANDARD_INPUT or not is_name or Path(file).exists():
        return read_question_set(file)
    return read_lines(backend.question_set(file).encode("utf-8", "replace").splitlines())


def _found(
    backend: Backend, expected: Sequence[Expected], sides: Sequence[SearchSettingsBody]
) -> list[Measured]:
    def searching(each: Expected, settings: SearchSettingsBody) -> SearchReply:
        return backend.search(each.question, MOST, each.previous, settings)

    shown = partial(_show, total=len(expected) * len(sides))
    found = [
        measured(expected, settings, searching, partial(shown, before=number * len(expected)))
        for number, settings in enumerate(sides)
    ]
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    return found


def _show(searched: int, *, before: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{before + searched}/{total}", end="", file=sys.stderr, flush=True)


class NothingToMeasureError(ValueError):
    """Neither questions nor a set to export were named, or both."""

    def __init__(self) -> None:
        super().__init__(
            "Name a file or a question set to measure, or a set to print with --export."
        )
