"""How far a text reads like something a person wrote. Pure.

Bytes of one encoding, read in another, mostly give characters too: rare ones. In running Chinese
the few hundred most frequent characters make up more than half of the text, in whichever script
and on whatever subject; in a wrong reading they are a few in a hundred. Counting them tells the
right reading from the wrong one after a sentence.
"""

import re
import unicodedata
from collections import Counter
from functools import cache

_FREQUENT = frozenset(
    # The most frequent characters of modern Chinese, simplified.
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过"
    "发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本"
    "前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很"
    "最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度"
    "门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电"
    "数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马"
    "科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万"
    "取拉格望觉术领共确传师观清今切院让识候带导争运"
    # Those of them that are written otherwise in the traditional script.
    "這個們來為國說時會對於著過發後裡裏種經麼學現當沒動還進樣開從實軍無與長機業將兩間問並應戰頭體"
    "見產話給門兒東聲員論處義幾認條係氣題爾別變總電數報結務場計區隊決馬書則聽達強難權設記類據邊"
    "張該規萬覺術領確傳師觀讓識帶導爭運點關條統資華網碼訊檔"
    # What stands between them.
    "，。、；：？！“”‘’「」『』（）《》【】—…·～　％"
    # The frequent kana, and the marks of Japanese.
    "のにはをたがでてとしれさあるいうもなこらりまおよくきどけかアイスンルラクトシッリレードジフプロマグ"
)
_LETTERS = "àâäáãåæçèéêëìíîïñòóôöõøœùúûüßÀÂÄÁÅÆÇÈÉÊËÎÏÑÓÔÖØÙÚÜ"
_MARKS = "€£§°·•©®™«»±×÷µ²³½¼¿¡\u00a0"
_QUOTES = "’‘“”„–—…"
_EUROPEAN = re.compile(
    rf"(?<=[A-Za-z'’])[{_LETTERS}]{{1,2}}(?![{_LETTERS}])|[{_LETTERS}](?=[a-z])"
    rf"|[{_QUOTES}]{{1,2}}|(?<![^\x00-\x7f])[{_MARKS}](?![^\x00-\x7f])"
)
"""A letter with an accent stands in a word beside plain ones; a run of them is a wrong reading."""
_GB_FIRST_LEVEL = range(0xB0, 0xD8)
_BIG5_FIRST_LEVEL = range(0xA4, 0xC7)
_NO_TEXT = frozenset({"Cc", "Co", "Cn", "Cs"})
_TAMED = frozenset("\t\n\r\f\ufeff")
_ORDINARY = 0.25
"""Of a character in everyday use; both national standards put these on their first level."""
_RARE = -0.5
_STRANGE = -3.0
"""Of a control, private, unassigned or replacement character: no text has them."""


def legibility(text: str) -> float:
    """Return the mean weight of the characters beyond ASCII, about -3 to 1; 0 when there are none.

    Running Chinese has 0.5 and more, a wrong reading of it less than 0.1.
    """
    counted = Counter(text)
    beyond = {
        character: times
        for character, times in counted.items()
        if character > "\x7f" or (character < " " and character not in _TAMED)
    }
    total = sum(beyond.values())
    if not total:
        return 0.0
    return sum(_weight(character) * times for character, times in beyond.items()) / total


def european(text: str) -> float:
    """Return the same measure for a text in a European language."""
    beyond = [character for character in text if character > "\x7f"]
    if not beyond:
        return 0.0
    fitting = sum(len(match.group()) for match in _EUROPEAN.finditer(text))
    strange = sum(unicodedata.category(character) in _NO_TEXT for character in beyond)
    return (fitting + _RARE * (len(beyond) - fitting) + _STRANGE * strange) / len(beyond)


def _weight(character: str) -> float:
    if character in _FREQUENT:
        return 1.0
    category = unicodedata.category(character)
    if character == "\ufffd" or category in _NO_TEXT:
        return _STRANGE
    # Signs, marks and pictures stand among any writing.
    return _ORDINARY if character in _ordinary() or category[0] in "SPZ" else _RARE


@cache
def _ordinary() -> frozenset[str]:
    """Return the characters on the first levels of GB 2312 and Big5."""
    codes = [("gb2312", lead, trail) for lead in _GB_FIRST_LEVEL for trail in range(0xA1, 0xFF)]
    codes += [
        ("big5", lead, trail)
        for lead in _BIG5_FIRST_LEVEL
        for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    ]
    return frozenset(bytes([lead, trail]).decode(name, "ignore") for name, lead, trail in codes) - {
        ""
    }
