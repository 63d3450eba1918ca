"""A home, opened as the program opens it, but without what a crash does not touch."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.db.catalog import Catalog
from app.db.conversations import Conversations
from app.db.schema import migrate
from app.db.session import Database, sqlite_url
from ingest.ignoring import Rules
from ingest.listing import notes_folders
from ingest.source import Source
from ingest.sync import Sync
from retrieval.edge import EdgeIndex
from retrieval.lexical import LexicalEncoder
from tests.crash.folder import MOST_BYTES


@dataclass(frozen=True, slots=True)
class Opened:
    """Catalogue, conversations and index of one home."""

    place: Path
    catalog: Catalog
    conversations: Conversations
    index: EdgeIndex
    encoder: LexicalEncoder

    @property
    def notes(self) -> Path:
        """The folder of the notes."""
        return self.place / "notes"

    @property
    def database_file(self) -> Path:
        """The database."""
        return self.place / "footnote.db"

    @property
    def index_folder(self) -> Path:
        """The index."""
        return self.place / "index"

    def sync(self) -> Sync:
        """Make a sync of the notes."""
        source = Source(notes_folders([self.notes]), MOST_BYTES, Rules())
        return Sync(source, self.catalog, self.index, self.encoder)


@contextmanager
def opened(place: Path) -> Iterator[Opened]:
    """Open the home in a folder: first the index, whose lock keeps others out."""
    with EdgeIndex.open(place / "index") as index:
        database = Database(sqlite_url(place / "footnote.db"))
        try:
            migrate(database)
            yield Opened(place, Catalog(database), Conversations(database), index, LexicalEncoder())
        finally:
            database.close()
