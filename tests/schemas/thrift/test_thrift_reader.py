"""Reading `.thrift` files: types, includes, places, what is malformed, and the same as thriftpy2 reads."""

from __future__ import annotations

from pathlib import Path

import pytest
import thriftpy2

from eda_lint.errors import SchemaError
from eda_lint.model.schema import Dictionary, Enumeration, Field, Record, Reference, Scalar, Schema, Sequence
from eda_lint.schemas import read

ORDERS = """\
include "shared.thrift"
cpp_include "<vector>"
namespace py shop.orders
namespace * shop
typedef shared.Money Money
typedef list<Line> Lines   # of one order
const map<string, i32> LIMITS = {"a": 1, 'b': -2}
const string TEXT = "over
several lines";

enum State { NEW, PAID = 5; SENT (note = "x"), }
senum Old { "a", "b" }

struct Line {
  1: i32 number;
  2: string text
  3: double weight = 1.5, // kilo
}
/** An order. */
struct Order {
  1: required string id (key = "yes"),
  2: optional Lines lines = [],
  -7: State state = State.NEW
  4: Money & total
  5: set<i16> codes; 6: map<byte, list<binary>> parts
  string unnumbered,
  7: uuid key xsd_optional
}
union Payment { 1: string card; 2: i64 account }
exception Refused { 1: string why }
service Base { void ping() }
service Orders extends Base {
  Order place(1: Order order, 2: bool now = true) throws (1: Refused refused),
  oneway void forget(1: string id);
}
"""

SHARED = "struct Money { 1: i64 amount, 2: string currency }\nenum Unit { ONE = 1 }"

ADDITIONS = """\
package "example.com/orders"
include "other/types.thrift" as kinds
@kinds.Marked{name = "x", parts = [1, 2]}
struct Order {
  @kinds.Field
  1: kinds.Thing thing;
  2: float ratio;
}
transient safe exception Busy { 1: string message }
interaction Talk { void say(1: string text); }
service Live {
  performs Talk;
  i32, stream<Order throws (1: Busy busy)> watch(1: i32 since) throws (1: Busy busy);
  sink<i64, bool> upload() (thread = "eb");
  readonly idempotent i32 count();
}
"""


def fields(schema: Schema, name: str) -> dict[str, Field]:
    record = schema.definitions[name].type
    assert isinstance(record, Record)
    return {field.name: field for field in record.fields}


def test_types_ids_and_requiredness() -> None:
    schema = read({"orders.thrift": ORDERS, "shared.thrift": SHARED}, dialect="thrift")
    assert schema.problems == ()
    order = fields(schema, "orders.Order")
    assert {name: (field.number, field.cardinality) for name, field in order.items()} == {
        "id": (1, "required"),
        "lines": (2, "optional"),
        "state": (-7, "singular"),
        "total": (4, "singular"),
        "codes": (5, "singular"),
        "parts": (6, "singular"),
        "unnumbered": (-8, "singular"),
        "key": (7, "singular"),
    }
    assert order["lines"].type == Sequence(Reference("orders.Line"), name="list")
    assert order["total"].type == Reference("shared.Money")
    assert order["codes"].type == Sequence(Scalar("int16"), name="set")
    assert order["parts"].type == Dictionary(Sequence(Scalar("bytes"), name="list"), Scalar("int8"))
    assert order["state"].default is not None
    assert order["state"].default.text == "State.NEW"
    state = schema.definitions["orders.State"].type
    assert isinstance(state, Enumeration)
    assert [(symbol.name, symbol.number) for symbol in state.symbols] == [("NEW", 0), ("PAID", 5), ("SENT", 6)]
    kinds = {name: d.type.kind for name, d in schema.definitions.items() if isinstance(d.type, Record)}
    assert kinds["orders.Payment"] == "union"
    assert kinds["orders.Refused"] == "exception"
    assert not fields(schema, "orders.Payment")["card"].always
    assert fields(schema, "orders.Line")["text"].always


def test_services_and_namespaces() -> None:
    schema = read({"orders.thrift": ORDERS, "shared.thrift": SHARED}, dialect="thrift")
    base, orders = schema.services
    assert (base.name, orders.name, orders.extends) == ("orders.Base", "orders.Orders", "orders.Base")
    place, forget = orders.methods
    assert isinstance(place.request, Record)
    assert isinstance(place.response, Record)
    assert [field.name for field in place.request.fields] == ["order", "now"]
    assert [field.name for field in place.response.fields] == ["success", "refused"]
    assert forget.options == (("oneway", "true"),)
    assert schema.files[0].options == (("namespace *", "shop"), ("namespace py", "shop.orders"))
    assert schema.files[0].imports == ("shared.thrift",)


def test_places() -> None:
    lines = ORDERS.splitlines()
    schema = read(ORDERS, dialect="thrift", path="d/orders.thrift")
    for name, definition in schema.definitions.items():
        assert definition.place is not None
        assert definition.place.file == "d/orders.thrift"
        own = name.rpartition(".")[2]
        assert lines[definition.place.line - 1][definition.place.column - 1 :].startswith(own)
        if isinstance(definition.type, Record):
            for field in definition.type.fields:
                assert field.place is not None
                assert lines[field.place.line - 1][field.place.column - 1 :].startswith(field.name)


def test_a_missing_include_leaves_its_types_open() -> None:
    schema = read(ORDERS, dialect="thrift")
    assert schema.problems == ()
    assert fields(schema, "Order")["total"].type == Reference("shared.Money")


def test_includes_by_folder_and_files_of_one_name() -> None:
    schema = read(
        {
            "a/types.thrift": "struct T { 1: i32 x }",
            "b/types.thrift": "struct T { 1: string x }",
            "b/use.thrift": 'include "types.thrift"\nstruct U { 1: types.T t }',
            "c/use2.thrift": 'include "../a/types.thrift"\nstruct V { 1: types.T t }',
        },
        dialect="thrift",
    )
    assert fields(schema, "use.U")["t"].type == Reference("b.types.T")
    assert fields(schema, "use2.V")["t"].type == Reference("a.types.T")


def test_what_another_compiler_adds_is_read_over() -> None:
    schema = read(ADDITIONS, dialect="thrift")
    assert schema.problems == ()
    assert fields(schema, "Order")["thing"].type == Reference("types.Thing")
    assert {service.name: len(service.methods) for service in schema.services} == {"Talk": 1, "Live": 3}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("struct A { 1: i32 b\n 2 string c }", "`:` expected"),
        ("struct A { 1: i32 b, 2: list<string c }", "`>` expected"),
        ("struct A { 1: i32 b,", "a block is not closed"),
        ("struct A { 1: i32 b, 1: i32 c }", "stands for two fields"),
        ("struct A { 1: i32 b } struct A { 1: i32 c }", "defined twice"),
        ("nonsense\nstruct A { 1: i32 b }", "begins no statement"),
        ("struct A { 1: i32 b } const i32 X = ;", "a value expected"),
        ("typedef T T\nstruct A { 1: i32 b, 2: T t }", "stands for itself"),
        ("struct A { 1: i32 b, 2: " + "list<" * 100 + "i32" + ">" * 100 + " c }", "nest deeper"),
        (
            "".join(f"typedef map<T{n + 1}, T{n + 1}> T{n}\n" for n in range(40))
            + "typedef i32 T40\nstruct A { 1: i32 b, 2: T0 c }",
            "holds more than",
        ),
    ],
)
def test_the_rest_is_read_when_something_is_malformed(text: str, problem: str) -> None:
    schema = read(text, dialect="thrift")
    assert any(problem in one.message for one in schema.problems), schema.problems
    assert "b" in fields(schema, "A")


def test_what_is_no_thrift_at_all_is_refused() -> None:
    with pytest.raises(SchemaError, match=r"x\.thrift:1: no Thrift schema") as caught:
        read("<html>", dialect="thrift", path="x.thrift")
    assert caught.value.mend


def test_reads_what_thriftpy2_reads(tmp_path: Path) -> None:
    text = ORDERS.replace('cpp_include "<vector>"\n', "").replace("& ", "").replace(" xsd_optional", "")
    text = (
        text.replace("senum Old", "enum Old").replace('{ "a", "b" }', "{ A, B }").replace("  string unnumbered,\n", "")
    )
    text = text.replace("uuid key", "i32 key").replace('"over\nseveral lines"', '""').replace(' (key = "yes")', "")
    text = text.replace("-7: State", "3: State").replace(' (note = "x")', "").replace("<byte, ", "<i32, ")
    (tmp_path / "shared.thrift").write_text(SHARED)
    (tmp_path / "orders.thrift").write_text(text)
    module = thriftpy2.load(str(tmp_path / "orders.thrift"), module_name="orders_thrift")
    schema = read({"orders.thrift": text, "shared.thrift": SHARED}, dialect="thrift")
    assert schema.problems == ()
    compared = 0
    for name, definition in schema.definitions.items():
        stem, _, own = name.partition(".")
        theirs = getattr(module if stem == "orders" else module.shared, own)
        if isinstance(definition.type, Record):
            ours = {field.number: (field.name, field.required) for field in definition.type.fields}
            assert ours == {number: (spec[1], spec[-1]) for number, spec in theirs.thrift_spec.items()}
        else:
            assert isinstance(definition.type, Enumeration)
            assert {symbol.name: symbol.number for symbol in definition.type.symbols} == theirs._NAMES_TO_VALUES
        compared += 1
    assert compared == 8
