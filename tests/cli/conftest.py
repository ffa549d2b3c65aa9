"""A code base, and one that is already understood, for tests of the command line alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from eda_lint.cli.entry import main
from eda_lint.cli.session import Session
from eda_lint.config import Config
from eda_lint.model.facts import Places
from eda_lint.model.topology import (
    Channel,
    Coverage,
    Operation,
    Place,
    Project,
    Service,
    SourceProblem,
)


class NoTopology:
    """Answers every question with nothing."""

    def senders(self, channel: str) -> tuple[Operation, ...]:
        return ()

    def receivers(self, channel: str) -> tuple[Operation, ...]:
        return ()

    def channels(self) -> tuple[Channel, ...]:
        return ()

    def reactions(self, handler: str) -> tuple[Operation, ...]:
        return ()

    def producers_of(self, message: str) -> tuple[str, ...]:
        return ()

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        return ()


@dataclass
class Understood:
    """What `Session.understand` gives, made by hand."""

    project: Project
    config: Config
    places: Mapping[str, Places] = field(default_factory=dict)

    def source(self, path: str) -> str | None:
        return 'print "grüße"\n'

    def parameters(self, path: str, function: str) -> tuple[str, ...]:
        return ("topic", "payload") if (path, function) == ("shop/bus.py", "publish") else ()

    def is_test(self, path: str) -> bool:
        return path.startswith("tests/")

    def is_installed(self, path: str) -> bool:
        return path.startswith("<site-packages>/")


def project(*unreadable: str) -> Project:
    """A project with one operation, one service, and an EDA002 finding in each of the files."""
    place = Place("shop/orders.py", 3, 5, 3, 20)
    operation = Operation(
        "op1", "send", "kafka", "kafka-python", "stream", place, "shop.orders:place", "shop", address="orders.placed"
    )
    hidden = Operation(
        "op2", "send", "kafka", "kafka-python", "stream", Place("shop/bus.py", 7), "shop.bus:publish", "shop"
    )
    problems = tuple(SourceProblem(Place(name, 1), "syntax", "is no Python", wanted=True) for name in unreadable)
    return Project(
        services=(Service("shop", "shop", marks=("shop/pyproject.toml",)),),
        channels=(),
        operations=(operation, hidden),
        handlers=(),
        activities=(),
        routes=(),
        topology=NoTopology(),
        coverage=Coverage(operations=2, resolved=1, files=7, parsed=3, unresolved=(("parameter", "send(topic)", 1),)),
        problems=problems,
    )


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with two files, as the current directory."""
    root = tmp_path / "shop of mine"
    (root / "shop").mkdir(parents=True)
    (root / "eda-lint.toml").write_text("")
    for name in ("shop/orders.py", "shop/legacy.py"):
        (root / name).write_text("print\n")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def understood(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets every session understand `project` with the given unreadable files."""

    def set_project(*unreadable: str) -> None:
        monkeypatch.setattr(Session, "understand", lambda self: Understood(project(*unreadable), self.config))

    return set_project


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the program in this process: exit code, standard output, standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return call
