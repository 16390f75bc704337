"""Alembic's way in: the gateway hands over an open connection and runs the migrations at its start."""

from alembic import context

from bot.gateway.journal.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, version_table="journal_version", render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
