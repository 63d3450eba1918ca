"""A home with notes taken in, and the application on it."""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from app.wiring import Services, build
from tests.app.live_server import live

NOTES = {
    "KV 缓存.md": (
        "---\ntags: [推理]\n---\n# KV 缓存\n\n## 为什么省时间\n\n"
        "解码时每个新 token 都要看前面所有 token 的键和值，KV 缓存把它们存起来，省去重复计算。\n\n"
        "![图](images/kv.png) 见 [[LoRA 笔记]]。\n\n## 代价\n\n"
        "代价是显存：缓存随序列长度线性增长，长上下文时比权重还大。\n"
    ),
    "sub/LoRA 笔记.md": (
        "# LoRA 笔记\n\nLoRA 冻结原来的权重，只训练两个低秩矩阵，显存占用因此很小。\n\n"
        "合并之后推理没有额外延迟。\n"
    ),
    "notes on rag.md": (
        "# Notes on RAG\n\nRetrieval augmented generation looks passages up before it answers, "
        "so that an answer can cite its sources.\n"
    ),
    "chat.txt": (
        "小林 2024/3/1 10:00:01\n量化之后掉点严重吗？\n\n"
        "阿毛 2024/3/1 10:01:30\n四比特基本不掉，两比特很明显。\n"
    ),
}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder of a few notes and an image."""
    folder = tmp_path / "notes"
    for name, text in NOTES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "images").mkdir()
    (folder / "images" / "kv.png").write_bytes(PNG)
    (tmp_path / "outside.png").write_bytes(PNG)
    return folder


@pytest.fixture
def settings(tmp_path: Path, notes: Path) -> Settings:
    """Settings of a home that does not exist yet."""
    return Settings(home=tmp_path / "home", notes=(notes,), watch=False, port=0)


def place(settings: Settings) -> list[str]:
    """The options that name the home and the notes of ``settings`` to a command."""
    named = [option for folder in settings.notes for option in ("--notes", str(folder))]
    return ["--home", str(settings.home), *named]


@dataclass(frozen=True, slots=True)
class Running:
    """The application, answering."""

    services: Services
    port: int
    client: httpx.Client

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def running(settings: Settings) -> Iterator[Running]:
    """Serve the notes of ``settings``, taken in."""
    with build(settings) as services, live(create_app(services)) as port:
        services.syncs.wait()
        origin = f"http://127.0.0.1:{port}"
        with httpx.Client(
            base_url=origin, headers={"origin": origin}, trust_env=False, timeout=20
        ) as client:
            yield Running(services, port, client)


@pytest.fixture
def page(settings: Settings) -> Iterator[Running]:
    """The application on a home of its own."""
    with running(settings) as page:
        yield page


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Put the root logger back after a command has configured it."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield
    logger.handlers[:] = handlers
    logger.setLevel(level)
