"""What a question compares: the parts of "A 和 B 有什么区别", "A vs B" and their like. Pure."""

import re
from dataclasses import dataclass

from retrieval.span import Span

MOST = 4
"""Parts that are searched on their own."""
_LONGEST = 40
"""Characters of a part."""
_CUE = re.compile(
    r"(?:之间|到底|究竟)*(?:的|有什么|有啥|有何|有哪些|有没有|是什么|在哪|的主要|主要)*"
    r"(?:区别|差别|差异|异同|不一样|不同)(?:点|之处)?(?:是什么|在哪里?|有哪些|何在)?"
    r"|哪一?个(?:更|比较)?[好强快大省贵准稳]|谁(?:更|比较)[好强快大省贵准稳]"
    r"|(?:比较|对比)(?:一下|下)?|相比"
    r"|\b(?:the\s+)?differences?\s+between\b|\bvs\b\.?|\bversus\b|\bcompared?\s+(?:to|with)\b"
    r"|\bcompare\b|\bdiffers?\s+from\b",
    re.IGNORECASE,
)
_ITEM = r"[^，。？！?!,;；：:\n\x00]"
_AND = r"(?:\s*(?:和|与|跟|同|及|以及|还是|、)\s*|\s+(?:and|or|with|to|from)\s+)"
_AGAINST = r"(?:\s*(?:vs\.?|versus)\s*|\s+compared\s+(?:to|with)\s+|\s+differs?\s+from\s+)"
_LISTED = (
    # A 和 B 有什么区别; the cue ends the list.
    re.compile(
        rf"(?P<list>{_ITEM}{{1,80}}?{_AND}{_ITEM}{{1,40}}?)(?:相比|之间|到底|究竟)*\s*"
        r"(?:的|有什么|有啥|有何|有哪些|有没有|在哪|主要)*"
        r"(?:区别|差别|差异|异同|不一样|不同|哪一?个|谁(?:更|比较))"
    ),
    # 比较 A 和 B; compare A with B; the difference between A and B
    re.compile(
        rf"(?:比较|对比)(?:一下|下)?\s*(?P<list>{_ITEM}{{1,40}}?{_AND}{_ITEM}{{1,40}}?)"
        r"(?=的|在|$|[，。？！?!,;；\n\x00])"
    ),
    re.compile(
        rf"\b(?:compare|differences?\s+between)\s+(?P<list>{_ITEM}{{1,60}}?\s(?:and|with|to)\s"
        rf"{_ITEM}{{1,40}}?)(?=\s(?:in|for|on|when|with|regarding|terms)\b|$|[?!.,;\n\x00](?!\d))",
        re.IGNORECASE,
    ),
    # A vs B; how does A differ from B
    re.compile(
        rf"(?P<list>{_ITEM}{{1,60}}?{_AGAINST}{_ITEM}{{1,40}}?)"
        r"(?=\s(?:in|for|on|when|with|regarding|which|what|是|哪)|的|哪|谁|$|[，。？！?!.,;；：:\n\x00](?!\d))",
        re.IGNORECASE,
    ),
)
_BETWEEN = re.compile(rf"{_AND}|{_AGAINST}|\s*,\s*", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:(?:[^的]{0,12}(?:怎么看|如何看待?|看待|认为|觉得)|的|请问|那么?|关于|为什么|到底|比较|对比|一下|什么是|其中|文中|笔记里|群里|说说|讲讲)\s*|"
    r"(?:what|which|who|how|is|are|was|were|does|do|did|the|between|compare|should|i|use|"
    r"better|about|a|an|explain|differences?)\s+)+",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"(?:这?[两二三]者|之间|的|在\S*上?|有什么|各自|分别|这两个)+$")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared, and the words that say so."""

    parts: tuple[str, ...]
    """At least two."""
    places: tuple[Span, ...]
    """Where the words stand, in order; without them the text compares nothing."""


def comparison(text: str) -> Comparison | None:
    """Return what ``text`` compares, None when it does not."""
    places = tuple(Span(*match.span()) for match in _CUE.finditer(text) if match[0])
    if not places:
        return None
    for pattern in _LISTED:
        for match in pattern.finditer(text):
            parts = _parts(match["list"])
            if parts:
                return Comparison(parts, places)
    return None


def _parts(listed: str) -> tuple[str, ...]:
    pieces = (_TRAILING.sub("", _LEADING.sub("", each.strip())) for each in _BETWEEN.split(listed))
    parts = tuple(dict.fromkeys(each.strip() for each in pieces if each.strip()))
    fit = all(len(part) <= _LONGEST and re.search(r"\w", part) for part in parts)
    return parts if fit and 1 < len(parts) <= MOST else ()
