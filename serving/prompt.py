"""The prompt: fixed text, history, sources, question, in this order.

What changes least comes first, so that an endpoint that caches prefixes reuses the most.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from retrieval.passage import Passage
from serving.answer import Source, Turn
from serving.budget import token_estimate
from serving.chat_model import Message
from serving.fencing import nonce
from serving.inert import inert, inert_line
from serving.language import Language, language_of

_OWN_MARK = re.compile(r"(?:\[\d+\])+")


def prompt(
    question: str, sources: Sequence[Source], history: Sequence[Turn] = ()
) -> tuple[Message, ...]:
    """Return the messages that ask a model to answer ``question`` from ``sources``.

    Each source stands between fences with a random word that is new in every prompt and stands
    in none of the sources. Texts of notes and of the reader are made inert and joined by plain
    concatenation, so that nothing in them is read as a format.
    """
    language = language_of(question)
    asked = fixed_text("question", language) + inert(question)
    texts = [inert(each.passage.title) + inert(each.passage.text) for each in sources]
    shown = _sources(sources, language, nonce([question, *texts]))
    return (
        Message("system", fixed_text("system", language)),
        *_earlier(history),
        Message("user", shown + "\n" + asked),
    )


def fixed_tokens(question: str) -> int:
    """Estimate the tokens of everything in the prompt but sources and history."""
    language = language_of(question)
    texts = (fixed_text(name, language) for name in ("system", "sources", "question"))
    frame = 60
    return frame + sum(map(token_estimate, texts)) + token_estimate(question)


@cache
def fixed_text(name: str, language: Language) -> str:
    """Return one of the texts in ``prompts/`` in one of its languages."""
    return (files("serving.prompts") / f"{name}.{language}.txt").read_text(encoding="utf-8")


def _earlier(history: Sequence[Turn]) -> list[Message]:
    """Return the conversation so far, its marks left out: their numbers mean nothing here."""
    messages = []
    for turn in history:
        messages.append(Message("user", inert(turn.question)))
        messages.append(Message("assistant", inert(_OWN_MARK.sub("", turn.answer))))
    return messages


def _sources(sources: Sequence[Source], language: Language, word: str) -> str:
    parts = [fixed_text("sources", language).replace("NONCE", word)]
    for source in sources:
        fence = "source " + str(source.number) + " " + word
        lines = ["<<<" + fence, *_about(source.passage), "text:"]
        lines += [inert(source.passage.text), ">>>" + fence]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _about(passage: Passage) -> list[str]:
    """Return the lines that say what a source is; unknown fields are left out."""
    fields = (
        ("title", passage.title),
        ("heading", passage.heading),
        ("page", str(passage.page or "")),
        ("kind", passage.kind.value),
        ("date", passage.when),
        ("speakers", ", ".join(passage.speakers)),
    )
    return [name + ": " + inert_line(value) for name, value in fields if value]
