"""The only place where concrete parts are chosen."""

import json
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.asking import Asking
from app.db.catalog import Catalog
from app.db.conversations import Conversations
from app.db.library import Library
from app.db.naming import Naming
from app.db.runs import Runs
from app.db.schema import migrate
from app.db.session import Database, sqlite_url
from app.home import DATABASE, INDEX, prepared
from app.missing import NoNotesFolderError
from app.settings import Settings
from app.syncing import SyncRunner
from ingest.ignoring import Rules
from ingest.listing import NotesFolder, notes_folders
from ingest.source import Source
from ingest.sync import Sync
from ingest.watching import Watch
from retrieval.dictionary import Dictionary
from retrieval.edge import EdgeIndex
from retrieval.index import ChunkIndex
from retrieval.lexical import LexicalEncoder
from retrieval.retrieved import Searcher
from retrieval.retriever import RetrievalLimits, Retriever
from serving.answerer import Answerer, AnswerLimits
from serving.chat_model import ChatModel
from serving.patience import Patience

_NOTES = "notes_folder"
_COLLECTION = "qdrant_collection"


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that commands and routes work with."""

    settings: Settings
    catalog: Catalog
    library: Library
    naming: Naming
    conversations: Conversations
    runs: Runs
    index: ChunkIndex
    encoder: LexicalEncoder
    dictionary: Dictionary
    searcher: Searcher
    answerer: Answerer
    syncs: SyncRunner
    command_token: str
    """Secret by which a running server knows the commands of this user."""

    @property
    def asking(self) -> Asking:
        """The flow of one turn."""
        return Asking(self.answerer, self.conversations, self.settings.question_characters)

    @property
    def notes_folders(self) -> tuple[NotesFolder, ...]:
        """The folders of the notes: the setting, or those that the last sync read."""
        return notes_folders(_folders(self.settings, self.catalog))

    @property
    def notes_shown(self) -> str:
        """The folders of the notes as a page names them."""
        return ", ".join(str(each.folder) for each in self.notes_folders)

    def watch(self) -> Watch:
        """Make a watch that has the notes folders' changes taken in."""
        folders = [each.folder for each in self.notes_folders] if self.settings.watch else []
        return Watch(folders, self.syncs.notice, apart=[self.settings.home])

    def sync(self) -> Sync:
        """Make a sync of the notes folders, and remember them.

        Raises:
            NoNotesFolderError: None is known.
        """
        return _sync(self.settings, self.catalog, self.index, self.encoder)


@contextmanager
def build(settings: Settings) -> Iterator[Services]:
    """Open the home and put the parts together; close them when the block ends.

    Raises:
        HomeError: The home cannot be used.
        IndexUnusableError: Another process holds the index, or it cannot be read or reached.
        DatabaseError: The database cannot be opened.
    """
    home = prepared(settings.home)
    with ExitStack() as stack:
        embedded = None
        if not settings.qdrant_url:
            # It keeps a second process out of the home, so it comes before the database.
            embedded = stack.enter_context(EdgeIndex.open(home / INDEX))
        database = Database(settings.database_url or sqlite_url(home / DATABASE))
        stack.callback(database.close)
        migrate(database)
        index = embedded or stack.enter_context(_server_index(settings, Catalog(database)))
        services = _services(settings, database, index)
        stack.callback(services.syncs.close)
        yield services


def _services(settings: Settings, database: Database, index: ChunkIndex) -> Services:
    catalog, encoder, runs = Catalog(database), LexicalEncoder(), Runs(database)
    dictionary = _dictionary()
    limits = RetrievalLimits(candidates=settings.candidates, per_note=settings.per_note)
    searcher = Retriever(index, catalog, dictionary, limits)
    return Services(
        settings=settings,
        catalog=catalog,
        library=Library(database),
        naming=Naming(database),
        conversations=Conversations(database),
        runs=runs,
        index=index,
        encoder=encoder,
        dictionary=dictionary,
        searcher=searcher,
        answerer=Answerer(searcher, _model(settings), _answer_limits(settings)),
        syncs=SyncRunner(lambda: _sync(settings, catalog, index, encoder), runs),
        command_token=secrets.token_urlsafe(32),
    )


def _server_index(settings: Settings, catalog: Catalog) -> AbstractContextManager[ChunkIndex]:
    """Connect to the server; each catalogue has a collection of its own there."""
    # The client takes most of a second to import; the embedded index does without.
    from retrieval.server import ServerIndex  # noqa: PLC0415

    collection = catalog.state(_COLLECTION)
    if collection is None:
        collection = f"footnote-{secrets.token_hex(4)}"
        catalog.remember(_COLLECTION, collection)
    key = settings.qdrant_api_key.get_secret_value()
    return ServerIndex.connect(settings.qdrant_url, key, collection)


@cache
def _dictionary() -> Dictionary:
    """Return the one dictionary of the process: it never changes, and reading it takes a second."""
    return Dictionary()


def _model(settings: Settings) -> ChatModel | None:
    if not settings.llm_url:
        return None
    # The client takes most of a second to import; without a model nobody waits for it.
    from serving.openai_compatible import Endpoint, OpenAICompatibleModel  # noqa: PLC0415

    endpoint = Endpoint(
        settings.llm_url,
        settings.llm_model,
        settings.llm_api_key.get_secret_value(),
        settings.llm_temperature,
    )
    patience = Patience(
        connect_s=settings.llm_connect_s,
        first_token_s=settings.llm_first_token_s,
        idle_s=settings.llm_idle_s,
        total_s=settings.llm_total_s,
    )
    return OpenAICompatibleModel(endpoint, patience)


def _answer_limits(settings: Settings) -> AnswerLimits:
    return AnswerLimits(
        sources=settings.sources,
        source_tokens=settings.source_tokens,
        context_tokens=settings.llm_context_tokens,
        answer_tokens=settings.llm_answer_tokens,
    )


def _folders(settings: Settings, catalog: Catalog) -> tuple[Path, ...]:
    if settings.notes:
        return settings.notes
    remembered = catalog.state(_NOTES)
    if not remembered:
        return ()
    # A home of the first version remembers one folder, as it is.
    folders = json.loads(remembered) if remembered.startswith("[") else [remembered]
    return tuple(Path(folder) for folder in folders)


def _sync(settings: Settings, catalog: Catalog, index: ChunkIndex, encoder: LexicalEncoder) -> Sync:
    folders = _folders(settings, catalog)
    if not folders:
        raise NoNotesFolderError
    if settings.notes:
        named = json.dumps([str(folder) for folder in folders])
        if catalog.state(_NOTES) != named:
            catalog.remember(_NOTES, named)
    source = Source(
        notes_folders(folders),
        settings.max_note_bytes,
        Rules.of(settings.ignore, settings.include),
        apart=[settings.home],
    )
    return Sync(source, catalog, index, encoder)
