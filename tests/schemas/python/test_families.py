"""Dataclasses, attrs, msgspec, TypedDict, NamedTuple, marshmallow, faust, dict literals."""

from __future__ import annotations

import pytest

from eda_lint.model.schema import Choice, Constraint, Enumeration, Record, Reference, Scalar, Sequence

DATACLASS = "from dataclasses import dataclass, field, KW_ONLY, InitVar\nfrom typing import *\n"
ATTRS = "import attr\nfrom attrs import define, field, frozen, Factory, validators\nfrom typing import *\n"
MSGSPEC = "import msgspec\nfrom msgspec import Struct, Meta, UNSET, UnsetType\nfrom typing import *\n"
TYPED = "from typing import *\n"
MARSHMALLOW = "from marshmallow import Schema, fields, validate, EXCLUDE, RAISE\n"


class TestDataclass:
    def test_fields(self, read):
        found = read(
            DATACLASS
            + """
@dataclass(kw_only=True)
class Order:
    order_id: str
    lines: list[str] = field(default_factory=list)
    _: KW_ONLY
    token: InitVar[str]
    registry: ClassVar[dict] = {}
    total: float = 0.0
    made: str = field(init=False)
"""
        )
        assert found.required("Order") == {"order_id": True, "lines": False, "total": False, "made": False}

    def test_plain_bases_give_no_fields_and_subclasses_need_the_decorator(self, read):
        found = read(
            DATACLASS
            + """
class Mixin:
    hidden: int
@dataclass
class Base(Mixin):
    a: int
class Plain(Base):
    ignored: int
@dataclass
class Order(Base):
    b: int
"""
        )
        assert list(found.required("Order")) == ["a", "b"]
        assert list(found.required("Plain")) == ["a"]

    def test_an_annotation_without_value_takes_the_class_attribute_of_its_base(self, read):
        found = read(DATACLASS + "@dataclass\nclass A:\n    x: int = 5\n@dataclass\nclass B(A):\n    x: int\n")
        assert found.field("B.x").default.value == 5

    def test_a_property_of_the_same_name_is_the_default(self, read):
        found = read(DATACLASS + "@dataclass\nclass A:\n    x: int\n    @property\n    def x(self): return 1\n")
        assert not found.field("A.x").required

    def test_names_on_the_wire(self, read):
        found = read(
            DATACLASS
            + """
from dataclasses_json import config, dataclass_json, LetterCase
@dataclass_json(letter_case=LetterCase.CAMEL)
@dataclass
class A:
    order_id: str
    other: int = field(metadata=config(field_name="OTHER"))
    old: int = field(default=0, metadata={"aliases": ["older"]})
"""
        )
        assert [one.wire_name for one in found.record("A").fields] == ["orderId", "OTHER", "old"]
        assert found.field("A.old").read == ("older",)

    def test_mashumaro(self, read):
        found = read(
            DATACLASS
            + """
from mashumaro import DataClassDictMixin, field_options
@dataclass
class A(DataClassDictMixin):
    order_id: int
    other: int = field(metadata=field_options(alias="OTHER"))
    class Config:
        aliases = {"order_id": "orderId"}
        forbid_extra_keys = True
"""
        )
        assert [one.wire_name for one in found.record("A").fields] == ["orderId", "OTHER"]
        assert found.record("A").rest is None

    def test_pydantic_dataclass_with_forbidden_extras(self, read):
        found = read(
            "from pydantic.dataclasses import dataclass\nfrom pydantic import ConfigDict, Field\n"
            "@dataclass(config=ConfigDict(extra='forbid'))\nclass A:\n    x: int = Field(gt=0)\n"
        )
        assert found.record("A").rest is None
        assert found.field("A.x").required
        assert found.field("A.x").type.constraints == (Constraint("exclusiveMinimum", 0),)

    def test_avro_models_are_dataclasses(self, read):
        found = read(
            "from dataclasses_avroschema import AvroModel\nclass A(AvroModel):\n    x: int\n    y: str = 'a'\n"
        )
        assert found.required("A") == {"x": True, "y": False}

    def test_a_model_is_its_own_part(self, read):
        found = read(
            DATACLASS + "@dataclass\nclass Node:\n    children: list['Node']\n    parent: Optional[Self] = None\n"
        )
        assert found.field("Node.children").type == Sequence(Reference("Node"), name="list")


class TestAttrs:
    def test_annotated_fields_of_define(self, read):
        found = read(
            ATTRS
            + """
@define
class A:
    a: int
    b: list[int] = Factory(list)
    c: int = field(default=3, validator=validators.ge(0))
    d: int = field()
    e: ClassVar[int] = 1
    @d.default
    def _d(self): return 4
"""
        )
        assert found.required("A") == {"a": True, "b": False, "c": False, "d": False}
        assert found.field("A.c").type.constraints == (Constraint("minimum", 0),)

    def test_old_style_takes_assigned_fields_alone(self, read):
        found = read(
            ATTRS
            + """
@attr.s
class A:
    a = attr.ib(type=int)
    b = attr.ib(type=str, default="x")
    c: int = 5
@attr.s(auto_attribs=True)
class B:
    c: int = 5
"""
        )
        assert found.required("A") == {"a": True, "b": False}
        assert found.field("A.a").type == Scalar("integer")
        assert found.required("B") == {"c": False}

    def test_define_with_an_unannotated_field_takes_assigned_fields_alone(self, read):
        found = read(ATTRS + "@define\nclass A:\n    a = field()\n    b: int = field()\n    c: int = 1\n")
        assert list(found.required("A")) == ["a", "b"]

    def test_choices_and_converters(self, read):
        found = read(
            ATTRS
            + "@frozen\nclass A:\n    a = field(validator=validators.in_(['x', 'y']))\n    b = field(converter=int)\n"
        )
        assert isinstance(found.field("A.a").type, Enumeration)
        assert ("converter", "int") in found.field("A.b").options


class TestMsgspec:
    def test_struct(self, read):
        found = read(
            MSGSPEC
            + """
class Base(Struct, forbid_unknown_fields=True, rename="camel"):
    order_id: str
class Order(Base, tag="order", kw_only=True):
    total: Annotated[float, Meta(ge=0)]
    note: str | UnsetType = UNSET
    lines: list[str] = []
    named: int = msgspec.field(name="N", default=1)
"""
        )
        record = found.record("Order")
        assert found.required("Order") == {
            "order_id": True, "total": True, "note": False, "lines": False, "named": False,
        }  # fmt: skip
        assert [one.wire_name for one in record.fields] == ["orderId", "total", "note", "lines", "N"]
        assert record.tag == ("type", "order")
        assert record.rest is None
        assert found.field("Order.note").type.kind == "string"
        assert found.field("Order.total").type.constraints == (Constraint("minimum", 0),)

    @pytest.mark.parametrize(
        ("given", "tag"),
        [
            ("tag=True", ("type", "A")),
            ("tag='a', tag_field='kind'", ("kind", "a")),
            ("tag_field='kind'", ("kind", "A")),
            ("tag=str.lower", ("type", "a")),
            ("frozen=True", None),
        ],
    )
    def test_tags(self, read, given, tag):
        assert read(MSGSPEC + f"class A(Struct, {given}):\n    x: int\n").record("A").tag == tag

    def test_array_like(self, read):
        assert read(MSGSPEC + "class A(Struct, array_like=True):\n    x: int\n").record("A").positional


class TestTyped:
    def test_typed_dict(self, read):
        found = read(
            TYPED
            + """
class Base(TypedDict, total=False):
    a: int
    b: Required[int]
class A(Base):
    c: str
    d: NotRequired[Annotated[str, "note"]]
B = TypedDict("B", {"from": str, "to": NotRequired[str]})
class C(TypedDict("Reserved", {"in": int}), total=False):
    x: int
"""
        )
        assert found.required("A") == {"a": False, "b": True, "c": True, "d": False}
        assert found.required("B") == {"from": True, "to": False}
        assert found.required("C") == {"in": True, "x": False}

    def test_closed_typed_dict(self, read):
        found = read("from typing_extensions import TypedDict\nclass A(TypedDict, closed=True):\n    a: int\n")
        assert found.record("A").rest is None

    def test_named_tuples_are_arrays(self, read):
        found = read(
            TYPED
            + """
from collections import namedtuple
class A(NamedTuple):
    x: int
    y: int = 0
B = NamedTuple("B", [("x", int)])
C = namedtuple("C", "x y z", defaults=[1])
class D(namedtuple("D", ["x"])):
    pass
"""
        )
        for name, required in {
            "A": {"x": True, "y": False},
            "B": {"x": True},
            "C": {"x": True, "y": True, "z": False},
            "D": {"x": True},
        }.items():
            assert found.required(name) == required
            assert found.record(name).positional


class TestMarshmallow:
    def test_schema(self, read):
        found = read(
            MARSHMALLOW
            + """
class Address(Schema):
    city = fields.Str(required=True)
class Order(Schema):
    class Meta:
        unknown = EXCLUDE
    order_id = fields.UUID(required=True, data_key="orderId")
    quantity = fields.Integer(load_default=1, validate=validate.Range(min=1, max=9))
    status = fields.String(validate=validate.OneOf(["new", "paid"]))
    note = fields.Str(allow_none=True)
    addresses = fields.List(fields.Nested(Address))
    lines = fields.Nested("Address", many=True)
    made = fields.DateTime(dump_only=True)
"""
        )
        assert found.required("Order") == {
            "order_id": True, "quantity": False, "status": False, "note": False, "addresses": False, "lines": False,
            "made": False,
        }  # fmt: skip
        assert found.field("Order.order_id").wire_name == "orderId"
        assert found.record("Order").rest == Scalar("any")
        assert found.record("Address").rest is None
        assert found.field("Order.quantity").type.constraints == (Constraint("maximum", 9), Constraint("minimum", 1))
        assert [one.value for one in found.field("Order.status").type.symbols] == ["new", "paid"]
        assert found.field("Order.note").type == Choice((Scalar("string"), Scalar("null")))
        assert found.field("Order.addresses").type == found.field("Order.lines").type
        assert found.field("Order.made").options == (("direction", "written"),)

    def test_fields_of_the_project_own_classes_and_functions(self, read):
        found = read(
            MARSHMALLOW
            + """
class Money(fields.Decimal):
    pass
def name_field(**kwargs):
    return fields.Str(required=True, **kwargs)
NOTE = fields.Str()
class A(Schema):
    amount = Money(required=True)
    name = name_field(data_key="Name")
    note = NOTE
B = Schema.from_dict({"x": fields.Int(required=True)})
"""
        )
        assert found.required("A") == {"amount": True, "name": True, "note": False}
        assert found.field("A.name").wire_name == "Name"
        assert found.required("B") == {"x": True}


def test_faust_records_take_optional_for_not_required(read):
    found = read(
        "import faust\nfrom typing import Optional\n"
        "class A(faust.Record, serializer='json'):\n    a: int\n    b: Optional[str]\n    c: int = 3\n"
    )
    assert found.required("A") == {"a": True, "b": False, "c": False}


class TestLiterals:
    def test_dict_literals_where_there_is_no_class(self, read):
        found = read(
            """
import json
def publish(order):
    event = {"type": "order_placed", "id": order.id, "total": 1.5, "lines": [{"sku": "x"}], "at": now().isoformat()}
    producer.send("orders", json.dumps(event))
def other():
    return {"count": 3, **BASE}
BASE = {"version": 1}
"""
        )
        record = found.record("publish.event")
        types = {field.name: field.type for field in record.fields}
        assert types["id"] == Scalar("any")
        assert types["total"] == Scalar("number")
        assert types["at"] == Scalar("string")
        assert isinstance(types["type"], Enumeration)
        assert isinstance(types["lines"], Sequence)
        assert isinstance(types["lines"].items, Record)
        assert found.record("other").fields[0].name == "count"

    def test_not_beside_classes(self, read):
        found = read(DATACLASS + "SETTINGS = {'a': 1}\n@dataclass\nclass A:\n    x: int\n")
        assert list(found.schema.definitions) == ["A"]
