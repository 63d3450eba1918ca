"""Words that mean the same in the notes' field, in Chinese and English, as groups.

A group is one line: Chinese words, ``=``, English ones, separated by commas. A word of the question
brings others of its groups in; where words overlap, the longest counts.

From the groups that come with the program an English word brings the Chinese ones in, and nothing
else: that gained on every question set; Chinese words and further words of the same language gained
nothing. A reader's own groups hold in every direction.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files

from retrieval.lexical import fold, latin_runs, stems

Group = tuple[str, ...]
"""Words that mean the same, in any language."""
_LONGEST = 10
"""Chinese characters of the longest word that is looked for."""
_MOST_WORDS = 5
"""The same in English words."""


class Glossary:
    """Finds the words of a question that have others of the same meaning. It never changes."""

    def __init__(self, given: Iterable[Group], own: Iterable[Group] = ()) -> None:
        """Look words up in groups; a word may stand in several.

        Args:
            given: Groups whose English words bring the Chinese ones in.
            own: Groups whose words all bring each other in.
        """
        self._chinese: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._english: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for group in given:
            chinese = dict.fromkeys(word for word in group if not fold(word).isascii())
            for word in group:
                if fold(word).isascii():
                    self._english[stems(word)].update(chinese)
        for group in own:
            for word in group:
                self._others(word).update(dict.fromkeys(each for each in group if each != word))

    def alike(self, text: str) -> tuple[Group, ...]:
        """Return, for each word of ``text`` that has others, those others."""
        folded = fold(text)
        found = [*self._of_chinese(folded), *self._of_english(folded)]
        return tuple(dict.fromkeys(group for group in found if group))

    def _others(self, word: str) -> dict[str, None]:
        folded = fold(word)
        return self._english[stems(folded)] if folded.isascii() else self._chinese[folded]

    def _of_chinese(self, folded: str) -> Iterator[Group]:
        start = 0
        while start < len(folded):
            stretch = folded[start : start + _LONGEST]
            beginnings = (stretch[:end] for end in range(len(stretch), 0, -1))
            word = next((each for each in beginnings if each in self._chinese), "")
            if word:
                yield tuple(self._chinese[word])
            start += len(word) or 1

    def _of_english(self, folded: str) -> Iterator[Group]:
        for run in latin_runs(folded):
            start = 0
            while start < len(run):
                size = self._longest(run[start : start + _MOST_WORDS])
                if size:
                    yield tuple(self._english[stems(" ".join(run[start : start + size]))])
                start += size or 1

    def _longest(self, words: Sequence[str]) -> int:
        """Return how many of the first ``words`` make one that is known."""
        sizes = range(len(words), 0, -1)
        return next((size for size in sizes if stems(" ".join(words[:size])) in self._english), 0)


def groups(text: str) -> Iterator[Group]:
    """Yield the groups of a glossary file; remarks and lines of one word are passed over."""
    for line in text.splitlines():
        if not line.lstrip().startswith("#"):
            words = line.replace("，", ",").replace("=", ",").split(",")
            group = tuple(dict.fromkeys(word.strip() for word in words if word.strip()))
            if len(group) > 1:
                yield group


@cache
def built_in() -> tuple[Group, ...]:
    """Return the groups that come with the program."""
    return tuple(groups(files("retrieval").joinpath("glossary.txt").read_text(encoding="utf-8")))
