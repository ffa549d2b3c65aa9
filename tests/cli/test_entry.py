"""Exit codes, help and trouble, the same for every verb."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import click
import pytest

from eda_lint import __version__
from eda_lint.cli.entry import VERBS, program
from eda_lint.cli.session import Session

HEAVY = ("libcst", "networkx", "jsonschema", "pathspec", "msgspec", "yaml")


@pytest.mark.parametrize("verb", VERBS)
def test_the_table_says_what_the_verb_says(verb: str) -> None:
    module, summary = VERBS[verb]
    command = getattr(importlib.import_module(module), verb)
    assert (command.name, command.short_help) == (verb, summary)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_and_a_way_to_debug(verb: str, run) -> None:
    code, out, err = run(verb, "--help")
    assert (code, err) == (0, "")
    assert out.startswith("Usage: eda-lint")
    command = program.get_command(click.Context(program), verb)
    commands = list(command.commands.values()) if isinstance(command, click.Group) else [command]
    for each in commands:
        assert "--debug" in each.get_help(click.Context(each))


def test_version(run) -> None:
    assert run("--version") == (0, f"eda-lint {__version__}\n", "")


def test_help_loads_no_heavy_library() -> None:
    """Start-up is felt on every commit; what it needs is known, so the test needs no clock."""
    script = (
        "import sys; from eda_lint.cli.entry import main; main(['--help']);"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chekc"], "Did you mean 'check'?"),
        (["qqq"], "Verbs: check, graph"),
        (["check", "--fail-on", "sometimes"], "'sometimes' is not one of"),
        (["check", "--jobs", "-1"], "--jobs"),
        (["check", "--no-such"], "No such option"),
        (["check", "nowhere"], "`nowhere` does not exist"),
        (["check", "--staged", "shop"], "exclude each other"),
        (["check", "--select", "EDA999"], "EDA999"),
        (["check", "--files-from", "missing.txt"], "`missing.txt` cannot be read"),
        (["explain"], "CODE"),
        (["explain", "unused-supression"], "Did you mean `unused-suppression`?"),
        (["graph", "--format", "dot"], "'dot' is not"),
        (["baseline", "wirte"], "wirte"),
        ([], "Usage: eda-lint"),
    ],
)
def test_what_cannot_run_ends_with_2_and_says_why(arguments: list[str], said: str, shop: Path, run) -> None:
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    assert said in err
    assert "Traceback" not in err


def test_a_wrong_configuration_ends_with_2_at_its_line(shop: Path, run) -> None:
    (shop / "eda-lint.toml").write_text("# mine\nselekt = []\n")
    code, _, err = run("check")
    assert code == 2
    assert "eda-lint.toml:2:" in err
    assert "`select`" in err


def broken(self: Session) -> None:
    raise RuntimeError("first line\nsecond line")


def interrupted(self: Session) -> None:
    raise KeyboardInterrupt


def test_an_internal_error_is_one_line(shop: Path, run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "understand", broken)
    code, out, err = run("check")
    assert (code, out) == (2, "")
    assert err.startswith("eda-lint: internal error: RuntimeError: first line. ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("by_option", [True, False])
def test_debug_shows_the_traceback(shop: Path, run, monkeypatch: pytest.MonkeyPatch, by_option: bool) -> None:
    monkeypatch.setattr(Session, "understand", broken)
    if not by_option:
        monkeypatch.setenv("EDA_LINT_DEBUG", "1")
    code, _, err = run("check", *(["--debug"] if by_option else []))
    assert code == 2
    assert "Traceback" in err
    assert "in broken" in err


@pytest.mark.parametrize("verb", ["check", "graph", "services", "coverage"])
def test_interrupted(verb: str, shop: Path, run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "understand", interrupted)
    code, out, err = run(verb)
    assert (code, out, err.strip()) == (130, "", "eda-lint: interrupted")


def test_the_module_is_the_program() -> None:
    done = subprocess.run([sys.executable, "-m", "eda_lint", "nonsense"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "There is no verb 'nonsense'" in done.stderr
