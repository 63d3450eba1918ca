"""Collections of a Qdrant server; an alias leads to the one in use."""

import secrets

from app.generations import Built, Opened, State
from retrieval.server import ServerIndex

_COLLECTION = "qdrant_collection"
"""State of the catalogue: the alias, or the one collection of an earlier version."""


class ServerGenerations:
    """Each catalogue has collections of its own on the server; several processes share them."""

    def __init__(self, url: str, key: str, catalog: State) -> None:
        """Connect to ``url``, and keep the alias in ``catalog``."""
        self._url = url
        self._key = key
        self._catalog = catalog
        self._built: ServerIndex | None = None
        self._replaced: str | None = None
        """Collection that the alias led to before."""

    @property
    def live(self) -> str:
        """Name of the alias."""
        name = self._catalog.state(_COLLECTION)
        if name is None:
            name = f"footnote-{secrets.token_hex(4)}"
            self._catalog.remember(_COLLECTION, name)
        return name

    def open(self) -> Opened:
        """Connect to the collection in use; a server mends its own."""
        return Opened(self._connected(self.live))

    def begin(self) -> Built:
        """Make an empty collection beside the one in use."""
        name = f"{self.live}-{secrets.token_hex(4)}"
        self._built = self._connected(name)
        return Built(name, self._built)

    def adopt(self, built: Built) -> None:
        """Let the alias lead to ``built``; other processes search there from now on."""
        del built  # the one that was begun
        with self._connected(self.live) as before:
            self._replaced = before.target()
        if self._replaced is not None and self._built is not None:
            self._built.take_alias(self.live)

    def drop(self, name: str) -> None:
        """Take a collection away that is not in use.

        The first rebuild finds a collection where the alias is to be, so this takes it away and
        makes the alias; searches of other processes fail for that moment.
        """
        with self._connected(self.live) as index:
            if name != self.live:
                index.delete(name)
            elif self._replaced is not None:
                index.delete(self._replaced)
            elif self._built is not None:
                index.delete(name)
                self._built.take_alias(name)
        self._built = self._replaced = None

    def _connected(self, collection: str) -> ServerIndex:
        return ServerIndex.connect(self._url, self._key, collection)
