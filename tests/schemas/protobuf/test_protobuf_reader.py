"""Reading `.proto` files: names, features, places, what is malformed, and the same as protoc reads."""

from __future__ import annotations

import pytest
from google.protobuf import descriptor_pb2
from grpc_tools import protoc

from eda_lint.errors import SchemaError
from eda_lint.model.schema import Dictionary, Enumeration, Field, Record, Reference, Scalar, Schema, Sequence, Type
from eda_lint.schemas import read
from eda_lint.schemas.protobuf.reader import json_name

ORDERS = """\
edition = "2023";
package shop.orders;
import "google/protobuf/timestamp.proto";
option java_package = "org.shop";
option features.field_presence = IMPLICIT;

/* An order. */
message Order {
  reserved 4, 10 to 12, 1000 to max;
  reserved note, former;
  extensions 100 to 199 [verification = UNVERIFIED];
  string id = 1;                        // implicit
  int64 total = 2 [features.field_presence = EXPLICIT, jstype = JS_STRING, (my.rule).min = 3];
  repeated Line lines = 3 [features.message_encoding = DELIMITED];
  google.protobuf.Timestamp at = 5;
  map<string, Line.Kind> kinds = 6;
  oneof payment {
    string card = 7;
    Line gift = 8;
  }
  repeated int32 numbers = 9 [features.repeated_field_encoding = EXPANDED];
  Line must = 13 [features.field_presence = LEGACY_REQUIRED];
  message Line {
    enum Kind { option features.enum_type = CLOSED; NONE = 0; ONE = 1 [deprecated = true]; MINUS = -1; reserved 5; }
    Kind kind = 1 [features.field_presence = EXPLICIT];
    Order parent = 2;
  }
}
extend Order { string remark = 100; }
service Orders {
  rpc Watch(stream Order) returns (.shop.orders.Order.Line) { option idempotency_level = IDEMPOTENT; }
}
"""

OLD_STYLE = """\
package old;
message Event {
  required string id = 1;
  optional int32 kind = 2 [default = -7];
  repeated group Result = 3 { optional string url = 4; }
  repeated sint32 packed = 5 [packed = true];
  repeated bool flags = 6;
  optional group Single = 7 { }
  extend Event { optional double inner = 200; }
  extensions 200 to 300;
}
enum Color { option allow_alias = true; RED = 0; ROT = 0; BLUE = 0x10; }
"""


def fields(schema: Schema, name: str) -> dict[str, Field]:
    record = schema.definitions[name].type
    assert isinstance(record, Record)
    return {field.name: field for field in record.fields}


def test_an_edition() -> None:
    schema = read(ORDERS, dialect="protobuf", path="orders.proto")
    assert schema.problems == ()
    order = fields(schema, "shop.orders.Order")
    assert {name: field.cardinality for name, field in order.items()} == {
        "id": "singular",
        "total": "optional",
        "lines": "repeated",
        "at": "optional",
        "kinds": "repeated",
        "card": "optional",
        "gift": "optional",
        "numbers": "repeated",
        "must": "required",
        "(shop.orders.remark)": "singular",
    }
    assert order["lines"].type == Sequence(Reference("shop.orders.Order.Line"), name="expanded")
    assert ("encoding", "delimited") in order["lines"].options
    assert ("jstype", "JS_STRING") in order["total"].options
    assert ("(my.rule).min", "3") in order["total"].options
    assert order["at"].type == Reference("google.protobuf.Timestamp")
    assert order["kinds"].type == Dictionary(Reference("shop.orders.Order.Line.Kind"), Scalar("string"))
    assert order["numbers"].type == Sequence(Scalar("int32"), name="expanded")
    assert [order[name].oneof for name in ("id", "card", "gift")] == ["", "payment", "payment"]
    assert order["must"].required
    assert order["must"].always
    record = schema.definitions["shop.orders.Order"].type
    assert isinstance(record, Record)
    assert record.reserved_numbers == ((4, 4), (10, 12), (1000, 536870911))
    assert record.reserved_names == ("note", "former")
    assert record.extension_numbers == ((100, 199),)
    kind = schema.definitions["shop.orders.Order.Line.Kind"].type
    assert isinstance(kind, Enumeration)
    assert not kind.open
    assert [(symbol.name, symbol.number) for symbol in kind.symbols] == [("NONE", 0), ("ONE", 1), ("MINUS", -1)]


def test_services_files_and_places() -> None:
    schema = read(ORDERS, dialect="protobuf", path="orders.proto")
    (service,) = schema.services
    (method,) = service.methods
    assert method.request == Reference("shop.orders.Order")
    assert method.response == Reference("shop.orders.Order.Line")
    assert method.options == (("client_streaming", "true"), ("idempotency_level", "IDEMPOTENT"))
    (file,) = schema.files
    assert file.imports == ("google/protobuf/timestamp.proto",)
    assert dict(file.options)["java_package"] == "org.shop"
    assert dict(file.options)["edition"] == "2023"
    assert file.definitions == (
        "shop.orders.Order",
        "shop.orders.Order.Line",
        "shop.orders.Order.Line.Kind",
    )
    lines = ORDERS.splitlines()
    for field in fields(schema, "shop.orders.Order").values():
        assert field.place is not None
        assert field.place.file == "orders.proto"
        text = lines[field.place.line - 1]
        name = field.name.strip("()").rpartition(".")[2]
        assert text[field.place.column - 1 :].startswith(name)


def test_proto2_defaults() -> None:
    schema = read(OLD_STYLE, dialect="protobuf")
    assert schema.problems == ()
    event = fields(schema, "old.Event")
    assert event["id"].required
    assert event["kind"].default is not None
    assert event["kind"].default.text == "-7"
    assert event["result"].type == Sequence(Reference("old.Event.Result"), name="expanded")
    assert event["packed"].type == Sequence(Scalar("sint32"), name="packed")
    assert event["flags"].type == Sequence(Scalar("boolean"), name="expanded")
    assert event["(old.Event.inner)"].number == 200
    group = schema.definitions["old.Event.Single"].type
    assert isinstance(group, Record)
    assert group.kind == "group"
    color = schema.definitions["old.Color"].type
    assert isinstance(color, Enumeration)
    assert not color.open
    assert [symbol.number for symbol in color.symbols] == [0, 0, 16]


def test_names_are_resolved_from_the_innermost_scope_and_over_files() -> None:
    schema = read(
        {
            "a.proto": """syntax = "proto3"; package a.b; message T { message T {} T inner = 1; a.b.T outer = 2; }
                          message U { c.V v = 1; .x.Y y = 2; T.T t = 3; }""",
            "c.proto": 'syntax = "proto3"; package a.c; message V { b.T t = 1; }',
        },
        dialect="protobuf",
    )
    assert [f.type for f in fields(schema, "a.b.T").values()] == [Reference("a.b.T.T"), Reference("a.b.T")]
    assert [f.type for f in fields(schema, "a.b.U").values()] == [
        Reference("a.c.V"),
        Reference("x.Y"),
        Reference("a.b.T.T"),
    ]
    assert [f.type for f in fields(schema, "a.c.V").values()] == [Reference("a.b.T")]


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("message A { string a = ; int32 b = 2; }", "a field number expected", 1),
        ("message A {\n string a 1;\n int32 b = 2; }", "`=` expected", 2),
        ("message A { int32 b = 2;", "a block is not closed", 1),
        ("message A { int32 b = 2; string a = 2; }", "stands for two fields", 1),
        ("message A { int32 b = 2; } message A { int32 c = 3; }", "defined twice", 1),
        ("wrong!\nmessage A { int32 b = 2; }", "begins no statement", 1),
        ("message A { int32 b = 2; } /* and", "a comment is not closed", 1),
        ("message A { int32 b = 2; string a = 0; }", "out of range", 1),
        ('syntax = "proto9"; message A { int32 b = 2; }', "unknown syntax", None),
        ("message A { int32 b = 2; oneof { } }", "a oneof name expected", 1),
        ("message A { " + "message B { " * 100 + "}" * 100 + " int32 b = 2; }", "nest deeper", 1),
        ("message A { int32 b = 2; reserved x to; } enum", "an enum name expected", 1),
    ],
)
def test_the_rest_is_read_when_a_statement_is_malformed(text: str, problem: str, line: int | None) -> None:
    schema = read(text, dialect="protobuf", path="x.proto")
    found = next(one for one in schema.problems if problem in one.message)
    assert (found.place.line if found.place else None) == line
    assert "b" in fields(schema, "A")


def test_what_is_no_protobuf_at_all_is_refused() -> None:
    with pytest.raises(SchemaError, match=r"x\.proto:2: no Protobuf schema") as caught:
        read('\n{"type": "record"}', dialect="protobuf", path="x.proto")
    assert caught.value.line == 2
    assert caught.value.mend


def test_an_empty_file_is_an_empty_schema() -> None:
    assert read("// nothing yet", dialect="protobuf").definitions == {}
    assert read({}, dialect="protobuf").definitions == {}


@pytest.mark.parametrize(
    ("name", "json"), [("a", "a"), ("order_id", "orderId"), ("_x", "X"), ("a__b", "aB"), ("a_1", "a1"), ("aB", "aB")]
)
def test_json_names(name: str, json: str) -> None:
    assert json_name(name) == json


# ------------------------------------------------------------------------------------------------- against protoc

_KINDS = {8: "boolean", 9: "string", 12: "bytes", 1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32"}
_KINDS |= {6: "fixed64", 7: "fixed32", 13: "uint32", 15: "sfixed32", 16: "sfixed64", 17: "sint32", 18: "sint64"}


def _text(type_: Type) -> str:
    match type_:
        case Scalar(kind=kind):
            return kind
        case Reference(name=name):
            return name
        case Sequence(items=items):
            return _text(items)
        case Dictionary(keys=keys, values=values):
            return f"{_text(keys)}:{_text(values)}"
        case _:
            raise AssertionError(type_)


def _theirs(message: descriptor_pb2.DescriptorProto, scope: str, found: dict[str, dict[int, tuple[str, str]]]) -> None:
    name = f"{scope}.{message.name}"
    entries = {f"{name}.{nested.name}": nested for nested in message.nested_type if nested.options.map_entry}
    found[name] = {}
    for field in message.field:
        kind = _KINDS.get(field.type) or field.type_name.lstrip(".")
        if kind in entries:
            key, value = entries[kind].field
            kind = f"{_KINDS[key.type]}:{_KINDS.get(value.type) or value.type_name.lstrip('.')}"
        found[name][field.number] = (field.name, kind)
    for nested in message.nested_type:
        if not nested.options.map_entry:
            _theirs(nested, name, found)


@pytest.mark.parametrize("text", [ORDERS.replace(", (my.rule).min = 3", ""), OLD_STYLE])
def test_reads_what_protoc_reads(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("protoc")
    include = protoc.__file__.rpartition("/")[0] + "/_proto"
    text = (
        text.replace("option features.enum_type = CLOSED;", "")
        .replace("1000 to max", "1000 to 1001")
        .replace("[verification = UNVERIFIED]", "")
    )
    (folder / "a.proto").write_text(text)
    out = folder / "set.pb"
    assert protoc.main(["protoc", f"-I{folder}", f"-I{include}", f"--descriptor_set_out={out}", "a.proto"]) == 0
    (file,) = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes()).file
    theirs: dict[str, dict[int, tuple[str, str]]] = {}
    for message in file.message_type:
        _theirs(message, file.package, theirs)
    schema = read(text, dialect="protobuf")
    ours = {
        name: {f.number: (f.name, _text(f.type)) for f in definition.type.fields if not f.name.startswith("(")}
        for name, definition in schema.definitions.items()
        if isinstance(definition.type, Record)
    }
    assert ours == theirs
