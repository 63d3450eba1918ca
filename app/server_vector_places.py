"""Collections of a Qdrant server for the vectors of each model; an alias names those in use."""

from collections.abc import Callable, Collection

from app.vector_places import VECTORS, OpenedVectors
from retrieval.server_collection import ServerConnection, client_of
from retrieval.server_vectors import ServerVectors


class ServerVectorPlaces:
    """Each home has collections of its own on the server; several processes share them."""

    def __init__(self, url: str, key: str, home: Callable[[], str]) -> None:
        """Connect to ``url``; ``home`` gives the name that the home's collections begin with."""
        self._url = url
        self._key = key
        self._home = home

    def open(self, fingerprint: str, dimension: int) -> OpenedVectors:
        """Connect to a collection, which is made when it is not there; a server mends its own.

        Raises:
            IndexUnusableError: The server cannot be used.
        """
        name = self._name(fingerprint)
        return OpenedVectors(ServerVectors.connect(self._url, self._key, name, dimension))

    def adopt(self, fingerprint: str) -> None:
        """Let the alias lead to these vectors."""
        with self._server() as server:
            server.lead(f"{self._home()}-{VECTORS}", self._name(fingerprint))

    def others(self, kept: Collection[str]) -> list[str]:
        """Name collections of this home that are of no model in ``kept``."""
        wanted = {self._name(fingerprint) for fingerprint in kept}
        with self._server() as server:
            names = server.names(f"{self._home()}-{VECTORS}-")
        return [name for name in names if name not in wanted]

    def drop_others(self, kept: Collection[str]) -> None:
        """Take away what `others` names."""
        unwanted = self.others(kept)
        with self._server() as server:
            for name in unwanted:
                server.delete(name)

    def _server(self) -> ServerConnection:
        return ServerConnection(*client_of(self._url, self._key))

    def _name(self, fingerprint: str) -> str:
        return f"{self._home()}-{VECTORS}-{fingerprint}"
