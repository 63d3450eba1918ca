"""Forms of the page, as browsers send them."""

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request

_MOST_FIELDS = 20


class Form:
    """The fields of a form; a field that was not sent is empty."""

    def __init__(self, content: str) -> None:
        self._fields = parse_qs(content, keep_blank_values=True, max_num_fields=_MOST_FIELDS)

    def __getitem__(self, name: str) -> str:
        return self._fields.get(name, [""])[0]


async def _form(request: Request) -> Form:
    # The guard has read the body already, and it is no larger than a form may be.
    content = (await request.body()).decode("utf-8", "replace")
    try:
        return Form(content)
    except ValueError:
        return Form("")


FormHere = Annotated[Form, Depends(_form)]


def own_path(path: str) -> str:
    """Return ``path`` when it leads to a page of ours, else the first page; pure.

    Two slashes, backslashes, and tabs between slashes are another site to a browser.
    """
    plain = path.startswith("/") and not path.startswith(("//", "/\\"))
    printable = all(" " < character != "\\" for character in path)
    return path if plain and printable else "/"
