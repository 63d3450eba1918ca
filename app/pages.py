"""The templates: whole pages, and single named blocks of them."""

import hashlib
from datetime import datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.texts import Texts
from app.views import ShellView, TurnRecord, turn_view

STATIC = Path(str(resources.files("app.static")))
"""Folder of the style sheets and scripts."""


class Pages:
    """Fills templates. One is enough for a program; it holds nothing but compiled templates."""

    def __init__(self) -> None:
        folder = str(resources.files("templates"))
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["static"] = static_address

    def page(self, template: str, shell: ShellView, view: object) -> str:
        """Return a whole page: ``ask``, ``library``, ``note``, ``sync``, ``error``, ``login``."""
        filled = self._environment.get_template(f"{template}.html")
        return filled.render(shell=shell, t=shell.texts, view=view)

    def block(self, template: str, block: str, texts: Texts, **values: Any) -> str:  # noqa: ANN401
        """Return one named block of a page, the same as the whole page holds it."""
        filled = self._environment.get_template(f"{template}.html")
        context = filled.new_context({"t": texts, **values})
        return "".join(filled.blocks[block](context)).strip()

    def turn(self, texts: Texts, record: TurnRecord, now: datetime) -> str:
        """Return the article of one turn, as a reload of its conversation shows it."""
        return self.block("ask", "turn", texts, turn=turn_view(texts, record, now))


@lru_cache
def static_address(name: str) -> str:
    """Return the address of a static file; it changes when the file does."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"
