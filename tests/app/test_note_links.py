"""The page of a note leads to the notes and images that it names, wherever they lie."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from app.settings import Settings
from tests.app.conftest import PNG, Running, running

NOTES = {
    "卡片/缓存.md": (
        "---\naliases: [KV cache]\n---\n# 缓存\n\n见 [[细节#代价|代价]]、[[kv CACHE]]、[[没有]]，"
        "[上层](../总览.md)，[[#^b1]]。 ^b1\n\n![[kv.png]]\n\n![[细节]]\n"
    ),
    "卡片/细节.md": "# 细节\n\n## 代价\n\n显存。\n",
    "细节.md": "# 细节\n\n另一篇。\n",
    "总览.md": "# 总览\n\n全部。\n",
}


@pytest.fixture
def page(tmp_path: Path, settings: Settings) -> Iterator[Running]:
    folder = tmp_path / "linked"
    for name, text in NOTES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "attachments").mkdir()
    (folder / "attachments" / "kv.png").write_bytes(PNG)
    with running(settings.model_copy(update={"notes": (folder,)})) as opened:
        yield opened


def test_links_of_a_note_lead_where_they_say(page: Running) -> None:
    listed = page.client.get("/api/notes").json()["notes"]
    ids = {note["path"]: note["id"] for note in listed}
    here = ids["卡片/缓存.md"]

    html = BeautifulSoup(page.client.get(f"/notes/{here}").text, "html.parser")

    links = [(a.get_text(), a.get("href")) for a in html.select(".text a:not(.landing)")]
    assert links == [
        ("代价", f"/notes/{ids['卡片/细节.md']}#h-%E4%BB%A3%E4%BB%B7"),
        ("kv CACHE", f"/notes/{here}"),
        ("没有", None),
        ("上层", f"/notes/{ids['总览.md']}"),
        ("b1", "#b-b1"),
        ("细节", f"/notes/{ids['卡片/细节.md']}"),
    ]
    assert html.select_one("#b-b1") is not None
    (image,) = html.select(".text img")
    assert page.client.get(str(image["src"])).content == PNG
