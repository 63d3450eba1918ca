"""A folder of notes with the catalogue and the index that follow it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from ingest.chunking import chunks
from ingest.decoding import decode
from ingest.lengths import Lengths
from ingest.listing import notes_folders
from ingest.parsing import parse
from ingest.repair import Difference, compare
from ingest.report import Progress, Report
from ingest.source import Source
from ingest.sync import Sync
from retrieval.index import ChunkIndex
from retrieval.lexical import LexicalEncoder, terms
from retrieval.span import Span
from tests.contracts.catalog_contract import WholeCatalog
from tests.ingest.watched import WatchedCatalog, WatchedIndex, Writes

MOST_BYTES = 100_000
NOTES = {
    "缓存.md": "# 缓存\n\n## 为什么\n\n" + "键和值存起来，解码时省去重复计算。" * 20 + "\n\n"
    "## 代价\n\n" + "显存随长度线性增长。" * 30 + "\n",
    "sub/低秩.md": "# 低秩\n\n冻结权重，只训练两个小矩阵。\n",
    "群.txt": "小林 2024/3/1 10:00:01\n四比特掉点吗\n\n阿毛 2024/3/1 10:01:30\n基本不掉。\n",
    "页.md": "首页 专栏 登录 注册\n\n向量检索与关键词检索两者互补，生产环境多半两路都开。\n",
}


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
            Source(notes_folders([self.folder]), MOST_BYTES),
            WatchedCatalog(self.catalog, writes),
            WatchedIndex(self.index, writes),
            LexicalEncoder(),
        )

    def sync(
        self,
        writes: Writes | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        *,
        accept_deletions: bool = False,
    ) -> Report:
        """Take the folder's changes in."""
        return self.syncing(writes).run(on_progress, cancelled, accept_deletions=accept_deletions)

    def found(self, words: str) -> list[str]:
        """Return the texts of the live chunks that a search for ``words`` finds."""
        scored = self.index.search(LexicalEncoder().question(words), 50)
        live = self.catalog.by_point([each.id for each in scored])
        return [chunk.text for each in scored for chunk in live.get(each.id, ())]

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
        assert {
            chunk for note_id in self.ids().values() for chunk in self.catalog.note_chunks(note_id)
        } == expected

    def assert_weights_are_true(self) -> None:
        """Every point is weighed with one average, within the drift of the true one."""
        lengths = [len(terms(chunk.indexed_text)) for chunk in self.catalog.chunks()]
        encoder = LexicalEncoder()
        Lengths(self.catalog, encoder).prepare()
        assert self.catalog.state("lexical.terms") == str(sum(lengths))
        assert encoder.average_length == pytest.approx(sum(lengths) / len(lengths), rel=0.16)
        for chunk in self.catalog.chunks():
            term = max(terms(chunk.text), key=len)
            question = encoder.question(term)
            scored = {each.id: each.score for each in self.index.search(question, 50)}
            vector, _ = encoder.passage(chunk.indexed_text)
            weights = dict(zip(vector.dimensions, vector.weights, strict=True))
            rarity = self.index.rarity(question.dimensions)
            expected = sum(
                weights[dimension] * rarity[dimension] for dimension in question.dimensions
            )
            assert scored[chunk.point] == pytest.approx(expected, rel=0.01)


OpenHome = Callable[[Path], Home]
"""Opens the home in a folder: notes in ``notes``, the rest beside it."""
