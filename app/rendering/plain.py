"""Text as it may stand in a page: only characters that HTML and UTF-8 can carry."""

import re

from markupsafe import Markup, escape

# NUL and most control characters are errors in HTML; a lone surrogate cannot be encoded at all.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")

_LINE_END = re.compile(r"\r\n?|\n")

# Marks that turn the direction of what follows: they can make a link look like another one.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def showable(text: str) -> str:
    """Replace each character that a page cannot carry by U+FFFD; the length stays the same."""
    return _UNSHOWABLE.sub("\ufffd", text)


def label(text: str) -> str:
    """Make ``text`` fit for one line of a page: no control or direction marks, no line breaks."""
    return " ".join(_TURNING.sub("", showable(text)).split())


def verbatim(text: str) -> Markup:
    """Escape ``text`` so that a browser reads back exactly these characters, line ends included.

    A browser turns CR and CRLF into LF while it reads a page, unless they are written as
    character references; offsets into the text would shift.
    """
    return Markup(str(escape(showable(text))).replace("\r", "&#13;"))  # noqa: S704  # escaped


def plain_html(text: str) -> Markup:
    """Escape ``text`` and keep its line breaks."""
    return Markup(_LINE_END.sub("<br>\n", str(escape(showable(text)))))  # noqa: S704  # escaped
