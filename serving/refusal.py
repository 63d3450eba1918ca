"""What is said when the notes hold no answer, or may hold none."""

from collections.abc import Iterator, Sequence

from retrieval.retrieved import Retrieved
from serving.citations import neutralised
from serving.language import Language, language_of

_MOST_NAMED = 3
_LONGEST_NAMED = 120
_DECLINED = ("笔记里没有回答这个问题的内容", "The notes do not answer this question")

_OFF_TOPIC: dict[Language, str] = {
    "zh": "笔记里没有找到能回答这个问题的内容。搜索的是：“{}”。",
    "en": "The notes hold nothing that answers this. Searched for: “{}”.",
}
_UNANSWERED: dict[Language, str] = {
    "zh": "笔记里有相近的内容，但没有写出这个问题的答案。搜索的是：“{}”。",
    "en": "The notes come near this, but do not state the answer. Searched for: “{}”.",
}
_MISSING: dict[Language, str] = {
    "zh": "这些段落里没有出现：{}。",
    "en": "Not in these passages: {}.",
}
_BELOW: dict[Language, str] = {
    "zh": "下面是最接近的内容，不一定回答了问题：",
    "en": " What follows comes nearest and may not answer:",
}
_FILTERED: dict[Language, str] = {
    "zh": "只搜索了符合这些条件的内容：{}。去掉它们再问，会搜索全部笔记。",
    "en": " Only what fits these was searched: {}. Ask without them to search all notes.",
}
_LEFT_OUT: dict[Language, str] = {"zh": "（排除了 {} 段）", "en": " (left out {} passages)"}
_NEAREST: dict[Language, str] = {
    "zh": "最接近的笔记列在来源里：{}。",
    "en": " The nearest notes are listed as sources: {}.",
}
_COMMA: dict[Language, str] = {"zh": "、", "en": ", "}


def refusal(question: str, retrieved: Retrieved, missing: Sequence[str] = ()) -> str:
    """Say, in the question's language, what was searched and which notes come nearest.

    Args:
        question: As asked.
        retrieved: What was found for it.
        missing: Its key terms that stand in none of the passages.
    """
    language = language_of(question)
    near = retrieved.on_topic and bool(retrieved.passages)
    opening = (_UNANSWERED if near else _OFF_TOPIC)[language]
    parts = [
        _filled(opening, _named(retrieved.question or question)),
        *_about_missing(missing if retrieved.passages else (), language),
        *_about_filters(retrieved, language),
        *_about_nearest(retrieved, language),
    ]
    return neutralised("".join(parts))


def caution(question: str, missing: Sequence[str]) -> str:
    """Say, before the notes are quoted, which key terms of the question they do not hold.

    Empty when they hold all: words cannot tell more.
    """
    language = language_of(question)
    said = "".join(_about_missing(missing, language)).lstrip()
    return neutralised(said + _BELOW[language]) if said else ""


def declines(text: str) -> bool:
    """Whether a model says, in the words it was told to use, that the notes do not answer."""
    return text.lstrip().startswith(_DECLINED)


def _about_missing(missing: Sequence[str], language: Language) -> Iterator[str]:
    if missing:
        named = _COMMA[language].join(map(_named, missing[:_MOST_NAMED]))
        yield _gap(language) + _filled(_MISSING[language], named)


def _about_filters(retrieved: Retrieved, language: Language) -> Iterator[str]:
    """Say what was not searched because the reader's line left it out."""
    chips = retrieved.query.chips if retrieved.query else ()
    counts = {each.chip.written: str(each.hits) for each in retrieved.removed_by}
    written = [
        _named(chip.written) + _filled(_LEFT_OUT[language], counts[chip.written])
        if chip.written in counts
        else _named(chip.written)
        for chip in chips
        if chip.restricts
    ]
    if written:
        yield _filled(_FILTERED[language], _COMMA[language].join(written))


def _about_nearest(retrieved: Retrieved, language: Language) -> Iterator[str]:
    titles = dict.fromkeys(_named(passage.title) for passage in retrieved.passages)
    quoted = [f"《{title}》" if language == "zh" else f"“{title}”" for title in titles]
    if quoted:
        yield _filled(_NEAREST[language], _COMMA[language].join(quoted[:_MOST_NAMED]))


def _gap(language: Language) -> str:
    return " " if language == "en" else ""


def _filled(sentence: str, *words: str) -> str:
    """Return ``sentence`` with words in its places; what looks like a place in them is none."""
    parts = sentence.split("{}")
    return "".join(part + word for part, word in zip(parts, (*words, ""), strict=True))


def _named(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_NAMED else line[:_LONGEST_NAMED] + "…"
