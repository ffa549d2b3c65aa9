from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.catalog.load import Catalog, TypeRef, build, default_of, load_catalog, matches
from eda_lint.catalog.read import Part
from eda_lint.catalog.tables import Settings
from eda_lint.errors import CatalogError

BUS = """
name = "bus"
imports = ["bus"]
kind = "topic"

[objects]
"bus.default" = "producer"

[types.producer]
paths = ["bus.Producer"]
extends = ["closing"]
attributes = { admin = "closing" }

[types.producer.constructor]
params = ["prefix=''"]
roles.prefix.param = "prefix"
holds = ["prefix"]

[[types.producer.methods]]
name = "send"
versions = ">=2"
params = ["topic", "value"]
action = "send"
roles.channel = { param = "topic", before = "prefix" }
roles.payload.param = "value"

[[types.producer.methods]]
name = "send"
versions = "<2"
params = ["value", "channel"]
action = "send"
roles.channel.param = "channel"
roles.payload.param = "value"

[types.closing]

[[types.closing.methods]]
names = ["close", "flush"]
params = []
flushes = true

[types.listener]
paths = ["bus.Listener"]

[[types.listener.overrides]]
name = "on_message"
params = ["record"]
record = "record"

[types.record]
payload_at = ["value()", '["value"]']
"""


def catalog(*texts: str) -> Catalog:
    return build(Part(f"{index}.toml", text.encode()) for index, text in enumerate(texts))


def faults(*texts: str) -> str:
    with pytest.raises(CatalogError) as caught:
        catalog(*texts)
    return str(caught.value)


def test_types_objects_methods_and_overrides_are_found() -> None:
    bus = catalog(BUS)
    producer = bus.type_at("bus.Producer")
    assert producer == TypeRef("bus", "producer") == bus.object_at("bus.default")
    assert bus.type_at("bus.Nothing") is None
    close = bus.method(producer, "close")
    assert close is not None
    assert close.flushes
    assert bus.method(producer, "flush") is close
    assert bus.attribute(producer, "admin") == TypeRef("bus", "closing")
    assert bus.override(TypeRef("bus", "listener"), "on_message") is not None
    assert bus.override(producer, "on_message") is None
    assert bus.method_names() == {"send", "close", "flush"}
    assert bus.kind(producer) == "topic"


def test_overloads_are_chosen_by_version_and_by_what_fits() -> None:
    bus = catalog(BUS)
    producer = TypeRef("bus", "producer")
    new, old = bus.methods(producer, "send")
    assert bus.method(producer, "send") is new
    assert bus.methods(producer, "send", "1.9") == (old,)
    assert bus.methods(producer, "send", "2.0rc1") == (new,)
    assert bus.overload((new, old), 1, ["channel"]) is old
    assert bus.overload((new, old), 2, []) is new
    assert bus.overload((), 0, []) is None


def test_overloads_are_told_apart_by_the_arguments_that_they_need() -> None:
    by_version = ('versions = ">=2"\n', 'versions = "<2"\n')
    plain = BUS.replace(by_version[0], "").replace(by_version[1], "")
    shorter = plain.replace('params = ["topic", "value"]', 'params = ["topic"]').replace(
        'roles.payload.param = "value"\n', "", 1
    )
    found = catalog(shorter)
    rows = found.methods(TypeRef("bus", "producer"), "send")
    assert [found.overload(rows, given, ()) for given in (1, 2)] == list(rows)
    assert "is there twice" in faults(plain)


def test_a_class_that_a_generator_makes_is_known_by_its_path() -> None:
    found = catalog(BUS.replace("[types.closing]\n", "[types.closing]\ngenerated = '_bus\\.\\w+Stub$'\n", 1))
    assert found.type_at("shop.orders_bus.OrdersStub") == TypeRef("bus", "closing")
    assert found.type_at("shop.orders_bus.OrdersStubs") is None
    assert found.type_at("bus.Producer") == TypeRef("bus", "producer")


def test_clients_are_seeds_and_effects_are_not() -> None:
    effects = 'name = "db"\nimports = ["db"]\n[[functions]]\npaths = ["db.insert"]\neffect = "insert"\n'
    both = catalog(BUS, effects)
    assert both.import_roots() == {"bus"}
    assert both.effect_roots() == {"db"}
    found = both.function_at("db.insert")
    assert found is not None
    assert (found[0].name, found[1].effect) == ("db", "insert")


def test_two_files_of_one_library_are_joined() -> None:
    more = """
name = "bus"
imports = ["bus_extras"]
[[types.closing.methods]]
name = "close"
effect = "flush"
[[types.producer.methods]]
name = "delete"
effect = "delete"
[types.extra]
paths = ["bus_extras.Extra"]
"""
    joined = catalog(BUS, more)
    producer = TypeRef("bus", "producer")
    close, flush, delete = (joined.method(producer, name) for name in ("close", "flush", "delete"))
    assert close is not None
    assert flush is not None
    assert delete is not None
    assert (close.flushes, close.effect, flush.effect, delete.effect) == (True, "flush", "", "delete")
    assert joined.type_at("bus_extras.Extra") == TypeRef("bus", "extra")


def test_two_files_that_contradict_each_other_are_refused() -> None:
    other = 'name = "bus"\nimports = ["bus"]\n[[types.closing.methods]]\nname = "close"\nparams = ["timeout"]\n'
    assert faults(BUS.replace("params = []", 'params = ["other"]'), other).count("params") == 1


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('record = "record"', 'record = "nothing"', "there is no type 'nothing'"),
        ('attributes = { admin = "closing" }', 'attributes = { admin = "other:closing" }', "no type 'other:closing'"),
        ('extends = ["closing"]', 'extends = ["nothing"]', "extends 'nothing'"),
        ('roles.payload.param = "value"\n\n[[', 'roles.payload.param = "body"\n\n[[', "no parameter 'body'"),
        ("roles.channel.param", "roles.chanel.param", "chanel"),
        ('holds = ["prefix"]', 'holds = ["channel"]', "holds 'channel'"),
        ('versions = ">=2"', 'versions = "two"', "no version specifier"),
        ('versions = ">=2"\n', "", "is there twice"),
        ('topic", before = "prefix"', 'topic", bound = "path"', "exactly one of param"),
        (
            'action = "send"\nroles.channel = {',
            'action = "send"\nruns = true\nroles.channel = {',
            "there is no handler",
        ),
        ('payload_at = ["value()"', 'generated = "("\npayload_at = ["value()"', "generated: "),
        ('payload_at = ["value()"', 'piped = "nothing"\npayload_at = ["value()"', "there is no type 'nothing'"),
        ('payload_at = ["value()"', 'payload_at = ["value(("', "chain of steps"),
        ('params = ["topic", "value"]', 'params = ["topic", "topic"]', "twice"),
        ('imports = ["bus"]', "imports = []", "imports is empty"),
        ('imports = ["bus"]', 'imports = ["bus"]\nimport = 1', "import"),
        ('paths = ["bus.Listener"]', 'paths = ["bus.Producer"]', "claimed twice"),
        ('action = "send"', 'action = "sent"', "sent"),
        ('before = "prefix" }', 'receiver = "channel" }', "exactly one of"),
        ("[types.record]", "[types.record", "line"),
        ("flushes = true", 'effect = "explode"', "'explode' is no effect"),
    ],
)
def test_a_fault_is_told_with_its_file(old: str, new: str, fault: str) -> None:
    assert old in BUS
    text = faults(BUS.replace(old, new))
    assert fault in text
    assert text.startswith("0.toml")


def test_all_faults_of_all_files_are_told_at_once() -> None:
    broken = BUS.replace('action = "send"', 'action = "sent"').replace("flushes = true", "flushes = 1")
    text = faults(broken, "name = 1\n", "\x00")
    assert text.count("sent") == 1
    assert "types.producer" in text
    assert "types.closing" in text
    assert "1.toml" in text
    assert "2.toml" in text


def test_two_libraries_cannot_claim_one_class() -> None:
    assert "claimed twice" in faults(BUS, BUS.replace('name = "bus"', 'name = "other"'))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_catalog_or_refused(content: bytes) -> None:
    with pytest.raises(CatalogError):
        build([Part("x.toml", content)])


def test_files_and_directories_are_added(tmp_path: Path) -> None:
    (tmp_path / "bus.toml").write_text(BUS, "utf-8")
    (tmp_path / "notes.txt").write_text("no catalog", "utf-8")
    for extra in (tmp_path, tmp_path / "bus.toml"):
        assert load_catalog([extra]).type_at("bus.Producer") == TypeRef("bus", "producer")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="cannot read") as caught:
        load_catalog([tmp_path / "none.toml"])
    assert "none.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("version", "value"), [("2.0.2", "1"), ("3.0", "all"), ("3.1.0rc1", "all"), (None, ""), ("no version", "")]
)
def test_defaults_depend_on_the_version(version: str | None, value: str) -> None:
    acks = Settings(name="acks", versions={"<3": "1", ">=3": "all"})
    assert default_of(acks, version) == value


def test_a_version_matches_a_specifier() -> None:
    assert matches("1.4", ">=1,<2")
    assert not matches("0.13", ">=1")


def test_a_compiled_catalog_is_the_one_that_was_read(tmp_path: Path) -> None:
    extra = tmp_path / "bus.toml"
    extra.write_text(BUS, "utf-8")
    cache = tmp_path / "deep" / "cache"
    first, second = load_catalog([extra], cache), load_catalog([extra], cache)
    assert len(list(cache.iterdir())) == 1
    for one, other in ((first, second), (first, load_catalog([extra]))):
        assert msgspec.to_builtins(dict(one.libraries)) == msgspec.to_builtins(dict(other.libraries))
        assert one.import_roots() == other.import_roots()
        assert one.effect_roots() == other.effect_roots()


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    extra = tmp_path / "bus.toml"
    for kind in ("topic", "queue"):
        extra.write_text(BUS.replace('kind = "topic"', f'kind = "{kind}"'), "utf-8")
        assert load_catalog([extra], tmp_path / "cache").kind(TypeRef("bus", "producer")) == kind


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xff" * 90])
def test_a_damaged_compiled_catalog_is_a_miss(tmp_path: Path, content: bytes) -> None:
    load_catalog([], tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for damaged in (content, whole[: len(whole) // 2]):
        file.write_bytes(damaged)
        assert load_catalog([], tmp_path).type_at("kafka.KafkaProducer") is not None
        assert file.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    assert load_catalog([], tmp_path / "file" / "cache").type_at("kafka.KafkaProducer") is not None
