"""Our cutting as a part of a LlamaIndex program. One of the three doors to `llama_index`.

Nothing of Footnote imports this module: it is for programs that build on LlamaIndex.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import (
    BaseNode,
    Document,
    MetadataMode,
    NodeRelationship,
    TextNode,
)

from ingest.chunking import chunks
from ingest.parsing import parse
from retrieval.chunk import Chunk

NOT_READ = ("note_id", "start", "end", "kind")
"""Metadata for programs: neither embedded nor shown to a model."""


class ChunkParser(NodeParser):
    """A LlamaIndex node parser that cuts documents as Footnote cuts notes.

    Each node is a chunk: ``start_char_idx`` and ``end_char_idx`` are its place in the document's
    text, and its metadata are those of `retrieval.llama_index.PassageRetriever`. Its id follows
    from the document's id and the chunk's words, so that the same words keep their id.
    """

    @classmethod
    def class_name(cls) -> str:
        """Return the name that LlamaIndex serialises."""
        return "ChunkParser"

    def _parse_nodes(  # LlamaIndex chose the signature
        self,
        nodes: Sequence[BaseNode],
        show_progress: bool = False,  # noqa: FBT001, FBT002
        **kwargs: Any,  # noqa: ANN401
    ) -> list[BaseNode]:
        del show_progress, kwargs
        return [node for document in nodes for node in _cut(document)]

    def _postprocess_parsed_nodes(
        self, nodes: list[BaseNode], parent_doc_map: dict[str, Document]
    ) -> list[BaseNode]:
        """Link the nodes as LlamaIndex does, but keep their offsets.

        It searches for each node's words again, and finds an earlier copy of words that stand
        twice in a document.
        """
        linked = super()._postprocess_parsed_nodes(nodes, parent_doc_map)
        for node in linked:
            if isinstance(node, TextNode):
                node.start_char_idx = node.metadata["start"]
                node.end_char_idx = node.metadata["end"]
        return linked


def _cut(document: BaseNode) -> Iterator[TextNode]:
    text = document.get_content(MetadataMode.NONE)
    note = _name(document)
    note_id = _note_id(document)
    for chunk in chunks(note_id, text, parse(text, PurePath(note).stem)):
        yield _node(chunk, note, document)


def _node(chunk: Chunk, note: str, document: BaseNode) -> TextNode:
    return TextNode(
        id_=str(chunk.id),
        text=chunk.text,
        start_char_idx=chunk.span.start,
        end_char_idx=chunk.span.end,
        metadata={
            "note": note,
            "note_id": str(chunk.note_id),
            "start": chunk.span.start,
            "end": chunk.span.end,
            "heading": " › ".join(chunk.headings),
            "kind": chunk.kind.value,
            "when": chunk.when,
            "speakers": ", ".join(chunk.speakers),
        },
        excluded_embed_metadata_keys=[*document.excluded_embed_metadata_keys, *NOT_READ],
        excluded_llm_metadata_keys=[*document.excluded_llm_metadata_keys, *NOT_READ],
        relationships={NodeRelationship.SOURCE: document.as_related_node_info()},
    )


def _name(document: BaseNode) -> str:
    """Return the path or name by which the document's reader knows it."""
    named = (document.metadata.get(key) for key in ("note", "file_path", "file_name", "title"))
    return next((str(name) for name in named if name), document.node_id)


def _note_id(document: BaseNode) -> UUID:
    try:
        return UUID(document.node_id)
    except ValueError:
        return uuid5(NAMESPACE_URL, document.node_id)
