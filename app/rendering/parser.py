"""Our rules for the Markdown parser: what is read differently from CommonMark, and its limits."""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.html_block import html_block
from markdown_it.rules_block.reference import reference
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.html_inline import html_inline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from app.rendering.callouts import callouts
from app.rendering.drawing import DRAWING_RULES
from app.rendering.footnotes import footnote_definition
from app.rendering.inline import add_inline_rules
from app.rendering.links import heading_id
from app.rendering.marks import MARK
from app.rendering.raw_html import known_inline, opens_known_block
from app.rendering.run import Run

LONGEST_LINE = 20_000
"""Characters of one paragraph that are still read for emphasis, links and the like."""
_MOST_MARKS = 1_500
"""Brackets, stars and the like in one paragraph; with more, parsing is no longer linear."""
_MOST_RAW_TAGS = 2_000

_BARE_URL = re.compile(r"https?://[!-;=?-~]{3,2000}")
_ENDS_A_SENTENCE = ".,:;!?'\"*_~)]}"
_TASK = re.compile(r"^\[([ xX])\](?=\s)")
_ALIGNMENT = re.compile(r"text-align:(left|center|right)")
_CONTAINERS = frozenset(
    {"blockquote_open", "bullet_list_open", "ordered_list_open", "table_open", "tbody_open",
     "thead_open", "footnote_definition_open"}
)  # fmt: skip


@cache
def parser() -> MarkdownIt:
    """Return the parser; its rules find their `Run` in the environment they are given."""
    md = MarkdownIt("commonmark", {"html": True, "breaks": True, "maxNesting": 30})
    md.enable(["table", "strikethrough"])
    md.use(dollarmath_plugin, allow_space=False, allow_digits=False, allow_labels=False)
    md.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005  # judged later
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]  # the same
    md.core.ruler.at("inline", _inline_within_limits)
    md.core.ruler.push("words", _words)
    md.core.ruler.push("blocks", _blocks)
    md.block.ruler.at("reference", _link_definition)
    md.block.ruler.at("html_block", _known_html_block, {"alt": ["paragraph", "blockquote"]})
    md.inline.ruler.at("html_inline", _known_html_inline)
    md.block.ruler.before(
        "reference", "footnote_definition", footnote_definition, {"alt": ["paragraph"]}
    )
    md.core.ruler.before("inline", "callouts", callouts)
    add_inline_rules(md)
    for name, rule in DRAWING_RULES.items():
        md.add_render_rule(name, rule)
    return md


def _inline_within_limits(state: StateCore) -> None:
    """Read the words of each block, unless there is too much in one to read it in time."""
    run: Run | None = state.env["run"]
    for token in state.tokens:
        if token.type != "inline" or run is None:
            continue
        token.children = []
        marks = sum(map(token.content.count, "[*_<~$`=^%"))
        if marks > _MOST_MARKS or len(token.content) > LONGEST_LINE:
            run.limited = True
            token.children.append(Token("plain", "", 0, content=token.content))
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _link_definition(
    state: StateBlock,
    first: int,
    last: int,
    silent: bool,  # noqa: FBT001  # the parser's shape
) -> bool:
    """Read ``[name]: address``; a footnote's ``[^name]: words`` stays a paragraph."""
    start = state.bMarks[first] + state.tShift[first]
    return not state.src.startswith("[^", start) and reference(state, first, last, silent)


def _known_html_block(
    state: StateBlock,
    first: int,
    last: int,
    silent: bool,  # noqa: FBT001  # the parser's shape
) -> bool:
    start = state.bMarks[first] + state.tShift[first]
    if state.src[start : start + 1] != "<":
        return False
    # A block of this kind ends at a blank line; that far it is looked at, and not further.
    block = state.src[start : start + 4_000].split("\n\n", 1)[0]
    return opens_known_block(block) and html_block(state, first, last, silent)


def _known_html_inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the same
    run: Run = state.env["run"]
    if state.src[state.pos] != "<" or run.raw_tags >= _MOST_RAW_TAGS:
        return False
    if not known_inline(state.src[state.pos : state.pos + 40]) or not html_inline(state, silent):
        return False
    run.raw_tags += 1
    return True


def _words(state: StateCore) -> None:
    """Turn bare addresses into links, and the boxes of a task list into marks."""
    for index, token in enumerate(state.tokens):
        if token.type != "inline" or not token.children:
            continue
        first = token.children[0]
        in_item = index > 1 and state.tokens[index - 2].type == "list_item_open"
        task = _TASK.match(first.content) if in_item and first.type == "text" else None
        if task is not None:
            first.content = first.content[task.end() :]
            token.children.insert(0, Token("task", "", 0, content=task.group(1).strip()))
        if "://" in token.content:
            token.children = _linked(token.children)
        if MARK.search(token.content):
            token.children = _marked(token.children)


def _linked(children: list[Token]) -> list[Token]:
    result: list[Token] = []
    inside = 0
    for child in children:
        inside += (child.type == "link_open") - (child.type == "link_close")
        if child.type != "text" or inside > 0:
            result.append(child)
            continue
        position = 0
        for match in _BARE_URL.finditer(child.content):
            url = _trimmed(match.group())
            result.append(Token("text", "", 0, content=child.content[position : match.start()]))
            result.append(Token("link_open", "a", 1, attrs={"href": url}))
            result.append(Token("text", "", 0, content=url))
            result.append(Token("link_close", "a", -1))
            position = match.start() + len(url)
        result.append(Token("text", "", 0, content=child.content[position:]))
    return result


def _marked(children: list[Token]) -> list[Token]:
    result: list[Token] = []
    for child in children:
        if child.type != "text":
            result.append(child)
            continue
        position = 0
        for match in MARK.finditer(child.content):
            result.append(Token("text", "", 0, content=child.content[position : match.start()]))
            result.append(Token("mark", "", 0, content=match.group(1)))
            position = match.end()
        result.append(Token("text", "", 0, content=child.content[position:]))
    return result


def _trimmed(url: str) -> str:
    """Take off the punctuation that ends a sentence and not the address."""
    while url[-1] in _ENDS_A_SENTENCE:
        if url[-1] == ")" and url.count("(") >= url.count(")"):
            break
        url = url[:-1]
    return url


def _blocks(state: StateCore) -> None:
    """Give headings their level and id, cells their alignment, and blocks their offsets."""
    run: Run | None = state.env["run"]
    if run is None:
        return
    for index, token in enumerate(state.tokens):
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
        if token.type == "heading_open":
            words = state.tokens[index + 1].content
            token.attrSet("id", run.unique(heading_id(words)))
        if token.type in {"th_open", "td_open"} and "style" in token.attrs:
            alignment = _ALIGNMENT.search(str(token.attrs.pop("style")))
            token.attrSet("class", f"align-{alignment.group(1)}" if alignment else "align-left")
        anchored = token.map is not None and token.nesting >= 0
        if anchored and run.place is not None and token.type != "inline":
            _anchor(token, run)


def _anchor(token: Token, run: Run) -> None:
    span = run.span(token.map or [0, 0])
    token.attrSet("data-start", str(span.start))
    token.attrSet("data-end", str(span.end))
    cited = run.place.cited if run.place else None
    if cited is not None and token.type not in _CONTAINERS and span.overlaps(cited):
        token.attrJoin("class", "cited")
