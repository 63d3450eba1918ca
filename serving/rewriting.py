"""A question in other words: complete without what came before, and in both languages.

A language model is asked for one small JSON object. It is believed only as far as it can do no
harm: a rewritten question must share words with what was said, search terms are short and few,
and whatever else comes back leaves the question as the reader asked it.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval.lexical import content_terms, fold
from retrieval.question import key_words
from retrieval.retrieved import Retrieved
from retrieval.trace import ModelCall
from serving.answer import Turn
from serving.chat_model import ChatModel, ChatModelError, Message, NotJsonError
from serving.fencing import fenced
from serving.inert import inert_line
from serving.language import language_of
from serving.prompt import fixed_text

SECONDS = 3.0
"""How long a rewriting may take."""
MAX_TOKENS = 256
MOST_TERMS = 6
"""Search terms of one language."""
LONGEST_TERM = 40
LONGEST_QUESTION = 300
_TURNS = 3
"""Earlier turns that are shown."""
_ANSWER_CHARACTERS = 300
_FEW = 2
"""Fewer passages than this are few."""
_ABSENT = 3
"""One key word in so many may be absent from the passages; more are a sign of other words."""
_NEARLY = 0.5
"""Share of the evidence of an on-topic question from which other words may show it to be one."""
_PAUSE_S = 60.0
"""Time for which a model that failed is not asked again."""
_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "question": {"type": "string"},
        "chinese": {"type": "array", "items": {"type": "string"}},
        "english": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["question", "chinese", "english"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What a model made of a question."""

    question: str
    """The question as it stands alone; empty when it is complete or no use was found."""
    terms: tuple[str, ...]
    """Search terms in both languages."""
    call: ModelCall


class Rewriter:
    """Has questions rewritten where that may find more."""

    def __init__(self, model: ChatModel, seconds: float = SECONDS) -> None:
        """Ask ``model``, and wait at most ``seconds`` for it."""
        self._model = model
        self._seconds = seconds
        self._again = 0.0

    async def rewriting(self, question: str, history: Sequence[Turn]) -> Rewriting | None:
        """Return another wording of ``question``; None right after the model has failed."""
        begun = time.monotonic()
        if begun < self._again:
            return None
        said: Mapping[str, Any] = {}
        outcome = ""
        try:
            said = await self._model.complete_json(
                _messages(question, history[-_TURNS:]),
                _SCHEMA,
                max_tokens=MAX_TOKENS,
                seconds=self._seconds,
            )
        except ChatModelError as error:
            outcome = str(error)
            if not isinstance(error, NotJsonError):
                self._again = time.monotonic() + _PAUSE_S
        alone = _alone(said.get("question"), question, history) if history else ""
        terms = _terms(said, question)
        told = outcome or "; ".join(filter(None, (alone, ", ".join(terms))))
        ms = round((time.monotonic() - begun) * 1_000, 1)
        return Rewriting(alone, terms, ModelCall("rewriting", told, ms))


def may_find_more(question: str, found: Retrieved) -> bool:
    """Whether other words may find more than was found.

    So it is when hardly anything was found, when most passages are in another language than the
    question, and when many of its key words stand in none of them. A question that is clearly
    beside the notes costs no call.
    """
    if len(found.passages) < _FEW:
        return True
    language = language_of(question)
    others = sum(language_of(passage.text) != language for passage in found.passages)
    if 2 * others > len(found.passages):
        return True
    words = key_words(found.question)
    text = fold("\n".join(f"{each.title} {each.heading} {each.text}" for each in found.passages))
    absent = sum(word not in text for word in words)
    return _is_near(found) and _ABSENT * absent >= len(words) > 0


def _is_near(found: Retrieved) -> bool:
    """Whether the notes bear on the question, or are taken not to only just."""
    threshold = found.trace.threshold if found.trace else 0.0
    return found.on_topic or (threshold > 0 and found.evidence >= _NEARLY * threshold)


def _messages(question: str, history: Sequence[Turn]) -> tuple[Message, ...]:
    texts: list[tuple[str, str]] = []
    for turn in history:
        texts.append(("question", turn.question))
        texts.append(("answer", turn.answer[:_ANSWER_CHARACTERS]))
    texts.append(("last question", question))
    system = fixed_text("rewriting", language_of(question))
    return (Message("system", system), Message("user", fenced(texts)))


def _alone(said: object, question: str, history: Sequence[Turn]) -> str:
    """Return the rewritten question, if it is one and is about what was said."""
    if not isinstance(said, str):
        return ""
    line = inert_line(said)
    if not line or len(line) > LONGEST_QUESTION or line == inert_line(question):
        return ""
    spoken = " ".join([question, *(f"{turn.question} {turn.answer}" for turn in history)])
    held, known = set(content_terms(line)), set(content_terms(spoken))
    # Half of its terms at least: a refusal or an answer shares some by chance.
    return line if 2 * len(held & known) >= len(held) else ""


def _terms(said: Mapping[str, Any], question: str) -> tuple[str, ...]:
    """Return the usable search terms, each once."""
    found: dict[str, None] = {}
    for language in ("chinese", "english"):
        listed = said.get(language)
        usable = [term for term in listed if _usable(term)] if isinstance(listed, list) else []
        found |= dict.fromkeys(inert_line(term) for term in usable[:MOST_TERMS])
    asked = fold(question)
    return tuple(term for term in found if term and fold(term) not in asked)


def _usable(term: object) -> bool:
    return isinstance(term, str) and 0 < len(term.strip()) <= LONGEST_TERM
