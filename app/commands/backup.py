"""``footnote backup FILE``: everything that matters in one file."""

import argparse
from pathlib import Path

from app.backup import write_backup
from app.commands.printing import document
from app.db.schema import migrate
from app.db.session import Database, sqlite_url
from app.db.soundness import refuse_damaged
from app.home import DATABASE, existing
from app.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help="zip file to write")
    parser.add_argument("--force", action="store_true", help="replace FILE when it is there")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Write the backup; a server may run and a sync go on meanwhile."""
    if not settings.database_url:
        existing(settings.home)
        refuse_damaged(settings.home / DATABASE, used=True, backed_up=True)
    database = Database(settings.database_url or sqlite_url(settings.home / DATABASE))
    try:
        migrate(database)
        manifest = write_backup(database, settings.home, given.file.absolute(), force=given.force)
    finally:
        database.close()
    counts = manifest.counts
    if given.json:
        document({"file": str(given.file), "made": manifest.made, "counts": dict(counts)})
        return 0
    print(
        f"{given.file} holds {counts['conversation']} conversations with {counts['turn']} "
        f"questions, {counts['note']} notes, and the settings. `footnote restore` puts them back."
    )
    return 0
