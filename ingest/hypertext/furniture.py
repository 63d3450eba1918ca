"""What of a page is not its text: navigation, bars, banners, and what is hidden.

Each such element is set apart under a reason. Nothing is set apart that holds a large part of the
page's words: pages hide their whole text until a script shows it, and name anything "share".
"""

import re
from collections.abc import Callable

from bs4 import NavigableString, Tag

from ingest.hypertext.tree import attribute, classes, inside, within, words

APART = "footnote-apart"
"""Name of the element around what was set apart; ``reason`` is its attribute."""
_MOST = 0.35
"""Share of the page's characters above which an element is its text, whatever it is named."""
_MOST_BY_NAME = 0.2
_FEW = 200
"""Characters of a bar that need not consist of links."""
_LINKED = 0.4
"""Least share of a longer element's characters that stands in links."""
_CLOSED = re.compile(
    "p|li|ul|ol|dl|dd|dt|table|thead|tbody|tr|td|th|blockquote|h[1-6]|a|b|i|em|strong|code|span|"
    "label|figure|figcaption"
)
"""Elements that are not cut in two; what is set apart inside one stands behind it."""
_BOX = re.compile("div|section|ul|ol|dl|table|aside|header|footer|nav|iframe")
"""Elements whose class can say that they are furniture."""
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|"
    r"opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)|mso-hide",
    re.IGNORECASE,
)
_NAMED = {
    "cookies": "cookie cookies consent gdpr ccpa onetrust",
    "sharing": "share sharing shares sharebar social sns addthis bdshare jiathis reward",
    "related": "related recommend recommended recommendation recommends readnext suggestions",
    "advertising": "ad ads adv advert advertisement advertising adsbygoogle sponsor sponsored "
    "promo promotion banner newsletter subscribe",
    "navigation": "nav navbar navigation menu menubar breadcrumb breadcrumbs sidebar topbar "
    "toolbar pagination pager toc skip",
    "footer": "footer copyright colophon",
}
_BY_NAME = {name: reason for reason, names in _NAMED.items() for name in names.split()}
_ROLES = {
    "navigation": "navigation",
    "menu": "navigation",
    "menubar": "navigation",
    "banner": "navigation",
    "search": "form",
    "contentinfo": "footer",
    "complementary": "aside",
    "dialog": "form",
    "alertdialog": "form",
}


class _Measured:
    """The elements of a page with the characters they hold."""

    def __init__(self, tree: Tag) -> None:
        self._whole = len(words(tree)) or 1

    def share(self, element: Tag) -> float:
        """Return the element's part of the page's characters."""
        return len(words(element)) / self._whole

    def is_bar(self, element: Tag) -> bool:
        """Whether an element is short, or mostly links."""
        length = len(words(element))
        linked = sum(len(words(link)) for link in inside(element, "a"))
        return length <= _FEW or linked >= _LINKED * length


def set_apart(tree: Tag, *, furnished: bool) -> None:
    """Wrap what is no content in `APART` elements, in place.

    Args:
        tree: The page.
        furnished: Whether it has furniture at all; what is hidden is set apart anyway.
    """
    measured = _Measured(tree)
    rules: list[Callable[[Tag, _Measured], str]] = [_hidden]
    if furnished:
        rules += [_by_class, _by_element, _by_role]
    pending = [child for child in tree.children if isinstance(child, Tag)]
    while pending:
        element = pending.pop()
        reason = next((found for rule in rules if (found := rule(element, measured))), "")
        if reason:
            _wrap(element, reason)
        else:
            pending.extend(child for child in element.children if isinstance(child, Tag))


def _hidden(element: Tag, measured: _Measured) -> str:
    hidden = (
        element.has_attr("hidden")
        or attribute(element, "aria-hidden") == "true"
        or _HIDDEN.search(attribute(element, "style")) is not None
    )
    return "hidden" if hidden and measured.share(element) <= _MOST else ""


def _by_element(element: Tag, measured: _Measured) -> str:
    reason = {"nav": "navigation", "menu": "navigation", "form": "form", "dialog": "form"}.get(
        element.name, ""
    )
    in_text = within(element, "article", "main")
    if element.name == "header" and not in_text and not inside(element, "h1"):
        reason = "navigation"
    elif element.name == "footer" and not in_text:
        reason = "footer"
    elif element.name == "aside" and (not in_text or measured.is_bar(element)):
        # An aside inside the text is a remark of its author, unless it is a list of links.
        reason = "aside" if not in_text or element.find("a") else ""
    return reason if reason and measured.share(element) <= _MOST else ""


def _by_role(element: Tag, measured: _Measured) -> str:
    reason = _ROLES.get(attribute(element, "role").lower(), "")
    return reason if reason and measured.share(element) <= _MOST else ""


def _by_class(element: Tag, measured: _Measured) -> str:
    named = re.split(r"[^a-z]+", classes(element))
    if not _BOX.fullmatch(element.name):
        return ""
    reason = next((_BY_NAME[name] for name in named if name in _BY_NAME), "")
    if not reason or inside(element, "main", "article", "h1"):
        return ""
    small = measured.share(element) <= _MOST_BY_NAME
    return reason if small and measured.is_bar(element) else ""


def _wrap(element: Tag, reason: str) -> None:
    """Set ``element`` apart, behind the paragraph, list or table that it stands in."""
    if not words(element):
        if not element.find("img"):
            element.decompose()
        return
    closed = [parent for parent in element.parents if _CLOSED.fullmatch(parent.name)]
    apart = Tag(name=APART, attrs={"reason": reason})
    if closed:
        closed[-1].insert_after(apart)
        apart.append(element.extract())
        if _CLOSED.fullmatch(element.name):
            element.name = "div"
    else:
        element.wrap(apart)
    apart.insert_after(NavigableString("\n"))
