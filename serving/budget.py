"""What fits into one prompt."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.passage import Passage
from retrieval.span import Span
from serving.answer import Source, Turn

SOURCE_FRAME_TOKENS = 90
"""Upper bound of what fences, number and field names add to one source."""
TURN_FRAME_TOKENS = 12
MOST_TURNS = 6

_LETTERS_PER_TOKEN = 3
_SPACES_PER_TOKEN = 4
_TOKENS = re.compile(
    r"(?P<letters>[A-Za-z]+)|(?P<spaces> +)|(?P<ascii>[\x00-\x7f])"
    r"|(?P<wide>[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\u2010-\u2027])"
    r"|(?P<other>.)",
    re.DOTALL,
)


def token_estimate(text: str) -> int:
    """Estimate from above how many tokens ``text`` has, without a tokenizer.

    A Chinese, Japanese or Korean character or full-width mark counts 1, a run of Latin letters 1
    per 3 letters, a digit, line feed or ASCII mark 1, a run of spaces 1 per 4 (one space between
    words nothing), any other character 1 per 2 bytes of UTF-8. Present tokenizers need about 0.7
    per Chinese character and 0.25 per English letter, so this leaves a margin of a third.
    """
    total = 0
    for found in _TOKENS.finditer(text):
        length = found.end() - found.start()
        match found.lastgroup:
            case "letters":
                total += -(-length // _LETTERS_PER_TOKEN)
            case "spaces":
                total += length // _SPACES_PER_TOKEN
            case "other":
                total += -(-len(found.group().encode("utf-8", "surrogatepass")) // 2)
            case _:
                total += 1
    return total


@dataclass(frozen=True, slots=True)
class Room:
    """Tokens that a prompt may take."""

    prompt: int
    """Everything: fixed text, history, sources and question."""
    sources: int
    """All sources together."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What goes into a prompt."""

    sources: tuple[Source, ...]
    """Numbered from 1 without a gap, best first."""
    history: tuple[Turn, ...]
    """The latest turns that still fit, oldest first."""


def selection(
    passages: Sequence[Passage], history: Sequence[Turn], fixed: int, room: Room
) -> Selection:
    """Choose what fits; sources come before history.

    Args:
        passages: What was found, best first.
        history: The conversation so far, oldest first.
        fixed: Tokens of the fixed text and the question.
        room: What the prompt may take.

    Returns:
        As many passages as fit, at least one: when not even the best fits, its beginning.
    """
    left = min(room.sources, room.prompt - fixed)
    chosen: list[Passage] = []
    for passage in passages:
        cost = _cost(passage)
        if cost <= left:
            chosen.append(passage)
            left -= cost
    if passages and not chosen:
        chosen = [_shortened(passages[0], max(left, 2 * SOURCE_FRAME_TOKENS))]
    sources = tuple(Source(number, passage) for number, passage in enumerate(chosen, 1))
    spent = fixed + sum(_cost(passage) for passage in chosen)
    return Selection(sources, _latest(history, room.prompt - spent))


def _cost(passage: Passage) -> int:
    about = " ".join((passage.title, *passage.headings, *passage.speakers, passage.when))
    return SOURCE_FRAME_TOKENS + token_estimate(about) + token_estimate(passage.text)


def _shortened(passage: Passage, tokens: int) -> Passage:
    """Return the beginning of a passage that costs at most about ``tokens``."""
    low, high = 0, len(passage.text)
    while low < high:
        middle = (low + high + 1) // 2
        if SOURCE_FRAME_TOKENS + token_estimate(passage.text[:middle]) <= tokens:
            low = middle
        else:
            high = middle - 1
    span = Span(passage.span.start, passage.span.start + low)
    return replace(passage, text=passage.text[:low], span=span)


def _latest(history: Sequence[Turn], left: int) -> tuple[Turn, ...]:
    kept: list[Turn] = []
    for turn in reversed(history[-MOST_TURNS:]):
        left -= token_estimate(turn.question) + token_estimate(turn.answer) + TURN_FRAME_TOKENS
        if left < 0:
            break
        kept.append(turn)
    return tuple(reversed(kept))
