"""A page's tree as Markdown. The only door to markdownify."""

import re

from bs4 import NavigableString, Tag
from markdownify import MarkdownConverter

from ingest.hypertext.rewriting import CODE, FORMULA
from ingest.hypertext.tree import attribute
from ingest.parsing.document import apart

_TAG_LIKE = re.compile(r"<(?=[A-Za-z/!?])")
_STAR = re.compile(r"(?<=\S)\*|\*(?=\S)")
_OUTER_LINE = re.compile(r"(?<!\w)_(?=\S)|(?<=\S)_(?!\w)")
_TICKS = re.compile(r"`+")
_HASHES = re.compile(r"^(#{1,6}\s)")
_GAPS = re.compile(r"\n(?:[ \t]*\n){2,}")
_SHORTEST_FENCE = 3
_LONGEST_NUMBER = 7


def markdown(tree: Tag) -> str:
    """Write a tree that was rewritten and set apart as Markdown."""
    written = _Writer(
        heading_style="atx",
        bullets="-",
        newline_style="spaces",
        table_infer_header=True,
        autolinks=False,
    ).convert_soup(tree)
    return _GAPS.sub("\n\n", written).strip() + "\n"


class _Writer(MarkdownConverter):
    """Writes the elements that `ingest.hypertext` makes, and escapes as little as it can.

    What is escaped stands so in every quotation of the note.
    """

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Take the meaning from what would be a tag, emphasis or code."""
        del parent_tags
        text = _TAG_LIKE.sub(r"\\<", text)
        text = _STAR.sub(r"\\*", text)
        return _OUTER_LINE.sub(r"\\_", text).replace("`", "\\`")

    def process_text(self, el: NavigableString, parent_tags: set[str] | None = None) -> str:
        """Write formulas and code as they are."""
        if el.parent is not None and el.parent.name in (FORMULA, CODE):
            return str(el)
        written: str = super().process_text(el, parent_tags)  # type: ignore[misc] # not declared
        inside = parent_tags or set()
        return written.replace("|", "\\|") if inside & {"td", "th"} else written

    def convert_footnote_formula(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write TeX between its dollar signs."""
        standing = attribute(el, "block") and not parent_tags & {"td", "th", "_inline"}
        return f"\n\n{text}\n\n" if standing else text

    def convert_footnote_code(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a block of code between fences longer than any inside."""
        if not text.strip():
            return ""
        if parent_tags & {"td", "th", "_inline"}:
            return f"`{' '.join(text.replace('`', ' ').split())}`"
        ticks = max((len(found) for found in _TICKS.findall(text)), default=0)
        fence = "`" * max(_SHORTEST_FENCE, ticks + 1)
        return f"\n\n{fence}{attribute(el, 'language')}\n{text}\n{fence}\n\n"

    def convert_footnote_apart(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write what was set apart between marks that parsing knows."""
        del parent_tags
        text = text.strip()
        return f"\n\n{apart(text, attribute(el, 'reason'))}\n\n" if text else ""

    def convert_p(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Keep a paragraph from being a heading."""
        text = _HASHES.sub(r"\\\1", text)
        written: str = super().convert_p(el, text, parent_tags)  # type: ignore[misc] # not declared
        return written

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write an item; its number was counted once for the whole list."""
        del parent_tags
        text = text.strip()
        if not text:
            return ""
        bullet = f"{self._number(el)}. " if el.parent and el.parent.name == "ol" else "- "
        indented = text.replace("\n", "\n" + " " * len(bullet))
        return f"{bullet}{re.sub(r'(?m)^ +$', '', indented)}\n"

    def _number(self, el: Tag) -> int:
        """Return the place of an item in its list."""
        number = attribute(el, "footnote-number")
        if not number and isinstance(el.parent, Tag):
            start = attribute(el.parent, "start")
            first = int(start) if start.isdigit() and len(start) < _LONGEST_NUMBER else 1
            for place, item in enumerate(el.parent.find_all("li", recursive=False), first):
                item["footnote-number"] = str(place)
            number = attribute(el, "footnote-number")
        return int(number or 1)
