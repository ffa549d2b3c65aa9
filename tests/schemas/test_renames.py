"""Fields that were renamed without saying so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.model.schema import Field, Scalar
from eda_lint.schemas.renames import likeness, renames, words

TEXT = Scalar("string")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("customer_id", "customerId"),
        ("customerID", "customer_id"),
        ("email", "email_address"),
        ("created", "created_at"),
        ("adress", "address"),
        ("Zip-Code", "zipcode"),
    ],
)
def test_names_of_one_thing_are_alike(old: str, new: str) -> None:
    assert likeness(old, new) > 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("first_name", "last_name"),
        ("line1", "line2"),
        ("total", "city"),
        ("a" * 500, "a" * 501),
        ("id", "name"),
        ("order_id", "order_total"),
    ],
)
def test_names_of_two_things_are_not(old: str, new: str) -> None:
    assert likeness(old, new) == 0


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_the_same_both_ways_and_between_nothing_and_one(old: str, new: str) -> None:
    assert 0 <= likeness(old, new) <= 1
    assert (likeness(old, new) > 0) == (likeness(new, old) > 0)
    assert likeness(old, old) == 1


def test_words_are_found_however_they_are_joined() -> None:
    assert words("customerID") == words("CUSTOMER-ID") == words("customer_id") == ["customer", "id"]
    assert words("größe2") == ["größe", "2"]


def named(*names: str) -> list[Field]:
    return [Field(name, TEXT) for name in names]


def test_the_most_alike_are_paired_first_and_each_field_once() -> None:
    pairs = renames(named("user", "user_id"), named("userId", "user_name"), lambda old, new: True)
    assert [(old.name, new.name) for old, new in pairs] == [("user_id", "userId"), ("user", "user_name")]


def test_the_type_must_be_the_same() -> None:
    assert renames(named("user_id"), named("userId"), lambda old, new: False) == []


def test_a_record_that_changes_nearly_everything_is_not_looked_at() -> None:
    old = named(*(f"field_{n}a" for n in range(100)))
    new = named(*(f"field{n}A" for n in range(100)))
    assert renames(old, new, lambda old, new: True) == []
