"""What holds of the chunks of every text, whatever stands in it."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ingest.block import BlockKind
from ingest.chunking import chunks
from ingest.parsing import parse
from ingest.parsing.cuts import is_cut
from ingest.parsing.lines import split_lines
from retrieval.chunk import Chunk
from tests.ingest.note_texts import note_texts

NOTE = UUID("3f1c1c52-8f0e-4c4a-9d3a-2f5f0f3f7a10")
TEXTS = st.one_of(note_texts(), st.text(max_size=200))
NOT_INDEXED = (BlockKind.LEFT_OUT, BlockKind.FRONT_MATTER, BlockKind.CUT)


def cut(text: str) -> tuple[Chunk, ...]:
    return chunks(NOTE, text, parse(text, "名"))


def names(found: Sequence[Chunk]) -> dict[tuple[str, int], UUID]:
    """The id of each indexed text's n-th occurrence."""
    seen: Counter[str] = Counter()
    ids: dict[tuple[str, int], UUID] = {}
    for chunk in found:
        ids[chunk.indexed_text, seen[chunk.indexed_text]] = chunk.id
        seen[chunk.indexed_text] += 1
    return ids


@given(TEXTS)
def test_a_chunk_is_the_slice_that_its_span_names(text: str) -> None:
    for chunk in cut(text):
        assert chunk.text == text[chunk.span.start : chunk.span.end]
        assert chunk.text.strip()


@given(TEXTS)
def test_ordinals_count_up_and_ids_are_unique(text: str) -> None:
    found = cut(text)
    assert [chunk.ordinal for chunk in found] == list(range(len(found)))
    assert len({chunk.id for chunk in found}) == len(found)
    assert {chunk.note_id for chunk in found} <= {NOTE}


@given(TEXTS)
def test_chunks_begin_in_reading_order(text: str) -> None:
    starts = [chunk.span.start for chunk in cut(text)]
    assert starts == sorted(starts)


@given(TEXTS)
def test_every_word_that_is_indexed_lies_in_a_chunk(text: str) -> None:
    covered = {place for chunk in cut(text) for place in range(chunk.span.start, chunk.span.end)}
    covered |= {
        place
        for line in split_lines(text)
        if is_cut(line.text)
        for place in range(line.start, line.end)
    }
    missing = [
        block
        for block in parse(text, "名").blocks
        if block.kind not in NOT_INDEXED
        for place in range(block.span.start, block.span.end)
        if place not in covered and not text[place].isspace()
    ]
    assert missing == []


@given(TEXTS)
def test_no_chunk_reaches_into_what_is_left_out(text: str) -> None:
    parsed = parse(text, "名")
    found = chunks(NOTE, text, parsed)
    apart = [
        block
        for block in parsed.blocks
        if block.kind in NOT_INDEXED and not (parsed.whole and block.kind is BlockKind.CUT)
    ]
    reached = [
        (block, chunk) for block in apart for chunk in found if chunk.span.overlaps(block.span)
    ]
    assert reached == []


@given(TEXTS)
def test_a_text_gives_the_same_chunks_each_time(text: str) -> None:
    assert cut(text) == cut(text)


@given(TEXTS)
def test_every_header_names_the_title_the_last_heading_and_the_kind(text: str) -> None:
    parsed = parse(text, "名")
    title = () if parsed.named else (parsed.title,)
    for chunk in cut(text):
        path = " › ".join(dict.fromkeys([*title, *chunk.headings]))
        assert chunk.header.startswith(f"{path} | {chunk.kind}" if path else chunk.kind)
        assert "\n" not in chunk.header


@given(TEXTS, st.sampled_from(("新的一段，在所有的上面。\n\n", "# 新的标题\n\n正文\n\n", "\n\n\n")))
def test_an_edit_above_a_chunk_keeps_the_ids_of_what_stays_the_same(text: str, above: str) -> None:
    before, after = names(cut(text)), names(cut(above + text))
    same = before.keys() & after.keys()
    assert {key: before[key] for key in same} == {key: after[key] for key in same}


def test_a_paragraph_added_above_a_heading_renames_no_chunk() -> None:
    note = f"# 一\n\n{'开头的话。' * 40}\n\n# 二\n\n{'正文。' * 60}\n\n## 三\n\n{'结尾。' * 60}\n"
    edited = note.replace("# 二", f"{'插进来的一段。' * 40}\n\n# 二", 1)
    assert names(cut(note)).items() <= names(cut(edited)).items()
