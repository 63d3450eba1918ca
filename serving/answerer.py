"""Question in, cited answer out, event by event."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from retrieval.index import IndexUnusableError
from retrieval.retrieved import Retrieved, Searcher
from serving.answer import (
    Answer,
    Done,
    Event,
    Failed,
    Finish,
    Mode,
    Source,
    SourcesFound,
    Turn,
)
from serving.budget import Room, Selection, selection
from serving.chat_model import ChatModel, ChatModelError, ContextTooLongError, Message
from serving.draft import Draft
from serving.excerpt import excerpt
from serving.extractive import Extract, extract
from serving.finding import Finder, noted, words_of
from serving.lacking import lacking
from serving.model_reply import ModelReply
from serving.partial import partial_answer
from serving.prompt import fixed_tokens, prompt
from serving.quoting import best_quote
from serving.refusal import caution, declines, refusal
from serving.rewriting import Rewriter
from serving.sufficiency import Sufficiency, sufficiency

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """How much goes into an answer."""

    sources: int = 8
    """Most sources offered."""
    source_tokens: int = 6_000
    """Most tokens of all sources together."""
    context_tokens: int = 16_384
    """Tokens that fit the model: prompt and answer together."""
    answer_tokens: int = 1_024
    """Most tokens a model may write."""
    answer_characters: int = 20_000
    """A longer answer is cut, whatever the model counts."""
    extracts: int = 5
    """Most quotes in an answer without a model."""


@dataclass(frozen=True, slots=True)
class ModelAids:
    """What a connected model is asked beside the answer."""

    rewriting: bool = True
    """Other words for a follow-up, and for a question that finds little or in another language."""
    sufficiency: bool = False
    """Whether the sources answer at all, before the answer is written."""


class AnswerFailedError(RuntimeError):
    """No answer could be given."""


class Answerer:
    """Finds passages, has them answered, and proves the answer.

    The events of one answer are `SourcesFound`, then `Token`, `Cited` and `Supported` as they
    come, then exactly one `Done` or `Failed`. The joined tokens are the answer's text. Closing
    the generator stops the model.
    """

    def __init__(
        self,
        searcher: Searcher,
        model: ChatModel | None,
        limits: AnswerLimits | None = None,
        aids: ModelAids | None = None,
    ) -> None:
        """Answer from what ``searcher`` finds; without a ``model``, in the notes' own words."""
        self._model = model
        self._limits = limits or AnswerLimits()
        self._aids = aids or ModelAids()
        rewriter = Rewriter(model) if model is not None and self._aids.rewriting else None
        self._finder = Finder(searcher, rewriter, self._limits.sources)
        self._prefilled = False

    async def answer(
        self, question: str, history: Sequence[Turn] = ()
    ) -> AsyncGenerator[Event, None]:
        """Answer ``question``; ``history`` is the conversation so far, oldest first."""
        told: list[Event] = []
        try:
            async with aclosing(self._events(question, history)) as events:
                async for event in events:
                    told.append(event)
                    yield event
        except IndexUnusableError as error:
            yield Failed(str(error), partial_answer(told))
        except Exception as error:  # noqa: BLE001 - the stream ends with an event, whatever happens
            _log.exception("An answer failed")
            reason = (
                f"The answer could not be given because of a fault in Footnote "
                f"({type(error).__name__}). The log says more; ask again."
            )
            yield Failed(reason, partial_answer(told))

    async def answered(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Return the finished answer, or the partial one when the model broke off.

        Raises:
            AnswerFailedError: There is not even a partial answer.
        """
        async with aclosing(self.answer(question, history)) as events:
            async for event in events:
                if isinstance(event, Done):
                    return event.answer
                if isinstance(event, Failed):
                    if event.answer.text:
                        return event.answer
                    raise AnswerFailedError(event.message)
        reason = "The answer stopped without an end. Try again."
        raise AnswerFailedError(reason)

    async def _events(self, question: str, history: Sequence[Turn]) -> AsyncGenerator[Event, None]:
        started = time.perf_counter()
        found = await self._finder.find(question, history)
        question = words_of(question, found)
        if self._model is None and _may_answer(found):
            found = await asyncio.to_thread(_quoted_first, question, found, self._limits.extracts)
        chosen = await asyncio.to_thread(self._chosen, question, history, found)
        messages = prompt(question, chosen.sources, chosen.history) if self._model else ()
        if self._model is not None and self._aids.sufficiency and _may_answer(found):
            verdict, call = await sufficiency(self._model, question, messages)
            found = noted(replace(found, answered=verdict is not Sufficiency.NO), call)
        chips = found.query.chips if found.query else ()
        yield SourcesFound(chosen.sources, found.question, found.trace, chips)
        missing = await asyncio.to_thread(_missing, question, found)
        asking = _Asking(question, found, missing, started, messages)
        if not _may_answer(found):
            answering = self._refused(asking, chosen.sources)
        elif self._model is None:
            answering = self._quoted(asking, chosen.sources, ("no_model", ""))
        else:
            answering = self._modelled(self._model, asking, chosen)
        async with aclosing(answering) as events:
            async for event in events:
                yield event

    def _chosen(self, question: str, history: Sequence[Turn], found: Retrieved) -> Selection:
        """Choose the sources; without a model there is no prompt to fit them into."""
        limits = self._limits
        if self._model is None:
            sources = (Source(n, passage) for n, passage in enumerate(found.passages, 1))
            return Selection(tuple(sources), ())
        room = Room(limits.context_tokens - limits.answer_tokens, limits.source_tokens)
        return selection(found.passages, history, fixed_tokens(question), room)

    async def _modelled(
        self, model: ChatModel, asking: "_Asking", chosen: Selection
    ) -> AsyncGenerator[Event, None]:
        """Let the model answer; when it does not, let the notes."""
        half = chosen.sources[: (len(chosen.sources) + 1) // 2]
        note = ("", "")
        for attempt in (chosen, Selection(half, ())):
            draft = Draft(attempt.sources, asking.started)
            reply = self._reply(draft, attempt)
            messages = asking.messages
            if attempt is not chosen:
                messages = prompt(asking.question, attempt.sources, attempt.history)
            async with aclosing(self._told(model, messages, reply)) as events:
                async for event in events:
                    yield event
            self._learn(reply)
            if draft.text:
                yield _ended(draft, reply, asking.missing)
                return
            note = ("model_down", str(reply.failure)) if reply.failure else ("model_empty", "")
            if not isinstance(reply.failure, ContextTooLongError):
                break
        async with aclosing(self._quoted(asking, chosen.sources, note)) as events:
            async for event in events:
                yield event

    async def _told(
        self, model: ChatModel, messages: Sequence[Message], reply: ModelReply
    ) -> AsyncGenerator[Event, None]:
        """Pass on what the model says, until it ends, runs away or breaks off."""
        try:
            stream = model.stream(messages, self._limits.answer_tokens)
            async with aclosing(stream) as deltas:
                async for delta in deltas:
                    for event in reply.take(delta):
                        yield event
                    if reply.finish is not None:
                        break
        except ChatModelError as error:
            reply.failure = error
        for event in reply.end():
            yield event

    def _reply(self, draft: Draft, attempt: Selection) -> ModelReply:
        numbers = range(1, len(attempt.sources) + 1)
        longest = self._limits.answer_characters
        return ModelReply(draft, numbers, opened=self._prefilled, longest=longest)

    def _learn(self, reply: ModelReply) -> None:
        """Keep in mind how the model's template begins."""
        self._prefilled = reply.prefilled
        if reply.dropped:
            _log.info("The model cited %d sources that it was not given.", reply.dropped)

    async def _refused(
        self, asking: "_Asking", sources: tuple[Source, ...]
    ) -> AsyncGenerator[Event, None]:
        """Say that the notes do not answer, and what comes nearest."""
        draft = Draft(sources, asking.started)
        for event in draft.say(refusal(asking.question, asking.found, asking.missing)):
            yield event
        yield Done(draft.answer(Mode.REFUSAL, Finish.COMPLETE, asking.missing))

    async def _quoted(
        self, asking: "_Asking", sources: tuple[Source, ...], note: tuple[str, str]
    ) -> AsyncGenerator[Event, None]:
        """Answer in the words of the notes."""
        offered = replace(asking.found, passages=tuple(source.passage for source in sources))
        extracts = await asyncio.to_thread(extract, asking.question, offered, self._limits.extracts)
        draft = Draft(sources, asking.started)
        if warned := caution(asking.question, asking.missing):
            for event in draft.say(warned):
                yield event
        speaking = [e for e in extracts if any(map(str.isalnum, excerpt(e.text)))]
        for quote in speaking or [_fallback(asking.question, offered)]:
            places = [(source + 1, span) for source, span in quote.places]
            for event in draft.quote(excerpt(quote.text), places):
                yield event
        # What lacks a key term is shown as what comes nearest, never as an answer.
        mode = Mode.REFUSAL if warned else Mode.EXTRACTIVE
        yield Done(draft.answer(mode, Finish.COMPLETE, asking.missing, note))


@dataclass(frozen=True, slots=True)
class _Asking:
    """A question with what was found for it."""

    question: str
    found: Retrieved
    missing: tuple[str, ...]
    """Its key terms that stand in none of the passages."""
    started: float
    messages: Sequence[Message]
    """The prompt for an answer from all sources."""


def _missing(question: str, found: Retrieved) -> tuple[str, ...]:
    """Return the key terms that no passage holds; of an off-topic question, all such words."""
    if not (found.on_topic and found.passages):
        return found.missing
    return lacking(found.query.text if found.query else question, found.passages)


def _may_answer(found: Retrieved) -> bool:
    """Whether what was found may hold an answer, as far as the search can tell."""
    return bool(found.on_topic and found.answered and found.passages)


def _quoted_first(question: str, found: Retrieved, limit: int) -> Retrieved:
    """Put the passages that will be quoted before the others, so that they are numbered from 1."""
    quoted = {source for each in extract(question, found, limit) for source, _ in each.places}
    order = sorted(range(len(found.passages)), key=lambda source: source not in quoted)
    return replace(found, passages=tuple(found.passages[source] for source in order))


def _ended(draft: Draft, reply: ModelReply, missing: tuple[str, ...]) -> Event:
    """Return the last event of an answer that a model wrote."""
    if reply.failure is not None:
        reason = str(reply.failure)
        answer = draft.answer(Mode.MODEL, Finish.INTERRUPTED, missing, ("", reason))
        return Failed(reason, answer)
    declined = declines(draft.text) and not draft.cited
    mode = Mode.REFUSAL if declined else Mode.MODEL
    return Done(draft.answer(mode, reply.finish or Finish.COMPLETE, missing))


def _fallback(question: str, found: Retrieved) -> Extract:
    """Return the words of the best passage that are nearest to the question."""
    best = found.passages[0]
    span = best_quote(question, best)
    return Extract(0, span, span.moved(-best.span.start).of(best.text))
