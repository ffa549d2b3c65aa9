"""Whom a change breaks, for each family of models and each kind of change."""

from __future__ import annotations

import pytest

from eda_lint.schemas import compare

HEAD = """
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import *
from uuid import UUID
import attrs, dataclasses, faust, msgspec, pydantic
"""
CLASSES = {
    "pydantic": "class {}(pydantic.BaseModel):",
    "dataclass": "@dataclasses.dataclass(kw_only=True)\nclass {}:",
    "attrs": "@attrs.define(kw_only=True)\nclass {}:",
    "msgspec": "class {}(msgspec.Struct, kw_only=True):",
    "typeddict": "class {}(TypedDict):",
    "faust": "class {}(faust.Record):",
}
STATUS = 'class Status(str, Enum):\n    NEW = "new"\n    PAID = "paid"\n'


def model(family: str, name: str, *fields: str) -> str:
    lines = []
    for field in fields:
        declared, _, default = field.partition(" = ")
        if family == "typeddict" and default:
            declared = declared.replace(": ", ": NotRequired[", 1) + "]"
            default = ""
        lines.append(f"    {declared} = {default}\n" if default else f"    {declared}\n")
    return CLASSES[family].format(name) + "\n" + "".join(lines) + "\n"


def verdicts(old: str, new: str) -> tuple[str, str]:
    found = compare(HEAD + old, HEAD + new, dialect="python")
    return found.backward, found.forward


def both(old: str, new: str) -> tuple[str, str]:
    """The verdicts, after the reverse change was found to be their mirror."""
    there, back = verdicts(old, new), verdicts(new, old)
    assert there == back[::-1]
    return there


@pytest.fixture(params=list(CLASSES))
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((), ("q: int = 1",), ("ok", "ok")),
        ((), ("q: Optional[str] = None",), ("ok", "ok")),
        ((), ("q: int",), ("break", "ok")),
        (("q: int = 1",), (), ("ok", "ok")),
        (("q: int",), ("q: int = 1",), ("ok", "break")),
        (("qty: int",), ("amount: int",), ("break", "break")),
        (("a: int", "b: str"), ("b: str", "a: int"), ("ok", "ok")),
        (("total_price: int = 1",), ("total_amount: int = 1",), ("ok", "ok")),
        (("email: str = 'a'",), ("email_address: str = 'a'",), ("warn", "warn")),
    ],
)
def test_fields(family, old, new, expected):
    assert both(model(family, "Order", "id: str", *old), model(family, "Order", "id: str", *new)) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("int", "float", ("ok", "break")),
        ("int", "str", ("break", "break")),
        ("bool", "str", ("break", "break")),
        ("str", "datetime", ("break", "ok")),
        ("UUID", "str", ("ok", "break")),
        ("str", "str | None", ("ok", "break")),
        ("int", "int | str", ("ok", "break")),
        ("int | str", "str | int", ("ok", "ok")),
        ("Union[int, None]", "Optional[int]", ("ok", "ok")),
        ('Literal["a"]', 'Literal["a", "b"]', ("ok", "break")),
        ('Literal["a"]', "str", ("ok", "break")),
        ("Any", "int", ("break", "ok")),
        ("list[int]", "list[float]", ("ok", "break")),
        ("list[str]", "str", ("break", "break")),
        ("list[int]", "list[Optional[int]]", ("ok", "break")),
        ("dict[str, int]", "dict[str, float]", ("ok", "break")),
        ("dict[int, str]", "dict[str, str]", ("ok", "break")),
        ("tuple[int, int]", "tuple[int, int, int]", ("break", "break")),
        ("tuple[int, int]", "list[int]", ("ok", "break")),
        ("list[int]", "set[int]", ("warn", "ok")),
        ("List[int]", "list[int]", ("ok", "ok")),
    ],
)
def test_types(family, old, new, expected):
    assert both(model(family, "Order", f"x: {old}"), model(family, "Order", f"x: {new}")) == expected


class TestEnumerations:
    def test_a_new_value_breaks_old_readers(self, family):
        order = model(family, "Order", "status: Status")
        assert both(STATUS + order, STATUS + '    VOID = "void"\n' + order) == ("ok", "break")

    def test_the_name_of_a_member_is_not_written(self, family):
        order = model(family, "Order", "status: Status")
        assert both(STATUS + order, STATUS.replace("NEW", "FRESH") + order) == ("ok", "ok")
        assert both(STATUS + order, STATUS.replace('"new"', '"NEW"') + order) == ("break", "break")

    def test_missing_softens_the_break(self):
        order = model("pydantic", "Order", "status: Status")
        missing = "    @classmethod\n    def _missing_(cls, value): return cls.NEW\n"
        assert verdicts(STATUS + missing + order, STATUS + '    VOID = "void"\n' + missing + order) == ("ok", "warn")

    def test_as_literal_or_text(self, family):
        as_enum = STATUS + model(family, "Order", "status: Status")
        assert both(as_enum, STATUS + model(family, "Order", 'status: Literal["new", "paid"]')) == ("ok", "ok")
        assert both(as_enum, STATUS + model(family, "Order", "status: str")) == ("ok", "break")


class TestNestedModels:
    @pytest.mark.parametrize("holder", ["Line", "list[Line]", "Optional[Line]", "dict[str, Line]", "list[Line] | None"])
    def test_a_required_field_inside(self, family, holder):
        order = model(family, "Order", f"line: {holder}")
        assert both(model(family, "Line", "sku: str") + order, model(family, "Line", "sku: str", "n: int") + order) == (
            "break",
            "ok",
        )

    def test_where_it_changed_is_said(self):
        order = model("pydantic", "Order", "lines: list[Line]")
        old = model("pydantic", "Line", "sku: str") + order
        new = model("pydantic", "Line", "sku: str", "n: int") + order
        change = compare(HEAD + old, HEAD + new, dialect="python").changes[0]
        assert change.path == "Order.lines[].n"
        assert change.new_place is not None
        assert change.new_place.line == 10
        assert "Give it a default" in change.message

    def test_names_of_classes_are_not_written(self, family):
        old = model(family, "Line", "sku: str") + model(family, "Order", "line: Line")
        new = model(family, "OrderLine", "sku: str") + model(family, "Order", "line: OrderLine")
        assert both(old, new) == ("ok", "ok")
        assert both(model(family, "OrderPlaced", "id: str"), model(family, "OrderCreated", "id: str")) == ("ok", "ok")

    def test_a_model_becomes_a_dict(self, family):
        line = model(family, "Line", "sku: str")
        assert both(line + model(family, "Order", "x: Line"), line + model(family, "Order", "x: dict[str, Any]")) == (
            "ok",
            "break",
        )

    @pytest.mark.parametrize("decorator", ["@dataclasses.dataclass", "@attrs.define"])
    def test_fields_moved_to_a_base(self, decorator):
        old = f"{decorator}\nclass Order:\n    id: str\n    q: int\n"
        new = f"{decorator}\nclass Base:\n    id: str\n{decorator}\nclass Order(Base):\n    q: int\n"
        assert both(old, new) == ("ok", "ok")

    def test_models_that_hold_themselves(self, family):
        old = model(family, "Node", "children: list['Node']")
        assert both(old, model(family, "Node", "children: list['Node']", "x: int = 1")) == ("ok", "ok")
        assert both(old, model(family, "Node", "children: list['Node']", "x: int")) == ("break", "ok")

    def test_a_message_that_is_gone(self):
        old = model("pydantic", "A", "x: int") + model("pydantic", "B", "y: str") + model("pydantic", "C", "z: str")
        assert both(old, model("pydantic", "A", "x: int")) == ("ok", "ok")


class TestClosedModels:
    CLOSED = "    model_config = pydantic.ConfigDict(extra='forbid')\n"

    def test_an_added_field_breaks_old_readers_and_a_removed_one_new_readers(self):
        old = model("pydantic", "A", "x: int") + self.CLOSED
        assert both(old, model("pydantic", "A", "x: int", "y: int = 1") + self.CLOSED) == ("ok", "break")

    def test_closing(self):
        old = model("pydantic", "A", "x: int")
        assert both(old, old + self.CLOSED) == ("warn", "ok")

    def test_marshmallow_refuses_unknown_fields_unless_told_otherwise(self):
        old = "from marshmallow import *\nclass A(Schema):\n    x = fields.Int()\n"
        new = old + "    y = fields.Int()\n"
        ignoring = "    class Meta:\n        unknown = EXCLUDE\n"
        assert both(old, new) == ("ok", "break")
        assert both(old + ignoring, new + ignoring) == ("ok", "ok")


class TestNames:
    def test_alias_keeps_the_name_on_the_wire(self):
        assert both(
            model("pydantic", "A", "qty: int"), model("pydantic", "A", "quantity: int = pydantic.Field(alias='qty')")
        ) == ("ok", "ok")

    def test_alias_choices_read_the_old_name(self):
        new = "quantity: int = pydantic.Field(validation_alias=pydantic.AliasChoices('quantity', 'qty'))"
        assert both(model("pydantic", "A", "qty: int"), model("pydantic", "A", new)) == ("ok", "break")

    def test_validation_alias_alone_no_longer_reads_what_is_written(self):
        new = "qty: int = pydantic.Field(validation_alias='quantity')"
        assert verdicts(model("pydantic", "A", "qty: int"), model("pydantic", "A", new))[0] == "break"

    def test_renaming_by_msgspec(self):
        old = "class A(msgspec.Struct):\n    order_id: int\n"
        assert both(old, "class A(msgspec.Struct, rename='camel'):\n    order_id: int\n") == ("break", "break")
        assert both(old, "class A(msgspec.Struct):\n    id: int = msgspec.field(name='order_id')\n") == ("ok", "ok")


class TestConstraints:
    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ("", "ge=1", ("break", "ok")),
            ("ge=1", "ge=0", ("ok", "break")),
            ("gt=0", "ge=1", ("ok", "ok")),
            ("le=5", "le=9", ("ok", "break")),
            ("multiple_of=4", "multiple_of=2", ("ok", "break")),
            ("ge=LOW", "ge=HIGH", ("warn", "warn")),
        ],
    )
    def test_numbers(self, old, new, expected):
        old, new = (f"x: Annotated[int, pydantic.Field({one})]" for one in (old, new))
        assert both(model("pydantic", "A", old), model("pydantic", "A", new)) == expected

    def test_texts(self):
        plain, short = "x: str", "x: Annotated[str, msgspec.Meta(max_length=3)]"
        assert both(model("msgspec", "A", plain), model("msgspec", "A", short)) == ("break", "ok")
        a, b = (f"x: Annotated[str, msgspec.Meta(pattern='{one}')]" for one in ("^a", "^b"))
        assert both(model("msgspec", "A", a), model("msgspec", "A", b)) == ("break", "break")

    def test_code_that_checks_is_a_warning_for_its_reader(self):
        old = "@attrs.define\nclass A:\n    x: int = attrs.field()\n"
        new = "@attrs.define\nclass A:\n    x: int = attrs.field(validator=positive)\n"
        assert both(old, new) == ("warn", "ok")

    def test_code_that_converts_may_take_more(self):
        old = "@attrs.define\nclass A:\n    x: str\n"
        new = "@attrs.define\nclass A:\n    x: int = attrs.field(converter=int)\n"
        assert verdicts(old, new)[0] == "warn"

    def test_a_changed_default_is_a_changed_meaning(self, family):
        expected = ("ok", "ok") if family == "typeddict" else ("warn", "warn")
        assert both(model(family, "A", "x: int = 1"), model(family, "A", "x: int = 2")) == expected

    def test_the_same_default_written_differently(self):
        old = "class A(pydantic.BaseModel):\n    x: list[int] = []\n"
        new = "class A(pydantic.BaseModel):\n    x: list[int] = pydantic.Field(default_factory=list)\n"
        assert both(old, new) == ("ok", "ok")


class TestUnions:
    VARIANTS = "".join(
        f"class {name}(pydantic.BaseModel):\n    kind: Literal['{name.lower()}']\n" for name in ("Card", "Cash", "Wire")
    )

    def paid(self, *names: str) -> str:
        union = ", ".join(names)
        return (
            self.VARIANTS
            + f"class Paid(pydantic.BaseModel):\n    by: Union[{union}] = pydantic.Field(discriminator='kind')\n"
        )

    def test_variants(self):
        assert both(self.paid("Card", "Cash"), self.paid("Card", "Cash", "Wire")) == ("ok", "break")
        assert both(self.paid("Card", "Cash"), self.paid("Cash", "Card")) == ("ok", "ok")

    def test_a_change_inside_of_a_variant(self):
        new = self.paid("Card", "Cash").replace("'cash']\n", "'cash']\n    note: str\n")
        assert both(self.paid("Card", "Cash"), new) == ("break", "ok")

    def test_tagged_structs(self):
        a, b, c = (f"class {one}(msgspec.Struct, tag='{one}'):\n    x: int\n" for one in "ABC")
        holder = "class M(msgspec.Struct):\n    one: {}\n"
        assert both(a + b + c + holder.format("A | B"), a + b + c + holder.format("A | B | C")) == ("ok", "break")
        assert both(a + holder.format("A"), a.replace("tag='A'", "tag='Z'") + holder.format("A")) == ("break", "break")


class TestArrays:
    def test_positions_count(self):
        old = "class A(msgspec.Struct, array_like=True):\n    x: int\n    y: str\n"
        assert both(old, old + "    z: int = 0\n") == ("ok", "ok")
        swapped = "class A(msgspec.Struct, array_like=True):\n    y: str\n    x: int\n"
        assert both(old, swapped) == ("break", "break")
        same_types = "class A(msgspec.Struct, array_like=True):\n    {}: int\n    {}: int\n"
        assert both(same_types.format("x", "y"), same_types.format("y", "x")) == ("break", "break")
        assert both(same_types.format("x", "y"), same_types.format("x", "z")) == ("ok", "ok")
        assert both(old, old.replace(", array_like=True", "")) == ("break", "break")

    def test_named_tuples_have_a_length(self):
        old = "class A(NamedTuple):\n    x: int\n"
        assert both(old, old + "    y: int = 0\n") == ("ok", "break")


def test_types_that_are_not_known_are_not_judged():
    assert both(model("pydantic", "A", "x: Money"), model("pydantic", "A", "x: Amount")) == ("warn", "warn")
    assert both(model("pydantic", "A", "x: Money"), model("pydantic", "A", "x: Money")) == ("ok", "ok")


def test_text_is_shown_in_one_line():
    found = compare(HEAD + model("pydantic", "A", "x: int"), HEAD + model("pydantic", "A", "y: int"), dialect="python")
    assert all("\n" not in change.message and change.source for change in found.changes)


def test_unions_of_models_are_messages():
    tagged = "".join(
        f"class {name}(msgspec.Struct, tag=True):\n    id: str\n" for name in ("Created", "Changed", "Deleted")
    )
    assert both(tagged + "Event = Created | Deleted\n", tagged + "Event = Created | Deleted | Changed\n") == (
        "ok",
        "break",
    )


def test_what_happens_in_a_variant_names_the_variant():
    tagged = "".join(f"class {name}(msgspec.Struct, tag=True):\n    id: str\n" for name in ("Created", "Deleted"))
    new = tagged.replace("tag=True):\n    id: str\n", "tag=True):\n    id: str\n    by: str\n", 1)
    found = compare(HEAD + tagged + "E = Created | Deleted\n", HEAD + new + "E = Created | Deleted\n", dialect="python")
    assert [change.path for change in found.changes] == ["E.Created.by"]


def test_unions_of_tuples_that_hold_models_are_messages():
    bodies = "".join(model("typeddict", name, "id: str") for name in ("Insert", "Merge", "Delete"))
    one, two, three = (
        f"Tuple[Literal[2], Literal['{name.lower()}'], {name}]" for name in ("Insert", "Merge", "Delete")
    )
    few, more = (f"{bodies}Event = Union[{', '.join(parts)}]\n" for parts in ((one, two), (one, two, three)))
    assert both(few, more) == ("ok", "break")


def test_another_branch_of_the_reader_may_take_it(family):
    old, new = (model(family, "A", f"x: {one}") for one in ('Literal["a"] | str', 'Literal["a", "b"] | str'))
    assert both(old, new) == ("ok", "ok")
    old, new = (model(family, "A", f"x: {one} | None") for one in ('Literal["a"]', 'Literal["a", "b"]'))
    assert both(old, new) == ("ok", "break")


def test_a_constant_with_itself_as_default_is_there_to_be_written():
    old = model("pydantic", "A", 'kind: Literal["a"]')
    assert both(old, model("pydantic", "A", 'kind: Literal["a"] = "a"')) == ("ok", "warn")
