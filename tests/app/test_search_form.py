"""What the address of the search lab says."""

import pytest

from app.search_body import SearchSettingsBody
from app.search_form import SearchForm, read_form


def test_an_empty_address_asks_nothing() -> None:
    nothing = SearchSettingsBody()
    assert read_form({}) == SearchForm("", "", 8, nothing, None)
    assert read_form({"q": " ", "candidates": "", "limit": "", "b.rerank": ""}) == read_form({})


def test_fields_are_settings_and_those_with_a_prefix_the_second_ones() -> None:
    form = read_form({"q": " 显存 ", "limit": "3", "rerank": "off", "b.candidates": "9", "zz": "1"})
    assert (form.question, form.limit) == ("显存", 3)
    assert form.first == SearchSettingsBody(rerank=False)
    assert form.second == SearchSettingsBody(candidates=9)
    assert form.sides == (form.first, form.second)


def test_a_comparison_may_be_asked_for_with_the_usual_settings() -> None:
    assert read_form({"q": "x", "compare": "on"}).second == SearchSettingsBody()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit", "0"),
        ("limit", "51"),
        ("limit", "many"),
        ("limit", "9" * 5000),
        ("candidates", "0"),
        ("rerank", "perhaps"),
        ("b.semantic_weight", "2"),
        ("today", "tomorrow"),
    ],
)
def test_what_cannot_be_used_is_named_and_stays_in_its_field(field: str, value: str) -> None:
    form = read_form({"q": "x", field: value})
    assert f"'{field.removeprefix('b.')}={value}" in form.problem
    assert form.given[field] == value
