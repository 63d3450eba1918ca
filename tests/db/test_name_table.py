import unicodedata
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db.name_table import Named, NameTable

PATHS = (
    "vLLM.md",
    "部署/vLLM.md",
    "部署/细节/量化.md",
    "训练/量化.md",
    "训练/Café 笔记.md",
    "papers/v1.2 notes.pdf",
    "部署/索引.md",
)
NOTES = {path: Named(UUID(int=number), path, "") for number, path in enumerate(PATHS)}
TABLE = NameTable(
    [
        *NOTES.values(),
        Named(UUID(int=100), "z.md", "如何部署", ("上线", "Go Live")),
        Named(UUID(int=101), "y.md", "vLLM"),
    ]
)


@pytest.mark.parametrize(
    ("name", "near", "path"),
    [
        ("vLLM", "", "vLLM.md"),
        ("vllm", "", "vLLM.md"),
        ("vLLM", "部署/索引.md", "部署/vLLM.md"),
        ("vLLM", "部署/细节/量化.md", "vLLM.md"),
        ("./vLLM.md", "部署/索引.md", "部署/vLLM.md"),
        ("../vLLM.md", "部署/索引.md", "vLLM.md"),
        ("../../vLLM", "部署/细节/量化.md", "vLLM.md"),
        ("部署/vLLM", "训练/量化.md", "部署/vLLM.md"),
        ("细节/量化", "训练/量化.md", "部署/细节/量化.md"),
        ("量化", "训练/别的.md", "训练/量化.md"),
        ("量化", "部署/索引.md", "部署/细节/量化.md"),
        ("量化", "", "训练/量化.md"),
        ("cafe\u0301  笔记", "", "训练/Café 笔记.md"),
        ("v1.2 notes.pdf", "", "papers/v1.2 notes.pdf"),
        ("v1.2 notes", "", "papers/v1.2 notes.pdf"),
    ],
)
def test_a_name_means_the_nearest_note(name: str, near: str, path: str) -> None:
    assert TABLE.note(name, near) == NOTES[path].id


SITE = ("_index.md", "values/_index.md", "values/pay.md", "guide/README.md", "guide/Index.html")
PAGES = {path: Named(UUID(int=number), path, "") for number, path in enumerate(SITE)}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("/values/", "values/_index.md"),
        ("/handbook/values/", "values/_index.md"),
        ("/handbook/values/pay", "values/pay.md"),
        ("/Values/Pay.md", "values/pay.md"),
        ("../values/", "values/_index.md"),
        ("/guide", "guide/README.md"),
        ("/a/handbook/values/", None),
        ("/pay", None),
        ("/", None),
        ("//", None),
    ],
)
def test_pages_of_a_site_name_each_other_from_its_top(name: str, path: str | None) -> None:
    found = NameTable(PAGES.values()).note(name, "guide/README.md")
    assert found == (PAGES[path].id if path else None)


@pytest.mark.parametrize("name", ["如何部署", "上线", "go live"])
def test_titles_and_aliases_are_names(name: str) -> None:
    assert TABLE.note(name) == UUID(int=100)


@pytest.mark.parametrize("name", ["", "  ", "LLM", "署/vLLM", "vLLM\x00.md", "..", "../..", "/"])
def test_other_names_mean_no_note(name: str) -> None:
    assert TABLE.note(name, "部署/索引.md") is None


@given(st.sampled_from(PATHS), st.sampled_from(["NFC", "NFD"]), st.sampled_from("aA"))
def test_the_form_of_a_path_does_not_count(path: str, form: str, case: str) -> None:
    written = unicodedata.normalize("NFD", path) if form == "NFD" else path
    assert TABLE.note(written.upper() if case == "A" else written) == NOTES[path].id


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_name_may_be_asked_for(name: str, near: str) -> None:
    every = {*(note.id for note in NOTES.values()), UUID(int=100), UUID(int=101)}
    assert TABLE.note(name, near) in {None, *every}
