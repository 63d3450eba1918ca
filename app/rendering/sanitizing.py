"""The last step of every rendering: only listed tags, attributes and addresses remain."""

import re

import nh3
from markupsafe import Markup

_TEXT_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "cite", "code", "dd", "del", "details", "div", "dl",
    "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
    "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong",
    "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
    "var",
}  # fmt: skip
_MATH_TAGS = {
    "math", "menclose", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded",
    "mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub",
    "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
}  # fmt: skip
_MATH_ATTRIBUTES = {
    "accent", "columnalign", "columnlines", "columnspacing", "display", "displaystyle", "fence",
    "form", "largeop", "linethickness", "lspace", "mathvariant", "maxsize", "minsize",
    "movablelimits", "notation", "rowlines", "rowspacing", "rspace", "scriptlevel", "separator",
    "stretchy", "symmetric", "width", "height", "depth", "voffset",
}  # fmt: skip

_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"class", "data-start", "data-end", "data-extra", "id", "title"},
    "a": {"href", "rel", "target", "data-n", "data-quote", "data-citation", "aria-label"},
    "details": {"open"},
    "img": {"src", "alt", "loading", "decoding"},
    "ol": {"start"},
    "span": {"role", "aria-label", "data-label"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
    **dict.fromkeys(_MATH_TAGS, _MATH_ATTRIBUTES),
}

_HREF = re.compile(r"^(?:https?://[^\s]+|mailto:[^\s]+|/notes/[0-9a-f\-]{36}(?:[?#].*)?|#.*)$")
_SRC = re.compile(
    r"^(?:/assets/[0-9a-f\-]{36}/[^\s?#]+|data:image/(?:png|jpeg|gif|webp);base64,[\w+/=]+)$"
)
_ID = re.compile(r"^(?:h|b|fn|fnref)-[^\s]*$|^passage$")
_ROLE = {"img", "note"}
_CLASS = re.compile(r"^[\w \-]{1,80}$")
_OFFSET = re.compile(r"^\d{1,9}$")

_RULES = {
    "href": _HREF,
    "src": _SRC,
    "id": _ID,
    "class": _CLASS,
    "data-start": _OFFSET,
    "data-end": _OFFSET,
}


def _listed(tag: str, attribute: str, value: str) -> str | None:
    del tag
    if attribute == "role":
        return value if value in _ROLE else None
    rule = _RULES.get(attribute)
    return value if rule is None or rule.match(value) else None


_CLEANER = nh3.Cleaner(
    tags=_TEXT_TAGS | _MATH_TAGS,
    clean_content_tags=set(),
    attributes=_ATTRIBUTES,
    attribute_filter=_listed,
    strip_comments=True,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "data"},
)


def sanitized(html: str) -> Markup:
    """Return ``html`` with everything taken out that is not listed in this module."""
    return Markup(_CLEANER.clean(html))  # noqa: S704  # this is what makes it safe
