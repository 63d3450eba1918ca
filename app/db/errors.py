"""What can go wrong with the database, each with the way out of it; `DatabaseError` is the root."""

from ingest.catalog import CatalogUnusableError


class DatabaseError(CatalogUnusableError):
    """The database did not do what was asked of it."""


class DatabaseAddressError(DatabaseError):
    """The address of the database cannot be used."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The database address cannot be used: {reason}. Give one such as "
            "postgresql://user:password@host/name, or leave FOOTNOTE_DATABASE_URL empty for "
            "the database in the home."
        )


class DatabaseLockedError(DatabaseError):
    """Another writer held the database for too long."""

    def __init__(self, place: str, seconds: float) -> None:
        super().__init__(
            f"The database at {place} was held by another writer for more than "
            f"{seconds:g} seconds. Nothing was changed; stop the other program and try again."
        )


class DatabaseDamagedError(DatabaseError):
    """The file is not a database, or its pages are broken."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The database at {place} cannot be read ({reason}). Nothing is written to it any "
            "more. Stop Footnote, then `footnote doctor --fix` sets the file aside, saves the "
            "conversations that can be read from it or from a backup, and reads the notes again."
        )


class DatabaseUnwritableError(DatabaseError):
    """The disk is full, or the file may not be opened or written."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The database at {place} could not be opened or written ({reason}). Nothing was "
            "changed; check free space and permissions of its folder and try again."
        )


class DatabaseUnreachableError(DatabaseError):
    """The database server does not answer, or refuses the user."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The database at {place} cannot be reached ({reason}). Check that the server runs "
            "and that the address, user and password are right."
        )


class DatabasePragmaError(DatabaseError):
    """SQLite did not take a setting that keeps the data safe."""

    def __init__(self, place: str, pragma: str, wanted: object, found: object) -> None:
        super().__init__(
            f"The database at {place} runs with {pragma} = {found} and not {wanted}. "
            "Put the home on a local disk that the program may write to."
        )


class SchemaTooNewError(DatabaseError):
    """A later version of the program wrote the database."""

    def __init__(self, place: str, found: str, known: str) -> None:
        super().__init__(
            f"The database at {place} was written by a newer Footnote (schema {found}; this "
            f"one knows up to {known}). Nothing was changed; install the newer Footnote."
        )
