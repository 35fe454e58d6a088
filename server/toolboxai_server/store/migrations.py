"""The database's version, and the steps that bring an older one up to it."""

from collections.abc import Callable

from sqlalchemy import Connection

from toolboxai.errors import ToolboxError
from toolboxai_server.store.tables import metadata

STEPS: tuple[Callable[[Connection], None], ...] = (metadata.create_all,)
"""Step n takes a database of version n to n + 1; a released step never changes."""


def migrate(connection: Connection) -> None:
    """Run the steps that are missing, all or none; raises ToolboxError for a database of a later release."""
    with connection.begin():
        version = connection.exec_driver_sql("pragma user_version").scalar_one()
        if version > len(STEPS):
            raise ToolboxError(
                f"the project's database has version {version}, this release knows {len(STEPS)}",
                remedy="Update ToolboxAI, or move .toolboxai/state.db away to start again from the files on disk.",
            )
        for step in STEPS[version:]:
            step(connection)
        connection.exec_driver_sql(f"pragma user_version = {len(STEPS)}")
