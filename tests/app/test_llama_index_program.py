"""A plain LlamaIndex program over our parts: its answers cite the exact words of the notes."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from llama_index.core import Document, SummaryIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import ResponseMode, get_response_synthesizer
from llama_index.core.schema import NodeWithScore, TextNode

from app.settings import Settings
from app.wiring import Services, build
from ingest.decoding import decode
from ingest.llama_index import ChunkParser
from retrieval.cross_rerank import CrossReranker
from retrieval.llama_index import LexicalReranker, PassageRetriever
from tests.fakes.scorer import FakeScorer

NOTES = Path(__file__).parents[2] / "data" / "notes"
QUESTION = "LoRA 训练的时候冻结了什么权重？"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    home = tmp_path_factory.mktemp("llama") / "home"
    with build(Settings(home=home, notes=(NOTES,), watch=False)) as services:
        services.sync().run()
        yield services


@pytest.fixture(scope="module")
def texts() -> Mapping[str, str]:
    paths = sorted(NOTES.glob("*.md"))
    return {path.name: decode(path.read_bytes()).text for path in paths}


def engine(retriever: BaseRetriever, *postprocessors: LexicalReranker) -> RetrieverQueryEngine:
    """Put an engine together as LlamaIndex's own documentation does, with a model that echoes."""
    return RetrieverQueryEngine(
        retriever=retriever,
        response_synthesizer=get_response_synthesizer(
            llm=MockLLM(), response_mode=ResponseMode.COMPACT
        ),
        node_postprocessors=list(postprocessors),
    )


def answered(engine: RetrieverQueryEngine, question: str = QUESTION) -> Response:
    found = engine.query(question)
    assert isinstance(found, Response)
    return found


def cited(each: NodeWithScore) -> tuple[str, int, int, str]:
    """What a source node cites: note, place, words."""
    node = each.node
    assert isinstance(node, TextNode)
    start, end = node.start_char_idx, node.end_char_idx
    assert start is not None
    assert end is not None
    assert (node.metadata["start"], node.metadata["end"]) == (start, end)
    return str(node.metadata["note"]), start, end, node.text


def test_an_engine_over_our_retriever_answers_from_passages_that_cite_the_notes(
    services: Services,
) -> None:
    response = answered(engine(PassageRetriever(services.searcher, 5), LexicalReranker(top_n=3)))

    assert len(response.source_nodes) == 3
    for each in response.source_nodes:
        path, start, end, words = cited(each)
        assert decode((NOTES / path).read_bytes()).text[start:end] == words
    read = [each.node.get_content() for each in response.source_nodes]
    assert any("冻结原权重" in each for each in read)
    # The model echoes its prompt: it has read the passages.
    assert all(each.splitlines()[0] in str(response) for each in read)


def test_an_engine_over_our_cutting_answers_from_chunks_that_cite_the_documents(
    texts: Mapping[str, str],
) -> None:
    documents = [
        Document(text=text, id_=name, metadata={"file_name": name}) for name, text in texts.items()
    ]
    nodes = ChunkParser().get_nodes_from_documents(documents)
    response = answered(
        engine(SummaryIndex(nodes).as_retriever(), LexicalReranker(top_n=4)),
        "显存里的 KV cache 多大",
    )

    assert len(response.source_nodes) == 4
    for each in response.source_nodes:
        name, start, end, words = cited(each)
        assert texts[name][start:end] == words
    assert response.source_nodes[0].node.metadata["note"] == "KV Cache 笔记.md"


def test_a_cross_encoder_can_order_the_nodes(services: Services) -> None:
    scorer = FakeScorer()
    reranker = LexicalReranker(top_n=2, reranker=CrossReranker(scorer))
    response = answered(engine(PassageRetriever(services.searcher, 5), reranker))

    assert len(response.source_nodes) == 2
    assert any("冻结" in text for text in scorer.read)


def test_a_question_beside_the_notes_has_no_source(services: Services) -> None:
    response = answered(engine(PassageRetriever(services.searcher)), "zebra xylophone quantum")

    assert response.source_nodes == []
