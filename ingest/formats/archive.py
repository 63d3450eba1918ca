"""Files that are archives of files; nothing is unpacked before it is measured."""

from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from lxml import etree

from ingest.formats.format import FileBytes
from ingest.formats.unreadable import UnreadableDocumentError

MOST_MEMBERS = 10_000
MOST_BYTES = 300_000_000
"""Of all members together."""
MOST_TEXT = 30_000_000
"""Of all members that are text: their trees take many times that."""
_MOST_RATIO = 200
_UNSUSPICIOUS = 1_000_000
"""Bytes below which a member may be packed as tightly as it likes."""
_TEXT = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx")
_AGAIN = "Save it again from a program that opens it."


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive whose size is known to be sane."""

    path: str
    """Of the file, for errors."""
    members: ZipFile

    @classmethod
    def of(cls, file: FileBytes) -> "Archive":
        """Open an archive.

        Raises:
            UnreadableDocumentError: It is damaged, or it would unpack to far more than it is.
        """
        try:
            members = ZipFile(BytesIO(file.data))
        except (BadZipFile, ValueError, NotImplementedError) as error:
            raise UnreadableDocumentError(file.path, "it is damaged", _AGAIN) from error
        listed = members.infolist()
        unpacked = sum(each.file_size for each in listed)
        text = sum(each.file_size for each in listed if each.filename.lower().endswith(_TEXT))
        dense = any(
            each.file_size > max(_UNSUSPICIOUS, _MOST_RATIO * each.compress_size) for each in listed
        )
        if len(listed) > MOST_MEMBERS or unpacked > MOST_BYTES or text > MOST_TEXT or dense:
            raise UnreadableDocumentError(
                file.path, "it would unpack to far more than a document", "Cut it into parts."
            )
        return cls(file.path, members)

    def read(self, name: str) -> bytes:
        """Return the bytes of a member; its declared size is never exceeded.

        Raises:
            UnreadableDocumentError: It is not there, damaged, or locked.
        """
        try:
            return self.members.read(name)
        except KeyError as error:
            raise UnreadableDocumentError(self.path, f"{name} is missing in it", _AGAIN) from error
        except RuntimeError as error:
            raise UnreadableDocumentError(
                self.path, "it is locked by a password", "Save a copy without one."
            ) from error
        except Exception as error:  # each way of packing has its own kind of error
            raise UnreadableDocumentError(self.path, f"{name} is damaged", _AGAIN) from error

    def tree(self, name: str) -> etree._Element:
        """Return a member that is XML; entities in it stay as they are, nothing is fetched."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            return etree.fromstring(self.read(name), parser)
        except etree.XMLSyntaxError as error:
            raise UnreadableDocumentError(self.path, f"{name} is damaged", _AGAIN) from error
