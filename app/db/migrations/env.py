"""Runs the steps on the connection that `app.db.schema.migrate` opened, in its transaction."""

from alembic import context

from app.db.models import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    # SQLite alters a table by writing a new one.
    render_as_batch=True,
    # The connection begins its own transactions, so that SQLite's DDL is undone with the rest.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
