"""Making the text of notes harmless inside a prompt.

Only the copy that goes into the prompt is changed; notes and quotes stay as they are.
"""

import re

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_LINE_END = re.compile("\r\n?|[\u2028\u2029\u0085]")
_MARK = re.compile(
    r"[\[【［]([ \t]*(?:\^|#|id[:：]?|source|来源|资料|注)?[ \t]*"
    r"\d{1,6}(?:[ \t]*[,，、;；~–—-][ \t]*\d{1,6}){0,20}[ \t]*)[\]】］]",
    re.IGNORECASE,
)
_TEMPLATE_TOKEN = re.compile(
    r"<(?=[|｜])|<(?=/?(?:think|s|bos|eos|pad|unk|mask|sys|tool_call|tool_response|image|video|"
    r"audio|start_of_turn|end_of_turn|start_of_image|end_of_image|eot|sop|eop|gmask|human|bot|"
    r"user|assistant|system)\b[^<>\n]{0,20}>)|<(?=<)",
    re.IGNORECASE,
)
_BRACKETED_TOKEN = re.compile(
    r"\[(/?(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|IMG|gMASK|MASK|SEP|CLS"
    r"|PAD|UNK|BOS|EOS)(?:_[A-Z]{1,8})?)\]"
)
_FENCE = re.compile(r">(?=>)")


def inert(text: str) -> str:
    """Return ``text`` as it may stand inside a prompt.

    - Characters that cannot be seen (controls, zero-width, bidirectional, tags, variation
      selectors, unpaired surrogates) are removed, so that they neither hide words nor part a
      token below. Line ends become line feeds.
    - Marks such as ``[1]`` or ``【1】`` become ``⟦1⟧``: they are the note's own, not ours.
    - The opening of chat-template tokens (``<|…|>``, ``<think>``, ``[INST]``, …) is replaced by a
      look-alike, so that no tokenizer reads them as tokens.
    - Runs of ``<`` or ``>`` are replaced likewise, so that no fence can be imitated.
    """
    text = _LINE_END.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = _MARK.sub(r"⟦\1⟧", text)
    text = _BRACKETED_TOKEN.sub(r"⟦\1⟧", text)
    text = _TEMPLATE_TOKEN.sub("‹", text)
    return _FENCE.sub("›", text)


def inert_line(text: str) -> str:
    """Return ``text`` as one line that may stand inside a prompt."""
    return " ".join(inert(text).split())
