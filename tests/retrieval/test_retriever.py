from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.catalog import CutNote
from ingest.chunking import chunks
from ingest.parsing import parse
from retrieval.dictionary import Dictionary
from retrieval.edge import EdgeIndex
from retrieval.expansion import LONGEST_JOINED
from retrieval.index import ChunkIndex, Point
from retrieval.lexical import LexicalEncoder
from retrieval.retrieved import Retrieved
from retrieval.retriever import Retriever
from retrieval.search_settings import SearchSettings
from retrieval.span import Span
from tests.fakes.catalog import FakeCatalog
from tests.fakes.index import FakeIndex
from tests.fakes.notes import sample_note

FILLER = "今天天气不错，大家一起去公园散步，看见许多花。"
NOTES = {
    "显存.md": (
        "# 显存估算\n\n显存大约等于参数量乘以两个字节，再加上激活和缓存。\n\n"
        "## 训练\n\n训练时优化器状态占用的显存是权重的六倍。\n"
    ),
    "量化.md": "# 量化\n\n四比特量化之后，显存占用降到四分之一，精度几乎不变。\n",
    "lora.md": "# LoRA\n\nLoRA 冻结原来的权重，只训练两个低秩矩阵。\n",
    "rag.md": (
        "# Retrieval\n\nRetrieval augmented generation looks passages up before it answers.\n"
    ),
    "注意力.md": "# 注意力\n\n注意力机制让每个词看见前面所有的词。\n",
    **{f"杂记{number}.md": f"# 杂记{number}\n\n第{number}天，{FILLER}\n" for number in range(30)},
}


@pytest.fixture(scope="session")
def dictionary() -> Dictionary:
    return Dictionary()


@dataclass(frozen=True, slots=True)
class Library:
    """Notes in a catalogue and an index."""

    catalog: FakeCatalog
    index: ChunkIndex
    dictionary: Dictionary
    ids: dict[str, UUID] = field(default_factory=dict)

    def take_in(self, notes: Mapping[str, str]) -> "Library":
        encoder = LexicalEncoder(60.0)
        for path, text in notes.items():
            note = sample_note(text, path=path, note_id=UUID(int=len(self.ids) + 1))
            self.ids[path] = note.id
            cut = chunks(note.id, text, parse(text, Path(path).stem))
            self.catalog.store([CutNote(note, cut, modified_ns=0, cutter="")])
            self.index.upsert(
                [
                    Point(each.point, each.kind, encoder.passage(each.indexed_text)[0])
                    for each in cut
                ]
            )
        return self

    def retriever(self, limits: SearchSettings | None = None) -> Retriever:
        return Retriever(self.index, self.catalog, self.dictionary, limits)

    def retrieve(self, question: str, limit: int = 8, *, previous: str = "") -> Retrieved:
        return self.retriever().retrieve(question, limit, previous=previous)


NewLibrary = Callable[[], Library]


@pytest.fixture(params=["fake", "edge"])
def new_library(
    request: pytest.FixtureRequest, tmp_path: Path, dictionary: Dictionary
) -> Iterator[NewLibrary]:
    """Makes an empty library, over the index in memory and over the embedded one."""
    with ExitStack() as stack:

        def make() -> Library:
            index: ChunkIndex = FakeIndex()
            if request.param == "edge":
                index = stack.enter_context(EdgeIndex.open(tmp_path / "index"))
            return Library(FakeCatalog(), index, dictionary)

        yield make


@pytest.fixture
def library(new_library: NewLibrary) -> Library:
    return new_library().take_in(NOTES)


def paths(found: Retrieved) -> list[str]:
    return [passage.path for passage in found.passages]


def same(found: Retrieved) -> tuple[object, ...]:
    """Everything of a result but the time it took."""
    return (
        found.question,
        found.passages,
        found.on_topic,
        found.evidence,
        found.weights,
        found.missing,
    )


def test_a_question_finds_the_passage_that_answers_it(library: Library) -> None:
    found = library.retrieve("显存大约等于多少？")
    best = found.passages[0]
    assert (best.path, best.title, best.note_id) == ("显存.md", "显存", library.ids["显存.md"])
    assert "参数量乘以两个字节" in best.text
    assert found.on_topic
    assert found.question == "显存大约等于多少？"


def test_passages_are_slices_of_their_notes_best_first(library: Library) -> None:
    found = library.retrieve("量化和训练的显存")
    for passage in found.passages:
        note = library.catalog.entries[passage.note_id].note
        assert passage.text == passage.span.of(note.text)
        assert passage.hits
        for hit in passage.hits:
            assert passage.span.overlaps(hit.chunk.span)
    scores = [passage.score for passage in found.passages]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 < score <= 1.0 for score in scores)


def test_limit_is_kept(library: Library) -> None:
    assert len(library.retrieve("显存", 1).passages) == 1
    assert len(library.retrieve("公园散步", 5).passages) == 5


def test_an_english_question_finds_a_chinese_note(library: Library) -> None:
    assert paths(library.retrieve("How does attention work?"))[0] == "注意力.md"


def test_a_chinese_question_finds_an_english_note(library: Library) -> None:
    assert paths(library.retrieve("检索 一代"))[0] == "rag.md"


def test_a_question_in_traditional_script_finds_the_same(library: Library) -> None:
    found, simplified = library.retrieve("顯存怎麼估算"), library.retrieve("显存怎么估算")
    assert paths(found) == paths(simplified)


def test_the_previous_question_counts_in_a_follow_up(library: Library) -> None:
    alone = library.retrieve("那要占用多少？")
    following = library.retrieve("那要占用多少？", previous="LoRA 的低秩矩阵是什么？")
    assert "lora.md" not in paths(alone)
    assert "lora.md" in paths(following)
    assert dict(following.weights)["lora"] > 0


def test_a_question_about_something_else_is_off_topic(library: Library) -> None:
    for question in ("怎样腌制酸黄瓜？", "Who won the football match?", "？？", ""):
        found = library.retrieve(question)
        assert not found.on_topic
        assert found.evidence < SearchSettings().threshold


def test_a_short_question_of_words_that_stand_together_is_on_topic(library: Library) -> None:
    assert library.retrieve("散步").on_topic


def test_nothing_found_is_an_empty_result(library: Library) -> None:
    found = library.retrieve("zzz")
    assert (found.passages, found.evidence, found.missing) == ((), 0.0, ("zzz",))
    assert found.weights == ()


def test_words_that_stand_in_no_passage_are_named(library: Library) -> None:
    assert library.retrieve("显存和火锅").missing == ("火锅",)


def test_weights_come_heaviest_first(library: Library) -> None:
    weights = library.retrieve("显存 lora 今天").weights
    assert [weight for _, weight in weights] == sorted((each for _, each in weights), reverse=True)
    assert {"显存", "lora", "今天"} <= {term for term, _ in weights}


def test_a_hit_without_a_row_is_dropped(library: Library) -> None:
    before = library.retrieve("显存")
    library.catalog.remove([library.ids["显存.md"]])
    after = library.retrieve("显存")
    assert "显存.md" in paths(before)
    assert paths(after) == [path for path in paths(before) if path != "显存.md"]


def test_the_same_text_in_two_notes_is_cited_from_both(library: Library) -> None:
    library.take_in({"副本/显存.md": NOTES["显存.md"]})
    assert library.index.count() == len(library.catalog.live_points())
    found = library.retrieve("显存")
    texts = {passage.path: passage.text for passage in found.passages}
    assert texts["副本/显存.md"] == texts["显存.md"]
    library.catalog.remove([library.ids["显存.md"]])
    after = paths(library.retrieve("显存"))
    assert "副本/显存.md" in after
    assert "显存.md" not in after


def test_an_empty_library_finds_nothing(new_library: NewLibrary) -> None:
    found = new_library().retrieve("显存")
    assert (found.passages, found.on_topic, found.evidence) == ((), False, 0.0)


def sections(word: str, count: int) -> str:
    """A note of sections that each speak of ``word``, too long to be one passage."""
    body = "，".join(f"细节{number}" for number in range(40))
    return "".join(
        f"## {word}之{number}\n\n{word}第{number}条。{body}。\n\n" for number in range(count)
    )


def test_a_note_has_at_most_its_share_of_the_passages(new_library: NewLibrary) -> None:
    library = new_library().take_in({**NOTES, "长.md": sections("显存", 9)})
    found = library.retrieve("显存")
    counts = Counter(paths(found))
    assert counts["长.md"] == 3
    assert max(counts.values()) <= 3
    limited = library.retriever(SearchSettings(per_note=1)).retrieve("显存")
    assert set(Counter(paths(limited)).values()) == {1}


def test_a_note_that_alone_has_hits_may_fill_the_list(new_library: NewLibrary) -> None:
    library = new_library().take_in({**NOTES, "长.md": sections("张量并行", 9)})
    assert paths(library.retrieve("张量并行")) == ["长.md"] * 8


def test_passages_of_a_note_do_not_say_the_same(new_library: NewLibrary) -> None:
    library = new_library().take_in({"长.md": sections("显存", 9), **NOTES})
    spans = [each.span for each in library.retrieve("显存").passages if each.path == "长.md"]
    for place, span in enumerate(spans):
        for other in spans[:place]:
            shared = min(span.end, other.end) - max(span.start, other.start)
            assert shared <= 0.5 * len(span)


def test_a_chat_passage_names_its_speakers_and_time(new_library: NewLibrary) -> None:
    text = (
        "小林 2024/3/1 10:00:01\n量化之后掉点严重吗？\n\n"
        "阿毛 2024/3/1 10:01:30\n四比特基本不掉，两比特很明显。\n\n"
        "小林 2024/3/1 10:02:10\n那就四比特。\n"
    )
    passage = new_library().take_in({"群聊.txt": text}).retrieve("量化掉点").passages[0]
    assert passage.kind.value == "chat"
    assert set(passage.speakers) == {"小林", "阿毛"}
    assert passage.when.startswith("2024-03-01")
    assert passage.span.of(text) == passage.text


def test_the_same_question_gets_the_same_result(library: Library) -> None:
    for question in ("显存估算", "公园散步的花", "memory of models"):
        assert same(library.retrieve(question)) == same(library.retrieve(question))


def test_threads_get_what_one_gets(library: Library) -> None:
    retriever = library.retriever()
    questions = ["显存估算", "LoRA 低秩", "四比特量化", "公园散步"] * 5
    expected = [same(retriever.retrieve(question)) for question in questions]
    with ThreadPoolExecutor(8) as threads:
        assert [same(each) for each in threads.map(retriever.retrieve, questions)] == expected


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    deadline=None,
    max_examples=40,
)
@given(
    question=st.text(
        st.one_of(st.sampled_from("显存训练量化lora公园\ud800\x00😀，?"), st.characters()),
        max_size=30,
    ),
    limit=st.integers(1, 20),
)
def test_any_question_gets_passages_within_limits(
    library: Library, question: str, limit: int
) -> None:
    found = library.retrieve(question, limit)
    assert len(found.passages) <= limit
    for passage in found.passages:
        assert passage.text == passage.span.of(library.catalog.entries[passage.note_id].note.text)
        assert passage.span != Span(0, 0)
    spread = Counter(paths(found))
    assert len(spread) == 1 or max(spread.values(), default=0) <= 3


def test_passages_that_overlap_go_out_as_one(new_library: NewLibrary) -> None:
    sentences = [f"第{number}段说显存与量化的关系，编号{number}。" * 8 for number in range(12)]
    notes = {"长文.md": "# 长文\n\n" + "\n\n".join(sentences) + "\n"}
    found = new_library().take_in(NOTES | notes).retrieve("显存与量化的关系 编号3 编号7", 8)
    spans = [each.span for each in found.passages if each.path == "长文.md"]
    assert spans
    for place, span in enumerate(spans):
        for other in spans[place + 1 :]:
            assert not span.overlaps(other) or len(span.joined(other)) > LONGEST_JOINED
