"""What parsing found, written so that a person can check it."""

from ingest.block import Block
from ingest.parsing import Parsed


def described(text: str, parsed: Parsed) -> str:
    """Write down everything that is known of a note, a line for each fact.

    Characters stand as in Python source, so that a no-break space or a line end can be seen. The
    words of a block are given where they are not all of it.
    """
    lines = [f"title: {parsed.title!r}", f"kind: {parsed.kind}"]
    if parsed.tags:
        lines.append(f"tags: {', '.join(parsed.tags)}")
    if parsed.whole:
        lines.append("whole")
    for block in parsed.blocks:
        lines.extend(["", f"{_name(block)} in {block.within}"])
        lines.append(f"  text: {block.span.of(text)!r}")
        if block.body != block.span:
            lines.append(f"  words: {block.body.of(text)!r}")
        lines.extend(f"  {name}: {value}" for name, value in _facts(block) if value)
    return "\n".join(lines) + "\n"


def _name(block: Block) -> str:
    return f"{block.kind} {block.level}" if block.level else str(block.kind)


def _facts(block: Block) -> list[tuple[str, str]]:
    return [
        ("under", " › ".join(block.headings)),
        ("speaker", block.speaker),
        ("handle", block.handle),
        ("when", block.when),
        ("reply to", block.reply_to),
        ("quotes", block.quotes),
        ("likes", "" if block.likes is None else str(block.likes)),
        ("seconds", "" if block.seconds is None else f"{block.seconds:g}"),
        ("link", block.link),
        ("page", str(block.page or "")),
        ("reason", block.reason),
    ]
