import pytest

from ingest.parsing.front_matter import FrontMatter, front_matter


def head(text: str) -> str:
    return f"---\n{text}\n---\n正文\n"


@pytest.mark.parametrize(
    ("yaml", "title", "tags", "whole"),
    [
        ("title: 推理  笔记", "推理 笔记", (), False),
        ("title: 2024-03-01", "2024-03-01", (), False),
        ("title: 42\ntags: 7", "42", ("7",), False),
        ("tags: [显存, '#推理', 显存, 3, [深], {a: b}]", "", ("显存", "推理", "3"), False),
        ("tag: 显存，推理 a,b", "", ("显存", "推理", "a", "b"), False),
        ("tags:\n- 显存\n- ''", "", ("显存",), False),
        ("tags:", "", (), False),
        ("chunk: whole", "", (), True),
        ("chunk: half\ntitle: [a]", "", (), False),
    ],
)
def test_head_says_title_tags_and_whether_the_note_is_whole(
    yaml: str, title: str, tags: tuple[str, ...], *, whole: bool
) -> None:
    text = head(yaml)
    assert front_matter(text) == FrontMatter(len(text) - len("\n正文\n"), title, tags, whole)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "正文",
        "---\n正文，没有关上\n",
        "a\n---\nb: c\n---\n",
        head("只有一句话"),
        head("- 一\n- 二"),
        head("a: [没有关上"),
        head("a: 2024-99-99"),
        head("\ta: b"),
        head("a: &x 1\nb: *x"),
        head("a: &-x {b: 1}\nc: {<<: *-x}"),
        head("? {a: b}\n: c"),
        head("a: b\n" * 5_000),
    ],
)
def test_what_is_no_mapping_or_may_grow_is_text(text: str) -> None:
    assert front_matter(text) == FrontMatter()
