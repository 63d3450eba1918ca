"""What is said when the notes hold no answer."""

from retrieval.retrieved import Retrieved
from serving.citations import neutralised
from serving.language import Language, language_of

_MOST_NAMED = 3
_LONGEST_NAMED = 120
_DECLINED = ("笔记里没有回答这个问题的内容", "The notes do not answer this question")

_NOTHING: dict[Language, str] = {
    "zh": "笔记里没有找到能回答这个问题的内容。搜索的是：“{}”。",
    "en": "The notes hold nothing that answers this. Searched for: “{}”.",
}
_MISSING: dict[Language, str] = {
    "zh": "没有一篇笔记提到：{}。",
    "en": " No note mentions: {}.",
}
_NEAREST: dict[Language, str] = {
    "zh": "最接近的笔记列在来源里：{}。",
    "en": " The nearest notes are listed as sources: {}.",
}
_COMMA: dict[Language, str] = {"zh": "、", "en": ", "}


def refusal(question: str, retrieved: Retrieved) -> str:
    """Say, in the question's language, what was searched and which notes come nearest."""
    language = language_of(question)
    titles = dict.fromkeys(_named(passage.title) for passage in retrieved.passages)
    quoted = [f"《{title}》" if language == "zh" else f"“{title}”" for title in titles]
    text = _filled(_NOTHING[language], _named(retrieved.question or question))
    if retrieved.missing:
        missing = map(_named, retrieved.missing[:_MOST_NAMED])
        text += _filled(_MISSING[language], _COMMA[language].join(missing))
    if quoted:
        text += _filled(_NEAREST[language], _COMMA[language].join(quoted[:_MOST_NAMED]))
    return neutralised(text)


def declines(text: str) -> bool:
    """Whether a model says, in the words it was told to use, that the notes do not answer."""
    return text.lstrip().startswith(_DECLINED)


def _filled(sentence: str, words: str) -> str:
    before, _, after = sentence.partition("{}")
    return before + words + after


def _named(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_NAMED else line[:_LONGEST_NAMED] + "…"
