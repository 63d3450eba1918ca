import pytest
from hypothesis import given

from ingest.linking import (
    aliases_of,
    folded,
    link_name,
    may_be_a_note,
    note_links,
    note_names,
)
from ingest.note import LeftOut, NoteLink
from retrieval.span import Span
from tests.ingest.note_texts import note_texts

TEXT = (
    "见 [[KV 缓存#代价|那里]]、[低秩](../sub/LoRA%20笔记.md)。\n\n"
    "![[图.png]] ![图](a.jpg) [[#下面]]\n\n`[[甲]]`\n"
)


def test_links_to_notes_are_told_with_their_places() -> None:
    first = "[[KV 缓存#代价|那里]]"
    second = "[低秩](../sub/LoRA%20笔记.md)"
    assert note_links(TEXT, ()) == (
        NoteLink("KV 缓存", Span(2, 2 + len(first))),
        NoteLink("../sub/LoRA 笔记.md", Span(3 + len(first), 3 + len(first) + len(second))),
    )


def test_links_in_what_is_left_out_do_not_count() -> None:
    text = "[[甲]] [[乙]] [[丙]] [[丁]]"
    out = [LeftOut(Span(13, 17), "sharing"), LeftOut(Span(6, 11), "navigation")]
    assert [link.target for link in note_links(text, out)] == ["甲", "丁"]


def test_a_note_shown_in_a_note_is_a_link() -> None:
    assert [link.target for link in note_links("![[甲]] ![[乙.md]] ![[丙.canvas]]", ())] == [
        "甲",
        "乙.md",
    ]


@pytest.mark.parametrize(
    ("name", "found_by"),
    [
        ("KV 缓存", "kv 缓存"),
        ("../sub/KV  缓存.MD", "kv 缓存"),
        ("./a/B/", "b"),
        (".config", ".config"),
        ("vLLM 0.6", "vllm 0"),
        ("Café", "cafe\u0301".encode().decode()),
        ("", ""),
    ],
)
def test_a_link_and_a_note_are_looked_up_by_the_same_name(name: str, found_by: str) -> None:
    assert link_name(name) == folded(found_by)


def test_a_note_is_found_by_its_path_its_title_and_its_aliases() -> None:
    assert note_names("a/KV 缓存/README.md", "键值/缓存", ("KV cache",)) == {
        ("readme", ""),
        ("kv 缓存", ""),
        ("缓存", ""),
        ("kv cache", "KV cache"),
    }
    assert note_names("v0.6.md", "", ()) == {("v0.6", ""), ("v0", "")}


def test_aliases_stand_in_the_head() -> None:
    assert aliases_of(f"---\naliases: [甲, {'长' * 201}]\n---\n") == ("甲",)
    assert aliases_of("aliases: 甲") == ()


@pytest.mark.parametrize(
    ("target", "may"),
    [("a.md", True), ("甲", True), ("v0.6", True), ("a.png", False), ("a.zip", False), ("", True)],
)
def test_other_files_are_no_notes(target: str, *, may: bool) -> None:
    assert may_be_a_note(target) is may


@given(note_texts())
def test_links_of_any_text_stand_in_it_in_order(text: str) -> None:
    spans = [link.span for link in note_links(text, ())]
    assert spans == sorted(spans)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


@given(note_texts())
def test_nothing_is_linked_from_a_note_that_is_left_out(text: str) -> None:
    assert note_links(text, [LeftOut(Span(0, len(text)), "navigation")]) == ()
