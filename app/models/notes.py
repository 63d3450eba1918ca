"""The notes that a model would embed: how much they are, and some of their texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from app.db.catalog import Catalog
from app.db.library import Library
from app.db.session import Database, sqlite_url
from app.home import DATABASE
from app.settings import Settings

_EVERY = 7
"""One chunk of so many is taken as a sample, so that several notes are in it."""
_SAMPLE = (
    "大语言模型的微调一般分为全参数微调和参数高效微调，后者只训练很少的参数，显存占用小得多。",
    "检索增强生成先在文档里找到相关段落，再让模型根据这些段落回答，并给出引用。",
    "问：4090 能跑多大的模型？答：24 GB 显存，四比特量化以后大约 30B 左右，长上下文要再小一些。",
    "Attention compares every token with every other one: its cost grows with the square of them.",
    "Quantisation stores weights in fewer bits; seven billion of them fit into four gigabytes.",
    "Reciprocal rank fusion adds the reciprocals of the ranks that several searches give.",
)
"""What stands for the notes while there are none."""


def note_characters(settings: Settings) -> int:
    """Return how many characters the notes have; 0 while there are none."""
    with _database(settings) as database:
        return Library(database).counts().characters if database else 0


def sample_texts(settings: Settings, most: int) -> list[str]:
    """Return texts such as a model would embed, ``most`` of them or fewer."""
    with _database(settings) as database:
        chunks = Catalog(database).chunks() if database else iter(())
        found = [chunk.text for chunk in islice(chunks, 0, most * _EVERY, _EVERY)]
    return found or list((_SAMPLE * most)[:most])


@contextmanager
def _database(settings: Settings) -> Iterator[Database | None]:
    """Open the catalogue to read it; None while there is none."""
    place = settings.home / DATABASE
    if not settings.database_url and not place.is_file():
        yield None
        return
    database = Database(settings.database_url or sqlite_url(place))
    try:
        yield database
    finally:
        database.close()
