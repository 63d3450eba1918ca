"""What a clipped page leaves out of the index, and why.

A clip carries the page's furniture along: walls of navigation titles above, and advertising,
share bars, related articles and payment widgets below. Each rule judges lines; what no rule
takes is content.
"""

import re
from collections.abc import Callable, Sequence

from ingest.parsing.lines import Line

_SENTENCE = re.compile(r"[。！？!?；;，,]|\.\s")
_WALL_CHARACTERS = 100
_WALL_WORDS = 10
_WALL_PUNCTUATION = 0.006
"""Most sentence marks per character of a wall: titles hardly have any."""
_WALL_CHINESE = 0.2
"""Least share of Chinese characters: only there are spaces between words a sign of titles."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_BARRED_TITLES = 4
_NOT_PROSE = re.compile(r"^\s*(?:[|>#*+`-]|\d+[.)]\s)")
_LABEL_CHARACTERS = 12
_SOLD = (
    "训练营|学习路线|零基础|0基础|薪资|涨薪|高薪|免费领取|免费分享|领取|扫码|加微信|二维码|报名|优惠|"
    "大礼包|资料包|学习资料|书籍和|实战案例|全套|教程合集|视频教程|PDF合集|合集👈|收获|全栈工程师|"
    "岗位|就业|求职|面试题|名额|课程|讲师|学员|付费|VIP|会员|全栈工程|企业对人才|更多可能|"
    "第[一二三四五六七八九十]阶段|红包|余额|充值|支付|实付|抵扣|提交|没帮助|有帮助|一键收藏|点赞|打赏|粉丝|免费|"
    "sign up|enroll|bootcamp|free trial|limited offer|coupon|% off|discount|webinar|"
    "newsletter|sponsored|advertisement|masterclass|subscribe now"
)
_SELLING = re.compile(_SOLD, re.IGNORECASE)
_INERT = re.compile(r"^(?:在这里插入图片描述|!\[[^\]]*\]\([^)]*\)|[-—=*_·•\s]*)$")
_END = re.compile(
    r"^\s*[-—–=*·~]{1,}\s*(?:END|完|全文完|the end)\s*[-—–=*·~]{1,}\s*$", re.IGNORECASE
)
_SHARING = re.compile(
    r"点赞|收藏|分享到|转发|打赏|踩一下|举报|赞赏|关注公众号|扫一扫|评论区|复制链接|阅读原文|在看|"
    r"微信|微博|朋友圈|"
    r"\b(?:share|tweet|like|facebook|twitter|linkedin|reddit|copy link|email|print|pin it|"
    r"whatsapp)\b",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"^[\s#*>👉📌]*(?:相关(?:文章|推荐|阅读|内容)|推荐阅读|猜你喜欢|你可能还?喜欢|"
    r"热门文章|最新文章|上一篇|下一篇|"
    r"related (?:articles|posts|reading|stories)|you (?:may|might) also like|read next|"
    r"more from|recommended for you)",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"版权声明|版权所有|转载请|未经授权|著作权|©|\(c\) ?\d{4}|all rights reserved|copyright \d{4}|"
    r"ICP备|公网安备",
    re.IGNORECASE,
)
_COOKIES = re.compile(
    r"\b(?:we|site|website|page)\b[^.]{0,20} uses? cookies|accept (?:all )?cookies|"
    r"cookie (?:settings|preferences|policy)|(?:同意|接受|使用)[^。]{0,10}cookie",
    re.IGNORECASE,
)
_MENU = re.compile(
    r"首页|登录|注册|关于我们|联系我们|导航|搜索|专栏|问答|下载|会员中心|创作中心|"
    r"\b(?:home|about|log ?in|sign in|menu|search|contact|docs|blog|pricing|careers|jobs|"
    r"articles|podcast|newsletter|subscribe)\b|skip to content",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"^(?:advertisement|sponsored)$|use code (?-i:[A-Z0-9]{4,}) for|"
    r"our newsletter.*(?:sign up|subscribe)|【广告】|扫码关注|点击立即报名",
    re.IGNORECASE,
)
_FEWEST_SHARES = 3
_FEWEST_MENU = 3
_ADVERT_SCORE = 6.0
"""Lowest score of a run of lines that is taken for advertising."""
_SHORT = 90
"""Characters up to which a line can be a bar or a banner."""


def left_out(lines: Sequence[Line]) -> dict[int, str]:
    """Judge the lines of a page.

    Args:
        lines: All lines of the stretch in question.

    Returns:
        Line number to reason (``navigation``, ``advertising``, ``sharing``, ``related``,
        ``legal``, ``cookies``) of the lines that are no content.
    """
    reasons: dict[int, str] = {}
    for rule in (_walls, _bars, _related, _advertising, _after_the_end):
        for number, reason in rule(lines).items():
            reasons.setdefault(number, reason)
    return _filled_gaps(lines, reasons)


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


def _walls(lines: Sequence[Line]) -> dict[int, str]:
    walls = {number for number, line in enumerate(lines) if not line.fenced and is_wall(line.text)}
    for wall in tuple(walls):
        above = wall - 1
        while above >= 0 and lines[above].blank:
            above -= 1
        if above >= 0 and len(lines[above].text.strip()) <= _LABEL_CHARACTERS:
            walls.add(above)
    return dict.fromkeys(walls, "navigation")


def _bars(lines: Sequence[Line]) -> dict[int, str]:
    """Share bars, menus, legal lines and cookie banners: short lines full of their words."""
    reasons: dict[int, str] = {}
    judges: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("cookies", lambda text: bool(_COOKIES.search(text))),
        ("legal", lambda text: bool(_LEGAL.search(text))),
        ("sharing", lambda text: len(_SHARING.findall(text)) >= _FEWEST_SHARES),
        ("navigation", _is_menu),
        ("advertising", lambda text: bool(_BANNER.search(text))),
    )
    for number, line in enumerate(lines):
        text = line.text.strip()
        wordy = any(pattern.search(text) for pattern in (_COOKIES, _LEGAL, _BANNER))
        limit = _SHORT * 3 if wordy else _SHORT
        if text and len(text) <= limit and not line.fenced:
            reason = next((reason for reason, judge in judges if judge(text)), "")
            if reason:
                reasons[number] = reason
    return reasons


def _is_menu(text: str) -> bool:
    """Whether a line is hardly more than the words of a menu."""
    words = _MENU.findall(text)
    if re.fullmatch(r"skip to (?:main )?content", text, re.IGNORECASE):
        return True
    return len(words) >= _FEWEST_MENU and sum(map(len, words)) * 3 >= len(text)


def _related(lines: Sequence[Line]) -> dict[int, str]:
    """A list of other pages' titles, from its caption to the first line that is a sentence."""
    reasons: dict[int, str] = {}
    for number, line in enumerate(lines):
        if number in reasons or line.fenced or not _RELATED.match(line.text):
            continue
        stop = number + 1
        while stop < len(lines) and _is_title(lines[stop]):
            stop += 1
        if stop - number > 1 or len(line.text) <= _SHORT:
            reasons.update(dict.fromkeys(range(number, stop), "related"))
    return reasons


def _is_title(line: Line) -> bool:
    text = line.text.strip()
    return not text or (len(text) <= _SHORT and not re.search(r"[。！；]$|\.$", text))


def _advertising(lines: Sequence[Line]) -> dict[int, str]:
    """The run of lines that sells most, if it sells enough (maximum subarray, Kadane 1984)."""
    best, best_run = 0.0, (0, 0)
    score, start = 0.0, 0
    for number, line in enumerate(lines):
        if score <= 0:
            score, start = 0.0, number
        score += _selling(line.text)
        if score > best:
            best, best_run = score, (start, number + 1)
    if best < _ADVERT_SCORE:
        return {}
    start, stop = best_run
    while start < stop and _selling(lines[start].text) == 0.0:
        start += 1
    return dict.fromkeys(range(start, _tail(lines, stop)), "advertising")


def _after_the_end(lines: Sequence[Line]) -> dict[int, str]:
    """What follows the page's own end mark, if the mark stands in its second half."""
    for number, line in enumerate(lines):
        if _END.match(line.text) and not line.fenced and number * 2 >= len(lines):
            return dict.fromkeys(range(number, len(lines)), "advertising")
    return {}


def _selling(text: str) -> float:
    """Score one line: above 0 when it sells, below when it is content."""
    if _END.match(text):
        return 2.0
    if 0 <= text.find("👉") < text.rfind("👈"):
        return 2.0
    if _INERT.match(text.strip()):
        return 0.0
    words = len(_SELLING.findall(text))
    if words:
        return min(3.0, float(words)) - min(len(text), 400) / 200
    return -0.3 if len(text.strip()) <= _LABEL_CHARACTERS else -1.0 - min(len(text), 400) / 200


def _tail(lines: Sequence[Line], stop: int) -> int:
    """Take the rest of the page along when nothing of length stands in it any more."""
    rest = sum(len(line.text.strip()) for line in lines[stop:])
    longest = max((len(line.text.strip()) for line in lines[stop:]), default=0)
    return len(lines) if longest <= _SHORT and rest <= _SHORT * 6 else stop


def _filled_gaps(lines: Sequence[Line], reasons: dict[int, str]) -> dict[int, str]:
    """Let blank and inert lines between two left-out lines go with them."""
    filled = dict(reasons)
    previous: int | None = None
    for number in sorted(reasons):
        if previous is not None and all(
            _INERT.match(line.text.strip()) for line in lines[previous + 1 : number]
        ):
            filled.update(dict.fromkeys(range(previous + 1, number), reasons[previous]))
        previous = number
    return filled
