"""Verdicts against the libraries themselves: what one version of a model writes, the other reads.

`ok` and `warn` mean that every sample is taken, `break` that at least one is refused.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, Optional  # noqa: F401 — evaluated below
from uuid import UUID

import pytest

from eda_lint.schemas import compare

pydantic = pytest.importorskip("pydantic")
msgspec = pytest.importorskip("msgspec")
marshmallow = pytest.importorskip("marshmallow")

HEAD = """
from datetime import *
from decimal import Decimal
from enum import Enum
from typing import *
from uuid import UUID
import attrs, dataclasses, marshmallow, msgspec, pydantic
from marshmallow import fields, validate
class Color(str, Enum):
    RED = "red"
    BLUE = "blue"
class Number(int, Enum):
    ONE = 1
    TWO = 2
"""


class Color(str, Enum):  # noqa: UP042
    RED = "red"
    BLUE = "blue"


class Number(int, Enum):
    ONE = 1
    TWO = 2


SAMPLES: dict[str, list[Any]] = {
    "int": [0, -5, 2**40],
    "float": [0.5, 1.0],
    "str": ["", "abc", "12", "true", "2020-01-01"],
    "bool": [True, False],
    "bytes": [b"abc", b""],
    "datetime": [datetime(2020, 1, 1, 3, 4, 5, tzinfo=UTC)],
    "date": [date(2020, 1, 2)],
    "timedelta": [timedelta(days=1, seconds=3)],
    "UUID": [UUID(int=5)],
    "Decimal": [Decimal("1.50")],
    "None": [None],
    "Any": [1, "x", None, [1], {"a": 1}],
    "list[int]": [[], [1, 2, 2]],
    "list[str]": [[], ["a"]],
    "set[int]": [{1, 2, 3}],
    "tuple[int, int]": [(1, 2)],
    "tuple[int, ...]": [(), (1, 2, 3)],
    "dict[str, int]": [{}, {"a": 1}],
    "dict[str, Any]": [{}, {"a": [1]}],
    "dict[int, str]": [{}, {1: "b"}],
    "Optional[int]": [1, None],
    "int | str": [1, "a"],
    "Literal['red']": ["red"],
    "Literal['red', 'blue']": ["red", "blue"],
    "Color": [Color.RED, Color.BLUE],
    "Number": [Number.ONE, Number.TWO],
    "list[int | None]": [[1, None]],
}
UNEVEN = {
    ("pydantic", "Decimal", "datetime"),  # a decimal is written as a text of digits, read as seconds
    ("pydantic", "date", "timedelta"),
    ("pydantic", "Literal[1, 2]", "time"),
}
"""Pairs where what the samples show is luck of their values."""


def _verdict(base: str, old: str, new: str) -> str:
    versions = (f"{HEAD}\nclass Model({base}):\n    x: {one}\n" for one in (old, new))
    return compare(*versions, dialect="python").backward


def _pairs() -> Iterator[tuple[str, str]]:
    return ((old, new) for old, new in itertools.product(SAMPLES, SAMPLES) if old != new)


def test_types_against_pydantic():
    names = {**globals(), "time": time}
    adapters = {text: pydantic.TypeAdapter(eval(text, names)) for text in SAMPLES}  # noqa: S307 — the texts above
    wrong = []
    for old, new in _pairs():
        refused = []
        for value in SAMPLES[old]:
            try:
                adapters[new].validate_json(adapters[old].dump_json(value))
            except ValueError:
                refused.append(value)
        said = _verdict("pydantic.BaseModel", old, new)
        if (said == "break") != bool(refused) and ("pydantic", old, new) not in UNEVEN:
            wrong.append((old, new, said, refused))
    assert not wrong


def test_types_against_msgspec():
    decoders = {text: msgspec.json.Decoder(eval(text, dict(globals()))) for text in SAMPLES}  # noqa: S307
    wrong = []
    for old, new in _pairs():
        refused = []
        for value in SAMPLES[old]:
            try:
                decoders[new].decode(msgspec.json.encode(value))
            except msgspec.ValidationError:
                refused.append(value)
        said = _verdict("msgspec.Struct", old, new)
        if (said == "break") != bool(refused):
            wrong.append((old, new, said, refused))
    assert not wrong


# ---------------------------------------------------------------------------------------------------- whole models

PYDANTIC = {
    "plain": "class M(pydantic.BaseModel):\n    a: int\n    b: str = 'x'\n",
    "more": "class M(pydantic.BaseModel):\n    a: int\n    b: str = 'x'\n    c: int = 3\n",
    "stricter": "class M(pydantic.BaseModel):\n    a: int\n    b: str\n",
    "fewer": "class M(pydantic.BaseModel):\n    a: int\n",
    "closed": "class M(pydantic.BaseModel, extra='forbid'):\n    a: int\n",
    "closed more": "class M(pydantic.BaseModel, extra='forbid'):\n    a: int\n    b: str = 'x'\n",
    "alias": "class M(pydantic.BaseModel):\n    a: int\n    z: str = pydantic.Field('x', alias='b')\n",
    "renamed": "class M(pydantic.BaseModel):\n    aa: int\n    b: str = 'x'\n",
    "choices": """
        class M(pydantic.BaseModel):
            aa: int = pydantic.Field(validation_alias=pydantic.AliasChoices('aa', 'a'))
            b: str = 'x'
        """,
    "camel": """
        def camel(name): return name + 'X'
        class M(pydantic.BaseModel):
            model_config = pydantic.ConfigDict(alias_generator=camel, populate_by_name=True)
            a: int
        """,
    "bounded": "class M(pydantic.BaseModel):\n    a: int = pydantic.Field(ge=1)\n",
    "wider": "class M(pydantic.BaseModel):\n    a: int = pydantic.Field(ge=0)\n",
    "nested": "class N(pydantic.BaseModel):\n    x: int\nclass M(pydantic.BaseModel):\n    a: list[N]\n",
    "nested more": """
        class N(pydantic.BaseModel):
            x: int
            y: int
        class M(pydantic.BaseModel):
            a: list[N]
        """,
    "as dict": "class M(pydantic.BaseModel):\n    a: list[dict[str, int]]\n",
}
MESSAGES: dict[str, list[dict[str, Any]]] = {
    "plain": [{"a": -1}, {"a": -1, "b": "y"}],
    "more": [{"a": -1}, {"a": -1, "b": "y", "c": 4}],
    "stricter": [{"a": -1, "b": "y"}],
    "fewer": [{"a": -1}],
    "closed": [{"a": -1}],
    "closed more": [{"a": -1}, {"a": -1, "b": "y"}],
    "alias": [{"a": -1}, {"a": -1, "b": "y"}],
    "renamed": [{"aa": 0}, {"aa": 0, "b": "y"}],
    "choices": [{"aa": 0}, {"aa": 0, "b": "y"}],
    "camel": [{"aX": 0}],
    "bounded": [{"a": 1}],
    "wider": [{"a": 0}],
    "nested": [{"a": []}, {"a": [{"x": 1}]}],
    "nested more": [{"a": []}, {"a": [{"x": 1, "y": 2}]}],
    "as dict": [{"a": []}, {"a": [{}]}, {"a": [{"z": 1}]}],
    "open": [{"a": -1}],
}
MSGSPEC = {
    "plain": "class M(msgspec.Struct, kw_only=True):\n    a: int\n    b: str = 'x'\n",
    "more": "class M(msgspec.Struct, kw_only=True):\n    a: int\n    b: str = 'x'\n    c: int = 3\n",
    "stricter": "class M(msgspec.Struct, kw_only=True):\n    a: int\n    b: str\n",
    "fewer": "class M(msgspec.Struct):\n    a: int\n",
    "closed": "class M(msgspec.Struct, forbid_unknown_fields=True):\n    a: int\n",
    "renamed": "class M(msgspec.Struct, kw_only=True):\n    aa: int\n    b: str = 'x'\n",
    "alias": "class M(msgspec.Struct, kw_only=True):\n    a: int\n    z: str = msgspec.field(default='x', name='b')\n",
    "bounded": "class M(msgspec.Struct):\n    a: Annotated[int, msgspec.Meta(ge=1)]\n",
    "wider": "class M(msgspec.Struct):\n    a: Annotated[int, msgspec.Meta(ge=0)]\n",
}
MARSHMALLOW = {
    "plain": "class M(marshmallow.Schema):\n    a = fields.Int(required=True)\n    b = fields.Str()\n",
    "stricter": "class M(marshmallow.Schema):\n    a = fields.Int(required=True)\n    b = fields.Str(required=True)\n",
    "fewer": "class M(marshmallow.Schema):\n    a = fields.Int(required=True)\n",
    "alias": "class M(marshmallow.Schema):\n    a = fields.Int(required=True)\n    z = fields.Str(data_key='b')\n",
    "bounded": "class M(marshmallow.Schema):\n    a = fields.Int(required=True, validate=validate.Range(min=1))\n",
    "wider": "class M(marshmallow.Schema):\n    a = fields.Int(required=True, validate=validate.Range(min=0))\n",
    "open": (
        "class M(marshmallow.Schema):\n    class Meta:\n        unknown = marshmallow.EXCLUDE\n"
        "    a = fields.Int(required=True)\n"
    ),
}


def _pydantic_reads(model: Any, message: dict[str, Any]) -> None:
    model.model_validate(message)


def _msgspec_reads(model: Any, message: dict[str, Any]) -> None:
    msgspec.convert(message, model)


def _marshmallow_reads(model: Any, message: dict[str, Any]) -> None:
    model().load(message)


@pytest.mark.parametrize(
    ("sources", "reads"),
    [(PYDANTIC, _pydantic_reads), (MSGSPEC, _msgspec_reads), (MARSHMALLOW, _marshmallow_reads)],
    ids=["pydantic", "msgspec", "marshmallow"],
)
def test_models_against_their_library(sources, reads):
    texts = {name: HEAD + textwrap.dedent(source) for name, source in sources.items()}
    models: dict[str, Any] = {}
    for name, text in texts.items():
        namespace: dict[str, Any] = {}
        exec(compile(text, name, "exec", dont_inherit=True), namespace)  # noqa: S102 — the sources above
        models[name] = namespace["M"]
    wrong = []
    for old, new in itertools.product(texts, texts):
        refused = []
        for message in MESSAGES[old]:
            try:
                reads(models[new], message)
            except (ValueError, msgspec.ValidationError, marshmallow.ValidationError) as error:
                refused.append((message, type(error).__name__))
        said = compare(texts[old], texts[new], dialect="python").backward
        if (said == "break") != bool(refused) and not (said == "warn" and {old, new} & {"closed", "open", "as dict"}):
            wrong.append((old, new, said, refused))
    assert not wrong
