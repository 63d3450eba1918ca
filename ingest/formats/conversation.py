"""What all chat exports come to: messages of people, in the export's order.

Someone with several names has one: the latest. Two people of the same name are told apart by what
the export knows them by. An answer carries the first words of what it answers.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

_QUOTED = 60
"""Characters of an answered message that stand with the answer."""
_LIKE_A_HEADING = re.compile(r"^#{1,2}(?= |$)")
_NAMESAKES = 3
"""Times that people of one name are told apart; someone may be called what another then is."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a message answers."""

    speaker: str
    text: str = ""
    """Its first words; empty when the export does not hold it."""
    handle: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as an export gives it."""

    speaker: str
    """The name shown with this message; empty when none is."""
    when: datetime
    """Wall-clock time without zone."""
    text: str
    handle: str = ""
    """What the export knows the person by, whatever they are called; empty when by nothing."""
    id: str = ""
    answers: str = ""
    """Id of the message that it answers."""
    quote: Quote | None = None
    """What the export itself says that it answers; the message with the id comes first."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One chat."""

    title: str
    """Its name; empty when the export does not say."""
    messages: tuple[Message, ...]


def settled(conversations: Sequence[Conversation]) -> tuple[Conversation, ...]:
    """Give everyone one name, and every answer the words that it answers."""
    names = _names([message for each in conversations for message in each.messages])
    return tuple(
        replace(each, messages=tuple(_settled(each.messages, names))) for each in conversations
    )


def one_line(text: str) -> str:
    """Return ``text`` on one line, each run of white space a single space."""
    return " ".join(text.split())


def name_of(text: str) -> str:
    """Return a name on one line, without marks that would make it something else there."""
    name = _LIKE_A_HEADING.sub(lambda found: "＃" * len(found[0]), one_line(text))
    return name.replace(": ", ":")


def _settled(messages: Sequence[Message], names: Mapping[str, str]) -> Iterator[Message]:
    quotes = {message.id: _quote(message) for message in reversed(messages) if message.id}
    for message in messages:
        quote = quotes.get(message.answers, message.quote) if message.answers else message.quote
        name = name_of(quote.speaker) if quote else ""
        yield replace(
            message,
            speaker=names.get(message.handle, name_of(message.speaker)),
            quote=quote and replace(quote, speaker=names.get(quote.handle, name)),
        )


def _quote(message: Message) -> Quote:
    words = one_line(message.text)
    words = words if len(words) <= _QUOTED else words[: _QUOTED - 1].rstrip() + "…"
    return Quote(message.speaker, words, message.handle)


def _names(messages: Sequence[Message]) -> dict[str, str]:
    """Return the name of each handle."""
    latest: dict[str, tuple[datetime, str]] = {}
    unknown: set[str] = set()
    for message in messages:
        name = name_of(message.speaker)
        if not message.handle:
            unknown.add(name)
            continue
        before = latest.get(message.handle)
        if before is None or (name and (not before[1] or before[0] <= message.when)):
            latest[message.handle] = (message.when, name)
    names = {handle: name or name_of(handle) for handle, (_, name) in latest.items()}
    for _ in range(_NAMESAKES):
        bearers = Counter([*names.values(), *unknown])
        names = {
            handle: f"{name} ({one_line(handle)})" if bearers[name] > 1 else name
            for handle, name in names.items()
        }
    return names
