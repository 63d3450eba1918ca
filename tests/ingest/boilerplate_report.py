"""What is left out of the notes of a folder, each line with the words that tell.

``python -m tests.ingest.boilerplate_report FOLDER [--all]``; with ``--all``, notes from which
nothing is ever left out, such as those with headings, are judged as if they were pages.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.block import BlockKind
from ingest.decoding import decode
from ingest.parsing import parse
from ingest.parsing.boilerplate import judged
from ingest.parsing.lines import split_lines

SUFFIXES = (".md", ".markdown", ".txt")


@dataclass(frozen=True, slots=True)
class Removed:
    """One line that is left out."""

    path: str
    number: int
    """Of the line, from 1."""
    reason: str
    words: tuple[str, ...]
    text: str


def removed(folder: Path, *, everywhere: bool) -> Iterator[Removed]:
    """Yield the lines that are left out of a folder's notes, blank ones not counted."""
    for path in notes(folder):
        text = decode(path.read_bytes()).text
        lines = split_lines(text)
        spans = [
            block.span
            for block in parse(text, path.stem).blocks
            if block.kind is BlockKind.LEFT_OUT
        ]
        for number, why in sorted(judged(lines).items() if everywhere or spans else ()):
            line = lines[number]
            left_out = everywhere or any(
                span.start <= line.start and line.end <= max(span.end, line.start) for span in spans
            )
            if left_out and not line.blank:
                name = path.relative_to(folder).as_posix()
                yield Removed(name, number + 1, why.reason, why.words, line.text.strip())


def notes(folder: Path) -> list[Path]:
    """Return the notes of a folder, by path."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def table(folder: Path, *, everywhere: bool = False) -> str:
    """Write one line for each line left out, and the sums."""
    found = list(removed(folder, everywhere=everywhere))
    rows = [
        f"{each.path}:{each.number}\t{each.reason}\t{', '.join(each.words)}\t{each.text[:80]}"
        for each in found
    ]
    sums = ", ".join(
        f"{reason} {n}" for reason, n in sorted(Counter(e.reason for e in found).items())
    )
    paths = len({each.path for each in found})
    rows.append(f"{len(found)} lines of {paths} of {len(notes(folder))} notes: {sums or 'nothing'}")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.stdout.write(table(Path(sys.argv[1]), everywhere="--all" in sys.argv[2:]) + "\n")
