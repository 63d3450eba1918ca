"""Key terms of a question that stand in none of its passages. Pure.

Most words of a question may be missing from the very passage that answers it: whoever asks puts
things in words of their own. So only those are named that an answer can hardly do without:

- names, identifiers and figures in Latin script or digits, such as ``JEPA`` or ``RTX 5090``;
- Chinese names of persons and institutions;
- the noun that is asked for: 学费 in 学费是多少, 主板 in 哪款主板, 上市 in 什么时候上市. Nouns that
  only say of which kind the answer is (例子, 原因, 看法) are left out.

Where passages and question are in two languages, only what is written the same in both counts.
"""

import re
from collections.abc import Iterator, Sequence
from importlib.resources import files

from retrieval import gate
from retrieval.lexical import FUNCTION_TERMS, fold, tagged, terms
from retrieval.passage import Passage
from serving.language import language_of

MOST = 4
"""Terms that are named."""
_LATIN = re.compile(r"[A-Za-z0-9]+(?:[._+#/@-]+[A-Za-z0-9]+|\+\+|#)*")
_MEASURE = re.compile(r"\d+-[a-z]+")
"""Such as 10-minute."""
_ASKED_AFTER = re.compile(
    r"(?:各|各自|分别|具体|大概|到底|究竟|一共|总共|又|都)*"
    r"(?:是|叫|在)?(?:多少|什么(?!时候)|谁|哪|几|多[大高长久快重远])"
)
"""Comes right after the noun that is asked for."""
_ASKED_BEFORE = re.compile(
    r"(?<![有点些])(?:哪(?:一)?[个款家种些门篇条本所块座位只张台部]|什么|多少)$"
)
"""Comes right before it."""
_WHEN = re.compile(r"什么时候|何时|哪[天年]|几[月号]")
_PERSON, _INSTITUTION = "nr", "nt"
_SHORTEST_NAME = 3
"""Shorter ones are often parts of other words."""
_SHORTEST_NOUN = 2
_MODAL = frozenset("能要会该可应需各")
"""What begins with these and is taken for a noun is none: 能省, 各有."""
_NOT_NAMES = frozenset({
    "english", "chinese", "french", "german", "japanese", "korean", "russian", "spanish",
    "american", "european", "asian", "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december", "monday", "tuesday",
    "wednesday", "thursday", "friday", "saturday", "sunday", "i",
})  # fmt: skip
_GENERIC = frozenset(
    files("serving").joinpath("generic_nouns.txt").read_text(encoding="utf-8").split()
)


def lacking(question: str, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Return the key terms of ``question`` that stand in none of ``passages``, as it has them."""
    question = question.encode("utf-8", "replace").decode()  # half a character cannot be tagged
    language = language_of(question)
    alike = sum(language_of(each.text) == language for each in passages)
    same = not passages or 2 * alike > len(passages)
    found = dict(_latin(question, chinese=language == "zh", same=same))
    if language == "zh":
        found |= dict(_chinese(question))
    held = [_everything(passage) for passage in passages]
    ordered = [found[at] for at in sorted(found)]
    missing = (term for term in ordered if all(gate.missing([each], held) for each in _forms(term)))
    return tuple(dict.fromkeys(missing))[:MOST]


def _latin(question: str, *, chinese: bool, same: bool) -> Iterator[tuple[int, str]]:
    """Yield names, identifiers and figures, joined to a name where they stand side by side."""
    end, joined, start = -1, "", 0
    for found in _LATIN.finditer(question):
        word = found.group()
        named = _is_name(word) or (_begins_large(word) and same and found.start() > 0)
        if not (named or (chinese and not _is_common(word))) or len(word) < _SHORTEST_NOUN:
            continue
        if not chinese and joined and question[end : found.start()] == " ":
            joined = f"{joined} {word}"
        else:
            if joined:
                yield start, joined
            start, joined = found.start(), word
        end = found.end()
    if joined:
        yield start, joined


def _is_name(word: str) -> bool:
    """Whether a Latin word is written as names and identifiers are, whatever stands around it."""
    if _MEASURE.fullmatch(word) or word.lower() in _NOT_NAMES:
        return False
    return any(each.isdigit() or each.isupper() for each in word[1:]) or word[:1].isdigit()


def _begins_large(word: str) -> bool:
    return word[0].isupper() and word.lower() not in _NOT_NAMES and not _is_common(word)


def _is_common(word: str) -> bool:
    return all(term in FUNCTION_TERMS for term in terms(word))


def _forms(term: str) -> tuple[str, ...]:
    """Return the forms of which none may stand in a passage: GPU for GPUs."""
    singular = term[:-1] if term.endswith("s") and term[:-1].isupper() else term
    return tuple(dict.fromkeys((fold(term), fold(singular))))


def _chinese(question: str) -> Iterator[tuple[int, str]]:
    """Yield names, and the nouns that are asked for."""
    at = 0
    event: tuple[int, str] | None = None
    asks_when = -1
    for word, kind in tagged(question):
        at = question.index(word, at)
        before, after = question[:at], question[at + len(word) :]
        noun = (kind.startswith("n") and word[0] not in _MODAL) or before.endswith("的")
        if when := _WHEN.search(before):
            asks_when = when.end()
        if len(word) >= _SHORTEST_NAME and kind in (_PERSON, _INSTITUTION):
            yield at, word
        elif len(word) < _SHORTEST_NOUN or word in _GENERIC or kind in ("x", "eng", "m", "r"):
            pass
        elif noun and _asked(before, after):
            yield at, word
        elif 0 <= asks_when <= at and kind[0] in "vn":
            event = (at, word)
        at += len(word)
    if event is not None:
        yield event


def _asked(before: str, after: str) -> bool:
    """Whether a noun between these stretches is what is asked for."""
    return bool(_ASKED_AFTER.match(after) or _ASKED_BEFORE.search(before))


def _everything(passage: Passage) -> str:
    """Return a passage with all that says what it is, folded."""
    about = (passage.title, *passage.headings, *passage.speakers, passage.when)
    return fold(" ".join((*about, passage.text)))
