"""HTML inside Markdown: known tags are drawn again without their attributes, others are text."""

import re
from html.parser import HTMLParser

from markupsafe import Markup, escape

from app.rendering.elements import ink, link_close, link_open, picture
from app.rendering.origin import Origin

INLINE_TAGS = frozenset(
    {"a", "abbr", "b", "big", "br", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd",
     "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "u", "var"}
)  # fmt: skip
BLOCK_TAGS = frozenset(
    {"blockquote", "center", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "h1",
     "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "summary", "table", "tbody",
     "td", "tfoot", "th", "thead", "tr", "ul"}
)  # fmt: skip
_TABLE_TAGS = frozenset({"table", "tbody", "td", "tfoot", "th", "thead", "tr"})
_OPENING = re.compile(r"^ {0,3}</?([A-Za-z][A-Za-z0-9-]*)(?=[\s/>]|$)")
_VOID = frozenset({"br", "hr", "img"})
_LONGEST = 50_000
_DRAWN_AS = {"center": "div", "font": "span", "strike": "s", "big": "span"}


def opens_known_block(block: str) -> bool:
    """Whether a stretch that looks like an HTML block is one of ours, and not a prompt's tag.

    Notes about prompts hold lines such as ``<table>`` or ``<summary>`` that are not HTML; a table
    without rows and a summary that opens a block are taken for those.
    """
    match = _OPENING.match(block)
    if match is None:
        return False
    name = match.group(1).lower()
    if name in _TABLE_TAGS:
        return "<tr" in block.lower() and "<td" in block.lower()
    return name in BLOCK_TAGS and name != "summary"


def known_inline(tag: str) -> bool:
    """Whether ``tag``, written with its angle brackets, is HTML that we draw inside a line."""
    match = _OPENING.match(tag)
    if match is None:
        return False
    return match.group(1).lower() in INLINE_TAGS


def redraw(source: str, origin: Origin) -> Markup:
    """Return ``source`` with known tags redrawn and everything else as text."""
    if len(source) > _LONGEST:
        return escape(source)
    redrawer = _Redrawer(origin)
    redrawer.feed(source)
    redrawer.close()
    return Markup().join(redrawer.pieces)


class _Redrawer(HTMLParser):
    def __init__(self, origin: Origin) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Markup] = []
        self._origin = origin
        self._address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in INLINE_TAGS | BLOCK_TAGS:
            self.pieces.append(escape(self.get_starttag_text() or ""))
        elif tag == "img":
            alt = given.get("alt", "")
            self.pieces.append(picture(given.get("src", ""), alt, self._origin))
        elif tag == "a":
            self._address = given.get("href", "")
            title = given.get("title", "")
            self.pieces.append(link_open(self._address, title, self._origin))
        else:
            css = "center" if tag == "center" else ink(given.get("color", ""))
            name = Markup(_DRAWN_AS.get(tag, tag))  # noqa: S704  # from the lists above
            css_class = Markup(' class="{}"').format(css) if css else ""
            opened = Markup(" open") if tag == "details" and "open" in given else ""
            self.pieces.append(Markup("<{}{}{}>").format(name, css_class, opened))

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE_TAGS | BLOCK_TAGS:
            self.pieces.append(escape(f"</{tag}>"))
        elif tag == "a":
            self.pieces.append(link_close("", "", self._origin))
        elif tag not in _VOID:
            self.pieces.append(Markup("</{}>").format(_DRAWN_AS.get(tag, tag)))

    def handle_data(self, data: str) -> None:
        self.pieces.append(escape(data))

    def handle_comment(self, data: str) -> None:
        self.pieces.append(escape(f"<!--{data}-->"))

    def handle_decl(self, decl: str) -> None:
        self.pieces.append(escape(f"<!{decl}>"))

    def handle_pi(self, data: str) -> None:
        self.pieces.append(escape(f"<?{data}>"))

    def unknown_decl(self, data: str) -> None:
        self.pieces.append(escape(f"<![{data}]>"))
