"""From the conversations of an export to a note's text."""

from collections.abc import Sequence

from ingest.decoding import Decoded
from ingest.formats.chat_text import chat_text
from ingest.formats.conversation import Conversation
from ingest.formats.format import FileBytes, NotANoteError

_REPLACEMENT = "\ufffd"


def chat_note(
    file: FileBytes, program: str, conversations: Sequence[Conversation], decoded: Decoded
) -> Decoded:
    """Write the conversations of an export as a note's text.

    Args:
        file: The export.
        program: The program that made it; the heading above several conversations.
        conversations: What it holds; those without messages are dropped.
        decoded: How its bytes were read.

    Raises:
        NotANoteError: It holds no message.
    """
    filled = [each for each in conversations if each.messages]
    if not filled:
        raise NotANoteError(file.path, f"there is no message in this {program} export")
    text = chat_text(filled, program)
    lossy = decoded.lossy or (_REPLACEMENT in text and _REPLACEMENT not in decoded.text)
    return Decoded(text, decoded.encoding, lossy=lossy)
