"""The program that is killed. It says on a pipe what it begins and what is done."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

from retrieval.chunk import Kind
from retrieval.failpoint import arm
from retrieval.passage import Passage
from retrieval.span import Span
from serving.answer import Answer, Citation, Finish, Mode, Source
from tests.crash.opened import Opened, opened
from tests.crash.oracle import found_at
from tests.crash.story import Cycle, Step
from tests.crash.talk import Talk

CITATIONS = 3
"""Of each turn."""
_LONG = "答案里的一句话，后面有注脚。" * 40


class OutboundError(RuntimeError):
    """The program tried to reach another one."""


def refuse_connections() -> None:
    """End the process when anything of it connects to anything (I8)."""

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event == "socket.connect" and arguments:
            raise OutboundError(str(arguments))

    sys.addaudithook(hear)


def work(place: Path, cycle: Cycle, talk: Talk) -> None:
    """Do a cycle's steps, until this process is killed."""
    refuse_connections()
    if cycle.kill.place:
        arm(cycle.kill.place, cycle.kill.times, lambda: _die(talk, cycle.kill.place))
    talk.say("begin", "open")
    with opened(place) as home:
        talk.say("done", "open")
        thread = home.conversations.begin("聊天")
        for number, step in enumerate(cycle.steps):
            talk.ask("begin", step.what, str(number))
            _STEPS[step.what](home, step, thread)
            talk.say("done", step.what, str(number))
        talk.say("begin", "idle")
        if not cycle.kill.place:
            signal.pause()


def _die(talk: Talk, place: str) -> None:
    talk.say("at", place)
    os.kill(os.getpid(), signal.SIGKILL)


def _sync(home: Opened, step: Step, thread: UUID) -> None:
    del step, thread
    home.sync().run(accept_deletions=True)


def _look(home: Opened, step: Step, thread: UUID) -> None:
    del thread
    places = [home.notes / path for path in step.paths]
    home.sync().run(accept_deletions=True, only=places)


def _search(home: Opened, step: Step, thread: UUID) -> None:
    del thread
    found_at(home, step.word)


def _turn(home: Opened, step: Step, thread: UUID) -> None:
    home.conversations.record(thread, "问题？", "问题？", answer(step.word))


def _nothing(home: Opened, step: Step, thread: UUID) -> None:
    """Leave it to the one who edits."""
    del home, step, thread


_STEPS: dict[str, Callable[[Opened, Step, UUID], None]] = {
    "sync": _sync,
    "look": _look,
    "search": _search,
    "turn": _turn,
    "edits": _nothing,
}


def answer(text: str) -> Answer:
    """Return an answer with sources and citations."""
    note_id, span = uuid4(), Span(0, len(_LONG))
    passage = Passage(
        note_id=note_id,
        path="笔记.md",
        title="笔记",
        kind=Kind.ARTICLE,
        span=span,
        text=_LONG,
        score=1.0,
    )
    return Answer(
        text=text,
        mode=Mode.EXTRACTIVE,
        finish=Finish.COMPLETE,
        sources=tuple(Source(number, passage) for number in range(1, CITATIONS + 1)),
        citations=tuple(
            Citation(number, number, note_id, "笔记.md", span, _LONG)
            for number in range(1, CITATIONS + 1)
        ),
        support=(),
    )
