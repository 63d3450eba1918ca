"""Messages that stand as elements of a web page: an element ``div.msg`` with a message's id.

In it ``.nt-box`` holds who and when, ``.dspname`` or ``.name-…`` the name alone, ``.content-box``
what was said, and ``.refermsg`` what that answers.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

_SPACE = re.compile(r"\s+")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_SILENT = frozenset({"script", "style"})
_MEDIA = {"video": "[视频]", "audio": "[语音]"}
_PICTURES = frozenset({"image", "emoji", "emoji_img", "wxemoji"})


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as the page shows it."""

    name: str
    head: str
    """What stands beside the name: the time."""
    quoted: str
    words: str


@dataclass(slots=True)
class _Open:
    """A message that is being read."""

    parts: dict[str, list[str]] = field(default_factory=dict)
    inside: list[str] = field(default_factory=list)
    """The part of the message that each open element belongs to, outermost first."""

    def add(self, text: str) -> None:
        self.parts.setdefault(self.inside[-1], []).append(text)

    def close(self) -> Bubble:
        read = {part: "".join(pieces).strip() for part, pieces in self.parts.items()}
        return Bubble(*(read.get(part, "") for part in ("name", "head", "quoted", "words")))


def bubbles(page: str) -> list[Bubble]:
    """Find the messages of a page, in its order."""
    reading = _Reading()
    parser = etree.HTMLParser(  # type: ignore[call-overload]  # a target may lack what it needs not
        target=reading, huge_tree=True
    )
    parser.feed(_NO_TEXT.sub(" ", page))
    parser.close()
    return reading.found


class _Reading:
    """Told of each element and word of a page, keeps the messages."""

    def __init__(self) -> None:
        self.found: list[Bubble] = []
        self._open: _Open | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Go into an element; the first of a message opens it."""
        classes = attributes.get("class", "").split()
        if self._open is None:
            if tag != "div" or "msg" not in classes or "msgid" not in attributes:
                return
            self._open = _Open()
        before = self._open.inside[-1] if self._open.inside else ""
        self._open.inside.append("" if tag in _SILENT else _part(classes, before))
        if tag == "br":
            self._open.add("\n")
        elif tag == "img" and "avatar" not in classes:
            is_picture = not _PICTURES.isdisjoint(classes)
            self._open.add(attributes.get("alt") or ("[图片]" if is_picture else ""))
        elif tag in _MEDIA:
            self._open.add(_MEDIA[tag])

    def end(self, tag: str) -> None:
        """Leave an element; the last of a message closes it."""
        del tag
        if self._open is None:
            return
        self._open.inside.pop()
        if not self._open.inside:
            self.found.append(self._open.close())
            self._open = None

    def data(self, words: str) -> None:
        """Take words in."""
        if self._open is not None:
            self._open.add(_SPACE.sub(" ", words))

    def close(self) -> None:
        """Do nothing: the page has ended."""


def _part(classes: Sequence[str], before: str) -> str:
    """Return the part of a message that an element holds."""
    for name in classes:
        if name == "nt-box":
            return "head"
        if name == "dspname" or name.startswith("name-"):
            return "name"
        if name == "content-box":
            return "words"
        if name == "refermsg":
            return "quoted"
    return before
