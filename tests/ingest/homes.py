"""A folder of notes with the catalogue and the index that follow it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from ingest.chunking import chunks
from ingest.decoding import decode
from ingest.parsing import parse
from ingest.repair import Difference, compare
from ingest.report import Progress, Report
from ingest.sync import Sync
from retrieval.index import ChunkIndex
from retrieval.lexical import LexicalEncoder
from retrieval.span import Span
from tests.contracts.catalog_contract import WholeCatalog
from tests.ingest.watched import WatchedCatalog, WatchedIndex, Writes

MOST_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Home:
    """Catalogue and index over a folder."""

    folder: Path
    catalog: WholeCatalog
    index: ChunkIndex

    def write(self, notes: Mapping[str, str | bytes]) -> None:
        """Write files into the folder."""
        for name, content in notes.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)

    def syncing(self, writes: Writes | None = None) -> Sync:
        """Make a sync whose writes are seen."""
        writes = writes or Writes()
        return Sync(
            self.folder,
            WatchedCatalog(self.catalog, writes),
            WatchedIndex(self.index, writes),
            LexicalEncoder(),
            MOST_BYTES,
        )

    def sync(
        self,
        writes: Writes | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Report:
        """Take the folder's changes in."""
        return self.syncing(writes).run(on_progress, cancelled)

    def found(self, words: str) -> list[str]:
        """Return the texts of the live chunks that a search for ``words`` finds."""
        scored = self.index.search(LexicalEncoder().question(words), 50)
        live = self.catalog.by_id([each.id for each in scored])
        return [live[each.id].text for each in scored if each.id in live]

    def ids(self) -> dict[str, UUID]:
        """Return the id of each note, by path."""
        return {note.path: note.id for note in self.catalog.known()}

    def text(self, path: str) -> str:
        """Return a note's text as the catalogue has it."""
        return self.catalog.text(self.ids()[path], Span(0, MOST_BYTES * 2))

    def assert_in_step(self) -> None:
        """Files, catalogue and index say the same."""
        files = {
            str(file.relative_to(self.folder)): decode(file.read_bytes()).text
            for file in self.folder.rglob("*")
            if file.is_file()
        }
        assert {path: self.text(path) for path in self.ids()} == files
        assert compare(self.catalog, self.index) == Difference(frozenset(), frozenset())
        expected = {
            chunk
            for path, note_id in self.ids().items()
            for chunk in chunks(note_id, files[path], parse(files[path], Path(path).stem))
        }
        assert set(self.catalog.chunks()) == expected
