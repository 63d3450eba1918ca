"""The only place where concrete parts are chosen."""

import json
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.answering_parts import answerer
from app.asking import Asking
from app.daily_backup import DailyBackups
from app.db.catalog import Catalog
from app.db.conversations import Conversations
from app.db.library import Library
from app.db.links import Links
from app.db.naming import Naming
from app.db.people import People
from app.db.records import RecordRows
from app.db.runs import Runs
from app.db.schema import migrate
from app.db.session import Database, sqlite_url
from app.db.soundness import IDENTITY, refuse_damaged
from app.db.structure import Structure
from app.db.trace_rows import TraceRows
from app.db.verdicts import Verdicts
from app.embedded import Models
from app.embedding import Embedding
from app.embedding_parts import embedding as embedding_of
from app.evaluating import Evaluations
from app.generations import EmbeddedGenerations, Generations
from app.glossary import HomeGlossary
from app.home import DATABASE, EVALUATIONS, QUESTIONS, has_backups, has_been_used, prepared
from app.home_lock import held
from app.machine_models import MachineModels
from app.measuring import searching_with
from app.missing import NoNotesFolderError
from app.models.choosing import chosen_cross_encoder
from app.question_sets import QuestionSets
from app.rebuilding import Rebuilding
from app.reranking import Reranking
from app.settings import Settings
from app.syncing import SyncRunner
from app.weighing import Weighing
from ingest.ignoring import Rules
from ingest.listing import NotesFolder, notes_folders
from ingest.source import Source
from ingest.sync import Sync
from ingest.watching import Watch
from retrieval.dictionary import Dictionary
from retrieval.index import ChunkIndex
from retrieval.lexical import LexicalEncoder
from retrieval.retrieved import Searcher
from retrieval.retriever import Retriever
from retrieval.search_settings import SearchSettings
from retrieval.switching import SwitchingIndex
from serving.answerer import Answerer

_NOTES = "notes_folder"


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that commands and routes work with."""

    settings: Settings
    catalog: Catalog
    library: Library
    links: Links
    people: People
    naming: Naming
    conversations: Conversations
    traces: TraceRows
    verdicts: Verdicts
    evaluations: Evaluations
    runs: Runs
    records: RecordRows
    structure: Structure
    index: SwitchingIndex
    generations: Generations
    rebuilding: Rebuilding
    embedding: Embedding
    reranking: Reranking
    backups: DailyBackups
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
    def search_settings(self) -> SearchSettings:
        """The settings of a search that brings none."""
        return _search_settings(self.settings)

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

    def source(self) -> Source | None:
        """Return the notes folders as a sync reads them; None when none is known."""
        folders = _folders(self.settings, self.catalog)
        return _source(self.settings, folders) if folders else None

    def sync(self) -> Sync:
        """Make a sync of the notes folders, and remember them.

        Raises:
            NoNotesFolderError: None is known.
        """
        return _sync(self.settings, self.catalog, self.index, self.encoder)


@contextmanager
def build(settings: Settings, models: Models | None = None) -> Iterator[Services]:
    """Open the home and put the parts together; close them when the block ends.

    Args:
        settings: What the user has set.
        models: Semantic models; None takes those on this machine.

    Raises:
        HomeError: The home cannot be used.
        IndexUnusableError: Another process holds the index, or it cannot be read or reached.
        DatabaseError: The database cannot be opened.
    """
    home = prepared(settings.home)
    with ExitStack() as stack:
        if not settings.qdrant_url:
            # The embedded index takes one process; a server takes several.
            stack.enter_context(held(home))
        if not settings.database_url:
            used, backed_up = has_been_used(home), has_backups(home)
            refuse_damaged(home / DATABASE, used=used, backed_up=backed_up)
        database = Database(settings.database_url or sqlite_url(home / DATABASE))
        stack.callback(database.close)
        migrate(database)
        services = stack.enter_context(
            _services(settings, database, models or MachineModels(settings))
        )
        if not settings.qdrant_url:
            services.runs.close_abandoned()
        stack.callback(services.syncs.close)
        stack.callback(services.evaluations.close)
        stack.callback(services.rebuilding.close)
        yield services


@contextmanager
def _services(settings: Settings, database: Database, models: Models) -> Iterator[Services]:
    catalog, encoder, runs = Catalog(database), LexicalEncoder(), Runs(database)
    verdicts = Verdicts(database)
    if catalog.state(IDENTITY) is None:
        catalog.remember(IDENTITY, secrets.token_hex(8))
    generations = _generations(settings, catalog)
    opened = generations.open()
    index = SwitchingIndex(opened.index)
    rebuilding = Rebuilding(catalog, index, encoder, generations)
    rebuilding.opened(opened.damage)
    dictionary = _dictionary()
    weighing = Weighing(catalog, index)
    embedding = embedding_of(settings, database, generations, weighing, models)
    embedding.open()
    reranking = Reranking(lambda: chosen_cross_encoder(settings), settings.rerank_ms)
    searcher = Retriever(
        index,
        catalog,
        dictionary,
        _search_settings(settings),
        semantic=embedding.leg,
        reranker=reranking,
        thesaurus=HomeGlossary(settings.home),
    )
    with index, closing(embedding):
        yield Services(
            settings=settings,
            catalog=catalog,
            library=Library(database),
            links=Links(database),
            people=People(database),
            naming=Naming(database),
            conversations=Conversations(database),
            traces=TraceRows(database),
            verdicts=verdicts,
            evaluations=_evaluations(settings, verdicts, searcher),
            runs=runs,
            records=RecordRows(database),
            structure=Structure(database),
            index=index,
            generations=generations,
            rebuilding=rebuilding,
            embedding=embedding,
            reranking=reranking,
            backups=DailyBackups(database, settings.home),
            encoder=encoder,
            dictionary=dictionary,
            searcher=searcher,
            answerer=answerer(settings, searcher),
            syncs=SyncRunner(
                lambda: _sync(settings, catalog, index, encoder), runs, embedding.resume
            ),
            command_token=secrets.token_urlsafe(32),
        )


def _evaluations(settings: Settings, verdicts: Verdicts, searcher: Searcher) -> Evaluations:
    return Evaluations(
        settings.home / EVALUATIONS,
        QuestionSets(settings.home / QUESTIONS, verdicts, settings.question_characters),
        searching_with(searcher, _search_settings(settings), settings.question_characters),
    )


def _generations(settings: Settings, catalog: Catalog) -> Generations:
    if not settings.qdrant_url:
        return EmbeddedGenerations(settings.home, catalog)
    # The client takes most of a second to import; the embedded index does without.
    from app.server_generations import ServerGenerations  # noqa: PLC0415

    key = settings.qdrant_api_key.get_secret_value()
    return ServerGenerations(settings.qdrant_url, key, catalog)


@cache
def _dictionary() -> Dictionary:
    """Return the one dictionary of the process: it never changes, and reading it takes a second."""
    return Dictionary()


def _search_settings(settings: Settings) -> SearchSettings:
    return SearchSettings(candidates=settings.candidates, per_note=settings.per_note)


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
    return Sync(_source(settings, folders), catalog, index, encoder)


def _source(settings: Settings, folders: tuple[Path, ...]) -> Source:
    return Source(
        notes_folders(folders),
        settings.max_note_bytes,
        Rules.of(settings.ignore, settings.include),
        apart=[settings.home],
    )
