"""Lines of a page that, by themselves, look like its furniture: menus, share bars, banners, walls.

Each judge names the words by which it knows a line, so that what is left out can be explained. A
word of the trade proves nothing: people write about cookies, copyright and courses too. So a line
counts when it is hardly more than such words, or has the fixed form that only pages have.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_SHARING = re.compile(
    r"点赞|收藏|分享到|分享|转发|打赏|踩一下|举报|赞赏|扫一扫|评论|复制链接|阅读原文|在看|觉得有用|"
    r"微信好友|微信|微博|朋友圈|QQ空间|QQ|"
    r"\b(?:share|tweet|like|facebook|twitter|linkedin|reddit|copy link|email|print|pin it|"
    r"whatsapp)\b",
    re.IGNORECASE,
)
_MENU = re.compile(
    r"首页|登录|注册|关于我们|联系我们|联系客服|导航|搜索|专栏|问答|下载|会员中心|创作中心|"
    r"\b(?:home|about|log ?in|sign in|menu|search|contact|docs|blog|pricing|careers|jobs|"
    r"articles|podcast|newsletter|subscribe)\b",
    re.IGNORECASE,
)
_SKIP = re.compile(r"skip to (?:main )?content", re.IGNORECASE)
_LEGAL = re.compile(
    r"^\W*(?:©|\(c\)|copyright)\W*(?:19|20)\d\d\b|\ball rights reserved\W*$|"
    r"^\W*版权声明[:：].*转载|^\W*(?:本文|本站|本作品)(?:内容|文章)?(?:的?著作权|的?版权)(?:归|属于?)\S{1,16}所有|"
    r"^\W*(?:©|版权所有).*(?:19|20)\d\d|ICP备\s*\d{5,}|公网安备\s*\d{8,}",
    re.IGNORECASE,
)
_COOKIES = re.compile(
    r"\bwe use cookies\b|\bthis (?:site|website) uses cookies\b.*\b(?:experience|agree|consent)|"
    r"\baccept (?:all )?cookies\b|^\W*cookie (?:settings|preferences|policy)\W*$|"
    r"(?:本站|本网站|我们)(?:会|将)?使用[^。]{0,6}cookie|(?:同意|接受)(?:所有|全部)\s*cookie",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"^\W*(?:advertisement|sponsored)\W*$|\buse code (?-i:[A-Z0-9]{4,}) for\b|"
    r"\bour newsletter\b.*\b(?:sign up|subscribe)\b|^\W*【广告】|"
    r"^\W*(?:长按|扫码|扫一扫)\S{0,4}关注.{0,8}(?:公众号|视频号|「)|点击立即报名",
    re.IGNORECASE,
)
END = re.compile(
    r"^\s*[-—–=*·~]{1,}\s*(?:END|完|全文完|the end)\s*[-—–=*·~]{1,}\s*$", re.IGNORECASE
)
"""The page's own mark that it ends here."""
_SENTENCE = re.compile(r"[。！？!?；;，,]|\.\s")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_NOT_PROSE = re.compile(r"^\s*(?:[|>#*+`-]|\d+[.)]\s)")
_WALL_CHARACTERS = 100
_WALL_WORDS = 10
_WALL_PUNCTUATION = 0.006
"""Most sentence marks per character of a wall: titles hardly have any."""
_WALL_CHINESE = 0.2
"""Least share of Chinese characters: only there are spaces between words a sign of titles."""
_BARRED_TITLES = 4
_FEWEST_SHARES = 3
_FEWEST_MENU = 4
_MOST_OTHER = 0.4
"""Share of a bar's or menu's letters that may be other words."""
SHORT = 90
"""Characters up to which a line can be a bar or a menu."""
_MOST_WORDY = 3 * SHORT
"""Characters up to which a line can be a banner or a legal line."""


@dataclass(frozen=True, slots=True)
class Furniture:
    """What a line is, and how one can tell."""

    reason: str
    """A short key: ``navigation``, ``advertising``, ``sharing``, ``legal``, ``cookies``, ..."""
    words: tuple[str, ...]
    """The words of the line that tell."""


def furniture(text: str) -> Furniture | None:
    """Judge one line by itself; None when it may be content."""
    text = text.strip()
    if not text or len(text) > _MOST_WORDY:
        return None
    for reason, judge in _JUDGES:
        if words := judge(text):
            return Furniture(reason, tuple(dict.fromkeys(words)))
    return None


def _matched(pattern: re.Pattern[str]) -> Callable[[str], list[str]]:
    def judge(text: str) -> list[str]:
        asked = text.endswith(("？", "?"))
        return [] if asked else [match.group().strip() for match in pattern.finditer(text)]

    return judge


def _bar(text: str) -> list[str]:
    return _filled(_SHARING, text, _FEWEST_SHARES)


def _menu(text: str) -> list[str]:
    return [text] if _SKIP.fullmatch(text) else _filled(_MENU, text, _FEWEST_MENU)


def _filled(pattern: re.Pattern[str], text: str, fewest: int) -> list[str]:
    """Return the words that ``pattern`` finds in a line that is hardly more than these."""
    found = [match.group() for match in pattern.finditer(text)] if len(text) <= SHORT else []
    letters = len(_LETTER.findall(text))
    known = sum(len(_LETTER.findall(word)) for word in found)
    return found if len(found) >= fewest and letters - known <= _MOST_OTHER * letters else []


_JUDGES: tuple[tuple[str, Callable[[str], list[str]]], ...] = (
    ("cookies", _matched(_COOKIES)),
    ("legal", _matched(_LEGAL)),
    ("sharing", _bar),
    ("navigation", _menu),
    ("advertising", _matched(_BANNER)),
)


def is_wall(text: str) -> bool:
    """Whether one line is a wall of titles: many words, hardly a sentence mark."""
    if len(text) < _WALL_CHARACTERS or _NOT_PROSE.match(text):
        return False
    if text.count(" | ") >= _BARRED_TITLES:
        return True
    return (
        len(text.split()) >= _WALL_WORDS
        and len(_CHINESE.findall(text)) >= _WALL_CHINESE * len(text)
        and len(_SENTENCE.findall(text)) <= max(1, _WALL_PUNCTUATION * len(text))
    )
