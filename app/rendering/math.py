"""LaTeX into MathML, which browsers set themselves."""

from functools import lru_cache
from xml.etree.ElementTree import ParseError

from latex2mathml import exceptions as latex
from latex2mathml.converter import convert
from markupsafe import Markup

_LONGEST = 2_000
_DEEPEST = 40

# What the converter raises on LaTeX that it does not know, besides its own classes.
_UNREADABLE: tuple[type[Exception], ...] = (
    *(
        error
        for error in vars(latex).values()
        if isinstance(error, type) and issubclass(error, Exception)
    ),
    AttributeError,
    IndexError,
    KeyError,
    ParseError,
    RecursionError,
    StopIteration,
    TypeError,
    ValueError,
)


@lru_cache(maxsize=2_000)
def mathml(source: str, *, block: bool) -> Markup:
    """Return ``source`` as MathML, or as code when it cannot be read as LaTeX."""
    if len(source) <= _LONGEST and _depth(source) <= _DEEPEST:
        try:
            markup = convert(source, display="block" if block else "inline")
        except _UNREADABLE:
            return _as_text(source, block=block)
        return Markup(markup)  # noqa: S704  # the sanitizer has the last word
    return _as_text(source, block=block)


def _as_text(source: str, *, block: bool) -> Markup:
    if block:
        return Markup('<pre class="unset-math">{}</pre>').format(source)
    return Markup('<code class="unset-math">{}</code>').format(source)


def _depth(source: str) -> int:
    depth = deepest = 0
    for character in source:
        if character in "{[(":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "}])":
            depth -= 1
    return deepest
