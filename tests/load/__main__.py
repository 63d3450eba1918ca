"""Measures everything and prints the table: ``python -m tests.load``."""

import argparse
import sys

from tests.load.figures import REAL, Figure, of_many_notes, of_real_notes, while_serving
from tests.load.measuring import RUNS, cores


def main() -> int:
    """Measure, and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help="of the smaller collections")
    parser.add_argument("--many", type=int, default=100_000, help="small notes; 0 leaves them out")
    given = parser.parse_args()
    figures = of_real_notes(given.runs) if REAL.exists() else []
    figures += while_serving()
    if given.many:
        figures += of_many_notes(1, given.many)
    print(f"Medians on {cores()} cores.\n")
    print("| what | took | limit | whole command | memory |\n| --- | --- | --- | --- | --- |")
    for each in figures:
        print(_line(each))
    return 0 if all(each.held for each in figures) else 1


def _line(figure: Figure) -> str:
    memory = f"{figure.megabytes:.0f} MB" if figure.megabytes else ""
    mark = "" if figure.held else " (missed)"
    whole = f"{figure.whole_s:.2f} s" if figure.whole_s else ""
    took = f"{figure.seconds:.2f} s{mark}"
    return f"| {figure.what} | {took} | {figure.limit_s:g} s | {whole} | {memory} |"


if __name__ == "__main__":
    sys.exit(main())
