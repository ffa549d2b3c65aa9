"""`eda-lint schema`: what it prints, its exit codes, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

OLD = '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}'
ADDED = OLD.replace("]}", ',{"name":"n","type":"int"}]}')
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("old", OLD), ("new", ADDED)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "order.avsc").write_text(text)
    return tmp_path


def test_two_files(here: Path, run: Run) -> None:
    code, out, err = run("schema", "diff", "old/order.avsc", "new/order.avsc")
    assert (code, err) == (1, "")
    assert "!! Order.n:" in out
    assert out.endswith("1 schema compared, 1 changed, 1 not compatible (FULL).\n")
    assert run("schema", "diff", "old/order.avsc", "new/order.avsc", "--mode", "forward")[0] == 0
    assert run("schema", "diff", "old/order.avsc", "old/order.avsc")[0] == 0


def test_two_directories(here: Path, run: Run) -> None:
    (here / "new" / "bill.proto").write_text('syntax = "proto3"; message Bill {}')
    code, out, _ = run("schema", "diff", "old", "new", "--mode", "BACKWARD")
    assert code == 1
    assert "2 schemas compared, 1 changed" in out


def test_json_fits_its_schema(here: Path, run: Run) -> None:
    from importlib.resources import files

    definition = json.loads(files("eda_lint.report").joinpath("schema", "schema-changes.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(definition)
    code, out, _ = run("schema", "diff", "old", "new", "--format", "json")
    data = json.loads(out)
    jsonschema.Draft202012Validator(definition).validate(data)
    assert (code, data["compatible"], data["checked"]) == (1, False, 1)
    (contract,) = data["contracts"]
    assert contract["changes"][0]["breaks"]
    assert contract["changes"][0]["new_place"]["file"] == "order.avsc"


def test_markdown_holds_no_markup_of_others(here: Path, run: Run) -> None:
    (here / "a.avsc").write_text(OLD.replace('"Order"', '"Order","doc":"|"'))
    (here / "b.avsc").write_text(ADDED.replace('"n"', '"n_"'))
    _, out, _ = run("schema", "diff", "a.avsc", "b.avsc", "--format", "markdown")
    assert "n\\_" in out
    assert "<" not in out


def test_names_cannot_steer_a_terminal(here: Path, run: Run) -> None:
    for name, text in (("a", "{}"), ("b", '{"required":["\\u001b[31m"],"properties":{"\\u001b[31m":{}}}')):
        (here / f"{name}.schema.json").write_text(text)
    code, out, _ = run("schema", "diff", "a.schema.json", "b.schema.json")
    assert code == 1
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("diff", "old", "nowhere"), "no file or directory"),
        (("diff", "old", "new/order.avsc"), "the other a directory"),
        (("diff", "old/order.avsc", "new/order.avsc", "--mode", "SIDEWAYS"), "unknown compatibility mode"),
        (("diff", "--", "-x", "old"), "no file or directory"),
        (("check", "--root", "old", "--against", "nothing-of-that-name"), ""),
        (("lock", "--root", "bad", "--all-schemas"), "bad.avsc"),
    ],
)
def test_what_cannot_be_done_ends_with_2(here: Path, run: Run, arguments: tuple[str, ...], part: str) -> None:
    (here / "bad").mkdir()
    (here / "bad" / "bad.avsc").write_text('{"type":')
    code, _, err = run("schema", *arguments)
    assert code == 2
    assert part in err


def test_a_broken_file_is_named_with_its_line(here: Path, run: Run) -> None:
    (here / "a.avsc").write_text('{"type":\n "record",\n oops}')
    code, _, err = run("schema", "diff", "a.avsc", "old/order.avsc")
    assert code == 2
    assert "a.avsc:3:" in err


def test_lock_and_check_against_it(here: Path, run: Run) -> None:
    root = here / "old"
    assert run("schema", "lock", "--root", str(root), "--all-schemas", "--no-cache")[0] == 0
    lock = root / "schemas.lock"
    before = lock.read_bytes()
    assert run("schema", "lock", "--root", str(root), "--all-schemas", "--no-cache")[0] == 0
    assert lock.read_bytes() == before
    assert run("schema", "lock", "--check", "--root", str(root), "--all-schemas", "--no-cache")[0] == 0
    (root / "order.avsc").write_text(ADDED)
    assert run("schema", "lock", "--check", "--root", str(root), "--all-schemas", "--no-cache")[0] == 1
    assert lock.read_bytes() == before
    given = ("--root", str(root), "--all-schemas", "--no-cache", "--against", str(lock))
    assert run("schema", "check", *given)[0] == 1
    assert run("schema", "check", *given, "--mode", "FORWARD")[0] == 0


def test_the_configuration_says_the_rest(here: Path, run: Run) -> None:
    root = here / "new"
    (root / "eda-lint.toml").write_text(f'[schemas]\nmode = "FORWARD"\nagainst = "{here / "old"}"\nall = true\n')
    assert run("schema", "check", "--root", str(root), "--no-cache")[0] == 0
    (root / "eda-lint.toml").write_text(f'[schemas]\nmode = "BACKWARD"\nagainst = "{here / "old"}"\nall = true\n')
    assert run("schema", "check", "--root", str(root), "--no-cache")[0] == 1
    (root / "eda-lint.toml").write_text('[schemas]\nmode = "SOME"\n')
    code, _, err = run("schema", "check", "--root", str(root), "--no-cache")
    assert code == 2
    assert "eda-lint.toml:2:" in err


def test_a_document_that_reaches_no_channel_is_not_gone(here: Path, run: Run) -> None:
    root = here / "new"
    (root / "app.py").write_text("from kafka import KafkaProducer\nKafkaProducer().send('a', b'')\n")
    given = ("--root", str(root), "--no-cache", "--against", str(here / "old"))
    code, out, _ = run("schema", "check", *given)
    assert (code, "gone" in out) == (0, False)
    (root / "order.avsc").unlink()
    code, out, _ = run("schema", "check", *given)
    assert "Order (avro, order.avsc:1) is gone" in out


def test_a_broken_document_is_told_and_the_rest_goes_on(here: Path, run: Run) -> None:
    root = here / "new"
    (root / "broken.avsc").write_text('{"type":\n oops')
    given = ("--root", str(root), "--no-cache", "--all-schemas", "--against", str(here / "old"))
    code, out, _ = run("schema", "check", *given)
    assert code == 1
    assert "not read:  broken.avsc:2" in out
    assert "1 schema compared, 1 changed" in out
    code, out, _ = run("check", *given, "--format", "concise")
    assert code == 1
    assert "broken.avsc:2:1: EDA002" in out
    assert "EDA904" in out


def test_excluded_documents_are_neither_compared_nor_gone(here: Path, run: Run) -> None:
    root = here / "new"
    (root / "eda-lint.toml").write_text('[schemas]\nexclude = ["order.avsc"]\nall = true\n')
    code, out, _ = run("schema", "check", "--root", str(root), "--no-cache", "--against", str(here / "old"))
    assert (code, out) == (0, "0 schemas compared, none changed.\n")
