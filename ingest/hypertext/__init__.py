"""HTML into Markdown: tree → rewriting → furniture → text.

What it is made with is loaded when the first page is read: it takes as long as a sync in which
nothing changed.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says."""

    title: str
    """Empty when the page has none."""
    address: str
    """Where it was saved from; empty when it does not tell."""
    markdown: str
    """Its text; stretches that are no content stand between `ingest.parsing.document` marks."""


def page(source: str, *, address: str = "", furnished: bool = True) -> Page:
    """Read HTML; nothing is fetched and nothing is run.

    Args:
        source: The page.
        address: Where it was saved from, if that is known from elsewhere.
        furnished: Whether it may have navigation and the like around its text; a chapter of a book
            has not.

    Raises:
        TooManyTagsError: It is too large.
    """
    from ingest.hypertext.reading import read_page  # noqa: PLC0415 - the reason stands above

    return read_page(source, address, furnished=furnished)
