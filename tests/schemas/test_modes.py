"""Compatibility modes: directions, transitivity, and who is deployed first."""

from __future__ import annotations

import json

import pytest

from eda_lint.model.schema import Schema
from eda_lint.schemas import compare, read
from eda_lint.schemas.modes import MODES, Mode, breaking, deploy_order, judge_history, mode_named, order_text

Fields = dict[str, object]


def schema(**fields: object) -> Schema:
    return read(text(**fields), dialect="avro")


def text(**fields: object) -> str:
    listed = [
        {"name": name, "type": "string", **({} if default is ... else {"default": default})}
        for name, default in fields.items()
    ]
    return json.dumps({"type": "record", "name": "Order", "fields": listed})


PLAIN = schema(id=...)
WITH_DEFAULT = schema(id=..., note="")
REQUIRED = schema(id=..., note=...)


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        (PLAIN, WITH_DEFAULT, set(MODES)),
        (PLAIN, REQUIRED, {"FORWARD", "FORWARD_TRANSITIVE", "NONE"}),
        (REQUIRED, PLAIN, {"BACKWARD", "BACKWARD_TRANSITIVE", "NONE"}),
        (PLAIN, schema(number=...), {"NONE"}),
    ],
)
def test_a_mode_asks_for_its_directions(old: Schema, new: Schema, allowed: set[Mode]) -> None:
    assert {mode for mode in MODES if judge_history([old], new, mode).compatible} == allowed


def test_only_transitive_modes_ask_about_every_version() -> None:
    """A default may go one version after the field came: the pair is compatible, the history is not."""
    history = [PLAIN, WITH_DEFAULT]
    assert judge_history(history, REQUIRED, "BACKWARD").compatible
    judgement = judge_history(history, REQUIRED, "BACKWARD_TRANSITIVE")
    assert not judgement.compatible
    assert [(one.version, [change.kind for change in one.breaks]) for one in judgement.judged] == [
        (1, []),
        (0, ["required-added"]),
    ]


def test_the_last_version_is_the_one_that_counts() -> None:
    assert [one.version for one in judge_history([REQUIRED, PLAIN], WITH_DEFAULT, "FULL").judged] == [1]


def test_without_history_everything_is_allowed() -> None:
    assert judge_history([], PLAIN, "FULL_TRANSITIVE").compatible


@pytest.mark.parametrize("name", ["full_transitive", "Full-Transitive", " FULL_TRANSITIVE "])
def test_a_mode_is_found_by_its_name_however_written(name: str) -> None:
    assert mode_named(name) == "FULL_TRANSITIVE"


def test_an_unknown_mode_is_refused_with_those_that_exist() -> None:
    with pytest.raises(ValueError, match="BACKWARD_TRANSITIVE"):
        mode_named("SIDEWAYS")


@pytest.mark.parametrize(
    ("old", "new", "order"),
    [
        (text(id=...), text(id=..., note=""), "any"),
        (text(id=..., note=...), text(id=...), "consumers-first"),
        (text(id=...), text(id=..., note=...), "producers-first"),
        (text(id=...), text(total=...), "none"),
    ],
)
def test_the_order_of_deployment_follows_from_the_directions(old: str, new: str, order: str) -> None:
    found = deploy_order(compare(old, new, dialect="avro"))
    assert found == order
    assert order_text(found)


def test_warnings_break_no_mode() -> None:
    comparison = compare('"int"', '{"type": "int", "logicalType": "date"}', dialect="avro")
    assert (comparison.backward, comparison.forward) == ("warn", "warn")
    assert breaking(comparison, "FULL") == ()
