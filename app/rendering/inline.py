"""What notes write inside a line beyond CommonMark: links to notes, comments, marks, small signs.

Each rule looks at one place and either takes what stands there or leaves it to the next rule.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from app.rendering.links import shown_target
from app.rendering.run import Run

_WIKILINK = re.compile(r"\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{1,300}))?\]\]")
_EMBED = re.compile(r"!\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{0,300}))?\]\]")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]{1,60})\](:?)")
_HTML_COMMENT = re.compile(r"<!--(?!>)(.{0,20000}?)-->", re.DOTALL)
_COMMENT = re.compile(r"%%(?!%)([^\n]{1,2000}?)(?<!%)%%(?![A-Za-z0-9_%])")
_HIGHLIGHT = re.compile(r"==(?=[^\s=])([^\n]{0,499}?[^\s=])==(?![\w=])", re.ASCII)
_FOOT = re.compile(r"~([A-Za-z0-9+\-()=,]{1,20})~(?!~)")
_RAISED = re.compile(r"\^([A-Za-z0-9+\-()=,]{1,20})\^")
_BLOCK_ID = re.compile(r"\^([A-Za-z0-9-]{1,40})\Z")
_WORD = re.compile(r"[A-Za-z0-9_%=]")
_CARRIER = re.compile(r"[A-Za-z0-9)\]}\u0370-\u03ff]")


def add_inline_rules(md: MarkdownIt) -> None:
    """Make ``md`` read the notes' own marks."""
    ruler = md.inline.ruler
    ruler.before("link", "embed", _embed)
    ruler.before("link", "wikilink", _wikilink)
    ruler.before("link", "footnote", _footnote)
    ruler.before("html_inline", "remark", _remark)
    ruler.before("strikethrough", "foot", _foot)
    ruler.before("strikethrough", "raised", _raised)
    ruler.before("strikethrough", "highlight", _highlight)
    ruler.before("strikethrough", "block_id", _block_id)


def _wikilink(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the parser's shape
    match = _WIKILINK.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        token = state.push("wikilink", "", 0)
        token.content = match.group(1).strip()
        token.meta = {"words": (match.group(2) or shown_target(match.group(1))).strip()}
    state.pos = match.end()
    return True


def _embed(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the same
    match = _EMBED.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        token = state.push("embed", "", 0)
        token.content = match.group(1).strip()
        token.meta = {"words": (match.group(2) or "").strip()}
    state.pos = match.end()
    return True


def _footnote(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the same
    match = _FOOTNOTE.match(state.src, state.pos)
    run: Run = state.env["run"]
    if match is None or match.group(1) not in run.footnotes:
        return False
    defining = bool(match.group(2)) and state.pos == 0
    if not silent:
        token = state.push("footnote", "", 0)
        token.content = match.group(1)
        token.meta = {"defining": defining}
    state.pos = match.end() if defining else match.end(1) + 1
    return True


def _remark(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the same
    sign = state.src[state.pos]
    if sign == "<":
        match = _HTML_COMMENT.match(state.src, state.pos)
    elif sign == "%" and not _WORD.match(_before(state)):
        match = _COMMENT.match(state.src, state.pos)
    else:
        return False
    return match is not None and _taken(state, "remark", match, silent=silent)


def _foot(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the same
    return _set_off(state, _FOOT, "foot", silent=silent)


def _raised(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the same
    return _set_off(state, _RAISED, "raised", silent=silent)


def _set_off(state: StateInline, pattern: re.Pattern[str], name: str, *, silent: bool) -> bool:
    """Take ``H~2~O`` and ``x^2^``; ``3~5`` and ``~/`` carry nothing."""
    before = _before(state)
    if not _CARRIER.match(before) or (name == "foot" and before.isdigit()):
        return False
    match = pattern.match(state.src, state.pos)
    return match is not None and _taken(state, name, match, silent=silent)


def _highlight(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the same
    if state.src[state.pos] != "=" or _WORD.match(_before(state)):
        return False
    match = _HIGHLIGHT.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        end = state.posMax
        state.push("highlight_open", "mark", 1)
        state.pos, state.posMax = match.start(1), match.end(1)
        state.md.inline.tokenize(state)
        state.push("highlight_close", "mark", -1)
        state.posMax = end
    state.pos = match.end()
    return True


def _block_id(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the same
    if state.src[state.pos] != "^" or not (state.pos == 0 or _before(state).isspace()):
        return False
    match = _BLOCK_ID.match(state.src, state.pos)
    return match is not None and _taken(state, "block_id", match, silent=silent)


def _taken(state: StateInline, name: str, match: re.Match[str], *, silent: bool) -> bool:
    if not silent:
        state.push(name, "", 0).content = match.group(1)
    state.pos = match.end()
    return True


def _before(state: StateInline) -> str:
    return state.src[state.pos - 1 : state.pos] if state.pos else ""
