"""What people wrote, as HTML that is safe to show. Every page and every event renders here."""

from app.rendering.links import note_address
from app.rendering.markdown import Definitions, definitions, render_line, render_markdown
from app.rendering.origin import Origin, Place
from app.rendering.plain import label, showable, verbatim

__all__ = [
    "Definitions",
    "Origin",
    "Place",
    "definitions",
    "label",
    "note_address",
    "render_line",
    "render_markdown",
    "showable",
    "verbatim",
]
