"""What a clipped page leaves out of the index, and why.

A clip carries the page's furniture along: walls of navigation titles above, and advertising,
share bars, related articles and payment widgets below. What no rule takes is content. Lines that
look like furniture by themselves prove that this is a page; lists of titles, advertising and what
follows the end mark count only on such a page, for people keep reading lists and price lists too.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from ingest.parsing.furniture import END, SHORT, Furniture, furniture, is_wall
from ingest.parsing.lines import Line

_LABEL_CHARACTERS = 12
_SELLING = re.compile(
    "训练营|学习路线|零基础|0基础|薪资|涨薪|高薪|免费领取|免费分享|领取|扫码|加微信|二维码|报名|优惠|"
    "大礼包|资料包|学习资料|书籍和|实战案例|全套|教程合集|视频教程|PDF合集|合集👈|收获|全栈工程师|"
    "岗位|就业|求职|面试题|名额|课程|讲师|学员|付费|VIP|会员|全栈工程|企业对人才|更多可能|"
    "第[一二三四五六七八九十]阶段|红包|余额|充值|支付|实付|抵扣|提交|没帮助|有帮助|一键收藏|点赞|打赏|粉丝|免费|"
    "sign up|enroll|bootcamp|free trial|limited offer|coupon|% off|discount|webinar|"
    "newsletter|sponsored|advertisement|masterclass|subscribe now",
    re.IGNORECASE,
)
_CALLING = re.compile(
    "扫码|扫描|领取|报名|加微信|添加助教|二维码|名额|限时|点击|文末|充值|前往|"
    "sign up|enroll|use code|subscribe|join now|% off",
    re.IGNORECASE,
)
"""Words that tell the reader to do something; an advertisement has several."""
_FEWEST_CALLS = 2
_INERT = re.compile(r"^(?:在这里插入图片描述|!\[[^\]]*\]\([^)]*\)|[-—=*_·•\s]*)$")
_CAPTION = re.compile(
    r"^[\W_]*(?:相关(?:文章|推荐|阅读|内容)|推荐阅读|猜你喜欢|你可能还?喜欢|热门文章|最新文章|"
    r"related (?:articles|posts|reading|stories)|you (?:may|might) also like|read next|"
    r"recommended for you)[\W_]*$",
    re.IGNORECASE,
)
_NEXT = re.compile(r"^\W*(?:上一篇|下一篇)\s*[:：]\s*\S")
_PROSE = re.compile(r"[。！？；].{2,}|.{12,}[。！？]$|\w{2}[.!?]\s+\w")
_ADVERT_SCORE = 6.0
"""Lowest score of a run of lines that is taken for advertising."""
_OWN_TITLE = 4
"""Characters from which a short line below a wall counts as the title that the wall names."""
_BELOW_WALL = 12
"""Filled lines below a wall among which the page's title stands."""


def left_out(lines: Sequence[Line]) -> dict[int, str]:
    """Judge the lines of a page.

    Args:
        lines: All lines of the stretch in question.

    Returns:
        Line number to reason (``navigation``, ``advertising``, ``sharing``, ``related``,
        ``legal``, ``cookies``) of the lines that are no content.
    """
    return {number: found.reason for number, found in judged(lines).items()}


def judged(lines: Sequence[Line]) -> dict[int, Furniture]:
    """Judge the lines of a page, and say by which words each one that is no content is known.

    Lines that go with their neighbours, such as blank ones, are known by no words.
    """
    sure = {
        number: each
        for number, line in enumerate(lines)
        if not line.fenced and (each := furniture(line.text))
    }
    sure.update(_walls(lines, sure))
    ends = [number for number, line in enumerate(lines) if END.match(line.text) and not line.fenced]
    if not sure and not ends:
        return {}
    found = dict(sure)
    for rule in (_related, _advertising, _after_the_end):
        for number, known in rule(lines, sure).items():
            found.setdefault(number, known)
    return _filled_gaps(lines, found)


def _walls(lines: Sequence[Line], sure: Mapping[int, Furniture]) -> dict[int, Furniture]:
    """Take walls of titles, with the labels above them.

    A group of walls must name the page's own title, or stand on a page with other furniture: some
    people put spaces where others put commas.
    """
    taken: dict[int, Furniture] = {}
    for group in _wall_groups(lines):
        titles = [_title_below(lines, wall) for wall in group]
        if not (any(titles) or sure):
            continue
        for wall, title in zip(group, titles, strict=True):
            first = tuple(re.split(r" \| |\s", lines[wall].text.strip())[:3])
            taken[wall] = Furniture("navigation", (title,) if title else first)
            label = _label_above(lines, wall)
            if label is not None:
                taken.setdefault(label, Furniture("navigation", (lines[label].text.strip(),)))
    return taken


def _wall_groups(lines: Sequence[Line]) -> list[list[int]]:
    """Return the walls, those together that have nothing but a label between them."""
    groups: list[list[int]] = []
    for wall, line in enumerate(lines):
        if line.fenced or not is_wall(line.text):
            continue
        above = _label_above(lines, wall)
        above = _filled_above(lines, wall if above is None else above)
        if groups and above == groups[-1][-1]:
            groups[-1].append(wall)
        else:
            groups.append([wall])
    return groups


def _label_above(lines: Sequence[Line], wall: int) -> int | None:
    above = _filled_above(lines, wall)
    label = above is not None and len(lines[above].text.strip()) <= _LABEL_CHARACTERS
    return above if label else None


def _filled_above(lines: Sequence[Line], number: int) -> int | None:
    return next((above for above in range(number - 1, -1, -1) if not lines[above].blank), None)


def _title_below(lines: Sequence[Line], wall: int) -> str:
    """Return the short line below a wall that the wall has too: the title of this page."""
    filled = (
        lines[number].text for number in range(wall + 1, len(lines)) if not lines[number].blank
    )
    below = map(str.strip, islice(filled, _BELOW_WALL))
    titles = (text for text in below if _OWN_TITLE <= len(text) <= SHORT)
    return next((text for text in titles if text in lines[wall].text), "")


def _related(lines: Sequence[Line], sure: Mapping[int, Furniture]) -> dict[int, Furniture]:
    """A list of other pages' titles, from its caption to the first line that is a sentence.

    A short line right above that sentence is its heading and stays.
    """
    del sure
    taken: dict[int, Furniture] = {}
    for number, line in enumerate(lines):
        if number in taken or line.fenced:
            continue
        why = Furniture("related", (line.text.strip(),))
        if _NEXT.match(line.text) and len(line.text) <= SHORT:
            taken[number] = why
        elif _CAPTION.match(line.text):
            stop = number + 1
            while stop < len(lines) and _is_title(lines[stop]):
                stop += 1
            if stop < len(lines):
                stop = _above_heading(lines, number + 1, stop)
            taken.update(dict.fromkeys(range(number, stop), why))
    return taken


def _above_heading(lines: Sequence[Line], start: int, stop: int) -> int:
    """Return where a list ends whose last lines may be the heading of what follows."""
    last = stop - 1
    while last > start and lines[last].blank:
        last -= 1
    alone = last > start and lines[last - 1].blank
    return last if alone else stop


def _is_title(line: Line) -> bool:
    text = line.text.strip()
    return not text or (len(text) <= SHORT and not re.search(r"[。！；]$|\.$", text))


def _advertising(lines: Sequence[Line], sure: Mapping[int, Furniture]) -> dict[int, Furniture]:
    """The run of lines that sells most, if it sells enough (maximum subarray, Kadane 1984)."""
    del sure
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
    run = " ".join(line.text for line in lines[start:stop])
    if len(set(_CALLING.findall(run))) < _FEWEST_CALLS:
        return {}
    return _known(lines, range(start, _tail(lines, stop)))


def _after_the_end(lines: Sequence[Line], sure: Mapping[int, Furniture]) -> dict[int, Furniture]:
    """What follows the page's own end mark, if the mark stands in its second half.

    Below the last line that is furniture, the person's own remarks may stand; they stay.
    """
    for number, line in enumerate(lines):
        if END.match(line.text) and not line.fenced and number * 2 >= len(lines):
            last = max(
                below
                for below in range(number, len(lines))
                if below == number or below in sure or _sells(lines[below].text)
            )
            return _known(lines, range(number, _tail(lines, last + 1)))
    return {}


def _known(lines: Sequence[Line], run: range) -> dict[int, Furniture]:
    """Name, for each line of an advertisement, the words that sell."""
    return {number: Furniture("advertising", _told(lines[number].text)) for number in run}


def _told(text: str) -> tuple[str, ...]:
    words = [text.strip()] if END.match(text) else _SELLING.findall(text)
    return tuple(dict.fromkeys(words))


def _sells(text: str) -> bool:
    """Whether a line sells; one that is a sentence must say so twice."""
    words = len(set(_SELLING.findall(text)) | set(_CALLING.findall(text)))
    return words > (1 if _PROSE.search(text) else 0)


def _selling(text: str) -> float:
    """Score one line: above 0 when it sells, below when it is content."""
    if END.match(text):
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
    """Take the rest of the page along when nothing of length, and no sentence, stands in it."""
    rest = [line.text.strip() for line in lines[stop:]]
    short = max(map(len, rest), default=0) <= SHORT and sum(map(len, rest)) <= SHORT * 6
    return len(lines) if short and not any(map(_PROSE.search, rest)) else stop


def _filled_gaps(lines: Sequence[Line], found: dict[int, Furniture]) -> dict[int, Furniture]:
    """Let blank and inert lines between two left-out lines go with them."""
    filled = dict(found)
    previous: int | None = None
    for number in sorted(found):
        if previous is not None and all(
            _INERT.match(line.text.strip()) for line in lines[previous + 1 : number]
        ):
            reason = Furniture(found[previous].reason, ())
            filled.update(dict.fromkeys(range(previous + 1, number), reason))
        previous = number
    return filled
