"""Links between notes; what readers think of answers, and how these were found.

Steps name plain types, never the program's own: they must mean the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name="fk_link_note_id_note", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("note_id", "ordinal", name="pk_link"),
    )
    op.create_index("ix_link_name", "link", ["name"])
    op.create_table(
        "note_name",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name="fk_note_name_note_id_note", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("name", "note_id", "alias", name="pk_note_name"),
    )
    op.create_index("ix_note_name_note_id", "note_name", ["note_id"])
    op.create_index("ix_chunk_when", "chunk", ["when"])
    op.create_index("ix_chunk_speakers", "chunk", ["speakers"], postgresql_using="hash")
    op.create_table(
        "verdict",
        sa.Column("turn_id", sa.Uuid(), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turn.id"], name="fk_verdict_turn_id_turn", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("turn_id", name="pk_verdict"),
    )
    op.create_table(
        "trace",
        sa.Column("turn_id", sa.Uuid(), nullable=False),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turn.id"], name="fk_trace_turn_id_turn", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("turn_id", name="pk_trace"),
    )
