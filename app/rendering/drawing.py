"""How each token of the Markdown parser is drawn where its own way will not do."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup, escape

from app.rendering.code import code_html
from app.rendering.elements import embed, link_close, link_open, picture, wikilink
from app.rendering.links import block_id, note_link, slug
from app.rendering.math import mathml
from app.rendering.plain import plain_html
from app.rendering.raw_html import redraw
from app.rendering.run import Environment, Run

_OPENED = re.compile(r"\A<[a-z][a-z0-9]*(?=[ >])")
"""The first tag of a stretch of HTML, when it can take the stretch's offsets."""

Rule = Callable[[RendererHTML, Sequence[Token], int, OptionsDict, Environment], str]

_LOOKS_LIKE_MATH = re.compile(r"[\\^_{}=+<>|]|^[A-Za-z]{1,2}$|^\d")
"""A shell's ``$HOME/bin:$PATH`` stands between dollar signs too."""


def _anchored(renderer: RendererHTML, token: Token) -> Markup:
    return Markup(renderer.renderAttrs(token))  # noqa: S704  # the parser escapes attributes


def _fence(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    _environment: Environment,
) -> str:
    token = tokens[index]
    language = token.info.split()[0] if token.info.strip() else ""
    return Markup("<pre{}><code>{}</code></pre>\n").format(
        _anchored(renderer, token), code_html(token.content, language)
    )


def _html(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    environment: Environment,
) -> str:
    run: Run = environment["run"]
    token = tokens[index]
    if "data-start" not in token.attrs:
        return redraw(token.content, run.origin)
    drawn = str(redraw(token.content, run.origin))
    offsets = f' data-start="{token.attrs["data-start"]}" data-end="{token.attrs["data-end"]}"'
    return _OPENED.sub(rf"\g<0>{offsets}", drawn, count=1)


def _plain(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    _environment: Environment,
) -> str:
    return plain_html(tokens[index].content)


def _link_open(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    environment: Environment,
) -> str:
    run: Run = environment["run"]
    attributes = tokens[index].attrs
    title = str(attributes.get("title", ""))
    return link_open(str(attributes.get("href", "")), title, run.origin)


def _link_close(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    environment: Environment,
) -> str:
    run: Run = environment["run"]
    start = index
    while start > 0 and tokens[start].type != "link_open":
        start -= 1
    words = "".join(token.content for token in tokens[start:index])
    return link_close(str(tokens[start].attrs.get("href", "")), words, run.origin)


def _image(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    environment: Environment,
) -> str:
    run: Run = environment["run"]
    token = tokens[index]
    alt = renderer.renderInlineAsText(token.children or [], options, environment)
    return picture(str(token.attrs.get("src", "")), alt, run.origin)


def _wikilink(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    environment: Environment,
) -> str:
    run: Run = environment["run"]
    target = tokens[index].content
    return wikilink(target, tokens[index].meta["words"], note_link(target, run.origin), run.origin)


def _embed(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    environment: Environment,
) -> str:
    run: Run = environment["run"]
    return embed(tokens[index].content, tokens[index].meta["words"], run.origin)


def _remark(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    environment: Environment,
) -> str:
    run: Run = environment["run"]
    hint = run.origin.texts("note.remark")
    return Markup('<span class="remark" title="{}">{}</span>').format(hint, tokens[index].content)


def _block_id(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    environment: Environment,
) -> str:
    run: Run = environment["run"]
    name = tokens[index].content
    return Markup('<span class="block-id" id="{}">^{}</span>').format(
        run.unique(block_id(name)), name
    )


def _small(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    _environment: Environment,
) -> str:
    shape = "<sub>{}</sub>" if tokens[index].type == "foot" else "<sup>{}</sup>"
    return Markup(shape).format(tokens[index].content)  # noqa: S704  # one of the two above


def _footnote(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    environment: Environment,
) -> str:
    run: Run = environment["run"]
    name = tokens[index].content
    anchor = f"{run.origin.scope}{slug(name) or 'x'}"
    if tokens[index].meta["defining"]:
        return Markup('<a class="note-mark" id="{}" href="#fnref-{}">{}</a>').format(
            run.unique(f"fn-{anchor}"), anchor, name
        )
    return Markup('<sup><a class="note-mark" id="{}" href="#fn-{}">{}</a></sup>').format(
        run.unique(f"fnref-{anchor}"), anchor, name
    )


def _mark(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    environment: Environment,
) -> str:
    run: Run = environment["run"]
    number = int(tokens[index].content)
    return run.marks[number] if number < len(run.marks) else ""


def _task(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    environment: Environment,
) -> str:
    run: Run = environment["run"]
    done = bool(tokens[index].content)
    said = run.origin.texts("note.task_done" if done else "note.task_open")
    return Markup('<span class="task" role="img" aria-label="{}" data-extra>{}</span>').format(
        said, "☑" if done else "☐"
    )


def _math_inline(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    _environment: Environment,
) -> str:
    source = tokens[index].content.strip()
    if not _LOOKS_LIKE_MATH.search(source):
        return escape(f"${tokens[index].content}$")
    return Markup('<span class="math">{}</span>').format(mathml(source, block=False))


def _math_block(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    _environment: Environment,
) -> str:
    token = tokens[index]
    return Markup('<div{}><div class="math-block">{}</div></div>\n').format(
        _anchored(renderer, token), mathml(token.content.strip(), block=True)
    )


def _table_open(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    _environment: Environment,
) -> str:
    return Markup('<div class="scroll"><table{}>').format(_anchored(renderer, tokens[index]))


def _table_close(*_given: Any) -> str:  # noqa: ANN401  # the parser's arguments, all unused
    return "</table></div>\n"


DRAWING_RULES: dict[str, Rule] = {
    "fence": _fence,
    "code_block": _fence,
    "html_block": _html,
    "html_inline": _html,
    "plain": _plain,
    "link_open": _link_open,
    "link_close": _link_close,
    "image": _image,
    "wikilink": _wikilink,
    "embed": _embed,
    "remark": _remark,
    "block_id": _block_id,
    "foot": _small,
    "raised": _small,
    "footnote": _footnote,
    "mark": _mark,
    "task": _task,
    "math_inline": _math_inline,
    "math_block": _math_block,
    "table_open": _table_open,
    "table_close": _table_close,
}
