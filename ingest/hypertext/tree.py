"""The tree of a page. Beside `ingest.hypertext` nothing knows what it is made of."""

import re
import warnings
from typing import Any

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning

DEEPEST = 150
"""Elements inside one another; of deeper ones the words are kept."""
MOST_TAGS = 800_000
"""Opening and closing ones: about half a gigabyte."""
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]|\r\n?")


class _Element(Tag):
    """An element that answers fast what it is asked most: for its parents, and if it is gone."""

    _decomposed = False
    # Without a value of its own, each question would search the whole element for a tag.

    def find_parent(self, name: Any = None, attrs: Any = None, **kwargs: Any) -> Tag | None:  # noqa: ANN401 - as its parent declares them
        """Return the nearest element around this one with a name."""
        if isinstance(name, str) and not attrs and not kwargs:
            return next((parent for parent in self.parents if parent.name == name), None)
        return super().find_parent(name, attrs or {}, **kwargs)


class TooManyTagsError(ValueError):
    """The tree of a page would not fit a usual machine's memory."""

    def __init__(self, tags: int) -> None:
        super().__init__(
            f"The page has {tags:,} tags and the limit is {MOST_TAGS:,}. Cut it into parts."
        )


def read(source: str) -> Tag:
    """Read a page; whatever it is, a tree comes of it.

    Raises:
        TooManyTagsError: It is too large.
    """
    tags = source.count("<")
    if tags > MOST_TAGS:
        raise TooManyTagsError(tags)
    plain = _NO_TEXT.sub(lambda match: "\n" if match.group()[0] == "\r" else " ", source)
    with warnings.catch_warnings():
        # Neither XHTML nor a page of one word is a mistake here.
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        tree = BeautifulSoup(plain, "lxml", element_classes={Tag: _Element})
    _flatten(tree)
    return tree


def attribute(element: Tag, name: str) -> str:
    """Return an attribute's value as one line; empty when there is none."""
    value = element.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else " ".join(value)


def classes(element: Tag) -> str:
    """Return the classes, the id and the role of an element, in lower case."""
    parts = (attribute(element, name) for name in ("class", "id", "role"))
    return " ".join(part for part in parts if part).lower()


def words(element: Tag) -> str:
    """Return the text of an element as one line."""
    return " ".join(element.get_text().split())


def inside(element: Tag, *names: str) -> list[Tag]:
    """Return the elements of these names below ``element``, in order; of any name if none is given.

    It takes a tenth of the time of the library's own search.
    """
    return [
        found
        for found in element.descendants
        if isinstance(found, Tag) and (not names or found.name in names)
    ]


def within(element: Tag, *names: str) -> bool:
    """Whether an element of one of these names stands around ``element``."""
    return any(parent.name in names for parent in element.parents)


def _flatten(tree: Tag) -> None:
    """Put the words of what lies too deep to be followed into the element that holds it."""
    level: list[Tag] = [tree]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element.children if isinstance(child, Tag)]
        if not level:
            return
    for element in level:
        if any(isinstance(child, Tag) for child in element.children):
            held = element.get_text(" ")
            element.clear()
            element.append(held)
