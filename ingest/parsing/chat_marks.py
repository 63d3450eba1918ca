"""Which lines of a section head its messages: the lines are judged together.

What a line alone does not prove, the others may: headers that a timetable could hold too are
believed when several stand above words and a speaker comes back.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.parsing.dating import Day
from ingest.parsing.lines import Line
from ingest.parsing.moments import DATE, iso
from ingest.parsing.stamps import GAP, Sign, Stamp, person, stamp

_DAY = re.compile(
    rf"^\s*[—\-=─━]{{3,}}\s*{DATE}(?:\s*(?:星期|周)[一二三四五六日天])?\s*[—\-=─━]{{3,}}\s*$"
)
_SAID = re.compile(r"^(?P<name>[^:：\s#*>|\-][^:：#*>|]{0,30}?)\s*[:：]\s*(?!//)(?P<words>\S)")
_CALLED = re.compile(
    rf"^(?P<name>[^:：\s#*>|\-\[(（][^:：#*>|。，,!?！？]{{0,20}}?){GAP}*[:：]\s*$"
)
_LABEL = re.compile(
    "user|assistant|system|human|ai|bot|q|a|question|answer|input|output|prompt|response|"
    "instruction|example|note|pros|cons|usage|result|"
    "用户|助手|系统|问|答|问题|回答|答案|输入|输出|人类|机器人|提示词|示例|例如|注意|说明|参考|优点|缺点|"
    "优势|劣势|特点|原因|结论|结果|方法|方案|步骤|总结|背景|代码|命令|公式|参数|配置|安装|使用|运行|效果|"
    "作用|目的|环境|描述|思路|流程|定义|解释|分析|论文|链接|地址",
    re.IGNORECASE,
)
"""What stands before a colon in prompts and articles, and is no one's name."""
_PLACEHOLDER = re.compile(r"^\s*\[(?:图片|表情|动画表情|链接|语音|视频|文件|位置|聊天记录)\]")
"""What WeChat writes in place of what is no text."""
_FEWEST_LISTED = 3
_FEWEST_CALLED = 4
_MOST_ALONE = 0.2
"""Share of headers in a list that may have no words below them."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A line that heads a message, or names a day."""

    line: int
    what: Stamp | Day


def is_day(line: Line) -> bool:
    """Whether ``line`` names the day of the messages below it, between rules."""
    return not line.fenced and _DAY.match(line.text) is not None


def is_listed(lines: Sequence[Line]) -> bool:
    """Whether the lines are a chat by the company that weaker headers keep."""
    return _keeps_company(lines, _listed(_stamps(lines))) or bool(_called(lines))


def marks(lines: Sequence[Line]) -> list[Mark]:
    """Return the day lines and headers of a section, without those that it gives no reason for."""
    stamps = _stamps(lines)
    log = _log(lines, stamps)
    found: list[Mark] = []
    by_day = False
    for number, line in enumerate(lines):
        if line.fenced:
            continue
        if match := _DAY.match(line.text):
            found.append(Mark(number, Day(iso(match))))
            by_day = True
            continue
        head = stamps.get(number)
        if head is None or not log.believes(head, by_day=by_day):
            head = _spoken(lines, number, log, by_day=by_day)
        elif head.date or any(head.readings):
            by_day = False
        if head is not None:
            found.append(Mark(number, head))
    return found


@dataclass(frozen=True, slots=True)
class _Log:
    """What the lines of a section, taken together, say about their headers."""

    names: frozenset[str]
    """Those who speak below headers that need no company."""
    shapes: frozenset[str]
    """The shapes of these headers."""
    listed: bool
    """Whether the headers that need company have it."""
    clocked: bool
    """Whether messages below a day line have headers with a clock."""
    called: frozenset[int]
    """Lines that are a name and a colon, above what this person said."""

    def believes(self, found: Stamp, *, by_day: bool) -> bool:
        """Whether a line that reads as a header is one."""
        if found.sign is Sign.LOGGED:
            return "dash, words" in self.shapes
        if found.sign is Sign.LISTED:
            return self.listed or found.name in self.names or (by_day and self.clocked)
        return True


def _log(lines: Sequence[Line], stamps: Mapping[int, Stamp]) -> _Log:
    sure = [found for found in stamps.values() if found.sign in (Sign.SURE, Sign.LIKELY)]
    listed = _listed(stamps)
    company = _keeps_company(lines, listed)
    said = sum(1 for line in lines if _SAID.match(line.text))
    return _Log(
        names=frozenset(found.name for found in sure if found.name),
        shapes=frozenset(found.shape for found in sure),
        listed=company,
        clocked=company or len(listed) >= max(1, said),
        called=_called(lines),
    )


def _stamps(lines: Sequence[Line]) -> dict[int, Stamp]:
    read = ((number, line) for number, line in enumerate(lines) if not line.fenced)
    return {number: found for number, line in read if (found := stamp(line.text))}


def _listed(stamps: Mapping[int, Stamp]) -> dict[int, Stamp]:
    return {number: each for number, each in stamps.items() if each.sign is Sign.LISTED}


def _keeps_company(lines: Sequence[Line], listed: Mapping[int, Stamp]) -> bool:
    """Whether headers that a timetable could hold too stand above words, and speakers come back."""
    names = {found.name for found in listed.values()}
    if len(listed) < _FEWEST_LISTED or len(names) == len(listed):
        return False
    alone = sum(1 for number in listed if _below(lines, number) in (None, *listed))
    return alone <= _MOST_ALONE * len(listed)


def _below(lines: Sequence[Line], number: int) -> int | None:
    """Return the number of the first filled line below ``number``, a blank one between or not."""
    near = range(number + 1, min(number + 3, len(lines)))
    return next((below for below in near if not lines[below].blank), None)


def _called(lines: Sequence[Line]) -> frozenset[int]:
    """Return the lines ``name:`` of a list copied without times; none when it is no such list."""
    found = {
        number: match["name"]
        for number, line in enumerate(lines)
        if not line.fenced
        and (match := _CALLED.match(line.text))
        and (number == 0 or lines[number - 1].blank)
        and _below(lines, number) == number + 1
    }
    names = list(found.values())
    several = len(names) >= _FEWEST_CALLED and 1 < len(set(names)) <= len(names) / 2
    if not several or any(map(_LABEL.fullmatch, names)):
        return frozenset()
    turns = len(set(names))
    regular = names[turns:] == names[:-turns]
    marked = any(_PLACEHOLDER.match(line.text) for line in lines)
    return frozenset() if regular and not marked else frozenset(found)


def _spoken(lines: Sequence[Line], number: int, log: _Log, *, by_day: bool) -> Stamp | None:
    """Read ``name: words`` below a day line, and ``name:`` above words, as the header it is."""
    line = lines[number]
    if by_day and not log.clocked and (match := _SAID.match(line.text)):
        name, account = person(match["name"])
        return Stamp(Sign.LISTED, "said", name, account, words_at=match.start("words"))
    called = number in log.called or (by_day and _below(lines, number) == number + 1)
    if called and (match := _CALLED.match(line.text)):
        return Stamp(Sign.LISTED, "called", *person(match["name"]))
    return None
