import asyncio
from itertools import pairwise
from uuid import NAMESPACE_URL, UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import BaseNode, Document, MetadataMode, NodeRelationship, TextNode

from ingest.chunking import chunks
from ingest.llama_index import ChunkParser
from ingest.parsing import parse

TEXT = (
    "# 显存\n\n## 估算\n\n" + "参数量乘以两个字节就是权重的大小。" * 30 + "\n\n"
    "## 群聊\n\n小林 2024/3/1 10:00:01\n收到\n\n阿毛 2024/3/1 10:01:30\n收到\n\n"
    "小林 2024/3/1 10:02:30\n收到\n\n阿毛 2024/3/1 10:03:30\n收到\n"
)


def cut(text: str, **document: object) -> list[BaseNode]:
    given = Document.model_validate({"text": text, **document})
    return ChunkParser().get_nodes_from_documents([given])


def test_nodes_are_the_chunks_of_the_note() -> None:
    note_id = UUID(int=3)
    found = cut(TEXT, id_=str(note_id), metadata={"file_path": "a/显存.md"})
    expected = chunks(note_id, TEXT, parse(TEXT, "显存"))
    assert [
        (node.node_id, node.text, node.start_char_idx, node.end_char_idx)
        for node in found
        if isinstance(node, TextNode)
    ] == [(str(each.id), each.text, each.span.start, each.span.end) for each in expected]
    assert len(found) > 2


def test_nodes_carry_what_cites_them() -> None:
    last = cut(TEXT, id_="显存", metadata={"file_name": "显存.md", "author": "阿毛"})[-1]
    words = TEXT.rindex("阿毛 2024/3/1 10:01:30"), len(TEXT.rstrip())
    assert last.metadata == {
        "author": "阿毛",
        "file_name": "显存.md",
        "note": "显存.md",
        "note_id": str(uuid5(NAMESPACE_URL, "显存")),
        "start": words[0],
        "end": words[1],
        "heading": "显存 › 群聊",
        "kind": "chat",
        "when": "2024-03-01 10:01:30",
        "speakers": "阿毛, 小林",
    }
    assert "note_id" not in last.get_content(MetadataMode.EMBED)
    assert "heading: 显存 › 群聊" in last.get_content(MetadataMode.EMBED)


def test_words_that_stand_twice_keep_their_own_offsets() -> None:
    text = "---cut---\n好的\n---cut---\n好的，好的\n---cut---\n好的\n"
    found = cut(text)
    assert [(node.metadata["start"], node.metadata["end"]) for node in found] == [
        (node.start_char_idx, node.end_char_idx) for node in found if isinstance(node, TextNode)
    ]
    assert [text[node.metadata["start"] : node.metadata["end"]] for node in found] == [
        node.get_content() for node in found
    ]
    starts = [node.metadata["start"] for node in found]
    assert starts == sorted(set(starts))


def test_nodes_are_linked_to_their_document_and_neighbours() -> None:
    found = cut(TEXT, id_="doc")
    assert {node.ref_doc_id for node in found} == {"doc"}
    for before, after in pairwise(found):
        following = before.relationships[NodeRelationship.NEXT]
        assert not isinstance(following, list)
        assert following.node_id == after.node_id


def test_the_same_words_keep_their_id_when_the_text_above_changes() -> None:
    before = cut(TEXT, id_="doc", metadata={"file_name": "x.md"})
    after = cut(TEXT.replace("# 显存\n\n", "# 显存\n\n新的一段。\n\n", 1), id_="doc")
    assert before[-1].node_id == after[-1].node_id
    assert before[-1].metadata["start"] < after[-1].metadata["start"]


def test_parser_runs_in_a_pipeline() -> None:
    pipeline = IngestionPipeline(transformations=[ChunkParser()])
    documents = [Document(text=TEXT, id_="doc"), Document(text="", id_="empty")]
    nodes = pipeline.run(documents=documents)
    assert [node.node_id for node in nodes] == [node.node_id for node in cut(TEXT, id_="doc")]


def test_parser_is_asynchronous_too() -> None:
    nodes = asyncio.run(ChunkParser().aget_nodes_from_documents([Document(text=TEXT, id_="doc")]))
    assert [node.node_id for node in nodes] == [node.node_id for node in cut(TEXT, id_="doc")]


@given(st.text(st.sampled_from("好的# \n-。cut😀"), max_size=200))
def test_offsets_are_exact_for_any_text(text: str) -> None:
    for node in cut(text, id_="doc"):
        assert isinstance(node, TextNode)
        assert text[node.start_char_idx : node.end_char_idx] == node.text
        assert (node.start_char_idx, node.end_char_idx) == (
            node.metadata["start"],
            node.metadata["end"],
        )
