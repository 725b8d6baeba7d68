"""What alembic runs: the migrations, on the connection that `precert.store.migrate` hands over, inside its transaction."""

from alembic import context

from precert.store.revisions import VERSION_TABLE
from precert.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
