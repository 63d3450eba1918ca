"""What parsing makes of a note's text: blocks, in reading order, each with its place."""

from dataclasses import dataclass
from enum import StrEnum

from retrieval.chunk import Kind
from retrieval.span import Span


class BlockKind(StrEnum):
    """What a block is; the viewer draws each in its own way."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    CODE = "code"
    TABLE = "table"
    MESSAGE = "message"
    """One message of a group chat, header included."""
    COMMENT = "comment"
    """One comment under a video or page: name, words, footer."""
    ENTRY = "entry"
    """One entry of a digest, from its number line to the next."""
    SPEECH = "speech"
    """A stretch of a transcript that begins at a time."""
    FOOTNOTE = "footnote"
    """The words of a footnote, where they are written down; its headings are those of the text
    that refers to it."""
    CUT = "cut"
    """The author's own mark that a chunk ends here."""
    FRONT_MATTER = "front matter"
    LEFT_OUT = "left out"
    """Navigation, advertising, comments, data and the like: shown folded, not indexed."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text with what is known about it. Blocks do not overlap."""

    kind: BlockKind
    within: Kind
    """The kind of note this stretch reads as; it decides how it is cut and cited."""
    span: Span
    """Everything that belongs to the block, header and footer lines included."""
    body: Span
    """The words alone: of a message without its header, of a heading without its marks."""
    headings: tuple[str, ...] = ()
    """The headings above the block, outermost first; a heading's own text is not among them."""
    level: int = 0
    """Of a heading 1..6, else 0."""
    speaker: str = ""
    """Who wrote or said it; empty when the note does not say."""
    handle: str = ""
    """The ``@handle`` of a digest entry's author, the number or address of a message's: it stays
    when the name changes."""
    when: str = ""
    """ISO 8601 without zone (date, or date and time); a clock time alone when no date is known."""
    reply_to: str = ""
    """The speaker a message answers."""
    quotes: str = ""
    """The words of another message that a message quotes, white space made single spaces."""
    answers: Span | None = None
    """Where the words stand that a message answers, once the whole note is known."""
    likes: int | None = None
    """Thumbs under a comment."""
    seconds: float | None = None
    """Place in the video, in seconds from its start."""
    link: str = ""
    """Address that opens the video at this place."""
    page: int = 0
    """Page of the document it begins on, from 1; 0 where there are no pages."""
    reason: str = ""
    """Of a left-out block: why, as a short key (``navigation``, ``advertising``, ...)."""
