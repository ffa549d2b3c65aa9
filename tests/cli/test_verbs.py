"""Every verb over a code base that is already understood: what it prints, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

LEGACY = "shop/legacy.py"


def codes(out: str) -> list[tuple[str, str]]:
    return [(each["code"], each["file"]) for each in json.loads(out)["findings"]]


def test_clean(shop: Path, understood, run) -> None:
    understood()
    code, out, err = run("check")
    assert (code, err) == (0, "")
    assert out.startswith("No findings. 2 message operations found")


@pytest.mark.parametrize("form", ["text", "full", "concise", "json", "sarif", "github"])
def test_findings_end_with_1_in_every_format(form: str, shop: Path, understood, run) -> None:
    understood(LEGACY)
    code, out, err = run("check", "--format", form)
    assert (code, err) == (1, "")
    assert "EDA002" in out
    assert run("check", "--format", form, "--exit-zero")[0] == 0


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 1), ("info", 1), ("never", 0)])
def test_fail_on(level: str, code: int, shop: Path, understood, run) -> None:
    understood(LEGACY)
    assert run("check", "--fail-on", level)[0] == code


def test_the_configuration_decides_what_the_command_line_leaves_open(shop: Path, understood, run) -> None:
    understood(LEGACY)
    (shop / "eda-lint.toml").write_text('fail-on = "error"\noutput-format = "concise"\n')
    code, out, _ = run("check")
    assert code == 0
    assert out.startswith("shop/legacy.py:1:1: EDA002 ")
    assert run("check", "--fail-on", "warning")[0] == 1


def test_an_unknown_configured_format_is_refused(shop: Path, run) -> None:
    (shop / "eda-lint.toml").write_text('output-format = "xml"\n')
    code, _, err = run("check")
    assert code == 2
    assert "eda-lint.toml:1:" in err


def test_selecting(shop: Path, understood, run) -> None:
    understood(LEGACY)
    assert run("check", "--ignore", "EDA001,unreadable-source")[0] == 0
    assert run("check", "--select", "EDA001")[0] == 0
    assert run("check", "--select", "EDA001", "--extend-select", "EDA002")[0] == 1


def test_paths_filter_what_is_reported(shop: Path, understood, run) -> None:
    understood(LEGACY, "shop/other.py")
    code, out, _ = run("check", LEGACY, "--format", "json")
    assert (code, codes(out)) == (1, [("EDA002", LEGACY)])
    assert json.loads(out)["summary"]["filtered"] == 1
    assert run("check", "shop/orders.py")[0] == 0
    assert len(codes(run("check", "shop", "--format", "json")[1])) == 2


def test_an_empty_list_of_files_reports_nothing(shop: Path, understood, run) -> None:
    understood(LEGACY)
    Path("list").write_text("")
    assert run("check", "--files-from", "list")[0] == 0
    Path("list").write_text(f"{LEGACY}\nshop/deleted.py\n")
    assert run("check", "--files-from", "list")[0] == 1


def test_a_rule_that_fails_ends_with_2_and_leaves_no_doubt(shop: Path, understood, run, monkeypatch) -> None:
    from eda_lint_rules.tool.unreadable_source import UnreadableSource

    monkeypatch.setattr(UnreadableSource, "check", lambda *_: 1 // 0)
    understood(LEGACY)
    code, out, _ = run("check", "--exit-zero")
    assert code == 2
    assert "ZeroDivisionError" in out


def test_output_file(shop: Path, understood, run) -> None:
    understood(LEGACY)
    code, out, _ = run("check", "--output-file", "report.txt", "--color", "auto")
    assert (code, out) == (1, "")
    assert "EDA002" in Path("report.txt").read_text()
    assert "\x1b[" not in Path("report.txt").read_text()


def test_color(shop: Path, understood, run, monkeypatch) -> None:
    understood(LEGACY)
    assert "\x1b[" not in run("check")[1]
    assert "\x1b[" in run("check", "--color", "always")[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("check")[1]
    assert "\x1b[" not in run("check", "--format", "json")[1]


def test_baseline_marks_what_is_known_and_prune_forgets_what_is_mended(shop: Path, understood, run) -> None:
    understood(LEGACY, "shop/older.py")
    code, out, _ = run("baseline", "write")
    assert code == 0
    assert out.startswith("2 known findings written")
    assert run("check", "--baseline", "eda-lint-baseline.json")[0] == 0
    (shop / "eda-lint.toml").write_text('baseline = "eda-lint-baseline.json"\n')
    assert run("check")[0] == 0
    understood(LEGACY, "shop/new.py")
    assert run("check")[0] == 1
    assert run("baseline", "prune")[1].startswith("1 mended findings dropped")
    assert [each["file"] for each in json.loads(Path("eda-lint-baseline.json").read_text())["findings"]] == [LEGACY]


def test_a_missing_baseline_is_no_empty_one(shop: Path, understood, run) -> None:
    understood()
    assert run("check", "--baseline", "none.json")[0] == 2


def test_graph(shop: Path, understood, run) -> None:
    understood()
    code, out, _ = run("graph", "--format", "json")
    assert code == 0
    assert [each["address"] for each in json.loads(out)["operations"]] == ["orders.placed", None]


def test_services(shop: Path, understood, run) -> None:
    understood()
    code, out, _ = run("services")
    assert (code, out) == (0, "shop  service  shop  sends 2, receives 0  (shop/pyproject.toml)\n")
    data = json.loads(run("services", "--format", "json")[1])["services"]
    assert data == [
        {
            "name": "shop", "path": "shop", "kind": "service", "marks": ["shop/pyproject.toml"],
            "sends": 2, "receives": 0,
        }
    ]  # fmt: skip


def test_coverage(shop: Path, understood, run) -> None:
    understood(LEGACY)
    code, out, _ = run("coverage")
    assert code == 0
    assert "2 found, 1 resolved (50 %)" in out
    assert "parameter  e.g. send(topic)" in out
    assert "shop/legacy.py:1: is no Python" in out
    assert '  # shop/bus.py:7\n  [[tool.eda-lint.wrappers]]\n  function = "shop.bus.publish"\n' in out
    data = json.loads(run("coverage", "--format", "json")[1])
    assert data["wrappers"] == [
        {
            "function": "shop.bus.publish", "action": "send", "system": "kafka",
            "roles": {"channel": "topic", "payload": "payload"}, "operations": 1, "file": "shop/bus.py", "line": 7,
        }
    ]  # fmt: skip
    assert (data["operations"], data["resolved"], data["problems"][0]["file"]) == (2, 1, LEGACY)


def test_rules_and_explain(run) -> None:
    code, out, _ = run("rules", "--format", "json")
    assert code == 0
    listed = json.loads(out)["rules"]
    assert [each["code"] for each in listed] == sorted(each["code"] for each in listed)
    assert listed[0]["plugin"] == "eda-lint"
    assert len(run("rules")[1].splitlines()) == len(listed)
    for each in listed:
        by_code, by_name = run("explain", each["code"]), run("explain", each["name"])
        assert by_code == by_name
        assert by_code[1].startswith(f"# {each['code']} {each['name']}\n")
    assert json.loads(run("explain", "EDA001", "--format", "json")[1])["page"].startswith("# EDA001")


def test_the_environment_that_declared_packages_are_read_from(tmp_path: Path, run) -> None:
    written = {
        "root/eda-lint.toml": 'packages = ["acme_events", "zebra"]\n',
        "root/app.py": "from acme_events import publish\n\npublish('orders')\n",
        "env/lib/python3.12/site-packages/acme_events.py": (
            "from kafka import KafkaProducer\n\n\ndef publish(topic):\n    KafkaProducer().send(topic)\n"
        ),
    }
    for path, text in written.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    root = str(tmp_path / "root")
    code, out, _ = run("coverage", root, "--python", str(tmp_path / "env"))
    assert code == 0
    assert "1 found, 1 resolved" in out
    assert "(package-not-read):\n  zebra: no Python source of it in env\n" in out
    assert str(tmp_path) not in out
    code, out, _ = run("coverage", root)
    assert "  acme_events: no environment: name one with `python`\n  zebra: no environment" in out
    assert run("coverage", root, "--python", str(tmp_path / "absent"))[0] == 2
