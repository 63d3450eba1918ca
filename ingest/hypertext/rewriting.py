"""What stands in a page for something else is put in plain elements: formulas, code, pictures."""

import re
from urllib.parse import urljoin, urlsplit

from bs4 import Comment, Tag

from ingest.hypertext.tree import attribute, classes, inside, within, words

FORMULA = "footnote-formula"
"""Name of the element that a formula becomes; its text is TeX between dollar signs."""
CODE = "footnote-code"
"""Name of the element that a block of code becomes; ``language`` is its attribute."""
_SILENT = re.compile(
    "script|style|template|noscript|svg|iframe|object|embed|canvas|link|meta|input|button|select|"
    "textarea|progress|audio|source|track|map|area"
)
_LANGUAGE = re.compile(
    r"(?:^|\s)(?:language|lang|highlight-source|brush:?|prettyprint lang)[-:\s]+([\w+#.-]+)"
    r"|(?:^|\s)hljs ([\w+#-]+)"
)
_NUMBERING = re.compile(
    r"(?:^|[\s_-])(?:lineno|linenos|linenumbers|line-?numbers?-rows|pre-numbering|hljs-ln-numbers|"
    r"hljs-button)(?:$|\s)"
)
"""Classes of the numbers and buttons beside code."""
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:gutter|copy-?btn|copy-?button|toolbar)(?:$|[\s_-])|(?:^|\s)lnt?(?:$|\s)"
)
"""More of them, which elsewhere mean other things."""
_ANCHOR = re.compile(r"^[#¶§🔗]?$")
_LAZY = ("data-src", "data-original", "data-actualsrc", "data-lazy-src")
_DRAWN = re.compile(r"\b(?:katex|mwe-math-element|mathjax)")
_WIDEST = 30
_WIKI = re.compile(r"^\{\\(?:displaystyle|textstyle)\s*(.*)\}$", re.DOTALL)


def rewrite(tree: Tag, base: str) -> None:
    """Rewrite ``tree`` in place; ``base`` is the address that its links are relative to."""
    _formulas(tree)
    for element in inside(tree):
        if not element.decomposed and (_SILENT.fullmatch(element.name) or _numbers(element)):
            element.decompose()
    for comment in tree.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    if isinstance(head := tree.find("head"), Tag):
        head.decompose()
    for block in inside(tree, "pre"):
        if not block.decomposed and not within(block, "pre"):
            _code(block)
    _headings(tree)
    for table in inside(tree, "table"):
        _table(table)
    for link in inside(tree, "a"):
        _link(link, base)
    for picture in inside(tree, "img"):
        _picture(picture, base)


def _formulas(tree: Tag) -> None:
    """Give formulas back as TeX, which every way of drawing them keeps somewhere."""
    for element in inside(tree):
        if element.decomposed or element.name == FORMULA:
            continue
        named = attribute(element, "type") + attribute(element, "encoding")
        if element.name == "script" and named.startswith("math/tex"):
            _remove_drawn(element)
            _formula(element, element.get_text(), block="mode=display" in named)
        elif element.name == "annotation" and "tex" in named.lower():
            _annotated(element)
        elif tex := attribute(element, "data-tex"):
            _formula(element, tex, block=tex.endswith("\\\\"))
        elif element.name == "img" and (
            attribute(element, "eeimg") or "mwe-math" in classes(element)
        ):
            _formula(element, attribute(element, "alt"), block=False)


def _annotated(note: Tag) -> None:
    """Put the TeX beside a formula in the place of everything that draws it."""
    drawn = _outermost_drawing(note)
    math = next((parent for parent in note.parents if parent.name == "math"), None)
    shown = attribute(math, "display") if math is not None else ""
    _formula(drawn, note.get_text(), block=shown == "block" or _is_display(drawn))


def _remove_drawn(script: Tag) -> None:
    """Take out what MathJax drew before its script."""
    for before in script.find_previous_siblings(limit=2):
        if isinstance(before, Tag) and "mathjax" in classes(before):
            before.decompose()


def _outermost_drawing(note: Tag) -> Tag:
    found = note
    for parent in note.parents:
        if parent.name in {"math", "mjx-container"} or _DRAWN.search(classes(parent)):
            found = parent
    return found


def _is_display(drawn: Tag) -> bool:
    return "display" in classes(drawn) or attribute(drawn, "display") == "true"


def _formula(element: Tag, tex: str, *, block: bool) -> None:
    tex = " ".join(tex.split())
    if match := _WIKI.match(tex):
        tex = match.group(1).strip()
    if not tex:
        element.decompose()
        return
    element.clear()
    element.name = FORMULA
    element.attrs.clear()
    element.attrs["block"] = "yes" if block else ""
    element.string = f"$${tex}$$" if block else f"${tex}$"


def _code(block: Tag) -> None:
    """Turn a block of code into its lines, without their numbers."""
    named = [block, *inside(block, "code"), *_around(block)]
    language = next((found for each in named if (found := _language(each))), "")
    for part in inside(block):
        if part.decomposed:
            continue
        if _BESIDE.search(classes(part)):
            part.decompose()
        elif part.name == "br":
            part.replace_with("\n")
        elif part.name in {"li", "tr", "div", "p"}:
            part.append("\n")
    inner = block.find_all("code", recursive=False)
    text = "\n".join(each.get_text() for each in inner) if len(inner) > 1 else block.get_text()
    block.clear()
    block.name = CODE
    block.attrs = {"language": language}
    block.string = text.replace("\u00a0", " ").strip("\n")


def _numbers(element: Tag) -> bool:
    """Whether an element only holds the numbers of lines, or buttons beside them."""
    named = _NUMBERING.search(classes(element))
    return named is not None and (
        "button" in named.group() or not words(element).strip("0123456789 ")
    )


def _around(block: Tag) -> list[Tag]:
    return [parent for parent in list(block.parents)[:2] if parent.name in {"div", "figure", "td"}]


def _language(element: Tag) -> str:
    named = attribute(element, "data-lang") or attribute(element, "data-language")
    if not named and (match := _LANGUAGE.search(classes(element))):
        named = match.group(1) or match.group(2)
    named = named.lower()
    return named if re.fullmatch(r"[\w+#.-]{1,20}", named) else ""


def _headings(tree: Tag) -> None:
    """Take the little links out that headings carry."""
    for head in inside(tree, "h1", "h2", "h3", "h4", "h5", "h6"):
        for link in inside(head, "a"):
            if _ANCHOR.match(words(link)) and not link.find("img"):
                link.decompose()


def _table(table: Tag) -> None:
    """Undo tables that only arrange a page, and tame wide cells."""
    arranging = attribute(table, "role") in {"presentation", "none"}
    if arranging or inside(table, "table", CODE, "h1", "h2", "h3", "ul", "ol"):
        for part in inside(table, "thead", "tbody", "tfoot", "tr", "td", "th"):
            if part.find_parent("table") is table:
                part.name = "div"
        table.name = "div"
        return
    for cell in inside(table, "td", "th"):
        span = attribute(cell, "colspan")
        if span and not (span.isdigit() and int(span) <= _WIDEST):
            del cell["colspan"]


def _link(link: Tag, base: str) -> None:
    address = _joined(base, attribute(link, "href"))
    if not re.match(r"https?://|mailto:", address):
        if "skip" in classes(link):
            # Over the navigation to the text: a part of the former.
            link.name = "div"
        else:
            link.unwrap()
        return
    link.attrs = {"href": address}


def _picture(picture: Tag, base: str) -> None:
    """Keep a picture by its address; one that lies in the page itself leaves its description."""
    named = attribute(picture, "src")
    if not named or named.startswith("data:"):
        named = next((found for name in _LAZY if (found := attribute(picture, name))), named)
    # A browser that saves a page with its pictures puts them into a folder beside it.
    address = named.strip() if "_files/" in named else _joined(base, named)
    alt = " ".join(attribute(picture, "alt").split()).translate({ord("["): "(", ord("]"): ")"})
    if not address or re.match(r"(?!https?:)[a-z]+:", address, re.IGNORECASE):
        picture.replace_with(alt)
        return
    picture.attrs = {"src": _quoted(address), "alt": alt}


def _joined(base: str, address: str) -> str:
    address = address.strip()
    if not address or address.startswith("#"):
        return ""
    try:
        joined = urljoin(base, address)
        urlsplit(joined)
    except ValueError:
        return ""
    return _quoted(joined)


def _quoted(address: str) -> str:
    """Return an address that can stand between the parentheses of a link."""
    return re.sub(r"[\s()<>]", lambda match: f"%{ord(match.group()[0]):02X}", address)
