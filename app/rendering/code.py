"""Source code with its words coloured by class, never by style."""

import re

from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

_LONGEST = 30_000
"""Characters; longer code is shown without colours, since lexers are not linear on all input."""

_NAME = re.compile(r"^[\w+#.\-]{1,30}$")
_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True, classprefix="hl-")


def code_html(source: str, language: str) -> Markup:
    """Return ``source`` as the inside of a ``<code>`` element."""
    if len(source) > _LONGEST or not _NAME.match(language):
        return escape(source)
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return escape(source)
    return Markup(highlight(source, lexer, _FORMATTER))  # noqa: S704  # Pygments escapes its input
