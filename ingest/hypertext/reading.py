"""A web page as Markdown."""

import re
from urllib.parse import urlsplit

from bs4 import Tag

from ingest.hypertext import Page
from ingest.hypertext.furniture import set_apart
from ingest.hypertext.markdown import markdown
from ingest.hypertext.rewriting import rewrite
from ingest.hypertext.tree import attribute, read, words

_SITE = re.compile(
    r"\s+[|\-–—_·•]\s*[^|\-–—_·•]{1,40}$|[|_-][^|_-]{0,12}(?:博客|知乎|简书|掘金|CSDN)\S*$"
)
"""The name of the site behind the title of the page."""
_LONGEST_TITLE = 300


def read_page(source: str, address: str, *, furnished: bool) -> Page:
    """Read HTML; see `ingest.hypertext.page`."""
    tree = read(source)
    address = _http(address) or _address(tree)
    title = _title(tree)
    rewrite(tree, _base(tree) or address)
    set_apart(tree, furnished=furnished)
    if furnished:
        _drop_title(tree, title)
    return Page(title, address, markdown(tree))


def _title(tree: Tag) -> str:
    """Return the heading that the page's own title begins with, or that title without its site."""
    named = next((name for name in _names(tree) if name), "")
    heads = [text for head in tree.find_all("h1") if (text := words(head))]
    for text in heads:
        if named.startswith(text) or (len(heads) == 1 and text in named):
            return text
    if named:
        return _SITE.sub("", named) or named
    return heads[0] if heads else ""


def _names(tree: Tag) -> list[str]:
    found = tree.find("meta", attrs={"property": "og:title"})
    shared = attribute(found, "content") if isinstance(found, Tag) else ""
    title = tree.find("title")
    own = words(title) if isinstance(title, Tag) else ""
    return [" ".join(name.split())[:_LONGEST_TITLE] for name in (shared, own)]


def _drop_title(tree: Tag, title: str) -> None:
    """Take the heading out that says the title, which stands above the text."""
    for head in tree.find_all("h1"):
        if title and words(head) == title:
            head.decompose()
            return


def _address(tree: Tag) -> str:
    for name, attributes, key in (
        ("link", {"rel": "canonical"}, "href"),
        ("meta", {"property": "og:url"}, "content"),
    ):
        found = tree.find(name, attrs=attributes)
        if isinstance(found, Tag) and (address := _http(attribute(found, key))):
            return address
    return _saved_from(tree) or _base(tree)


def _saved_from(tree: Tag) -> str:
    """Read the comment that browsers and SingleFile leave above a saved page."""
    for comment in tree.find_all(string=re.compile(r"saved from url=|^\s*Page saved with|url:\s")):
        if match := re.search(r"https?://[^\s<>\"']+", comment):
            return _http(match.group())
    return ""


def _base(tree: Tag) -> str:
    base = tree.find("base", href=True)
    return _http(attribute(base, "href")) if isinstance(base, Tag) else ""


def _http(address: str) -> str:
    """Return a web address as it may stand in angle brackets, else nothing."""
    address = address.strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc or re.search(r"[\s<>]", address):
        return ""
    return address
