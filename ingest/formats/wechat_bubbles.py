"""Messages that stand as elements of a web page: an element ``div.msg`` with a message's id.

In it ``.nt-box`` holds who and when, ``.dspname`` or ``.name-…`` the name alone, ``.content-box``
what was said, and ``.refermsg`` what that answers.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

_SPACE = re.compile(r"\s+")
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr", "embed", "track"})
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
    inside: list[tuple[str, str]] = field(default_factory=list)
    """Open elements, outermost first, each with the part of the message that it belongs to."""

    tags: Counter[str] = field(default_factory=Counter)
    """How many of them have each name."""

    def enter(self, tag: str, part: str) -> None:
        self.inside.append((tag, part))
        self.tags[tag] += 1

    def leave(self, tag: str) -> None:
        """Leave the innermost element of that name and all that stand open in it."""
        left = ""
        while self.tags[tag] and left != tag:
            left, _ = self.inside.pop()
            self.tags[left] -= 1

    def add(self, text: str) -> None:
        self.parts.setdefault(self.inside[-1][1], []).append(text)

    def close(self) -> Bubble:
        read = {part: "".join(pieces).strip() for part, pieces in self.parts.items()}
        return Bubble(*(read.get(part, "") for part in ("name", "head", "quoted", "words")))


class Bubbles(HTMLParser):
    """Finds the messages of a page that is fed to it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Bubble] = []
        self._open: _Open | None = None

    @property
    def is_open(self) -> bool:
        """Whether the page ended inside a message."""
        return self._open is not None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element; the first of a message opens it."""
        values = dict(attrs)
        classes = (values.get("class") or "").split()
        if self._open is None:
            if tag != "div" or "msg" not in classes or "msgid" not in values:
                return
            self._open = _Open()
        if tag in _VOID:
            self._void(tag, values, classes)
            return
        before = self._open.inside[-1][1] if self._open.inside else ""
        self._open.enter(tag, "" if tag in _SILENT else _part(classes, before))
        if tag in _MEDIA:
            self._open.add(_MEDIA[tag])

    def handle_endtag(self, tag: str) -> None:
        """Leave an element; the last of a message closes it."""
        if self._open is None:
            return
        self._open.leave(tag)
        if not self._open.inside:
            self.found.append(self._open.close())
            self._open = None

    def handle_data(self, data: str) -> None:
        """Take words in."""
        if self._open is not None:
            self._open.add(_SPACE.sub(" ", data))

    def _void(self, tag: str, values: dict[str, str | None], classes: Sequence[str]) -> None:
        if self._open is None:
            return
        if tag == "br":
            self._open.add("\n")
        elif tag == "img" and "avatar" not in classes:
            is_picture = not _PICTURES.isdisjoint(classes)
            self._open.add(values.get("alt") or ("[图片]" if is_picture else ""))


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
