"""What a running server is told about models, and asked about the notes they embed."""

from app.backend import opened
from app.embedding_replies import EmbeddingReply
from app.remote import Remote, RemoteError
from app.server_file import announcement
from app.settings import Settings


def embedding_now(settings: Settings) -> EmbeddingReply:
    """Return how far the notes are embedded, as the server or the home says."""
    with opened(settings, whole=False) as backend:
        return backend.embedding()


def tell_choice(settings: Settings) -> str:
    """Have a running server follow another choice; return what hindered it, mostly nothing."""
    server = announcement(settings.home)
    if server is None or not server.alive:
        return ""
    try:
        Remote.reached(settings.home, server).choose_model()
    except RemoteError as error:
        return str(error)
    return ""
