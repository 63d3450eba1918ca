import pytest

from retrieval.model_table import MODELS, Hardware, Role, fits, known, proposed

GIB = 2**30
LAPTOP = Hardware(cores=4, memory=16 * GIB)


def card(memory: int) -> Hardware:
    return Hardware(16, 64 * GIB, "a card", memory * GIB)


def test_the_table_holds_chinese_encoders_and_rerankers_under_free_licences() -> None:
    chinese = [model for model in MODELS if "zh" in model.fits]
    assert sum(model.role is Role.ENCODER for model in chinese) >= 6
    assert sum(model.role is Role.RERANKER for model in chinese) >= 3
    assert {model.licence for model in MODELS} == {"MIT", "Apache-2.0"}


def test_every_row_can_be_found_by_name_and_by_id_and_is_whole() -> None:
    for model in MODELS:
        assert known(model.name.upper()) == known(model.id) == model
        assert 0 < model.computing < model.parameters
        assert 1.9 < model.bytes / model.parameters < 4.5
        assert (model.dimension > 0) == (model.role is Role.ENCODER)
        assert all(0 < score.value < 100 and score.source for score in model.scores)
    assert known("nobody/nothing") is None
    assert len({model.name for model in MODELS}) == len(MODELS)


@pytest.mark.parametrize(
    ("hardware", "encoder", "reranker"),
    [
        (LAPTOP, "bge-small-zh", "mmarco-minilm"),
        (card(4), "qwen3-0.6b", "qwen3-reranker-0.6b"),
        (card(2), "bge-base-zh", "bge-reranker-base"),
        (card(24), "qwen3-4b", "qwen3-reranker-0.6b"),
        (card(80), "qwen3-4b", "qwen3-reranker-0.6b"),
        (Hardware(1, GIB // 16), "bge-small-zh", "mmarco-minilm"),
    ],
)
def test_the_hardware_decides_what_is_proposed(
    hardware: Hardware, encoder: str, reranker: str
) -> None:
    assert proposed(hardware).name == encoder
    assert proposed(hardware, Role.RERANKER).name == reranker


def test_a_model_fits_where_its_weights_find_room() -> None:
    large, small = known("qwen3-8b"), known("bge-small-zh")
    assert large is not None
    assert small is not None
    assert [fits(large, LAPTOP), fits(large, card(16)), fits(large, card(40))] == [
        False,
        False,
        True,
    ]
    assert fits(small, LAPTOP)
