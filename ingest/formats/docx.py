"""Word documents. The only door to mammoth."""

from io import BytesIO
from zipfile import ZipFile

from lxml import etree

from ingest.decoding import Decoded
from ingest.formats.archive import Archive
from ingest.formats.format import FileBytes, Format
from ingest.formats.llama_index_readers import MissingReadersError
from ingest.formats.unreadable import UnreadableDocumentError
from ingest.hypertext import page
from ingest.parsing import Parsed
from ingest.parsing.document import document
from retrieval.chunk import Kind

_STYLES = "\n".join(
    [
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='标题'] => h1:fresh",
        *(f"p[style-name='标题 {level}'] => h{level}:fresh" for level in range(1, 7)),
        "p[style-name^='Code'] => pre:separator('\\n')",
        "p[style-name='HTML Preformatted'] => pre:separator('\\n')",
        "p[style-name='Quote'] => blockquote > p:fresh",
    ]
)
_DECLARATION = b"<!DOCTYPE"
"""No program writes one; what it declares could grow without end."""
_BODY = "word/document.xml"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def _text(file: FileBytes) -> Decoded:
    try:
        import mammoth  # noqa: PLC0415 - of the extra formats
    except ImportError as error:
        raise MissingReadersError(file.path, "DOCX") from error
    archive = Archive.of(file)
    copy = _with_formulas(archive)
    try:
        converted = mammoth.convert_to_html(
            copy,
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(_without_bytes),
            external_file_access=False,
        )
    except Exception as error:  # whatever its parts are made of
        raise UnreadableDocumentError(
            file.path, f"the document is damaged ({error})", "Save it again in Word."
        ) from error
    text = page(converted.value, furnished=False).markdown
    if not text.strip():
        raise UnreadableDocumentError(
            file.path, "there is no text in the document", "If it is a picture, describe it."
        )
    return Decoded(text, "docx")


def _without_bytes(picture: object) -> dict[str, str]:
    """Keep a picture's description alone; its bytes are not in the copy that is read."""
    del picture
    return {"src": ""}


def _with_formulas(archive: Archive) -> BytesIO:
    """Return the document with its formulas as the characters they are made of.

    They would be lost otherwise; what stands above or below is told by its place alone.
    """
    body = archive.tree(_BODY)
    for formula in body.iter(f"{_MATH}oMath"):
        words = "".join(part.text or "" for part in formula.iter(f"{_MATH}t"))
        formula.clear(keep_tail=True)
        formula.tag = f"{_WORD}r"
        etree.SubElement(formula, f"{_WORD}t", {_SPACE: "preserve"}).text = words
    for line in body.iter(f"{_MATH}oMathPara"):
        line.tag = f"{_WORD}ins"
    written = BytesIO()
    with ZipFile(written, "w") as copy:
        for name in archive.members.namelist():
            if name.endswith((".xml", ".rels")):
                part = etree.tostring(body) if name == _BODY else archive.read(name)
                if _DECLARATION in part:
                    raise UnreadableDocumentError(
                        archive.path, f"{name} declares entities", "Save it again in Word."
                    )
                copy.writestr(name, part)
    return written


def _parse(text: str, name: str) -> Parsed:
    return document(text, name, Kind.ARTICLE)


DOCX = Format("docx", frozenset({".docx"}), _text, _parse)
