"""What an address in a note may become on a page."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote, urlsplit
from uuid import UUID

from app.rendering.origin import Origin

# A browser drops these inside an address, so `java\nscript:` would still run.
_DROPPED_BY_BROWSERS = re.compile(r"[\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202e\ufeff]")
_SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.\-]*):")
_DRIVE = re.compile(r"^[a-zA-Z]:[\\/]")
_DATA_IMAGE = re.compile(r"^data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]{1,2000000}$")
_ADDRESS_SAFE = "/:?#[]@!$&'()*+,;=-._~%"
_SLUG = re.compile(r"[^\w\-]+")


class Reach(StrEnum):
    """Where a link leads."""

    WEB = "web"
    NOTE = "note"
    """Another note of this knowledge base, or a place in this one."""
    MISSING = "missing"
    """A note or file that is not there."""
    LOCAL = "local"
    """A path of some machine: shown, never opened."""
    REFUSED = "refused"
    """A scheme that a page must not follow; shown as text."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address, judged."""

    reach: Reach
    href: str
    """Safe address; empty when there is nothing to follow."""
    host: str = ""
    """Host of a web address, as the reader should see it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image's address, judged."""

    src: str
    """Address that the page may load; empty when it must not load any."""
    link: Link


def slug(text: str) -> str:
    """Make a heading's words fit for a fragment: ``A b`` becomes ``a-b``."""
    return _SLUG.sub("-", text.strip().lower()).strip("-")[:80]


def heading_id(words: str) -> str:
    """Return the id of a heading; the prefix keeps it from shadowing the page's own ids."""
    return f"h-{slug(words)}"


def block_id(name: str) -> str:
    """Return the id of a block that its author named ``^name``."""
    return f"b-{slug(name)}"


def shown_target(target: str) -> str:
    """Return what is shown for a wikilink without words: ``note › a › b`` for ``note#a#^b``."""
    parts = (part.strip().removeprefix("^") for part in target.split("#"))
    return " › ".join(part for part in parts if part)


def note_address(note_id: UUID, start: int | None = None, end: int | None = None) -> str:
    """Return the address of a note, at a passage when both offsets are given."""
    if start is None or end is None:
        return f"/notes/{note_id}"
    return f"/notes/{note_id}?start={start}&end={end}#passage"


def judge(address: str, origin: Origin) -> Link:
    """Decide what the link ``address`` may do on a page.

    Only http, https and mailto leave the page. A path of the machine is shown and goes nowhere,
    unless it is that of a note in its site.
    """
    compact = _DROPPED_BY_BROWSERS.sub("", address)
    bare = unquote(compact)
    if _is_machine_path(compact) or _is_machine_path(bare):
        found = note_link(unquote(compact), origin) if compact.startswith("/") else None
        return found if found and found.reach is Reach.NOTE else Link(Reach.LOCAL, "")
    if compact.startswith("//"):
        compact = "https:" + compact
    scheme = _SCHEME.match(compact)
    if scheme is not None:
        return _judge_scheme(scheme.group(1).lower(), compact)
    if compact.startswith("#"):
        return Link(Reach.NOTE, f"#{quote(heading_id(unquote(compact[1:])))}")
    return note_link(unquote(address.strip()), origin)


def note_link(target: str, origin: Origin) -> Link:
    """Resolve a wikilink's target or a relative path.

    Behind the name may stand ``#heading``, ``#heading#heading below it`` or ``#^block``; a block
    also without the ``#``, unless a note's name has such a sign.
    """
    name, _, section = target.partition("#")
    name = name.strip().removeprefix("./")
    fragment = _fragment(section)
    if not name:
        return Link(Reach.NOTE, fragment) if fragment else Link(Reach.MISSING, "")
    found = origin.note(name)
    if found is None and "^" in name and not section:
        name, _, block = name.rpartition("^")
        found, fragment = origin.note(name.strip()), _fragment(f"^{block}")
    if found is None:
        return Link(Reach.MISSING, "")
    return Link(Reach.NOTE, note_address(found) + fragment)


def _fragment(section: str) -> str:
    last = section.rpartition("#")[2].strip()
    if not last:
        return ""
    return f"#{quote(block_id(last[1:]) if last.startswith('^') else heading_id(last))}"


def judge_picture(address: str, origin: Origin) -> Picture:
    """Decide which image, if any, the page may load for ``address``.

    Nothing is ever loaded from another host; only files that ``origin.asset`` knows and small
    images written into the note itself are.
    """
    compact = _DROPPED_BY_BROWSERS.sub("", address)
    if _DATA_IMAGE.match(compact):
        return Picture(compact, Link(Reach.NOTE, ""))
    link = judge(address, origin)
    if link.reach in {Reach.WEB, Reach.REFUSED}:
        return Picture("", link)
    if link.reach is Reach.LOCAL or origin.note_id is None:
        return Picture("", Link(Reach.LOCAL, ""))
    name = origin.asset(unquote(address.strip()).replace("\\", "/").removeprefix("./"))
    if name is None:
        return Picture("", Link(Reach.MISSING, ""))
    return Picture(f"/assets/{origin.note_id}/{quote(name)}", Link(Reach.NOTE, ""))


def _judge_scheme(scheme: str, address: str) -> Link:
    if scheme == "mailto":
        return Link(Reach.WEB, quote(address, safe=_ADDRESS_SAFE))
    if scheme == "file":
        return Link(Reach.LOCAL, "")
    if scheme not in {"http", "https"}:
        return Link(Reach.REFUSED, "")
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return Link(Reach.REFUSED, "")
    if not host or "\\" in address.split("?", maxsplit=1)[0]:
        return Link(Reach.REFUSED, "")
    return Link(Reach.WEB, quote(address, safe=_ADDRESS_SAFE), host)


def _is_machine_path(address: str) -> bool:
    if _DRIVE.match(address) or address.startswith("\\") or address[:5].lower() == "file:":
        return True
    return address.startswith("/") and not address.startswith("//")
