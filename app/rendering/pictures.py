"""Pictures that are written out in a note, letter by letter, and drawn from there."""

import re

from markupsafe import Markup

from app.rendering.elements import picture
from app.rendering.origin import Origin
from app.rendering.sanitizing import sanitized

_ADDRESS = re.compile(r"data:image/[a-z+.-]{1,20};base64,[A-Za-z0-9+/=]+")
_WORDS = re.compile(r"!\[([^\[\]\n]{0,200})\]\(|\balt=[\"']?([^\"'>\n]{0,200})")


def written_picture(text: str, origin: Origin) -> Markup | None:
    """Draw the picture whose data ``text`` holds; None when there is none that may be shown."""
    address = _ADDRESS.search(text)
    if address is None:
        return None
    words = _WORDS.match(text) or _WORDS.search(text[: address.start()])
    alt = (words.group(1) or words.group(2) or "") if words else ""
    drawn = picture(address.group(), alt.strip(), origin)
    return sanitized(Markup("<p>{}</p>").format(drawn)) if "<img" in drawn else None
