import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

from app.asking import Begun, Ended, Step
from app.events import answer_frames, ended_frames, run_frames
from app.missing import NoSuchConversationError
from app.run_replies import RunReply
from app.syncing import Moment
from ingest.report import Progress, Report
from serving.answer import Done, Failed
from tests.app.answers import ANSWER, EVENTS

CONVERSATION, TURN, RUN = UUID(int=5), UUID(int=6), UUID(int=7)
COMING = [event for event in EVENTS if not isinstance(event, Done | Failed)]
END = Ended(CONVERSATION, TURN, "q", "s", ANSWER)
REPORT = Report(1, 1, 0, 0, 0, 0, (), 3, 3, 0, (), 5)


async def steps(*given: Step | Exception) -> AsyncGenerator[Step, None]:
    for step in given:
        if isinstance(step, Exception):
            raise step
        yield step


async def article(ended: Ended) -> str:
    return f"<article>{ended.turn}</article>"


def read(frames: AsyncGenerator[bytes, None]) -> list[tuple[str, dict[str, Any]]]:
    async def scenario() -> list[bytes]:
        return [frame async for frame in frames]

    found = []
    for frame in asyncio.run(scenario()):
        name, data = frame.decode().rstrip("\n").split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_turn_becomes_events_in_their_order() -> None:
    found = read(answer_frames(steps(Begun(CONVERSATION), *COMING, END), article))
    assert [name for name, _ in found] == [
        "sources",
        "token",
        "token",
        "citation",
        "support",
        "done",
    ]
    sources, _, _, citation, support, done = (data for _, data in found)
    assert (sources["conversation"], sources["standalone"]) == (str(CONVERSATION), "standalone?")
    assert sources["sources"][0] == {
        "number": 1,
        "note": "kv.md",
        "title": "KV Cache",
        "heading": "KV › Why",
        "kind": "article",
        "when": "2024-03-01",
        "speakers": [],
        "link": "",
        "page": 0,
        "note_id": "00000000-0000-0000-0000-000000000001",
        "start": 10,
        "end": 16,
        "text": "缓存省显存。",
        "score": 0.75,
        "url": "/notes/00000000-0000-0000-0000-000000000001?start=10&end=16#passage",
    }
    assert citation == {
        "number": 1,
        "position": 4,
        "note": "kv.md",
        "note_id": "00000000-0000-0000-0000-000000000001",
        "start": 10,
        "end": 15,
        "quote": "缓存省显存",
        "url": "/notes/00000000-0000-0000-0000-000000000001?start=10&end=15#passage",
    }
    assert support == {"start": 0, "end": 7, "label": "verified", "why": "same words"}
    assert {key: done[key] for key in ("conversation", "turn", "answer", "mode", "html")} == {
        "conversation": str(CONVERSATION),
        "turn": str(TURN),
        "answer": "省显存。[1]",
        "mode": "extractive",
        "html": f"<article>{TURN}</article>",
    }


def test_failed_turn_ends_with_an_error() -> None:
    failed = Ended(CONVERSATION, TURN, "q", "s", ANSWER, "The model stopped.")
    ((name, data),) = read(answer_frames(steps(failed), article))
    assert (name, data["message"]) == ("error", "The model stopped.")


def test_turn_that_breaks_ends_with_an_error_that_tells_nothing_of_its_inside() -> None:
    found = read(answer_frames(steps(Begun(CONVERSATION), ValueError("a secret")), article))
    assert found == [
        (
            "error",
            {
                "message": "Something went wrong while the answer was written. Ask again; the log "
                "says more.",
                "conversation": str(CONVERSATION),
            },
        )
    ]


async def moments(*given: Moment) -> AsyncGenerator[Moment, None]:
    for moment in given:
        yield moment


def test_run_becomes_events() -> None:
    progress = Progress(1, 2, 3, "a.md")
    found = read(
        run_frames(moments(Moment(RUN), Moment(RUN, progress), Moment(RUN, progress, REPORT)))
    )
    assert [name for name, _ in found] == ["progress", "done"]
    assert found[0][1] == {"done": 1, "total": 2, "chunks": 3, "path": "a.md"}
    assert found[1][1]["report"]["notes"] == 1


def test_failed_run_ends_with_an_error() -> None:
    assert read(run_frames(moments(Moment(RUN, error="No folder.")))) == [
        ("error", {"message": "No folder."})
    ]


def test_run_of_an_earlier_start_is_told_in_one_event() -> None:
    done = RunReply.of(RUN, "done", REPORT, "")
    failed = RunReply.of(RUN, "failed", None, "No folder.")
    lost = RunReply.of(RUN, "interrupted", None, "")
    assert read(ended_frames(done))[0][0] == "done"
    assert read(ended_frames(failed)) == [("error", {"message": "No folder."})]
    assert read(ended_frames(lost)) == [("error", {"message": "The sync was interrupted."})]


def test_conversation_deleted_meanwhile_is_told_in_its_own_sentence() -> None:
    gone = NoSuchConversationError()
    ((name, data),) = read(answer_frames(steps(Begun(CONVERSATION), gone), article))
    assert (name, data["message"]) == ("error", str(gone))
