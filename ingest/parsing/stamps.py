"""Header lines of messages: who spoke, and when, as the many chat programs write it.

One line is judged at a time. A shape says how far the line alone proves that this is a chat: a name
beside a full date does; a name beside a clock does when it happens twice; a name beside ``9:05 PM``
or ``周三 10:00`` also stands in timetables, and needs the company of others like it.
"""

import re
from dataclasses import dataclass
from enum import Enum

from ingest.parsing.moments import DATE, TIME, UNORDERED, clock, iso, readings

GAP = r"[ \t\u00a0\u3000\u2002-\u200a\u202f]"
_GAPS = rf"{GAP}+"
_END = rf"{GAP}*$"
_NOT_DEEP = r"(?!\s{41})"
"""No name begins that far right; without this a deeply indented line is tried at each place."""
_MARK = r"^[\u200e\u200f]?"
"""WhatsApp begins lines with a mark of writing direction."""
_NAME = r"(?P<name>\S.{0,40}?)"
_SHORT_NAME = r"(?!\d{4}[-/.年])(?P<name>[^\s:：。，,!?！？|#>*\[\](][^:：。，,!?！？|]{0,30}?)"
_CALLED = r"(?P<name>[^\s:：\[\]{}=\\<>\-][^:：\[\]{}=\\<>]{0,40}?)"
_SAYS = rf"[:：](?:{GAP}*(?P<words>\S.*))?$"
_NO_LOG = r"(?!(?i:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b)"
"""Programs write lines with a time too; what stands there first is how grave it is."""
_WEEKDAY = r"(?:[ \u00a0]?(?:星期|周)[一二三四五六日天])?"
_DATED = rf"{DATE}{_WEEKDAY}[,，]?{_GAPS}{TIME}"
_ANY_DATED = rf"(?:{DATE}{_WEEKDAY}|{UNORDERED})[,，]?{_GAPS}{TIME}"
_LATELY = (
    r"(?:今天|昨天|前天|(?:星期|周)[一二三四五六日天]|"
    r"(?:1[0-2]|0?[1-9])月(?:3[01]|[12][0-9]|0?[1-9])日|"
    r"(?:1[0-2]|0[1-9])-(?:3[01]|[12][0-9]|0[1-9])|"
    r"(?:Today|Yesterday|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)(?: at)?)"
)
_CLOCKED = re.compile(r"[0-9]:[0-5][0-9]")
_ACCOUNT = re.compile(r"[(（<](?P<account>\d{5,}|[^()（）<>\s]+@[^()（）<>\s]+)[)）>]$")
_RANK = re.compile(r"^【[^【】]{1,8}】(?=.)| \(pinned\)$")
_MOST_OF_A_LINE = 300
"""Characters of a line that is nothing but a header."""


class Sign(Enum):
    """How far a header line proves, by itself, that it stands in a chat."""

    SURE = "a name and a date"
    LIKELY = "a name and a clock with seconds: two of them are enough"
    LISTED = "stands in timetables too: believed in company"
    LOGGED = "words of the program: believed below a sure one of the same shape"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a header line says."""

    sign: Sign
    shape: str
    """Name of the shape; lines of one log have the same."""
    name: str
    account: str = ""
    """Number or address behind the name: it stays when the name changes."""
    date: str = ""
    """ISO; empty when the line has none."""
    readings: tuple[str, str] = ("", "")
    """ISO dates, day first and month first, when the line does not say which it means."""
    clock: str = ""
    lately: bool = False
    """Whether the day is named from the day of copying, such as yesterday, and so not known."""
    quoted: str = ""
    """The person who is quoted, behind the time."""
    below_name: bool = False
    """Whether the name stands alone on the line above."""
    words_at: int | None = None
    """Column at which the words begin on the header's own line, if they do."""


_SHAPES: tuple[tuple[str, Sign, re.Pattern[str]], ...] = tuple(
    (shape, sign, re.compile(pattern))
    for shape, sign, pattern in (
        # — 03/07/2024 9:05 PM, the name on the line above
        ("below name", Sign.SURE, rf"^{GAP}*[—–]{GAP}*(?P<name>){_ANY_DATED}{_END}"),
        # 小林 2024/3/7 9:05:12 阿毛
        (
            "name first",
            Sign.SURE,
            (
                rf"^{_NOT_DEEP}(?P<name>.{{0,40}}?){_GAPS}(?:[—–]{GAP}*)?{_DATED}"
                rf"(?:{_GAPS}(?P<quoted>\S.{{0,40}}?))?{_END}"
            ),
        ),
        # Mossy — 03/07/2024 9:05 PM
        (
            "name first, unordered",
            Sign.SURE,
            rf"^{_NAME}{_GAPS}[—–]{GAP}*{UNORDERED}[,，]?{_GAPS}{TIME}{_END}",
        ),
        # Mossy, [07.03.2024 21:05]
        ("name before box", Sign.SURE, rf"^{_NAME},? \[{_ANY_DATED}\]{_END}"),
        # [2024/3/7 21:05] 小林: 在吗
        (
            "box, words",
            Sign.SURE,
            (
                rf"{_MARK}[\[【(（]{_ANY_DATED}[\]】)）]{GAP}*"
                rf"{_NO_LOG}{_CALLED}{GAP}*{_SAYS}"
            ),
        ),
        # [2024/3/7 21:05] 小林
        (
            "box",
            Sign.SURE,
            (
                rf"{_MARK}\[(?:{DATE}|{UNORDERED}),? (?P<hour>[0-2]?[0-9]):(?P<minute>[0-5][0-9])"
                rf"(?: (?P<half>[AaPp])[Mm])?\]{GAP}*{_NO_LOG}{_NAME}{_END}"
            ),
        ),
        # 07/03/2024, 21:05 - Mossy: hello
        (
            "dash, words",
            Sign.SURE,
            rf"{_MARK}{_ANY_DATED} - {_NO_LOG}{_CALLED}{GAP}*{_SAYS}",
        ),
        # 07/03/2024, 21:05 - Mossy left
        (
            "dash",
            Sign.LOGGED,
            rf"{_MARK}{_ANY_DATED} - (?P<name>)(?P<words>\S.*)$",
        ),
        # 2024-03-07 21:05:12 小林(12345678)
        (
            "time first, account",
            Sign.SURE,
            (
                rf"^{_DATED}{_GAPS}(?P<name>\S?.{{0,60}}?"
                rf"[(（<](?:\d{{5,}}|[^()（）<>\s]+@[^()（）<>\s]+)[)）>]){_END}"
            ),
        ),
        # 2024-03-07 21:05:12 小林: 在吗
        ("time first, words", Sign.SURE, rf"^{_DATED}{_GAPS}{_NO_LOG}{_CALLED}{GAP}*{_SAYS}"),
        # 2024-03-07 21:05:12 小林
        (
            "time first",
            Sign.SURE,
            rf"^{_DATED}{_GAPS}(?!👍|\d+\s*$|回复\s*$){_NO_LOG}{_NAME}{_END}",
        ),
        # 小林 昨天 21:05
        (
            "lately",
            Sign.LISTED,
            rf"^{_SHORT_NAME}{_GAPS}(?:[—–]{GAP}*)?(?P<lately>{_LATELY}){GAP}*{TIME}{_END}",
        ),
        # 小林 9:05:12
        (
            "clock",
            Sign.LIKELY,
            (
                rf"^{_NOT_DEEP}(?P<name>[^:：。，,!?！？]{{0,40}}?){_GAPS}"
                rf"(?P<hour>2[0-3]|[01]?[0-9]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9]){_END}"
            ),
        ),
        # Mossy  9:05 PM
        (
            "clock without seconds",
            Sign.LISTED,
            rf"^{_SHORT_NAME}{_GAPS}(?:[—–]{GAP}*)?{TIME}{_END}",
        ),
    )
)
"""All shapes; the first that matches a line reads it."""


def stamp(text: str) -> Stamp | None:
    """Read a line as the header of a message; None when it has no shape of one."""
    if not _CLOCKED.search(text, 0, _MOST_OF_A_LINE):
        return None
    for shape, sign, pattern in _SHAPES:
        if match := pattern.match(text):
            return _read(match, shape, sign)
    return None


def _read(match: re.Match[str], shape: str, sign: Sign) -> Stamp:
    parts = match.groupdict()
    name, account = person(parts["name"])
    return Stamp(
        sign,
        shape,
        name,
        account,
        date=iso(match)[: len("2024-03-07")] if parts.get("year") else "",
        readings=readings(match) if parts.get("short") else ("", ""),
        clock=clock(match),
        lately=bool(parts.get("lately")),
        quoted=parts.get("quoted") or "",
        below_name=shape == "below name",
        words_at=match.start("words") if parts.get("words") else None,
    )


def person(text: str) -> tuple[str, str]:
    """Take a name apart: without rank, account and edges, and the account."""
    text = text.strip(" \t\u00a0\u3000\u202f")
    account = _ACCOUNT.search(text)
    name = _RANK.sub("", _ACCOUNT.sub("", text)).strip()
    return name, account["account"] if account else ""
