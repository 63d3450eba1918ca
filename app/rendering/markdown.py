"""Markdown into HTML. The one renderer: notes, answers, snippets and titles all come here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.rendering.marks import Mark, with_marks, without_marks
from app.rendering.origin import Origin, Place
from app.rendering.parser import LONGEST_LINE, parser
from app.rendering.plain import plain_html, showable
from app.rendering.run import Environment, Run
from app.rendering.sanitizing import sanitized
from retrieval.span import Span

LONGEST_TEXT = 60_000
"""Characters; a longer text is shown as it is written, since parsing it would take too long."""

_BARE = re.compile(
    r"(?!.*(?:://|%%))[^\W\d_](?:[^\W_]|[，。！？、；：“”‘’（）《》…—,.?;:%/()+ -]){0,2000}(?<! )"
)
"""One line that no rule of the parser would set otherwise."""
_LINE_END = re.compile(r"\r\n?|\n")
_FOOTNOTE_DEFINITION = re.compile(r"^ {0,3}\[\^([^\]\s]{1,60})\]:", re.MULTILINE)
_REFERENCE_DEFINITION = re.compile(
    r"^ {0,3}\[[^\]^\n]{1,200}\]:[ \t]*\S{1,2000}[^\n]{0,300}$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Definitions:
    """Link and footnote definitions of a whole note, for stretches rendered one by one."""

    references: Environment
    footnotes: frozenset[str]


def definitions(text: str) -> Definitions:
    """Collect what ``[name]: address`` and ``[^name]: words`` lines of a note define."""
    environment: Environment = {"run": None}
    lines = "\n\n".join(match.group() for match in _REFERENCE_DEFINITION.finditer(showable(text)))
    if lines:
        parser().parse(lines[:LONGEST_TEXT], environment)
    footnotes = frozenset(match.group(1) for match in _FOOTNOTE_DEFINITION.finditer(text))
    return Definitions(environment.get("references", {}), footnotes)


def render_markdown(
    text: str,
    origin: Origin,
    place: Place | None = None,
    known: Definitions | None = None,
    marks: Sequence[Mark] = (),
) -> Markup:
    """Render ``text`` as HTML that is safe to put into a page.

    Args:
        text: Markdown as the note or the answer has it.
        origin: Decides what links and images may point to.
        place: When given, block elements carry ``data-start`` and ``data-end``, offsets in the
            note, and those that overlap the cited stretch the class ``cited``.
        known: Definitions of the whole note; without them, those of ``text`` itself count.
        marks: What to put into the text, such as citation numbers; never inside an attribute.
    """
    if len(text) > LONGEST_TEXT:
        return unparsed(text, origin, place)
    if not marks and (bare := _bare_paragraph(text, place)) is not None:
        return bare
    known = known or definitions(text)
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))] if place else []
    drawn = tuple(mark.html for mark in marks)
    run = Run(origin, place, starts, len(text), known.footnotes, drawn)
    environment: Environment = {"run": run, "references": dict(known.references)}
    html = sanitized(parser().render(with_marks(showable(text), marks), environment))
    html = without_marks(html) if marks else html
    return _notice(origin) + html if run.limited else html


def _bare_paragraph(text: str, place: Place | None) -> Markup | None:
    """Set one line without any markup, as most messages of a chat are; None for all else."""
    if not _BARE.fullmatch(text):
        return None
    if place is None:
        return Markup("<p>{}</p>\n").format(text)
    span = Span(place.offset, place.offset + len(text))
    cited = place.cited is not None and span.overlaps(place.cited)
    css = Markup(' class="cited"') if cited else ""
    attributes = Markup('data-start="{}" data-end="{}"').format(span.start, span.end)
    return Markup("<p {}{}>{}</p>\n").format(attributes, css, text)


def render_line(text: str, origin: Origin, known: Definitions | None = None) -> Markup:
    """Render ``text`` as Markdown inside one line: a heading, a title."""
    if len(text) > LONGEST_LINE:
        return escape(showable(text))
    known = known or Definitions({}, frozenset())
    run = Run(origin, footnotes=known.footnotes)
    environment: Environment = {"run": run, "references": dict(known.references)}
    return sanitized(parser().renderInline(showable(text), environment))


def unparsed(
    text: str, origin: Origin, place: Place | None = None, *, explained: bool = True
) -> Markup:
    """Show ``text`` as it is written, with a line that says why when ``explained``."""
    anchor = Markup()
    if place is not None:
        end = place.offset + len(text)
        anchor = Markup(' data-start="{}" data-end="{}"').format(place.offset, end)
    body = Markup('<div class="unparsed"{}>{}</div>').format(anchor, plain_html(text))
    return _notice(origin) + body if explained else body


def _notice(origin: Origin) -> Markup:
    return Markup('<p class="notice" data-extra>{}</p>').format(origin.texts("note.unparsed"))
