"""Words of a note as a paragraph of an answer."""

import re

from serving.citations import neutralised
from serving.wording import bare_line

_FENCE = re.compile(r"(?:`{3,}|~{3,})[\w+-]*")


def excerpt(text: str) -> str:
    """Return the words of ``text`` in one line that is safe to join with a mark.

    White space is collapsed; list and heading marks are left out, and so are code fences and
    backticks without a partner, which would swallow the mark; nothing in it reads as a mark.
    """
    line = " ".join(bare_line(_FENCE.sub(" ", line)) for line in text.splitlines())
    line = " ".join(line.split())
    if line.count("`") % 2:
        line = " ".join(line.replace("`", "").split())
    return neutralised(line.rstrip("\\"))
