"""The steps of a turn and the moments of a run, as server-sent events."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing

from app.asking import Begun, Ended, Step
from app.db.errors import DatabaseError
from app.event_stream import frame
from app.missing import MissingError
from app.replies import AnswerReply, ChipReply, CitationReply, SourceReply
from app.run_replies import ReportReply, RunReply
from app.syncing import Moment
from serving.answer import Cited, SourcesFound, Supported, Token

_LOG = logging.getLogger(__name__)
_BROKEN = "Something went wrong while the answer was written. Ask again; the log says more."

Article = Callable[[Ended], Awaitable[str]]
"""Renders the finished turn as the page shows it, or empty when the turn is not kept."""


async def answer_frames(
    steps: AsyncGenerator[Step, None], article: Article
) -> AsyncGenerator[bytes, None]:
    """Turn the steps of one turn into events; the last is always ``done`` or ``error``."""
    conversation = ""
    try:
        async with aclosing(steps):
            async for step in steps:
                if isinstance(step, Begun):
                    conversation = str(step.conversation or "")
                elif isinstance(step, Ended):
                    yield _end(step, await article(step))
                else:
                    yield _frame(step, conversation)
    except (MissingError, DatabaseError) as error:
        yield frame("error", {"message": str(error), "conversation": conversation})
    except Exception:  # noqa: BLE001 - the stream has begun: the reader is told in it
        _LOG.exception("A turn broke.")
        yield frame("error", {"message": _BROKEN, "conversation": conversation})


def _frame(step: SourcesFound | Token | Cited | Supported, conversation: str) -> bytes:
    match step:
        case SourcesFound(sources, standalone):
            listed = [SourceReply.of_source(source).model_dump(mode="json") for source in sources]
            chips = [ChipReply.of(chip).model_dump(mode="json") for chip in step.chips]
            found = {
                "conversation": conversation,
                "standalone": standalone,
                "chips": chips,
                "sources": listed,
            }
            return frame("sources", found)
        case Token(text):
            return frame("token", {"text": text})
        case Cited(citation):
            return frame("citation", CitationReply.of(citation).model_dump(mode="json"))
        case Supported(support):
            return frame(
                "support",
                {
                    "start": support.sentence.start,
                    "end": support.sentence.end,
                    "label": support.label.value,
                    "why": support.why,
                },
            )


def _end(ended: Ended, html: str) -> bytes:
    answer = AnswerReply.of_turn(ended).model_dump(mode="json")
    if ended.error:
        return frame("error", {**answer, "message": ended.error, "html": html})
    return frame("done", {"html": html, **answer})


async def run_frames(moments: AsyncIterator[Moment]) -> AsyncGenerator[bytes, None]:
    """Turn the moments of a run into events: ``progress`` until ``done`` or ``error``."""
    async for moment in moments:
        if moment.error:
            yield frame("error", {"message": moment.error})
        elif moment.report is not None:
            report = ReportReply.of(moment.report).model_dump(mode="json")
            yield frame("done", {"report": report})
        elif moment.progress is not None:
            progress = moment.progress
            yield frame(
                "progress",
                {
                    "done": progress.done,
                    "total": progress.total,
                    "chunks": progress.chunks,
                    "path": progress.path,
                },
            )


async def ended_frames(run: RunReply) -> AsyncGenerator[bytes, None]:
    """Tell in one event how a run of an earlier start of the program ended."""
    if run.report is None:
        yield frame("error", {"message": run.error or f"The sync was {run.state}."})
    else:
        yield frame("done", {"report": run.report.model_dump(mode="json")})
