"""Texts of notes that were read a moment ago. A text never goes stale: its key is its digest."""

from collections import OrderedDict
from threading import Lock
from uuid import UUID

MOST_CHARACTERS = 16_000_000
"""Characters kept at most; the texts used longest ago go first."""

Key = tuple[UUID, str]
"""Note id and digest of the file's bytes."""


class TextCache:
    """Keeps whole texts of notes by content. Any thread may use it."""

    def __init__(self, most_characters: int = MOST_CHARACTERS) -> None:
        """Keep up to ``most_characters``."""
        self._most = most_characters
        self._texts: OrderedDict[Key, str] = OrderedDict()
        self._characters = 0
        self._lock = Lock()

    def text(self, key: Key) -> str | None:
        """Return the text, or None when it is not kept."""
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
            return self._texts.get(key)

    def keep(self, key: Key, text: str) -> None:
        """Keep a text; one that alone is too long is not kept."""
        with self._lock:
            if key in self._texts or len(text) > self._most:
                return
            self._texts[key] = text
            self._characters += len(text)
            while self._characters > self._most:
                _, gone = self._texts.popitem(last=False)
                self._characters -= len(gone)
