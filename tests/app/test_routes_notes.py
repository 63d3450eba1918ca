"""The library, its notes and their images."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup

from app.settings import Settings
from tests.app.conftest import NOTES, PNG, Running, running
from tests.app.live_server import raw


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("library")
    notes = folder / "notes"
    for name, text in NOTES.items():
        (notes / name).parent.mkdir(parents=True, exist_ok=True)
        (notes / name).write_text(text, encoding="utf-8")
    (notes / "images").mkdir()
    (notes / "images" / "kv.png").write_bytes(PNG)
    (notes / "images" / "page.svg").write_bytes(b"<svg onload='alert(1)'/>")
    (notes / "images" / "link.png").symlink_to(folder / "outside.png")
    (notes / "images" / "away").symlink_to(folder)
    (notes / "100%.md").write_text("# 100%\n\n百分之百。\n", encoding="utf-8")
    (folder / "outside.png").write_bytes(PNG)
    with running(Settings(home=folder / "home", notes=(notes,), watch=False, port=0)) as page:
        yield page


def note_id(page: Running, path: str = "KV 缓存.md") -> str:
    found = page.services.library.by_path(path)
    assert found is not None
    return str(found.note.id)


def test_library_lists_the_notes(page: Running) -> None:
    html = BeautifulSoup(page.client.get("/notes").text, "html.parser")
    for path in NOTES:
        assert html.select(f'a[href="/notes/{note_id(page, path)}"]')


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("q=低秩", ["sub/LoRA 笔记.md"]),
        ("q=%25", ["100%.md"]),
        ("kind=chat", ["chat.txt"]),
        ("tag=推理", ["KV 缓存.md"]),
        ("q=nothing-of-it", []),
        ("q=%00", [*NOTES, "100%.md"]),
    ],
)
def test_notes_are_found_by_words_kind_and_tag(page: Running, query: str, paths: list[str]) -> None:
    reply = page.client.get(f"/api/notes?{query}").json()
    assert reply["total"] == len(paths)
    assert {note["path"] for note in reply["notes"]} == set(paths)


def test_list_comes_in_pages(page: Running) -> None:
    first = page.client.get("/api/notes?limit=2").json()
    second = page.client.get("/api/notes?limit=2&offset=2").json()
    assert (first["total"], len(first["notes"]), len(second["notes"])) == (5, 2, 2)
    assert not {note["id"] for note in first["notes"]} & {note["id"] for note in second["notes"]}


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "offset=-1", "limit=x", "q=" + "x" * 501]
)
def test_list_refuses_what_it_cannot_give(page: Running, query: str) -> None:
    reply = page.client.get(f"/api/notes?{query}")
    assert (reply.status_code, set(reply.json())) == (422, {"error"})


def test_note_comes_with_its_exact_text(page: Running) -> None:
    reply = page.client.get(f"/api/notes/{note_id(page)}").json()
    assert (reply["path"], reply["text"], reply["tags"]) == (
        "KV 缓存.md",
        NOTES["KV 缓存.md"],
        ["推理"],
    )


def test_note_that_is_not_there_is_told(page: Running) -> None:
    missing = uuid4()
    assert page.client.get(f"/api/notes/{missing}").json() == {
        "error": "This note does not exist any more. Look for it in the library."
    }
    html = page.client.get(f"/notes/{missing}")
    assert html.status_code == 404
    assert html.headers["content-type"] == "text/html; charset=utf-8"


def test_note_page_marks_the_passage_asked_for(page: Running) -> None:
    start = NOTES["KV 缓存.md"].index("解码")
    path = f"/notes/{note_id(page)}?start={start}&end={start + 10}"
    html = BeautifulSoup(page.client.get(path).text, "html.parser")
    assert html.select_one("#passage") is not None
    (cited,) = html.select(".cited")
    assert cited.text.startswith("解码时每个新 token")
    assert int(str(cited["data-start"])) == start


@pytest.mark.parametrize("query", ["", "?start=5", "?start=9&end=3", "?start=0&end=9999999"])
def test_note_page_opens_without_a_passage_too(page: Running, query: str) -> None:
    html = BeautifulSoup(page.client.get(f"/notes/{note_id(page)}{query}").text, "html.parser")
    assert html.select_one("#passage") is None
    assert "缓存随序列长度线性增长" in html.text


def test_note_page_links_other_notes_and_shows_its_image(page: Running) -> None:
    html = BeautifulSoup(page.client.get(f"/notes/{note_id(page)}").text, "html.parser")
    assert html.select(f'a[href^="/notes/{note_id(page, "sub/LoRA 笔记.md")}"]')
    (image,) = html.select("article img")
    assert image["src"] == f"/assets/{note_id(page)}/images/kv.png"
    reply = page.client.get(str(image["src"]))
    assert (reply.status_code, reply.content) == (200, PNG)
    assert reply.headers["content-type"] == "image/png"
    assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        "../outside.png",
        "..%2Foutside.png",
        "%2e%2e/outside.png",
        "images/..%2f..%2foutside.png",
        "images%2F..%2F..%2Foutside.png",
        "..%5Coutside.png",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        "images/kv.png%00",
        "%00",
        "images/link.png",
        "images/away/outside.png",
        "images/page.svg",
        "KV 缓存.md",
        "images/missing.png",
        "images",
        "",
    ],
)
def test_only_images_inside_the_folder_are_sent(page: Running, name: str) -> None:
    target = f"/assets/{note_id(page)}/{quote(name, safe='%/')}"
    request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nConnection: close\r\n\r\n"
    reply = raw(page.port, request.encode())
    assert reply.startswith(b"HTTP/1.1 404 ")
    assert PNG not in reply
    assert b"root:" not in reply


def test_image_of_a_note_that_is_not_there_is_not_sent(page: Running) -> None:
    assert page.client.get(f"/assets/{uuid4()}/images/kv.png").status_code == 404
    assert page.client.get("/assets/x/images/kv.png").status_code == 422


def test_search_gives_exact_passages_best_first(page: Running) -> None:
    reply = page.client.get("/api/search", params={"q": "KV 缓存 重复计算", "limit": 3}).json()
    assert {"passages", "on_topic", "missing", "ms", "incomplete"} <= set(reply)
    assert reply["passages"][0]["note"] == "KV 缓存.md"
    scores = [passage["score"] for passage in reply["passages"]]
    assert scores == sorted(scores, reverse=True)
    for passage in reply["passages"]:
        text = NOTES[passage["note"]]
        assert text[passage["start"] : passage["end"]] == passage["text"]


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=a&limit=0", "q=a%00", "q=" + "x" * 4001])
def test_search_refuses_what_cannot_be_asked(page: Running, query: str) -> None:
    reply = page.client.get(f"/api/search?{query}")
    assert (reply.status_code, set(reply.json())) == (422, {"error"})


def test_note_is_listed_where_it_is_cited(page: Running) -> None:
    asked = page.client.post("/api/ask", json={"question": "两个低秩矩阵冻结了什么权重？"}).json()
    paths = {citation["note"] for citation in asked["citations"]}
    assert paths
    for path in paths:
        html = BeautifulSoup(page.client.get(f"/notes/{note_id(page, path)}").text, "html.parser")
        assert html.select(f'article ~ * a[href="/c/{asked["conversation"]}"]')


def test_notes_are_never_written_to(page: Running, tmp_path: Path) -> None:
    del tmp_path
    (folder,) = (each.folder for each in page.services.notes_folders)
    assert {name: (folder / name).read_text(encoding="utf-8") for name in NOTES} == NOTES
