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


@pytest.mark.parametrize(
    ("yaml", "aliases", "created", "updated"),
    [
        ("aliases: [缓存, KV cache, 缓存]", ("缓存", "KV cache"), "", ""),
        ("alias: 缓存, KV cache", ("缓存", "KV cache"), "", ""),
        ("Aliases:\n- '\"缓存\"'\n- 7", ("缓存", "7"), "", ""),
        ("date: 2024-03-01", (), "2024-03-01", ""),
        ("created: 2024-03-01T08:05:06+08:00", (), "2024-03-01 08:05:06", ""),
        ("日期: 2024年3月1日 8:05\n更新时间: 2024/3/2", (), "2024-03-01 08:05", "2024-03-02"),
        ("date created: 昨天\ndate: '2024-02-30'\nlastmod: 2024-03-03", (), "", "2024-03-03"),
        ("updated: 2024-03-01 后来", (), "", "2024-03-01"),
    ],
)
def test_head_says_other_names_and_dates(
    yaml: str, aliases: tuple[str, ...], created: str, updated: str
) -> None:
    found = front_matter(head(yaml))
    assert (found.aliases, found.created, found.updated) == (aliases, created, updated)


@pytest.mark.parametrize(
    ("head", "title", "tags"),
    [
        ('+++\r\ntitle = "题"\r\ntags = ["a/b", "#c/"]\r\n+++', "题", ("a/b", "c")),
        ('+++\n[taxonomies]\ntags = ["甲"]\n+++', "", ("甲",)),
        ('\ufeff{\n  "title": "题", "tag": "甲、乙"\n}', "题", ("甲", "乙")),
    ],
)
def test_toml_and_json_are_heads_too(head: str, title: str, tags: tuple[str, ...]) -> None:
    assert front_matter(f"{head}\r\n正文") == FrontMatter(len(head), title, tags)


def test_properties_of_an_outliner_are_read_and_stay_text() -> None:
    text = "title:: 题\r\ntags:: [[甲]], #乙\nalias:: 丙\n\n- 正文"

    assert front_matter(text) == FrontMatter(0, "题", ("甲", "乙"), aliases=("丙",))


@pytest.mark.parametrize(
    "text",
    [
        "+++\ntitle = 题\n+++",
        "+++\na = 1\na = 2\n+++\n",
        "+++\n没有关上",
        "+++\n" + "a = 1\n" * 5_000 + "+++\n",
        '{\n"model": "a"\n}\n',
        '{\n"title": "a", "title": "b"\n}\n',
        '{\n"title": \n}\n',
        '{"title": "a"}\n正文',
        '[\n{"title": 1}\n]',
        '{\n"title": ' + "[" * 9_000 + "\n}\n",
        head("a: 1\nb: {c: 1, c: 2}"),
        head("a: 1\na: 2"),
        head("title: !!python/name:os.system"),
        head("a: 1\n\tb: 2"),
    ],
)
def test_what_cannot_be_read_or_says_a_thing_twice_is_text(text: str) -> None:
    assert front_matter(text) == FrontMatter()
