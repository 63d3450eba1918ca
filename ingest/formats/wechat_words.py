"""The words that stand for what people send each other on WeChat."""

import html
import re
from datetime import UTC, datetime

from ingest.formats.conversation import Quote
from ingest.parsing.moments import CLOCK, DATE, iso

PROGRAM = "WeChat"
ME = "我"
"""Name of the one whose export it is, where the export has none."""
_TEXT = frozenset({"", "1", "文本", "文字", "文本消息", "text"})
_LINKED = "49"
_REPORTED = frozenset({"0", "10000", "10002", "系统", "系统消息", "系统通知"})
_KINDS = {
    "3": "图片",
    "34": "语音",
    "42": "名片",
    "43": "视频",
    "47": "表情",
    "48": "位置",
    "50": "通话",
}
_LINKED_KINDS = {
    "1": "",
    "3": "音乐",
    "4": "视频",
    "5": "链接",
    "6": "文件",
    "8": "表情",
    "19": "聊天记录",
    "33": "小程序",
    "36": "小程序",
    "51": "视频号",
    "53": "接龙",
    "57": "",
    "87": "群公告",
    "2000": "转账",
    "2001": "红包",
}
"""Kinds of messages of the type 49; an empty word stands for plain words, answers among them."""
_TITLE = re.compile(r"<title>([^<]*|<!\[CDATA\[.{0,2000}?\]\]>)</title>", re.DOTALL)
_BY = re.compile(r"<displayname>([^<]*|<!\[CDATA\[.{0,2000}?\]\]>)</displayname>", re.DOTALL)
_CONTENT = re.compile(r"<content>([^<]*|<!\[CDATA\[.{0,2000}?\]\]>)</content>", re.DOTALL)
_WRAPPED = re.compile(r"<!\[CDATA\[(.{0,2000}?)\]\]>", re.DOTALL)
_TAG = re.compile(r"<[^<>]{1,2000}>")
_FILE = re.compile(r"\.{0,2}[\\/].*|https?://\S+|\S+\.(?:png|jpe?g|gif|mp3|mp4|silk|dat)")
_MOMENT = re.compile(rf"\s*{DATE}[ \tT\u00a0]*{CLOCK}")
_MILLISECONDS = 10**11
"""Seconds since 1970 have fewer digits."""


def words(kind: str, linked_kind: str, content: str) -> str:
    """Return what a message says; of what is no text, a word for it and its title.

    Args:
        kind: The message's type, as a number or in words.
        linked_kind: Which of the many things of type 49 it is.
        content: What the export gives as its text: words, XML, or the path of a file.
    """
    if kind in _TEXT:
        return content
    if kind in _REPORTED:
        said = _plain(content)
        return f"[{said}]" if said else ""
    if kind == _LINKED:
        word = _LINKED_KINDS.get(linked_kind, "分享")
    else:
        word = _KINDS.get(kind, "消息" if kind.isdecimal() else kind)
    title = _titled(content)
    return f"[{word}] {title}".strip() if word else title


def quote_in(content: str) -> Quote | None:
    """Return what an answer says that it answers, if its content is XML that does."""
    answered = content.partition("<refermsg>")[2].partition("</refermsg>")[0]
    if not answered:
        return None
    by, said = _BY.search(answered), _CONTENT.search(answered)
    return Quote(_unwrapped(by[1]) if by else "", _titled(_unwrapped(said[1])) if said else "")


def moment(text: str) -> datetime | None:
    """Return a time without zone, of a clock on the wall or, from seconds alone, UTC."""
    try:
        if found := _MOMENT.match(text):
            return datetime.fromisoformat(iso(found))
        seconds = float(text)
        seconds = seconds / 1000 if seconds > _MILLISECONDS else seconds
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        return None


def _titled(content: str) -> str:
    """Return words as they are, of XML its title, and nothing of a path."""
    content = content.strip()
    if content.startswith("<"):
        title = _TITLE.search(content)
        return _unwrapped(title[1]) if title else ""
    return "" if _FILE.fullmatch(content) else content


def _unwrapped(text: str) -> str:
    return html.unescape(_WRAPPED.sub(r"\1", text)).strip()


def _plain(content: str) -> str:
    return html.unescape(_TAG.sub("", _WRAPPED.sub(r"\1", content))).strip()
