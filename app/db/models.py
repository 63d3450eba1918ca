"""The tables. Long texts come last in a row: SQLite reads past them to reach what follows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Double, ForeignKey, Index, MetaData, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.db.columns import ExactText, Json, Strings, UtcTime

type_of_column = {
    str: ExactText(),
    datetime: UtcTime(),
    UUID: Uuid(),
    tuple[str, ...]: Strings(),
    object: Json(),
}


class Row(DeclarativeBase):
    """What every table shares: column types and the names of constraints."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = type_of_column


class NoteRow(Row):
    """One note as it was last read."""

    __tablename__ = "note"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    kind: Mapped[str]
    digest: Mapped[str] = mapped_column(index=True)
    encoding: Mapped[str]
    lossy: Mapped[bool]
    size: Mapped[int] = mapped_column(BigInteger)
    characters: Mapped[int]
    """Length of the text in code points."""
    verbatim: Mapped[bool]
    """Whether the text is stored as it is, so that SQL may cut it by its offsets."""
    modified: Mapped[datetime]
    modified_ns: Mapped[int] = mapped_column(BigInteger)
    format: Mapped[str]
    cutter: Mapped[str]
    indexed_at: Mapped[datetime]
    left_out: Mapped[object]
    """List of [start, end, reason]."""
    text: Mapped[str]


class TagRow(Row):
    """One tag of a note."""

    __tablename__ = "tag"

    note_id: Mapped[UUID] = mapped_column(
        ForeignKey(NoteRow.id, ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tag: Mapped[str] = mapped_column(index=True)


class LinkRow(Row):
    """A link of a note to another note or file, as the note writes it."""

    __tablename__ = "link"

    note_id: Mapped[UUID] = mapped_column(
        ForeignKey(NoteRow.id, ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    start: Mapped[int]
    end: Mapped[int]
    name: Mapped[str] = mapped_column(index=True)
    """Last part of the target without its ending, folded: what a note is looked up by."""
    target: Mapped[str]


class NoteNameRow(Row):
    """A name by which links find a note."""

    __tablename__ = "note_name"

    name: Mapped[str] = mapped_column(primary_key=True)
    """As `ingest.linking.link_name` gives it."""
    note_id: Mapped[UUID] = mapped_column(
        ForeignKey(NoteRow.id, ondelete="CASCADE"), primary_key=True, index=True
    )
    alias: Mapped[str] = mapped_column(primary_key=True)
    """The alias that it comes of; empty for a path and a title, which stand with the note."""


class NameTermRow(Row):
    """A term of the file name of a note that has no other title."""

    __tablename__ = "name_term"

    term: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """Its number, as `retrieval.lexical.number` gives it."""
    note_id: Mapped[UUID] = mapped_column(
        ForeignKey(NoteRow.id, ondelete="CASCADE"), primary_key=True, index=True
    )


class ChunkRow(Row):
    """A live chunk, its text included: a search reads it without the note."""

    __tablename__ = "chunk"
    __table_args__ = (
        Index(None, "note_id", "ordinal"),
        Index(None, "when"),
        # A list of names may be longer than an ordered index of PostgreSQL takes.
        Index(None, "speakers", postgresql_using="hash"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    point: Mapped[UUID] = mapped_column(index=True)
    """Id of its point in the index; chunks that say the same share one."""
    note_id: Mapped[UUID] = mapped_column(ForeignKey(NoteRow.id, ondelete="CASCADE"))
    ordinal: Mapped[int]
    kind: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    page: Mapped[int]
    section: Mapped[int]
    headings: Mapped[tuple[str, ...]]
    speakers: Mapped[tuple[str, ...]]
    when: Mapped[str]
    link: Mapped[str]
    header: Mapped[str]
    text: Mapped[str]


class FailureRow(Row):
    """A file that the last sync could not take in."""

    __tablename__ = "failure"

    path: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime]


class PassedOverRow(Row):
    """A file with a note's ending that is no note, as it was when that was found out."""

    __tablename__ = "passed_over"

    path: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    modified_ns: Mapped[int] = mapped_column(BigInteger)
    cutter: Mapped[str]
    reason: Mapped[str]


class StateRow(Row):
    """A remembered value of the index, such as its fingerprint."""

    __tablename__ = "state"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class RunRow(Row):
    """One sync."""

    __tablename__ = "run"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    started: Mapped[datetime] = mapped_column(index=True)
    finished: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(index=True)
    report: Mapped[object | None] = mapped_column(Json(), nullable=True)
    error: Mapped[str]


class ConversationRow(Row):
    """Questions asked one after another."""

    __tablename__ = "conversation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    created: Mapped[datetime]
    updated: Mapped[datetime] = mapped_column(index=True)


class TurnRow(Row):
    """A question and its answer."""

    __tablename__ = "turn"
    __table_args__ = (Index(None, "conversation_id", "ordinal", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(
        ForeignKey(ConversationRow.id, ondelete="CASCADE")
    )
    ordinal: Mapped[int]
    asked: Mapped[datetime]
    question: Mapped[str]
    standalone: Mapped[str]
    mode: Mapped[str]
    finish: Mapped[str]
    note: Mapped[str]
    """Key of the text catalogue that says what the reader must know."""
    reason: Mapped[str]
    """The sentence behind the note."""
    missing: Mapped[tuple[str, ...]]
    support: Mapped[object]
    """List of [start, end, label, why]."""
    ms: Mapped[int]
    first_token_ms: Mapped[int | None]
    text: Mapped[str]


class VerdictRow(Row):
    """What the reader thinks of an answer."""

    __tablename__ = "verdict"

    turn_id: Mapped[UUID] = mapped_column(
        ForeignKey(TurnRow.id, ondelete="CASCADE"), primary_key=True
    )
    good: Mapped[bool]
    reason: Mapped[str]
    """Key of a reason; empty when none was given."""
    at: Mapped[datetime]
    evidence: Mapped[object]
    """List of [path, quote]: passages that the reader says answer the question."""
    remark: Mapped[str]
    """In the reader's own words."""


class TraceRow(Row):
    """How an answer's search came to its passages."""

    __tablename__ = "trace"

    turn_id: Mapped[UUID] = mapped_column(
        ForeignKey(TurnRow.id, ondelete="CASCADE"), primary_key=True
    )
    trace: Mapped[object]


class SourceRow(Row):
    """A source as it was when the answer was given; it outlives its note."""

    __tablename__ = "source"

    turn_id: Mapped[UUID] = mapped_column(
        ForeignKey(TurnRow.id, ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note_id: Mapped[UUID] = mapped_column(index=True)
    path: Mapped[str]
    title: Mapped[str]
    kind: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    page: Mapped[int]
    score: Mapped[float] = mapped_column(Double)
    headings: Mapped[tuple[str, ...]]
    speakers: Mapped[tuple[str, ...]]
    when: Mapped[str]
    link: Mapped[str]
    digest: Mapped[str]
    """Digest of the note that held the text; empty when it was gone before it was recorded."""
    text: Mapped[str]


class CitationRow(Row):
    """A mark in an answer and the words it stands for; it outlives its note."""

    __tablename__ = "citation"

    turn_id: Mapped[UUID] = mapped_column(
        ForeignKey(TurnRow.id, ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    position: Mapped[int]
    note_id: Mapped[UUID] = mapped_column(index=True)
    path: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    quote: Mapped[str]
