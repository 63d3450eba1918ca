"""The sample notes that come with the project show every kind and its quirks."""

from functools import cache
from pathlib import Path
from uuid import UUID

import pytest

from ingest.block import BlockKind
from ingest.chunking import chunks
from ingest.formats import FileBytes, NotANoteError, format_of
from ingest.listing import notes_folders
from ingest.parsing import Parsed
from ingest.source import Source
from retrieval.chunk import Chunk, Kind

FOLDER = Path(__file__).parents[2] / "data" / "notes"
NOT_ARTICLES = {
    "clips/why-context-windows-lie.md": Kind.CLIP,
    "clips/一文看懂向量数据库.md": Kind.CLIP,
    "clips/大模型幻觉怎么治.md": Kind.CLIP,
    "clips/首字延迟与吞吐.html": Kind.CLIP,
    "lectures/inference-talk.md": Kind.TRANSCRIPT,
    "lectures/long-context-captions.vtt": Kind.TRANSCRIPT,
    "lectures/投机解码公开课.srt": Kind.TRANSCRIPT,
    "lectures/注意力机制讲座.md": Kind.TRANSCRIPT,
    "lectures/预训练与微调公开课.md": Kind.TRANSCRIPT,
    "摘录/tweets-2024-06.md": Kind.DIGEST,
    "摘录/推文摘录2024-05.md": Kind.DIGEST,
    "群聊/B站评论-双卡推理.md": Kind.CHAT,
    "群聊/QQ导出-显存互助群.txt": Kind.CHAT,
    "群聊/discord-local-llm.md": Kind.CHAT,
    "群聊/telegram-agents.md": Kind.CHAT,
    "群聊/whatsapp-finetuning.txt": Kind.CHAT,
    "群聊/discord-推理加速.json": Kind.CHAT,
    "群聊/slack/检索组/2024-06-21.json": Kind.CHAT,
    "群聊/telegram-小模型夜谈.json": Kind.CHAT,
    "群聊/微信备份-微调小组.csv": Kind.CHAT,
    "群聊/微信备份-提示词研究所.html": Kind.CHAT,
    "群聊/微信-绘图群.md": Kind.CHAT,
    "群聊/微信-转发的聊天记录.txt": Kind.CHAT,
    "群聊/微信导出-RAG小组.txt": Kind.CHAT,
    "群聊/本地大模型交流群.md": Kind.CHAT,
}
NO_NOTES = {"群聊/slack/users.json"}
"""Files that describe others; a sync passes them over."""
CLIPS = sorted(path for path, kind in NOT_ARTICLES.items() if kind is Kind.CLIP)
FURNITURE = (
    "Skip to content",
    "We use cookies",
    "Share: X Facebook",
    "Get our newsletter",
    "Use code FOOT20",
    "The GPU shortage, explained",
    "All rights reserved",
    "登录 注册",
    "三分钟学会正则",
    "分享到：",
    "特训营",
    "扫描二维码",
    "十款向量数据库横评",
    "点赞 97 收藏 216 评论 12",
    "版权声明",
    "显卡选购 部署方案",
    "扫码关注",
    "点击立即报名",
    "十分钟搭一个知识库",
    "禁止转载",
    "记住你的阅读位置",
    "推理工程师速成班",
    "分享到微博",
    "分页注意力图解",
)
CONTENT = (
    "A model card says 128,000 tokens.",
    "Treat a quarter of the advertised window",
    "传统数据库擅长精确匹配",
    "过滤、更新、备份这三件事比跑分重要",
    "一种是和事实不符",
    "它就每次都错得一模一样。",
    "分块预填充把长问题切成小段",
    "| 2048 | 1.1 秒 | 2,310 | 210 毫秒 |",
)


def sample(path: str) -> FileBytes:
    def beside(other: str) -> bytes:
        return ((FOLDER / path).parent / other).read_bytes()

    return FileBytes(path, (FOLDER / path).read_bytes(), beside)


@cache
def read(path: str) -> tuple[str, Parsed, tuple[Chunk, ...]]:
    file = sample(path)
    form = format_of(file)
    text = form.text(file).text
    parsed = form.parse(text, file.name)
    return text, parsed, chunks(UUID(int=1), text, parsed)


@cache
def paths() -> tuple[str, ...]:
    found = Source(notes_folders([FOLDER]), 1_000_000).found().found
    return tuple(each.path for each in found if each.path not in NO_NOTES)


def test_there_are_notes_of_every_kind() -> None:
    assert len(paths()) >= 24
    kinds = {path: read(path)[1].kind for path in paths()}
    assert {path: kind for path, kind in kinds.items() if kind is not Kind.ARTICLE} == NOT_ARTICLES
    assert set(kinds.values()) == set(Kind)


def test_every_note_gives_chunks_that_are_slices_of_it() -> None:
    for path in paths():
        text, _, found = read(path)
        assert found, path
        assert [chunk for chunk in found if chunk.text != chunk.span.of(text)] == []


@pytest.mark.parametrize("path", sorted(NO_NOTES))
def test_what_describes_other_files_is_passed_over(path: str) -> None:
    with pytest.raises(NotANoteError):
        format_of(sample(path))


def test_one_note_mixes_kinds() -> None:
    kinds = {chunk.kind for chunk in read("LLM 杂记.md")[2]}
    assert {Kind.ARTICLE, Kind.CHAT, Kind.TRANSCRIPT} <= kinds


@pytest.mark.parametrize("path", CLIPS)
def test_the_furniture_of_a_clip_is_in_no_chunk(path: str) -> None:
    _, parsed, found = read(path)
    left_out = [block for block in parsed.blocks if block.kind is BlockKind.LEFT_OUT]
    assert {"navigation", "advertising"} <= {block.reason for block in left_out}
    assert [block for block in left_out for chunk in found if chunk.span.overlaps(block.span)] == []


def test_what_the_clips_say_is_kept_and_what_surrounds_it_is_not() -> None:
    indexed = "\n".join(chunk.text for path in CLIPS for chunk in read(path)[2])
    pages = "\n".join(read(path)[0] for path in CLIPS)
    assert [words for words in (*FURNITURE, *CONTENT) if words not in pages] == []
    assert [words for words in FURNITURE if words in indexed] == []
    assert [words for words in CONTENT if words not in indexed] == []
