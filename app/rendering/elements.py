"""Links, images and tags as they are drawn, whoever asks for them: Markdown or raw HTML.

Everything here returns HTML in which each value is escaped; `sanitizing` still has the last word.
"""

import re
from colorsys import rgb_to_hls
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from markupsafe import Markup, escape

from app.rendering.links import Link, Reach, judge, judge_picture, note_link, shown_target
from app.rendering.origin import Origin
from app.rendering.plain import label

_REL = "noopener noreferrer nofollow"

_INK_NAMES = {
    "red": "red", "crimson": "red", "maroon": "red", "darkred": "red", "tomato": "red",
    "orange": "amber", "orangered": "amber", "gold": "amber", "yellow": "amber", "brown": "amber",
    "green": "green", "lime": "green", "darkgreen": "green", "olive": "green",
    "teal": "teal", "cyan": "teal", "aqua": "teal",
    "blue": "blue", "navy": "blue", "dodgerblue": "blue", "royalblue": "blue",
    "purple": "purple", "violet": "purple", "magenta": "purple", "fuchsia": "purple",
    "pink": "purple", "hotpink": "purple", "gray": "grey", "grey": "grey", "silver": "grey",
}  # fmt: skip
_HUES = ((20, "red"), (70, "amber"), (160, "green"), (200, "teal"), (260, "blue"), (335, "purple"))
_HEX = re.compile(r"^#([0-9a-f]{3}|[0-9a-f]{6})$")
_GREY_BELOW = 0.12
"""Saturation under which a colour counts as grey."""
_SHOWN_TARGET = 300
_IMAGE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|bmp|svg)\Z", re.IGNORECASE)
_SIZE = re.compile(r"\d{1,5}(?:x\d{1,5})?")


def link_open(address: str, title: str, origin: Origin) -> Markup:
    """Open an ``<a>``; without ``href`` when the address must not be followed."""
    link = judge(address, origin)
    hint = label(title)
    if link.reach is Reach.WEB:
        return Markup('<a class="out" href="{}" rel="{}" target="_blank" title="{}">').format(
            link.href, _REL, hint or label(unquote(link.href))[:_SHOWN_TARGET]
        )
    if link.href:
        return Markup('<a class="internal" href="{}" title="{}">').format(link.href, hint)
    return _inert(link, address, origin)


def link_close(address: str, words: str, origin: Origin) -> Markup:
    """Close an ``<a>``, naming the host it leads to unless ``words`` already do."""
    link = judge(address, origin)
    if link.reach is Reach.WEB and link.host and link.host not in words:
        return Markup('</a><span class="host" data-extra>{}</span>').format(link.host)
    return Markup("</a>")


def wikilink(target: str, words: str, link: Link, origin: Origin) -> Markup:
    """Draw ``[[target|words]]``."""
    if link.href:
        return Markup('<a class="wikilink" href="{}">{}</a>').format(link.href, words)
    hint = origin.texts("note.unresolved", name=label(target))
    return Markup('<a class="wikilink unresolved" title="{}">{}</a>').format(hint, words)


def embed(target: str, words: str, origin: Origin) -> Markup:
    """Draw ``![[target|words]]``: an image, or a link to the note that it would show."""
    name = target.partition("#")[0]
    if _IMAGE.search(name):
        alt = "" if _SIZE.fullmatch(words) else words
        return picture(quote(name), alt or PurePosixPath(name).stem, origin)
    link = note_link(target, origin)
    shown = words if words and not _SIZE.fullmatch(words) else shown_target(target)
    if link.href:
        return Markup('<a class="wikilink embed" href="{}">{}</a>').format(link.href, shown)
    hint = origin.texts("note.unresolved", name=label(target))
    return Markup('<span class="absent" title="{}">{}</span>').format(hint, shown)


def picture(address: str, alt: str, origin: Origin) -> Markup:
    """Draw an image of this machine, or a quiet placeholder that says why there is none."""
    found = judge_picture(address, origin)
    words = label(alt)
    if found.src:
        return Markup('<img src="{}" alt="{}" loading="lazy" decoding="async">').format(
            found.src, words
        )
    if found.link.reach is Reach.WEB and found.link.host:
        said = origin.texts("note.image_remote", host=found.link.host)
        return Markup(
            '<a class="absent" href="{}" rel="{}" target="_blank" data-extra>{} {}</a>'
        ).format(found.link.href, _REL, words, Markup('<span class="why">{}</span>').format(said))
    name = label(unquote(re.split(r"[\\/]", address)[-1]))[:80]
    key = "note.image_refused" if found.link.reach is Reach.REFUSED else "note.image_missing"
    said = origin.texts(key)
    return Markup('<span class="absent" data-extra>{} <span class="why">{}</span></span>').format(
        words or name, said
    )


def ink(color: str) -> str:
    """Return the class of one of our inks for a colour of a ``<font>`` tag, or nothing."""
    named = _INK_NAMES.get(color.strip().lower())
    if named:
        return f"ink-{named}"
    match = _HEX.match(color.strip().lower())
    if not match:
        return ""
    digits = match.group(1)
    if len(digits) == 3:  # noqa: PLR2004  # the short form, #c00
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, _, saturation = rgb_to_hls(red, green, blue)
    if saturation < _GREY_BELOW:
        return "" if max(red, green, blue) < 0.2 else "ink-grey"  # noqa: PLR2004  # near black
    degrees = hue * 360
    return "ink-" + next((name for limit, name in _HUES if degrees < limit), "red")


def _inert(link: Link, address: str, origin: Origin) -> Markup:
    shown = label(address)[:_SHOWN_TARGET]
    if link.reach is Reach.LOCAL:
        hint = origin.texts("note.local_path", path=shown)
    elif link.reach is Reach.REFUSED:
        hint = origin.texts("note.link_refused")
    else:
        hint = origin.texts("note.unresolved", name=shown)
    return Markup('<a class="inert {}" title="{}">').format(link.reach.value, escape(hint))
