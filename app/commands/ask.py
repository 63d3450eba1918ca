"""``footnote ask``: an answer with its citations."""

import argparse
import sys

from app import batch
from app.backend import Backend, opened
from app.commands.printing import document, plain
from app.home import existing
from app.question import QuestionError
from app.replies import AnswerReply
from app.settings import Settings

INCOMPLETE = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("question", nargs="?", metavar="QUESTION", help="what you want to know")
    asked.add_argument("--batch", metavar="FILE", help="JSON lines with questions; - is stdin")
    parser.add_argument("--json", action="store_true", help="print JSON; always so with --batch")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Ask and print."""
    existing(settings.home)
    with opened(settings) as backend:
        if given.batch is not None:
            return _batch(backend, given.batch)
        if given.json:
            answer = backend.ask(given.question)
            document(answer)
            return INCOMPLETE if answer.error else 0
        answer = backend.ask(given.question, on_text=_tell)
    _show_notes(answer)
    if answer.error:
        print(f"footnote: {answer.error}", file=sys.stderr)
    return INCOMPLETE if answer.error else 0


def _batch(backend: Backend, path: str) -> int:
    status = 0
    with batch.opened(path) as file:
        for line in batch.lines(file):
            try:
                if isinstance(line, batch.BatchLineError):
                    raise line
                answer = backend.ask(line.question, line.history)
            except (batch.BatchLineError, QuestionError) as error:
                status = 1
                print(f"footnote: {batch.placed(error, line)}", file=sys.stderr)
            else:
                document({"id": line.id, **answer.model_dump(mode="json")})
                if answer.error:
                    status = INCOMPLETE
    return status


def _tell(text: str) -> None:
    print(plain(text), end="", flush=True)


def _show_notes(answer: AnswerReply) -> None:
    """Print the footnotes, then what the reader must know about the answer."""
    print("\n")
    cited = {citation.number for citation in answer.citations}
    for source in answer.sources:
        if source.number in cited or answer.refused:
            page = f"p. {source.page}" if source.page else ""
            place = " › ".join(filter(None, (source.note, source.heading, page)))
            print(plain(f"[{source.number}] {place}"))
    if answer.reason:
        print(f"\n{plain(answer.reason)}")
