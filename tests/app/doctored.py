"""Homes whose stores can be damaged on purpose, with the database and the index of the program."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from app.db.session import Database, sqlite_url
from app.examination import ExaminationReply, examine
from app.settings import Settings
from app.wiring import Services, build

NOTES = {
    "缓存.md": "# 缓存\n\n## 为什么\n\n" + "键和值存起来，解码时省去重复计算。" * 20 + "\n\n"
    "## 代价\n\n" + "显存随长度线性增长。" * 30 + "\n",
    "sub/低秩.md": "# 低秩\n\n冻结权重，只训练两个小矩阵。\n",
    "群.txt": "小林 2024/3/1 10:00:01\n四比特掉点吗\n\n阿毛 2024/3/1 10:01:30\n基本不掉。\n",
    "页.md": "# 页\n\n向量检索与关键词检索两者互补，见 [[量化]]。\n",
    "量化.md": "---\ntags: [推理]\n---\n# 量化\n\n四比特量化基本不掉点，两比特很明显。\n",
}


def write(folder: Path, notes: dict[str, str]) -> None:
    for name, content in notes.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")


@contextmanager
def home(settings: Settings) -> Iterator[Services]:
    """Open a home with its notes taken in."""
    with build(settings) as services:
        services.sync().run()
        yield services


def database(services: Services) -> Database:
    """Open the database of a home once more."""
    settings = services.settings
    return Database(settings.database_url or sqlite_url(settings.home / "footnote.db"))


def damage(services: Services, *statements: str, **values: object) -> None:
    """Change rows behind the program's back, keys and rules switched off."""
    base = database(services)
    with base.connection() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            if not sqlite:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement), values)
    base.close()


def kinds(found: ExaminationReply) -> set[str]:
    return {each.kind for each in found.mismatches}


def found(services: Services) -> ExaminationReply:
    return examine(services, fix=False)


def assert_mended(services: Services, *expected: str) -> ExaminationReply:
    """The kinds are found, mended, and gone; a second look finds nothing."""
    before = found(services)
    assert set(expected) <= kinds(before), before.mismatches
    assert not before.ok
    mended = examine(services, fix=True)
    assert (mended.ok, mended.mismatches) == (True, ())
    assert {each.kind for each in mended.mended} == kinds(before)
    assert found(services).ok
    return before


POSTGRES = os.environ.get("FOOTNOTE_TEST_POSTGRES_URL", "")
