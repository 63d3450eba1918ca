"""Does to copies of a home what damages are, and runs the commands a person would.

``python -m tests.crash.damaged index`` or ``database`` prints JSON: one entry per damage.
"""

import contextlib
import importlib
import io
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from app import wiring
from app.cli import main as footnote
from app.db.conversations import Conversations
from app.settings import read_settings
from app.wiring import build
from retrieval.lexical import terms
from tests.crash.campaign import scratch
from tests.crash.damages import DATABASE_DAMAGES, INDEX_DAMAGES, Damage
from tests.crash.forking import PATIENCE_S, end, forked
from tests.crash.talk import Talk
from tests.crash.worker import answer

WORD = "鹈鹕"
"""Stands in one note."""
NOTES = {
    "一.md": f"# 甲\n\n{WORD} 第一篇。\n",
    "二.md": "# 乙\n\n" + "第二篇。" * 300 + "\n",
}
SEARCH = ("search", WORD, "--json")
COMMANDS = (SEARCH, ("ingest", "--json"), ("doctor", "--fix", "--json"), SEARCH)
"""What is run one after another after each damage."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A command on a damaged home."""

    command: str
    status: int
    """Negative when a signal ended it."""
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a damaged home."""

    damage: str
    ran: list[Ran]
    turns: list[str] | None
    """Texts of the conversations afterwards; None when they cannot be read."""
    kept: list[str]
    """Files of the home afterwards that may hold what was damaged."""


def main() -> int:
    """Damage, run, and print what was found."""
    damages = {"index": INDEX_DAMAGES, "database": DATABASE_DAMAGES}[sys.argv[1]]
    # What takes a second is read once, not in each copy.
    terms("预热 warm")
    wiring._dictionary().chinese("model")
    importlib.import_module("app.commands.doctor")
    with scratch() as place:
        whole = place / "whole"
        _made(whole)
        found = [asdict(_outcome(whole, place / "home", damage)) for damage in damages]
    json.dump(found, sys.stdout, ensure_ascii=False)
    return 0


def _made(home: Path) -> None:
    (home / "notes").mkdir(parents=True, mode=0o700)
    for name, text in NOTES.items():
        (home / "notes" / name).write_text(text, encoding="utf-8")

    def make(talk: Talk) -> None:
        with build(read_settings(home=home / "home", notes=[home / "notes"])) as services:
            services.sync().run()
            thread = services.conversations.begin("聊")
            services.conversations.record(thread, "？", "？", answer("答"))
        talk.say("done")

    with forked(make) as (child, talk):
        assert talk.hear() == "done"
        talk.hear()
        end(child)


def _outcome(whole: Path, place: Path, damage: Damage) -> Outcome:
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(whole, place)
    damage.do(place / "home")
    ran = [_ran(place, command) for command in COMMANDS]
    kept = sorted(each.name for each in (place / "home").iterdir())
    return Outcome(damage.name, ran, _turns(place), kept)


def _ran(place: Path, command: tuple[str, ...]) -> Ran:
    """Run a command in a copy of this process."""

    def run(talk: Talk) -> None:
        out, err = io.StringIO(), io.StringIO()
        named = ["--home", str(place / "home"), "--notes", str(place / "notes")]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = footnote([*named, *command])
        talk.say(json.dumps([status, out.getvalue(), err.getvalue()]))

    with forked(run) as (child, talk):
        told = talk.hear() if talk.waits(PATIENCE_S) else ""
        status = end(child)
    status, out, err = json.loads(told) if told else (status, "", "")
    return Ran(" ".join(command), status, out, err)


def _turns(place: Path) -> list[str] | None:
    def read(talk: Talk) -> None:
        with build(read_settings(home=place / "home", notes=[place / "notes"])) as services:
            talk.say(json.dumps(list(_texts(services.conversations))))

    with (
        contextlib.redirect_stderr(io.StringIO()),
        forked(read) as (child, talk),
    ):
        told = talk.hear() if talk.waits(PATIENCE_S) else ""
        end(child)
    return [str(each) for each in json.loads(told)] if told else None


def _texts(conversations: Conversations) -> Iterator[str]:
    for summary in conversations.list():
        conversation = conversations.load(summary.id)
        for turn in conversation.turns if conversation else ():
            yield turn.answer.text


if __name__ == "__main__":
    sys.exit(main())
