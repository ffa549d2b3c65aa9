"""Set inclusion held against the `jsonschema` library: a yes has no counterexample, a no has a true one."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from eda_lint.schemas.inclusion import Inclusions
from eda_lint.schemas.jsonschema.reader import read_jsonschema

Json = Any

NAMES = st.sampled_from(("a", "b", "ab", "c"))
# Not the empty pattern: the library takes it for none.
PATTERNS = st.sampled_from(("^a", "b$", "^[ab]*$", "a|b", "^.{2}$", "^"))
SMALL = st.integers(0, 3)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.sampled_from((None, True, False, 0, 1, 2, 3, -1, 0.5, 1.5, "", "a", "b", "ab", "abc")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=4,
)
LEAVES: st.SearchStrategy[Json] = st.one_of(
    st.sampled_from(("null", "boolean", "integer", "number", "string", "array", "object")).map(lambda t: {"type": t}),
    st.lists(VALUES, min_size=1, max_size=3).map(lambda values: {"enum": values}),
    st.booleans(),
    st.fixed_dictionaries({}, optional={"minimum": SMALL, "exclusiveMaximum": SMALL}),
    st.fixed_dictionaries({"type": st.just("integer")}, optional={"multipleOf": st.sampled_from((2, 3))}),
    st.fixed_dictionaries({}, optional={"minLength": SMALL, "maxLength": SMALL, "pattern": PATTERNS}),
)


def objects(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    """Schemas of objects."""
    return st.fixed_dictionaries(
        {"type": st.just("object")},
        optional={
            "properties": st.dictionaries(NAMES, inner, min_size=1, max_size=2),
            "required": st.lists(NAMES, max_size=2, unique=True),
            "additionalProperties": st.just(False) | inner,
            "patternProperties": st.dictionaries(PATTERNS, inner, max_size=1),
            "minProperties": SMALL,
            "maxProperties": SMALL,
            "propertyNames": PATTERNS.map(lambda pattern: {"pattern": pattern}),
            "dependentSchemas": st.dictionaries(NAMES, inner, max_size=1),
            "unevaluatedProperties": st.just(False),
        },
    )


def arrays(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    """Schemas of arrays."""
    return st.fixed_dictionaries(
        {"type": st.just("array")},
        optional={
            "items": inner,
            "prefixItems": st.lists(inner, min_size=1, max_size=2),
            "minItems": SMALL,
            "maxItems": SMALL,
            "uniqueItems": st.booleans(),
            "contains": inner,
            "minContains": SMALL,
            "maxContains": SMALL,
        },
    )


def combined(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    """Schemas of schemas."""
    return st.one_of(
        st.tuples(st.sampled_from(("allOf", "anyOf", "oneOf")), st.lists(inner, min_size=1, max_size=3)).map(
            lambda pair: {pair[0]: pair[1]}
        ),
        inner.map(lambda one: {"not": one}),
        st.fixed_dictionaries({"if": inner, "then": inner}, optional={"else": inner}),
        st.just({"$ref": "#/$defs/node"}),
    )


SCHEMAS = st.recursive(LEAVES, lambda inner: st.one_of(objects(inner), arrays(inner), combined(inner)), max_leaves=5)
NODE = {"type": "object", "properties": {"a": {"$ref": "#/$defs/node"}, "b": {"type": "integer"}}}


def whole(schema: Json) -> Json:
    """A schema with the definition that it may refer to."""
    return {"allOf": [schema], "$defs": {"node": NODE}}


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(SCHEMAS, SCHEMAS, st.booleans(), st.lists(VALUES, min_size=25, max_size=25))
def test_answers_agree_with_validation(one: Json, other: Json, narrowed: bool, values: list[Json]) -> None:
    inner, outer = (whole({"allOf": [one, other]}), whole(other)) if narrowed else (whole(one), whole(other))
    old, new = (read_jsonschema({"": json.dumps(each)}) for each in (inner, outer))
    assert old.root is not None
    assert new.root is not None
    first, second = (jsonschema.Draft202012Validator(each) for each in (inner, outer))
    answers = Inclusions(old, new)
    found = answers.backward(old.root, new.root)
    event(found.answer)
    if narrowed:
        assert found.answer == "yes"
    if found.answer == "no":
        assert first.is_valid(found.witness)
        assert not second.is_valid(found.witness)
    if found.answer == "yes":
        assert answers.backward(old.root, new.root, closed=True).answer == "yes"
        assert not [value for value in values if first.is_valid(value) and not second.is_valid(value)]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(SCHEMAS)
def test_a_schema_includes_itself_and_its_complement_nothing_of_it(one: Json) -> None:
    schema, negated = (read_jsonschema({"": json.dumps(whole(each))}) for each in (one, {"not": one}))
    assert schema.root is not None
    assert negated.root is not None
    assert Inclusions(schema, schema).backward(schema.root, schema.root).answer == "yes"
    found = Inclusions(schema, negated).backward(schema.root, negated.root)
    assume(found.answer == "no")
    assert jsonschema.Draft202012Validator(whole(one)).is_valid(found.witness)
