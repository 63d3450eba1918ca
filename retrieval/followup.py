"""How much a question leans on the one before it. Pure.

A conversation goes on about its matter or turns to another one, and the words do not say which. A
question that begins by joining on (那…呢, "what about ..."), that points back with a pronoun, or
that has hardly any words of its own is read as a follow-up: the earlier question's terms count as
its own. One that stands alone is searched nearly alone.
"""

import re

LEANING = 1.0
"""Weight of the earlier question's terms when a question cannot stand without it."""
UNSURE = 0.5
"""The same when it might."""
ALONE = 0.1
"""The same when it can."""
FEW_WORDS = 2
"""Words of its own up to which a question leans on the one before."""
SOME_WORDS = 6
"""Words of its own up to which it might."""
_JOINS = re.compile(
    r"\s*(?:那|然后|还有|另外|接着|继续|再说|除此|具体|展开|详细"
    r"|(?:and|what about|how about|what else|then|also|so|but|for the|why not)\b)",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"[他她它]们?|这[个些种里样位篇条段次]|那[个些种里样位篇条段次]|前者|后者|上述|上面|其中|刚才|第[一二三四五]"
    r"|呢[？?]?\s*$"
    r"|\b(?:it|its|they|them|their|he|she|his|her|this|that|these|those|former|latter"
    r"|the (?:next|previous|other|same|last|following) (?:one|item|step)s?|the ones?)\b",
    re.IGNORECASE,
)


def earlier_weight(question: str, words: int) -> float:
    """Return what the terms of the question before count for, in 0..1.

    Args:
        question: The question as asked.
        words: How many words of its own carry meaning.
    """
    if words <= FEW_WORDS or _JOINS.match(question):
        return LEANING
    if words <= SOME_WORDS:
        return LEANING if _POINTS_BACK.search(question) else UNSURE
    return ALONE
