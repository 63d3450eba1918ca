"""People and tags, over HTTP."""

from collections.abc import Iterator
from urllib.parse import quote, unquote, urljoin

import pytest
from bs4 import BeautifulSoup

from app.settings import Settings
from app.texts import texts
from app.views.timeline import name_in, people_view, person_address, tag_address, tags_view
from tests.app.conftest import Running, running
from tests.app.pages_in_tests import drawn

NOTES = {
    "群.txt": (
        "小林 2024/3/1 10:00:01\n四比特掉点吗\n\n阿/毛? 2024/3/1 10:01:30\n基本不掉。\n\n"
        "小林 2024/3/9 9:00:00\n试过了，确实不掉。\n"
    ),
    "量化.md": "---\ntags: [推理/显存, 速查]\n---\n# 量化\n\n四比特量化基本不掉点，见 [[缓存]]。\n",
    "缓存.md": "---\ntags: [速查]\n---\n# 缓存\n\n键和值存起来，量化以后更小。\n",
    "速查.md": "---\ntags: [速查]\n---\n# 量化的账\n\n四比特量化基本不掉点，两比特掉点。\n",
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("people")
    (folder / "notes").mkdir()
    for name, text in NOTES.items():
        (folder / "notes" / name).write_text(text, encoding="utf-8")
    settings = Settings(home=folder / "home", notes=(folder / "notes",), watch=False, port=0)
    with running(settings) as page:
        yield page


def note_id(page: Running, path: str) -> str:
    found = page.services.library.by_path(path)
    assert found is not None
    return str(found.note.id)


def tree(page: Running, path: str) -> BeautifulSoup:
    reply = page.client.get(path)
    assert reply.status_code == 200, path
    return BeautifulSoup(reply.text, "html.parser")


def test_everybody_is_listed_and_leads_to_what_they_say(page: Running) -> None:
    links = {a.get_text(): str(a["href"]) for a in tree(page, "/people").select(".ledger a")}
    assert links == {
        "小林": "/people/%E5%B0%8F%E6%9E%97",
        "阿/毛?": "/people/" + quote("阿/毛?", ""),
    }
    months = [each.get_text() for each in tree(page, links["小林"]).select(".month h2")]
    assert months == ["2024 年 3 月"]
    (there,) = tree(page, links["阿/毛?"]).select(".month a")
    assert str(there["href"]).startswith(f"/notes/{note_id(page, '群.txt')}?start=")


def test_who_speaks_leads_to_their_page(page: Running) -> None:
    html = tree(page, f"/notes/{note_id(page, '群.txt')}")
    assert [str(a["href"]) for a in html.select("a.person")][:2] == [
        "/people/%E5%B0%8F%E6%9E%97",
        "/people/" + quote("阿/毛?", ""),
    ]


def test_every_tag_is_listed_and_leads_to_its_notes(page: Running) -> None:
    links = {a.get_text(): str(a["href"]) for a in tree(page, "/tags").select(".ledger a")}
    assert links == {
        "#速查": "/tags/" + quote("速查"),
        "#推理/显存": "/tags/" + quote("推理/显存", ""),
    }
    html = tree(page, links["#推理/显存"])
    assert [a["href"] for a in html.select(".month a")] == [f"/notes/{note_id(page, '量化.md')}"]
    assert len(tree(page, str(html.select(".tally a")[0]["href"])).select(".shelf li")) == 1


@pytest.mark.parametrize("name", [".", "..", "...", "../..", "a/..", "小林", "?x#y"])
def test_no_name_is_walked_as_a_folder(name: str) -> None:
    for address, above in ((person_address(name), "/people/"), (tag_address(name), "/tags/")):
        walked = urljoin("http://page/people", address).removeprefix("http://page")
        assert walked == address
        assert name_in(unquote(walked.removeprefix(above))) == name


@pytest.mark.parametrize("path", ["/people/没有", "/tags/没有", "/tags/", "/people/%00"])
def test_who_or_what_is_not_there_is_told(page: Running, path: str) -> None:
    reply = page.client.get(path, follow_redirects=False)
    assert reply.status_code in {404, 307}
    api = page.client.get("/api/people/没有")
    assert (api.status_code, set(api.json())) == (404, {"error"})


def test_people_and_tags_are_told_to_programs(page: Running) -> None:
    assert page.client.get("/api/people").json()["people"][0] == {
        "name": "小林",
        "passages": 2,
        "notes": 1,
        "first": "2024-03-01",
        "last": "2024-03-09",
    }
    assert page.client.get("/api/tags").json() == {
        "tags": [{"tag": "速查", "notes": 3}, {"tag": "推理/显存", "notes": 1}]
    }
    found = page.client.get("/api/people/" + quote("小林"), params={"limit": 1}).json()
    assert (found["total"], [each["day"] for each in found["appearances"]]) == (2, ["2024-03-09"])
    (said,) = found["appearances"]
    text = page.client.get(f"/api/notes/{said['note']}").json()["text"]
    assert "试过了" in text[said["start"] : said["end"]]


def test_a_note_comes_with_its_links_and_what_leads_to_it(page: Running) -> None:
    here, there = note_id(page, "量化.md"), note_id(page, "缓存.md")
    note = page.client.get(f"/api/notes/{here}").json()
    (link,) = note["links"]
    assert (link["target"], link["note"], link["path"]) == ("缓存", there, "缓存.md")
    assert note["text"][link["start"] : link["end"]] == "[[缓存]]"
    (backlink,) = page.client.get(f"/api/notes/{there}").json()["backlinks"]
    assert (backlink["note"], backlink["sentence"]) == (here, "四比特量化基本不掉点，见 [[缓存]]。")
    assert page.client.get(backlink["url"]).status_code == 200


def test_related_notes_are_those_that_say_the_same_and_are_not_linked(page: Running) -> None:
    note = page.client.get(f"/api/notes/{note_id(page, '量化.md')}").json()
    assert [each["path"] for each in note["related"]][:1] == ["速查.md"]
    assert "缓存.md" not in {each["path"] for each in note["related"]}


@pytest.mark.parametrize(
    ("shown", "holds"), [("raw", "tags: [速查]"), ("chunks", "速查 | article")]
)
def test_a_note_is_shown_as_written_and_as_cut(page: Running, shown: str, holds: str) -> None:
    html = tree(page, f"/notes/{note_id(page, '缓存.md')}?shown={shown}")
    assert html.select(".shown a[aria-current]")[0]["href"].endswith(f"?shown={shown}")  # type: ignore[union-attr]
    assert "键和值存起来" in html.text
    assert page.client.get(f"/notes/{note_id(page, '缓存.md')}?shown=x").status_code == 422
    assert holds.rsplit(" | ", maxsplit=1)[-1] in html.text


def test_a_page_without_names_says_where_they_come_from(page: Running) -> None:
    english = drawn("names.html", people_view(texts("en"), []), texts("en"))
    assert "They come from chats, transcripts and subtitles that say who speaks." in english
    assert "标签来自 Markdown 笔记" in drawn("names.html", tags_view(texts("zh"), []))
    for path in ("/people", "/tags"):
        assert tree(page, path).select(".names .quiet-line") == []
