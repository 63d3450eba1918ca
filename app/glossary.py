"""The glossary of a home: the groups that come with the program, and the reader's own."""

from pathlib import Path

from retrieval.glossary import Glossary, Group, built_in, groups

GLOSSARY = "glossary.txt"
"""The reader's own groups, in the home."""


class HomeGlossary:
    """A `retrieval.question.Thesaurus` that reads the reader's file again when it has changed."""

    def __init__(self, home: Path) -> None:
        """Follow the file in ``home``; it may be absent."""
        self._path = home / GLOSSARY
        self._read = ((0, 0), Glossary(built_in()))

    def alike(self, text: str) -> tuple[Group, ...]:
        """Return, for each word of ``text`` that has others, those others."""
        return self._current().alike(text)

    def _current(self) -> Glossary:
        state, glossary = self._read
        try:
            status = self._path.stat()
            now = (status.st_mtime_ns, status.st_size)
            own = "" if now == state else self._path.read_text("utf-8-sig", errors="replace")
        except OSError:
            now, own = (0, 0), ""
        if now != state:
            glossary = Glossary(built_in(), groups(own))
            self._read = (now, glossary)
        return glossary
