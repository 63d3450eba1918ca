"""Callouts: quotations that begin with ``[!kind]`` are boxes, folded when the note says so."""

import re

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from app.rendering.plain import label
from app.rendering.run import Run

_FIRST_LINE = re.compile(r"\[!([A-Za-z][\w -]{0,30})\]([+-]?)[ \t]*([^\n]*)(?:\n|\Z)")
_FAMILIES = {
    "note": "note", "info": "info", "todo": "todo",
    "abstract": "abstract", "summary": "abstract", "tldr": "abstract",
    "tip": "tip", "hint": "tip", "important": "important",
    "success": "success", "check": "success", "done": "success",
    "question": "question", "help": "question", "faq": "question",
    "warning": "warning", "caution": "warning", "attention": "warning",
    "failure": "failure", "fail": "failure", "missing": "failure",
    "danger": "danger", "error": "danger", "bug": "bug",
    "example": "example", "quote": "quote", "cite": "quote",
}  # fmt: skip
"""The kinds that notes use, by their family; any other kind is drawn as a note."""


def callouts(state: StateCore) -> None:
    """Turn quotations that begin with a kind into boxes with a title."""
    run: Run | None = state.env["run"]
    if run is None or "[!" not in state.src:
        return
    tokens: list[Token] = []
    open_tags: list[str] = []
    for index, token in enumerate(state.tokens):
        tokens.append(token)
        if token.type == "blockquote_open":
            open_tags.append(_opened(run, token, state.tokens[index + 1 : index + 4], tokens))
        elif token.type == "blockquote_close":
            token.tag = open_tags.pop()
    state.tokens = [token for token in tokens if not token.meta.get("spent")]


def _opened(run: Run, quotation: Token, following: list[Token], tokens: list[Token]) -> str:
    """Make a box of ``quotation`` when its words say so; return its tag."""
    if following[0].type != "paragraph_open":
        return quotation.tag
    paragraph, words, _ = following
    first = _FIRST_LINE.match(words.content)
    if first is None:
        return quotation.tag
    kind, fold, title = first.group(1).strip().lower(), first.group(2), first.group(3).strip()
    family = _FAMILIES.get(kind, "note")
    quotation.tag = "details" if fold else "div"
    quotation.attrs = {"class": f"callout callout-{family}"}
    if fold == "+" or (fold and _is_cited(run, quotation)):
        quotation.attrs["open"] = ""
    top = (paragraph.map or [0, 1])[0]
    own = title or (run.origin.texts(f"callout.{family}") if kind in _FAMILIES else label(kind))
    tokens.extend(_title(own, top, paragraph.level, "summary" if fold else "p"))
    if not title:
        tokens[-3].attrs["data-extra"] = ""
    words.content = words.content[first.end() :]
    bounds = [top + 1, max(top + 1, (paragraph.map or [0, 1])[1])]
    paragraph.map, words.map = bounds, list(bounds)
    if not words.content.strip():
        for token in following:
            token.meta["spent"] = True
    return quotation.tag


def _title(words: str, line: int, level: int, tag: str) -> list[Token]:
    where = [line, line + 1]
    return [
        Token(
            "callout_title_open", tag, 1, attrs={"class": "callout-title"}, map=where, level=level,
            block=True,
        ),
        Token("inline", "", 0, content=words, map=list(where), level=level + 1, children=[]),
        Token("callout_title_close", tag, -1, level=level, block=True),
    ]  # fmt: skip


def _is_cited(run: Run, quotation: Token) -> bool:
    cited = run.place.cited if run.place else None
    return cited is not None and run.span(quotation.map or [0, 0]).overlaps(cited)
