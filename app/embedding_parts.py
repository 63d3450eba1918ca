"""What embeds the notes, put together."""

from app.db.catalog import Catalog
from app.db.newest_points import NewestPoints
from app.db.session import Database
from app.embedded import Models
from app.embedding import Embedding
from app.embedding_pass import Notes
from app.generations import Generations
from app.settings import Settings
from app.spaces import Spaces
from app.vector_places import HomeVectors, VectorPlaces
from app.weighing import Weighing


def embedding(
    settings: Settings,
    database: Database,
    generations: Generations,
    weighing: Weighing,
    models: Models,
) -> Embedding:
    """Return what embeds the notes of ``database``; nothing is opened yet.

    Args:
        settings: Where vectors are kept.
        database: Where the notes are.
        generations: The lexical index; on a server, vectors are named after it.
        weighing: What measures the leg's weight.
        models: The models on this machine.
    """
    notes = Notes(Catalog(database), NewestPoints(database))
    spaces = Spaces(notes, _places(settings, generations), models, weighing)
    return Embedding(notes, spaces, weighing)


def _places(settings: Settings, generations: Generations) -> VectorPlaces:
    if not settings.qdrant_url:
        return HomeVectors(settings.home)
    # The client takes most of a second to import; the embedded index does without.
    from app.server_vector_places import ServerVectorPlaces  # noqa: PLC0415

    key = settings.qdrant_api_key.get_secret_value()
    return ServerVectorPlaces(settings.qdrant_url, key, lambda: generations.live)
