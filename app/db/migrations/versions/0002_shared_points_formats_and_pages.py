"""Chunks that say the same share a point; notes remember their format, chunks their page.

Steps name plain types, never the program's own: they must mean the same for ever.
"""

import hashlib
import re
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_POINTS = UUID("5f0e2f2c-8b0a-4f6e-9a53-2f6d1c9f7b10")
_SEALED = re.compile("\x01([\U000f0000\U000f0001\U000fd800-\U000fdfff])")
_PAGE = 1_000


def upgrade() -> None:
    with op.batch_alter_table("note") as note:
        note.add_column(
            sa.Column("format", sa.Text(), nullable=False, server_default="markdown"),
        )
    with op.batch_alter_table("source") as source:
        source.add_column(
            sa.Column("page", sa.Integer(), nullable=False, server_default="0"),
        )
    with op.batch_alter_table("chunk") as chunk:
        chunk.add_column(
            sa.Column("page", sa.Integer(), nullable=False, server_default="0"),
        )
        chunk.add_column(sa.Column("point", sa.Uuid(), nullable=True))
    _fill_points()
    with op.batch_alter_table("chunk") as chunk:
        chunk.alter_column("point", nullable=False)
    op.create_index("ix_chunk_point", "chunk", ["point"])
    op.create_table(
        "name_term",
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name="fk_name_term_note_id_note", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("term", "note_id", name="pk_name_term"),
    )
    op.create_index("ix_name_term_note_id", "name_term", ["note_id"])
    op.create_table(
        "passed_over",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("modified_ns", sa.BigInteger(), nullable=False),
        sa.Column("cutter", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_passed_over"),
    )


def _fill_points() -> None:
    chunk = sa.table(
        "chunk",
        sa.column("id", sa.Uuid()),
        sa.column("point", sa.Uuid()),
        sa.column("header", sa.Text()),
        sa.column("text", sa.Text()),
    )
    connection = op.get_bind()
    empty = (
        sa.select(chunk.c.id, chunk.c.header, chunk.c.text)
        .where(chunk.c.point.is_(None))
        .limit(_PAGE)
    )
    filled = (
        sa.update(chunk)
        .where(chunk.c.id == sa.bindparam("key"))
        .values(point=sa.bindparam("point_id"))
    )
    while rows := connection.execute(empty).all():
        connection.execute(
            filled, [{"key": key, "point_id": _point(head, text)} for key, head, text in rows]
        )


def _point(header: str, text: str) -> UUID:
    indexed = _SEALED.sub(lambda found: chr(ord(found[1]) - 0xF0000), f"{header}\n{text}")
    digest = hashlib.sha256(indexed.encode("utf-8", "surrogatepass")).hexdigest()
    return uuid5(_POINTS, digest)
