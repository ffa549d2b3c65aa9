"""The fields that a handler reads from its message."""

from __future__ import annotations

from eda_lint.link.evaluation import taint
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.payloads import field_kind
from eda_lint.model import values as v
from eda_lint.model.topology import Payload, PayloadField

ENVELOPE = frozenset({
    "value", "body", "data", "payload", "message", "Records", "Sns", "Message", "Body", "detail", "kinesis",
    "headers", "key", "topic", "partition", "offset", "decode", "get", "json", "loads", "ack", "delivery_tag",
    "properties", "attributes",
})  # fmt: skip
"""Parts of a record that are not fields of what was sent."""


def reads(unit: Unit, function: int, seeds: set[int], values: frozenset[int]) -> Payload:
    """Fields read in a handler's own body: `d["x"]` and attributes are required, `.get("x")` is optional."""
    derived = taint.derived(unit, function, seeds, values)
    found: dict[str, PayloadField] = {}
    for value in unit.facts.values:
        if isinstance(value, v.Item):
            key = unit.facts.values[value.key]
            if isinstance(key, v.Text) and key.text not in ENVELOPE and taint.mentions(unit, value.of, derived, values):
                found[key.text] = PayloadField(key.text, True, field_kind(key.text))
    for call in unit.body(function).calls:
        fact = unit.facts.calls[call]
        target = unit.facts.values[fact.function]
        if isinstance(target, v.Attribute) and target.name in ("get", "pop") and fact.arguments:
            key = unit.facts.values[fact.arguments[0].value]
            if isinstance(key, v.Text) and taint.mentions(unit, target.of, derived, values):
                found.setdefault(key.text, PayloadField(key.text, False, field_kind(key.text)))
    return Payload(tuple(found.values()), open=True)
