"""The models on this machine, as what embeds the notes asks for them."""

from collections.abc import Collection

from app.settings import Settings
from retrieval.embedder import Embedder, EmbedderUnusableError
from retrieval.model_table import Role, known

_NAMED = {"zh": "Chinese", "en": "English"}
_MANY = "among them"
"""How the table ends the languages of a model that is made for many; English is one then."""


class MachineModels:
    """The `app.embedded.Models` of the home's shelf and the settings."""

    def __init__(self, settings: Settings) -> None:
        """Look where ``settings`` say."""
        self._settings = settings

    def chosen(self) -> Embedder | None:
        """Return the model that is to answer; None when none is chosen.

        Raises:
            EmbedderUnusableError: One is chosen that cannot be used.
        """
        # A program without a model does without numpy.
        from app.models.shelf import NONE, Shelf  # noqa: PLC0415

        name = self._settings.embedding_model or Shelf(self._settings.home).chosen.get(
            Role.ENCODER, NONE
        )
        if name.lower() == NONE:
            return None
        from app.models.choosing import chosen_embedder  # noqa: PLC0415 - as above

        return chosen_embedder(self._settings)

    def named(self, name: str) -> Embedder | None:
        """Return a model that was chosen before; None when it cannot be used any more."""
        if not name:
            return None
        from app.models.choosing import model_named  # noqa: PLC0415 - as above

        try:
            return model_named(self._settings.home, name).embedder()
        except EmbedderUnusableError:
            return None

    def fits(self, embedder: Embedder) -> Collection[str]:
        """Return the languages that the table says a model is made for; none of an unknown one."""
        model = known(embedder.name)
        if model is None:
            return ()
        told = model.languages
        return [code for code, name in _NAMED.items() if name in told or _MANY in told]
