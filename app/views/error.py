"""A page that cannot be shown, and the page that asks for the password."""

from dataclasses import dataclass

from app.rendering import label
from app.texts import Texts

_OWN_WORDS = frozenset({403, 404, 405, 413, 421, 422, 500, 503})

_SELF_EXPLANATORY = frozenset({404, 405})
"""Statuses about which an error's own sentence says no more than our words do."""


@dataclass(frozen=True, slots=True)
class ErrorView:
    """What went wrong, and where to go from here."""

    status: int
    title: str
    sentence: str
    hint: str


@dataclass(frozen=True, slots=True)
class LoginView:
    """The page that asks for the password."""

    wrong: str
    """Says that the password was wrong; empty at first."""
    next: str
    """Path to go to afterwards; begins with one slash."""


def error_view(texts: Texts, status: int, sentence: str = "") -> ErrorView:
    """Say in the page's language what a status means.

    Args:
        texts: The words of the page's language.
        status: HTTP status, 400..599.
        sentence: What the error itself says; shown beside our own words.
    """
    key = status if status in _OWN_WORDS else (500 if status >= 500 else 400)  # noqa: PLR2004
    return ErrorView(
        status=status,
        title=texts(f"error.{key}.title"),
        sentence=texts(f"error.{key}.sentence"),
        hint="" if status in _SELF_EXPLANATORY else label(sentence),
    )


def login_view(texts: Texts, *, wrong: bool = False, after: str = "/") -> LoginView:
    """Arrange the page that asks for the password."""
    own = after.startswith("/") and not after.startswith(("//", "/\\"))
    return LoginView(texts("login.wrong") if wrong else "", after if own else "/")
