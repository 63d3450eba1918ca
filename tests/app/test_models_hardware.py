import pytest

from app.models.hardware import hardware, machine, seconds_to_embed
from retrieval.model_table import Hardware, known

GIB = 2**30


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("NVIDIA H200, 143771\nNVIDIA H200, 143771\n", ("NVIDIA H200", 143_771 * 2**20)),
        ("", ("", 0)),
        ("No devices were found\n", ("", 0)),
        ("Card, [N/A]\n", ("", 0)),
    ],
)
def test_the_first_card_is_taken(listed: str, expected: tuple[str, int]) -> None:
    found = hardware(lambda: listed)
    assert (found.gpu, found.gpu_memory) == expected
    assert found.cores >= 1
    assert found.memory > GIB // 4


def test_this_machine_is_asked_without_failing() -> None:
    assert hardware() == hardware()


def test_a_machine_is_known_by_its_card_or_its_cores() -> None:
    assert machine(Hardware(8, GIB, "NVIDIA H200", GIB)) == "NVIDIA H200"
    assert machine(Hardware(8, GIB)).endswith(", 8 cores")


def test_time_is_what_was_measured_or_grows_with_model_and_notes() -> None:
    small, large = known("bge-small-zh"), known("qwen3-0.6b")
    assert small is not None
    assert large is not None
    laptop, server = Hardware(2, GIB), Hardware(2, GIB, "card", GIB)
    assert seconds_to_embed(1_000, small, laptop, 500.0) == 2.0
    seconds = seconds_to_embed(1_000_000, small, laptop)
    assert 30 < seconds < 300
    assert seconds_to_embed(2_000_000, small, laptop) == pytest.approx(2 * seconds)
    assert seconds_to_embed(1_000_000, large, laptop) > 20 * seconds
    assert seconds_to_embed(1_000_000, large, server) < seconds
