"""What a change of a `.proto` file means: per direction, per level, in buf's words, and for people."""

from __future__ import annotations

import pytest

from eda_lint.model.schema import Change, Comparison
from eda_lint.schemas import compare
from eda_lint.schemas.protobuf.rows import ROWS

PROTO3 = 'syntax = "proto3";\n'
PROTO2 = 'syntax = "proto2";\n'


def message(body: str, more: str = "", syntax: str = PROTO3) -> str:
    return f"{syntax}message M {{ {body} }} {more}"


def compared(old: str, new: str, more: str = "", syntax: str = PROTO3) -> Comparison:
    return compare(message(old, more, syntax), message(new, more, syntax), dialect="protobuf")


def only(comparison: Comparison, kind: str) -> Change:
    (change,) = (change for change in comparison.changes if change.kind == kind)
    return change


# ---------------------------------------------------------------------------------------------------------- fields


@pytest.mark.parametrize(
    ("old", "new", "backward", "forward"),
    [
        # read without loss if the reader's range holds the writer's
        ("int32", "int64", "ok", "break"),
        ("uint32", "int64", "ok", "break"),
        ("uint32", "uint64", "ok", "break"),
        ("bool", "int32", "ok", "break"),
        ("sint32", "sint64", "ok", "break"),
        # the same bytes are another value
        ("int32", "uint32", "break", "break"),
        ("int32", "sint32", "break", "break"),
        ("fixed32", "sfixed32", "break", "break"),
        ("fixed64", "double", "break", "break"),
        # other wire types: the value is dropped
        ("int32", "fixed32", "break", "break"),
        ("int32", "string", "break", "break"),
        ("string", "N", "break", "break"),
        ("float", "double", "break", "break"),
        ("string", "bytes", "warn", "break"),
        ("N", "bytes", "warn", "break"),
        # enums are varints; in proto3 they keep what they do not know
        ("int32", "E", "ok", "ok"),
        ("E", "int64", "ok", "break"),
        ("E", "uint32", "ok", "break"),
        ("E", "string", "break", "break"),
        ("E", "sint32", "break", "break"),
    ],
)
def test_types(old: str, new: str, backward: str, forward: str) -> None:
    more = "message N { string n = 1; } enum E { Z = 0; ONE = 1; }"
    there = compared(f"{old} a = 1;", f"{new} a = 1;", more)
    back = compared(f"{new} a = 1;", f"{old} a = 1;", more)
    assert (there.backward, there.forward) == (backward, forward)
    assert (back.backward, back.forward) == (forward, backward)
    change = only(there, "type-changed")
    assert change.code == "break"
    assert "FIELD_SAME_TYPE" in change.rules
    assert change.source


@pytest.mark.parametrize(
    ("old", "new", "wire", "json"),
    [
        ("int32", "uint32", False, False),
        ("int32", "int64", False, True),
        ("sint32", "sint64", False, True),
        ("string", "bytes", False, True),
        ("bytes", "string", True, True),
        ("int32", "E", True, True),
        ("fixed32", "sfixed32", False, False),
    ],
)
def test_types_in_bufs_groups(old: str, new: str, wire: bool, json: bool) -> None:
    change = only(compared(f"{old} a = 1;", f"{new} a = 1;", "enum E { Z = 0; }"), "type-changed")
    assert ("FIELD_WIRE_COMPATIBLE_TYPE" in change.rules) == wire
    assert ("FIELD_WIRE_JSON_COMPATIBLE_TYPE" in change.rules) == json


def test_a_closed_enum_loses_what_it_does_not_know() -> None:
    changed = compared("optional int32 a = 1;", "optional E a = 1;", "enum E { Z = 0; }", PROTO2)
    assert (changed.backward, changed.forward) == ("break", "ok")


def test_added_and_removed() -> None:
    added = compared("string a = 1;", "string a = 1; int32 b = 2;")
    assert (added.backward, added.forward) == ("ok", "ok")
    removed = compared("string a = 1; int32 b = 2;", "string a = 1;")
    assert (removed.backward, removed.forward) == ("warn", "warn")
    change = only(removed, "field-removed")
    assert change.path == "M.b"
    assert "Reserve its number and name" in change.message
    assert len(change.rules) == 3
    reserved = only(compared("string a = 1; int32 b = 2;", 'string a = 1; reserved 2; reserved "b";'), "field-removed")
    assert reserved.rules == ("FIELD_NO_DELETE",)
    assert (reserved.backward, reserved.forward) == ("ok", "warn")


def test_required() -> None:
    for old, new, backward, forward in (
        ("", "required int32 b = 2;", "break", "ok"),
        ("required int32 b = 2;", "", "warn", "break"),
        ("optional int32 b = 2;", "required int32 b = 2;", "break", "ok"),
        ("required int32 b = 2;", "optional int32 b = 2;", "ok", "break"),
    ):
        changed = compared(old, new, syntax=PROTO2)
        assert (changed.backward, changed.forward) == (backward, forward), (old, new)
        assert "MESSAGE_SAME_REQUIRED_FIELDS" in changed.changes[0].rules


def test_renamed() -> None:
    changed = compared("string old_name = 1;", "string new_name = 1;")
    change = only(changed, "field-renamed")
    assert (changed.backward, changed.forward) == ("warn", "warn")
    assert (change.wire, change.json, change.code) == ("ok", "break", "break")
    assert change.rules == ("FIELD_SAME_NAME", "FIELD_SAME_JSON_NAME")
    kept = only(compared("string old_name = 1;", 'string new = 1 [json_name = "oldName"];'), "field-renamed")
    assert kept.rules == ("FIELD_SAME_NAME",)


def test_renumbered_and_swapped() -> None:
    moved = compared("string a = 1; string b = 2;", "string a = 1; string b = 3;")
    assert [change.kind for change in moved.changes] == ["field-renumbered"]
    assert (moved.backward, moved.forward) == ("break", "break")
    swapped = compared("string a = 1; string b = 2;", "string b = 1; string a = 2;")
    assert [change.kind for change in swapped.changes] == ["number-reused", "number-reused"]
    assert swapped.backward == "break"


def test_reservations() -> None:
    used = compared("reserved 5; string a = 1;", "string a = 1; int32 b = 5;")
    assert {change.kind for change in used.changes} == {"reserved-used", "reserved-removed", "field-added"}
    assert used.backward == "warn"
    split = compared("reserved 5 to 9;", "reserved 5 to 6; reserved 7, 8 to 9;")
    assert split.changes == ()
    given_up = compared('reserved 5 to 9; reserved "x";', "reserved 5 to 8;")
    assert [change.rules for change in given_up.changes] == [("RESERVED_MESSAGE_NO_DELETE",)] * 2


@pytest.mark.parametrize(
    ("old", "new", "backward", "forward"),
    [
        ("string a = 1;", "repeated string a = 1;", "ok", "warn"),
        ("N a = 1;", "repeated N a = 1;", "ok", "warn"),
        ("int32 a = 1;", "repeated int32 a = 1;", "ok", "break"),
        ("int32 a = 1;", "repeated int32 a = 1 [packed = false];", "ok", "warn"),
        ("E a = 1;", "repeated E a = 1;", "ok", "break"),
        ("repeated int32 a = 1;", "repeated int32 a = 1 [packed = false];", "ok", "ok"),
        ("int32 a = 1;", "optional int32 a = 1;", "ok", "ok"),
        ("map<string, N> a = 1;", "repeated Entry a = 1;", "warn", "warn"),
        ("map<string, N> a = 1;", "map<string, string> a = 1;", "break", "break"),
        ("map<int32, N> a = 1;", "map<string, N> a = 1;", "break", "break"),
        ("map<string, string> a = 1;", "repeated string a = 1;", "break", "break"),
    ],
)
def test_cardinality(old: str, new: str, backward: str, forward: str) -> None:
    more = "message N { int32 n = 1; } enum E { Z = 0; } message Entry { string key = 1; N value = 2; }"
    there, back = compared(old, new, more), compared(new, old, more)
    assert (there.backward, there.forward) == (backward, forward)
    assert (back.backward, back.forward) == (forward, backward)


@pytest.mark.parametrize(
    ("old", "new", "backward", "forward"),
    [
        ("int32 a = 1; int32 b = 2;", "oneof o { int32 a = 1; int32 b = 2; }", "break", "warn"),
        ("int32 a = 1; oneof o { int32 b = 2; }", "oneof o { int32 a = 1; int32 b = 2; }", "break", "warn"),
        ("oneof o { int32 a = 1; } oneof p { int32 b = 2; }", "oneof o { int32 a = 1; int32 b = 2; }", "break", "ok"),
        ("int32 a = 1; int32 b = 2;", "int32 a = 1; oneof o { int32 b = 2; int32 c = 3; }", "warn", "warn"),
        ("oneof o { int32 a = 1; }", "int32 a = 1;", "warn", "warn"),
        ("oneof o { int32 a = 1; }", "oneof o { int32 a = 1; int32 b = 2; }", "ok", "ok"),
        ("oneof o { int32 a = 1; int32 b = 2; }", "oneof p { int32 a = 1; int32 b = 2; }", "ok", "ok"),
    ],
)
def test_oneofs(old: str, new: str, backward: str, forward: str) -> None:
    there, back = compared(old, new), compared(new, old)
    assert (there.backward, there.forward) == (backward, forward)
    assert (there.backward == "break", there.forward == "break") == (back.forward == "break", back.backward == "break")


def test_defaults_options_and_encodings() -> None:
    assert compared("optional int32 a = 1;", "optional int32 a = 1 [default = 0];", syntax=PROTO2).changes == ()
    changed = compared("optional int32 a = 1;", "optional int32 a = 1 [default = 7];", syntax=PROTO2)
    assert only(changed, "default-changed").rules == ("FIELD_SAME_DEFAULT",)
    json = compared("int32 a = 1;", 'int32 a = 1 [json_name = "x"];')
    assert only(json, "json-name-changed").json == "break"
    js = compared("int64 a = 1;", "int64 a = 1 [jstype = JS_STRING];")
    assert (js.backward, only(js, "field-option-changed").rules) == ("ok", ("FIELD_SAME_JSTYPE",))
    group = compared("optional group A = 1 { }", "optional A a = 1;", syntax=PROTO2)
    assert group.backward == "break"
    edition = 'edition = "2023";'
    delimited = compared("N a = 1;", "N a = 1 [features.message_encoding = DELIMITED];", "message N {}", edition)
    assert (delimited.backward, delimited.forward) == ("break", "break")
    sets = compared("extensions 4 to max;", "option message_set_wire_format = true; extensions 4 to max;", "", PROTO2)
    assert sets.backward == "break"


def test_extensions_are_fields() -> None:
    extended = "message B { extensions 100 to 200; }"
    old = f"{PROTO2}{extended} extend B {{ optional int32 x = 100; }}"
    changed = compare(old, old.replace("int32", "string"), dialect="protobuf")
    assert changed.backward == "break"
    removed = compare(old, PROTO2 + extended, dialect="protobuf")
    assert only(removed, "field-removed").rules == ("EXTENSION_NO_DELETE", "PACKAGE_EXTENSION_NO_DELETE")
    narrowed = compare(old, old.replace("100 to 200", "100"), dialect="protobuf")
    assert only(narrowed, "extension-range-removed").rules == ("EXTENSION_MESSAGE_NO_DELETE",)


# ----------------------------------------------------------------------------------------------------------- enums


def enums(old: str, new: str, syntax: str = PROTO3) -> Comparison:
    return compare(f"{syntax} enum E {{ {old} }}", f"{syntax} enum E {{ {new} }}", dialect="protobuf")


def test_enum_values() -> None:
    added, closed = enums("A = 0;", "A = 0; B = 1;"), enums("A = 0;", "A = 0; B = 1;", PROTO2)
    assert (added.backward, added.forward) == ("ok", "warn")
    assert (closed.backward, closed.forward) == ("ok", "break")
    removed = enums("A = 0; B = 1;", "A = 0; reserved 1;")
    assert (removed.backward, removed.forward) == ("warn", "ok")
    assert only(removed, "symbol-removed").rules == (
        "ENUM_VALUE_NO_DELETE",
        "ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED",
    )
    renamed = enums("A = 0; B = 1;", "A = 0; C = 1;")
    assert (only(renamed, "symbol-renamed").wire, only(renamed, "symbol-renamed").json) == ("ok", "break")
    assert enums("A = 0; B = 1;", "A = 0; C = 1; B = 2;").backward == "break"
    assert enums("A = 0; B = 1;", "A = 0; B = 2;").backward == "warn"
    alias = enums("A = 0; B = 1;", "option allow_alias = true; A = 0; B = 1; C = 1;")
    assert (alias.backward, alias.forward) == ("ok", "ok")


def test_open_and_closed() -> None:
    edition = 'edition = "2023"; enum E { %s A = 0; }'
    closed = compare(edition % "", edition % "option features.enum_type = CLOSED;", dialect="protobuf")
    assert only(closed, "enum-closed").rules == ("ENUM_SAME_TYPE",)
    assert (closed.backward, closed.forward) == ("warn", "ok")


# ----------------------------------------------------------------------------------- definitions, files, services


def test_a_package_renamed_is_told_once() -> None:
    old = PROTO3 + "package a.v1; message M { N n = 1; } message N { int32 x = 1; }"
    changed = compare(old, old.replace("v1", "v2"), dialect="protobuf")
    assert [change.kind for change in changed.changes] == ["package-changed"]
    assert changed.changes[0].rules == ("FILE_SAME_PACKAGE", "PACKAGE_NO_DELETE")
    assert (changed.backward, changed.forward) == ("warn", "warn")
    deeper = compare(old, old.replace("v1", "v2").replace("int32", "string"), dialect="protobuf")
    assert deeper.backward == "break"


def test_a_message_renamed_is_told_once() -> None:
    old = message("N n = 1;", "message N { int32 x = 1; message Inner { string y = 1; } }")
    changed = compare(old, old.replace("N ", "Other "), dialect="protobuf")
    assert [change.kind for change in changed.changes] == ["definition-renamed"]
    assert changed.backward == "warn"


def test_another_message_is_looked_into() -> None:
    more = "message A { int32 x = 1; } message B { int32 x = 1; string y = 2; } message C { string x = 1; }"
    assert compared("A a = 1;", "B a = 1;", more).backward == "warn"
    broken = compared("A a = 1;", "C a = 1;", more)
    assert broken.backward == "break"
    assert [change.path for change in broken.changes] == ["M.a", "M.a.x"]


def test_messages_that_contain_themselves() -> None:
    tree = "message M { M child = 1; map<string, M> more = 2; %s x = 3; }"
    changed = compare(PROTO3 + tree % "int32", PROTO3 + tree % "string", dialect="protobuf")
    assert [change.kind for change in changed.changes] == ["type-changed"]


def test_messages_and_enums_removed() -> None:
    changed = compare(
        message("int32 a = 1;", "message N {} enum E { Z = 0; }"), message("int32 a = 1;"), dialect="protobuf"
    )
    assert [change.rules for change in changed.changes] == [
        ("MESSAGE_NO_DELETE", "PACKAGE_MESSAGE_NO_DELETE"),
        ("ENUM_NO_DELETE", "PACKAGE_ENUM_NO_DELETE"),
    ]
    assert (changed.backward, changed.forward) == ("warn", "warn")


def test_files() -> None:
    files = {"x/a.proto": PROTO3 + "package p; message A {}", "x/b.proto": PROTO3 + "package p; message B {}"}
    moved = compare(files, {"x/a.proto": files["x/a.proto"] + "message B {}"}, dialect="protobuf")
    assert {change.kind for change in moved.changes} == {"file-removed", "definition-moved"}
    assert (moved.backward, moved.forward) == ("ok", "ok")
    elsewhere = {path.replace("x/", "proto/y/"): text for path, text in files.items()}
    assert compare(files, elsewhere, dialect="protobuf").changes == ()
    options = compare(
        {"a.proto": PROTO3 + 'option java_package = "a"; message A {}'},
        {"a.proto": PROTO2 + 'option java_multiple_files = false; option java_package = "b"; message A {}'},
        dialect="protobuf",
    )
    assert {rule for change in options.changes for rule in change.rules} == {
        "FILE_SAME_SYNTAX",
        "FILE_SAME_JAVA_PACKAGE",
        "MESSAGE_SAME_JSON_FORMAT",
    }
    assert options.backward == "ok"


def test_services_warn() -> None:
    service = "message A {} message B {} service S { rpc Get(A) returns (A); rpc Put(A) returns (A); }"
    changed = compare(
        PROTO3 + service,
        PROTO3 + service.replace("Get(A) returns (A)", "Get(B) returns (stream A)"),
        dialect="protobuf",
    )
    assert {rule for change in changed.changes for rule in change.rules} == {
        "RPC_SAME_REQUEST_TYPE",
        "RPC_SAME_SERVER_STREAMING",
    }
    gone = compare(PROTO3 + service, PROTO3 + service.replace("rpc Put(A) returns (A);", ""), dialect="protobuf")
    assert only(gone, "method-removed").rules == ("RPC_NO_DELETE",)
    assert gone.backward == "warn"


def test_missing_imports_are_survived() -> None:
    def using(name: str) -> str:
        return message(f"{name} a = 1;")

    assert compare(using("x.A"), using("x.A"), dialect="protobuf").changes == ()
    assert compare(using("x.A"), using("x.B"), dialect="protobuf").backward == "warn"
    assert compare(using("x.A"), using("string"), dialect="protobuf").backward == "break"
    assert compare(using("x.A"), using("int32"), dialect="protobuf").backward == "warn"


def test_well_known_types_are_known() -> None:
    def using(name: str) -> str:
        return message(f"google.protobuf.{name} a = 1;")

    assert compare(using("Int32Value"), using("Int64Value"), dialect="protobuf").forward == "break"
    assert compare(using("Int32Value"), using("Int64Value"), dialect="protobuf").backward in ("ok", "warn")
    assert compare(using("StringValue"), using("BoolValue"), dialect="protobuf").backward == "break"


def test_places_and_hostile_names() -> None:
    old = {"a.proto": PROTO3 + "message M {\n  string a = 1;\n}"}
    new = {"a.proto": PROTO3 + "message M {\n\n  int32 \u202ea = 1;\n}"}
    change = compare(old, {"a.proto": new["a.proto"].replace("\u202e", "")}, dialect="protobuf").changes[0]
    assert change.old_place is not None
    assert change.new_place is not None
    assert (change.old_place.line, change.new_place.line) == (3, 4)
    assert compare(old, new, dialect="protobuf").problems


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_a_row_breaks_whom_its_mirror_breaks_the_other_way_round(kind: str) -> None:
    row = ROWS[kind]
    mirror = ROWS[row.mirror or kind]
    assert (row.backward == "break", row.forward == "break") == (mirror.forward == "break", mirror.backward == "break")


def test_rules_are_named_as_buf_names_them() -> None:
    for row in ROWS.values():
        for rule in row.rules:
            assert rule.partition("_")[0] in {
                "FIELD",
                "MESSAGE",
                "ENUM",
                "ONEOF",
                "RPC",
                "FILE",
                "RESERVED",
                "EXTENSION",
            }
