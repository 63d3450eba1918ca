"""What answers questions, put together from the settings; a part of `app.wiring`."""

from app.settings import Settings
from retrieval.retrieved import Searcher
from serving.answerer import Answerer, AnswerLimits, ModelAids
from serving.chat_model import ChatModel
from serving.patience import Patience


def answerer(settings: Settings, searcher: Searcher) -> Answerer:
    """Return what answers from ``searcher``, by a language model where one is set."""
    aids = ModelAids(rewriting=settings.rewriting, sufficiency=settings.sufficiency)
    limits = AnswerLimits(
        sources=settings.sources,
        source_tokens=settings.source_tokens,
        context_tokens=settings.llm_context_tokens,
        answer_tokens=settings.llm_answer_tokens,
    )
    return Answerer(searcher, _model(settings), limits, aids)


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
