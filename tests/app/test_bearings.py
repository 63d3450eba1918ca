"""What lies around a note, looked for in a home."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bearings import bearings
from app.settings import Settings
from app.views.note_links import Bearings
from app.wiring import Services, build

NOTES = {
    "低秩.md": (
        "---\ntags: [微调]\n---\n# 低秩\n\n"
        "冻结权重，只训练两个小矩阵，显存省很多。\n\n见 [[矩阵]]。\n"
    ),
    "矩阵.md": "# 矩阵\n\n冻结权重以后训练小矩阵。\n",
    "权重.md": "# 权重\n\n冻结权重的时候小矩阵照样训练，显存也省。\n",
    "同标签.md": "---\ntags: [微调]\n---\n# 同标签\n\n冻结权重的时候小矩阵照样训练，显存也省。\n",
    "天气.md": "# 天气\n\n明天下雨，记得带伞。\n",
}


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    notes = tmp_path / "notes"
    notes.mkdir()
    for name, text in NOTES.items():
        (notes / name).write_text(text, encoding="utf-8")
    with build(Settings(home=tmp_path / "home", notes=(notes,), watch=False)) as services:
        services.sync().run()
        yield services


def around(services: Services, path: str) -> Bearings:
    detail = services.library.by_path(path)
    assert detail is not None
    return bearings(services, detail)


def test_a_shared_tag_brings_a_note_nearer_and_a_linked_one_is_not_told_again(
    services: Services,
) -> None:
    found = around(services, "低秩.md")
    assert [each.note.path for each in found.related] == ["同标签.md", "权重.md"]
    assert [each.note.path for each in found.outgoing if each.note] == ["矩阵.md"]
    assert [each.note.path for each in around(services, "矩阵.md").backlinks] == ["低秩.md"]


def test_nothing_lies_around_a_note_of_its_own(services: Services) -> None:
    assert around(services, "天气.md") == Bearings((), (), [])


def test_a_note_can_be_read_without_an_index(services: Services) -> None:
    detail = services.library.by_path("低秩.md")
    assert detail is not None
    services.index.close()
    found = bearings(services, detail)
    assert (found.related, len(found.outgoing)) == ([], 1)
