import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import pytest
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle, TextNode

from retrieval.chunk import Kind
from retrieval.llama_index import LexicalReranker, PassageRetriever
from retrieval.passage import Passage
from retrieval.retrieved import Retrieved
from retrieval.search_settings import SearchSettings
from retrieval.span import Span

NOTE = UUID(int=5)
PASSAGE = Passage(
    note_id=NOTE,
    path="群聊/显存.md",
    title="显存",
    kind=Kind.CHAT,
    span=Span(10, 15),
    text="显存不够？",
    score=0.8,
    headings=("显存", "估算"),
    speakers=("阿青", "momo"),
    when="2024-03-01T08:30",
)
OTHER = Passage(NOTE, "群聊/显存.md", "显存", Kind.CHAT, Span(40, 44), "换张卡。", 0.3)


@dataclass(frozen=True, slots=True)
class GivenSearcher:
    """Finds the same passages whatever is asked."""

    passages: tuple[Passage, ...]
    on_topic: bool = True

    def retrieve(
        self,
        question: str,
        limit: int = 8,
        *,
        previous: str = "",
        also: Sequence[str] = (),
        settings: SearchSettings | None = None,
    ) -> Retrieved:
        del previous, also, settings
        return Retrieved(question, self.passages[:limit], self.on_topic, 2.0, (), (), 1.0)


class OneWord:
    """Translates one word."""

    def chinese(self, english: str) -> tuple[str, ...]:
        return ("显存",) if english == "memory" else ()

    def english(self, chinese: str) -> tuple[str, ...]:
        del chinese
        return ()


def nodes(*texts: str) -> list[NodeWithScore]:
    return [
        NodeWithScore(node=TextNode(id_=str(place), text=text), score=0.5)
        for place, text in enumerate(texts)
    ]


def order(found: list[NodeWithScore]) -> list[str]:
    return [each.node.node_id for each in found]


def test_passages_come_as_nodes_that_can_be_cited() -> None:
    found = PassageRetriever(GivenSearcher((PASSAGE, OTHER))).retrieve("显存不够怎么办")
    first = found[0].node
    assert isinstance(first, TextNode)
    assert [each.score for each in found] == [0.8, 0.3]
    assert (first.text, first.start_char_idx, first.end_char_idx) == ("显存不够？", 10, 15)
    assert first.metadata == {
        "note": "群聊/显存.md",
        "note_id": str(NOTE),
        "start": 10,
        "end": 15,
        "heading": "显存 › 估算",
        "kind": "chat",
        "when": "2024-03-01T08:30",
        "speakers": "阿青, momo",
    }
    assert first.ref_doc_id == str(NOTE)


def test_models_read_the_heading_and_no_offsets() -> None:
    (found,) = PassageRetriever(GivenSearcher((PASSAGE,))).retrieve("显存")
    for mode in (MetadataMode.LLM, MetadataMode.EMBED):
        assert found.node.get_content(mode) == (
            "note: 群聊/显存.md\nheading: 显存 › 估算\nwhen: 2024-03-01T08:30\n"
            "speakers: 阿青, momo\n\n显存不够？"
        )


def test_the_same_passage_is_the_same_node() -> None:
    retriever = PassageRetriever(GivenSearcher((PASSAGE, OTHER)))
    first, again = order(retriever.retrieve("一")), order(retriever.retrieve("二"))
    assert first == again
    assert len(set(first)) == 2


def test_limit_is_passed_on() -> None:
    searcher = GivenSearcher((PASSAGE, OTHER))
    assert len(PassageRetriever(searcher, 1).retrieve("显存")) == 1


def test_an_off_topic_question_finds_nothing_unless_the_nearest_are_wanted() -> None:
    searcher = GivenSearcher((PASSAGE,), on_topic=False)
    assert PassageRetriever(searcher).retrieve("天气") == []
    assert len(PassageRetriever(searcher, off_topic=True).retrieve("天气")) == 1


def test_retriever_is_asynchronous_too() -> None:
    retriever = PassageRetriever(GivenSearcher((PASSAGE,)))
    assert order(asyncio.run(retriever.aretrieve("显存"))) == order(retriever.retrieve("显存"))


def test_reranker_puts_the_node_that_holds_the_question_first() -> None:
    given = nodes(
        "今天聊聊显卡的价格。",
        "显存怎么估算？参数量乘以两个字节，再加上激活。",
        "估算工期的方法。",
    )
    found = LexicalReranker(top_n=2).postprocess_nodes(given, query_str="显存怎么估算")
    assert order(found) == ["1", "2"]
    scores = [each.score or 0.0 for each in found]
    assert 1.0 >= scores[0] > scores[1] > 0.0
    assert found[0].node is given[1].node


def test_reranker_reads_what_names_a_node() -> None:
    plain, named = (TextNode(id_=each, text="两个字节一个参数。") for each in ("plain", "named"))
    named.metadata = {"file_name": "显存估算.md"}
    given = [NodeWithScore(node=plain), NodeWithScore(node=named)]
    found = LexicalReranker().postprocess_nodes(given, query_str="显存估算")
    assert order(found) == ["named", "plain"]


def test_reranker_keeps_the_order_of_nodes_that_share_nothing_with_the_question() -> None:
    found = LexicalReranker().postprocess_nodes(nodes("一行", "两行", ""), query_str="显存")
    assert order(found) == ["0", "1", "2"]
    assert [each.score for each in found] == [0.0, 0.0, 0.0]


def test_reranker_translates_when_it_has_a_dictionary() -> None:
    given = nodes("全是别的内容。", "显存要多少。")
    assert order(LexicalReranker().postprocess_nodes(given, query_str="memory")) == ["0", "1"]
    found = LexicalReranker(dictionary=OneWord()).postprocess_nodes(given, query_str="memory")
    assert order(found) == ["1", "0"]


def test_reranker_takes_two_nodes_of_the_same_text() -> None:
    found = LexicalReranker().postprocess_nodes(nodes("显存", "显存"), query_str="显存")
    assert order(found) == ["0", "1"]


@pytest.mark.parametrize("query", [None, QueryBundle("显存")])
def test_reranker_returns_at_most_top_n(query: QueryBundle | None) -> None:
    reranker = LexicalReranker(top_n=1)
    assert len(reranker.postprocess_nodes(nodes("显存", "显存二"), query)) == 1
    assert reranker.postprocess_nodes([], query) == []


def test_reranker_leaves_its_dictionary_out_of_what_is_serialised() -> None:
    written = LexicalReranker(top_n=3, dictionary=OneWord()).to_dict()
    assert written["top_n"] == 3
    assert written["class_name"] == "LexicalReranker"
    assert "dictionary" not in written
