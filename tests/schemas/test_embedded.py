"""Schemas that stand in Python code."""

from __future__ import annotations

import textwrap

import pytest

from eda_lint.errors import SchemaError
from eda_lint.model.schema import Record
from eda_lint.schemas import read
from eda_lint.schemas.embedded import Embedded, embedded
from eda_lint.schemas.python.modules import ModuleText

RECORD = '{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "long"}]}'


def found(text: str) -> list[Embedded]:
    return embedded(textwrap.dedent(text), "shop/events.py")


@pytest.mark.parametrize(
    "text",
    [
        f"import avro.schema\navro.schema.parse('{RECORD}')",
        f"from avro.schema import parse as p\nORDER = '{RECORD}'\nschema = p(ORDER)",
        f"import fastavro\nORDER = {RECORD}\nfastavro.parse_schema(ORDER)",
        f"from fastavro import schemaless_writer\ndef f(out, x):\n    s = {RECORD}\n    schemaless_writer(out, s, x)",
        f"import json, avro.schema\navro.schema.parse(json.dumps({RECORD}))",
        f"import avro.schema\navro.schema.parse('''\n{RECORD}\n'''.strip())",
        f"from confluent_kafka.schema_registry.avro import AvroSerializer as S\nS(client, schema_str='{RECORD}')",
        f"from confluent_kafka.schema_registry import Schema\nSchema('{RECORD}', 'AVRO')",
        f"from confluent_kafka import avro\navro.loads('{RECORD}')",
        f"import fastavro\nclass P:\n    S = {RECORD}\n    def f(self):\n        fastavro.parse_schema(self.S)",
        f"import fastavro\nclass P:\n    S = {RECORD}\nfastavro.parse_schema(P.S)",
        f"import fastavro\nID = 'id'\nO = {RECORD.replace(chr(34) + 'id' + chr(34), 'ID')}\nfastavro.parse_schema(O)",
    ],
)
def test_what_a_library_is_given_is_read(text: str) -> None:
    (one,) = found(text)
    assert one.dialect == "avro"
    schema = read(one.text, dialect=one.dialect, path=one.path)
    assert list(schema.definitions) == ["Order"]
    assert not schema.problems


@pytest.mark.parametrize(
    ("call", "dialect"),
    [
        ("jsonschema.validate(order, {'type': 'object'})", "jsonschema"),
        ("jsonschema.Draft7Validator({'type': 'object'})", "jsonschema"),
        ("fastjsonschema.compile({'type': 'object'})", "jsonschema"),
        ("fastavro.writer(out, 'long', [])", "avro"),
    ],
)
def test_the_function_tells_the_dialect(call: str, dialect: str) -> None:
    (one,) = found(f"import jsonschema, fastjsonschema, fastavro\n{call}")
    assert (one.dialect, one.function) == (dialect, call.partition("(")[0])


@pytest.mark.parametrize(
    "text",
    [
        "import fastavro\nfastavro.parse_schema(load('a.avsc'))",
        "import fastavro\nfastavro.parse_schema(unknown)",
        "import fastavro\nfastavro.parse_schema({'type': kind()})",
        "import fastavro\nfastavro.parse_schema({**base, 'name': 'a'})",
        "import fastavro\nfastavro.parse_schema(*arguments)",
        "import fastavro\nA = B\nB = A\nfastavro.parse_schema(A)",
        "import fastavro\ndef f(x):\n    s = 'int'\n    s = x\n    fastavro.parse_schema(s)",
        "import fastavro\nS = 'int'\ndef f(S):\n    fastavro.parse_schema(S)",
        "import fastavro\nS = 'int'\ndef f():\n    for S in x:\n        fastavro.parse_schema(S)",
        "def parse_schema(x): ...\nparse_schema('int')  # not fastavro's",
        "from confluent_kafka.schema_registry import Schema\nSchema(text, kind)\nSchema('syntax = 1', 'PROTOBUF')",
        "import json\njson.dumps({'type': 'record'})",
    ],
)
def test_what_is_made_at_run_time_or_is_no_schema_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_each_field_has_the_line_that_it_has_in_the_module() -> None:
    text = """\
    import fastavro

    ORDER = {
        "type": "record", "name": "Order",
        "fields": [
            {"name": "id", "type": "long"},

            {"name": "note",
             "type": "string"},
        ],
    }
    fastavro.parse_schema(ORDER)
    """
    (one,) = found(text)
    schema = read(one.text, dialect="avro", path=one.path)
    order = schema.definitions["Order"].type
    assert isinstance(order, Record)
    assert [(field.place.file, field.place.line) for field in order.fields if field.place] == [
        ("shop/events.py", 6),
        ("shop/events.py", 8),
    ]
    assert (one.name, one.place.line, one.function) == ("ORDER", 12, "fastavro.parse_schema")


def test_a_text_over_several_lines_keeps_them_too() -> None:
    record = '\n{"type": "record", "name": "R",\n "fields": [\n  {"name": "a", "type": "int"}]}'
    text = f'import avro.schema\navro.schema.parse("""{record}""")'
    schema = read(found(text)[0].text, dialect="avro")
    found_record = schema.definitions["R"].type
    assert isinstance(found_record, Record)
    assert [field.place.line for field in found_record.fields if field.place] == [5]


def test_a_text_with_escapes_stands_where_it_begins() -> None:
    text = 'import avro.schema\n\navro.schema.parse(\'{\\n"type": "enum", "name": "E",\\n"symbols": []}\')'
    schema = read(found(text)[0].text, dialect="avro")
    place = schema.definitions["E"].place
    assert place is not None
    assert place.line == 3


def test_a_schema_is_followed_into_the_module_that_holds_it() -> None:
    other = f"\n\nORDER = '{RECORD}'\n"
    text = "import fastavro\nfrom shop.schemas import ORDER\nfastavro.parse_schema(ORDER)"

    def find(name: str) -> ModuleText | None:
        return ModuleText(other, "shop/schemas.py") if name == "shop.schemas" else None

    (one,) = embedded(text, "shop/send.py", name="shop.send", find_module=find)
    assert (one.path, one.place.file) == ("shop/schemas.py", "shop/send.py")
    place = read(one.text, dialect="avro", path=one.path).definitions["Order"].place
    assert place is not None
    assert (place.file, place.line) == ("shop/schemas.py", 3)


def test_one_schema_used_twice_is_told_once() -> None:
    text = f"import fastavro\nS = {RECORD}\nfastavro.parse_schema(S)\nfastavro.writer(out, S, [])"
    assert [one.place.line for one in found(text)] == [3]


def test_no_python_is_refused() -> None:
    with pytest.raises(SchemaError):
        embedded("import avro\ndef", "a.py")


def test_literals_that_stand_for_very_much_or_for_themselves_end() -> None:
    many = "\n".join(f"L{n} = [{', '.join([f'L{n - 1}'] * 9)}]" for n in range(1, 12))
    assert found(f"import fastavro\nL0 = ['int']\n{many}\nfastavro.parse_schema(L11)") == []
    assert found("import fastavro\nA = {'type': A}\nfastavro.parse_schema(A)") == []
    assert found(f"import fastavro\nfastavro.parse_schema({'[' * 150}{']' * 150})") == []
