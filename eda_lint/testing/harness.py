"""Run cases through the real pipeline and compare."""

from __future__ import annotations

import dataclasses
import functools
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from eda_lint.check.plugins import Registered, register, registered_rules
from eda_lint.model.finding import Finding
from eda_lint.model.rule import Rule
from eda_lint.model.topology import Operation, SourceProblem
from eda_lint.testing.compare import Mismatch, compare, describe
from eda_lint.testing.spec import Case, SpecError, directory_case, page_cases, page_faults

CONFIG = "eda-lint.toml"
"""Every case is a root of its own; it gets an empty one of these if it brings none."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What an engine found in a case."""

    findings: tuple[Finding, ...]
    """Those that count: neither suppressed nor baselined."""
    operations: tuple[Operation, ...]
    problems: tuple[SourceProblem, ...] = ()


class Engine(Protocol):
    """What the harness needs of the linter; the tests of the harness bring their own."""

    def __call__(
        self, root: Path, base: Path | None, codes: frozenset[str] | None, rules: Sequence[Registered]
    ) -> Analysis:
        """Analyse the project at `root`, against `base` where given, with the rules `codes` (None: the default set)."""


@dataclass(frozen=True, slots=True)
class Page:
    """A rule's page with its cases."""

    code: str
    name: str
    options: tuple[str, ...]
    text: str
    plugin: str

    def cases(self) -> tuple[Case, ...]:
        """All cases of the page. Raises SpecError."""
        return page_cases(self.text, origin=f"{self.code}.md", code=self.code)

    def faults(self) -> tuple[str, ...]:
        """What is wrong with the page's form; empty if nothing is. Raises SpecError."""
        return page_faults(self.text, code=self.code, name=self.name, options=self.options)


def run_case(case: Case, rules: Sequence[type[Rule]] | None = None, *, engine: Engine | None = None) -> list[Mismatch]:
    """Write the case to a temporary directory, lint it, and give all differences from what it expects.

    `rules` are rule classes to run in place of the installed ones, so that a plugin can be tested before it is
    installed. Raises EdaLintError where the linter cannot run: a wrong configuration, a broken plugin.
    """
    registered = _installed() if rules is None else register(rules, plugin="under test")
    with tempfile.TemporaryDirectory(prefix="eda-lint-case-") as place:
        root = _write(Path(place, "case"), case.files)
        base = _write(Path(place, "before"), _older(case)) if case.before else None
        found = (engine or analyse)(root, base, case.codes, registered)
    return compare(case, found.findings, found.operations, found.problems)


def check_case(case: Case, rules: Sequence[type[Rule]] | None = None, *, engine: Engine | None = None) -> None:
    """`run_case` for a test: raises AssertionError with a readable list of the differences, if there are any."""
    if mismatches := run_case(case, rules, engine=engine):
        raise AssertionError(describe(case, mismatches))


def pages(rules: Sequence[type[Rule]] | None = None) -> tuple[Page, ...]:
    """The pages of all installed rules, by code; or of the rule classes given. Raises RuleError."""
    registered = _installed() if rules is None else register(rules, plugin="under test")
    return tuple(
        Page(
            entry.card.code,
            entry.card.name,
            tuple(option.name for option in dataclasses.fields(entry.rule)),  # type: ignore[arg-type]
            entry.card.page,
            entry.plugin,
        )
        for entry in registered
    )


def fixtures(directory: Path) -> Iterator[Case]:
    """One case for each directory in `directory` that holds a configuration file, by name. Raises SpecError if no
    directory does: tests over nothing would pass."""
    roots = sorted(path.parent for path in directory.glob(f"*/{CONFIG}"))
    if not roots:
        raise SpecError(f"{directory.name}: no directory with {CONFIG}")
    for root in roots:
        yield directory_case(root)


def analyse(root: Path, base: Path | None, codes: frozenset[str] | None, rules: Sequence[Registered]) -> Analysis:
    """The real pipeline. Raises EdaLintError."""
    # The pipeline brings libcst and networkx; a test run that only reads pages needs neither.
    from eda_lint import run
    from eda_lint.check.load import select_rules
    from eda_lint.check.run import judge
    from eda_lint.config import load_config

    def understand(place: Path, older: Path | None = None) -> run.Understanding:
        config = load_config(place / CONFIG)
        if older is not None and config.schemas.against is None:
            against = dataclasses.replace(config.schemas, against=str(older))
            config = dataclasses.replace(config, schemas=against)
        return run.understand(
            run.Request(
                root=place, config=config, jobs=1, cache=False, parse_all=False, tracked_only=False, contracts=True
            )
        )

    current = understand(root, base)
    config = current.config
    if codes is not None:
        config = dataclasses.replace(config, select=tuple(sorted(codes)))
    outcome = judge(
        current.project,
        understand(base).project if base is not None else None,
        select_rules(rules, config),
        config=config,
        places=current.places,
        paths=None,
        tests=current.is_test,
        full_run=True,
    )
    findings = tuple(judged.finding for judged in outcome.judged if judged.counts)
    return Analysis(findings, current.project.operations, current.project.problems)


@functools.cache
def _installed() -> tuple[Registered, ...]:
    """Installed rules; reading entry points once is enough for hundreds of cases."""
    return registered_rules()


def _older(case: Case) -> Mapping[str, str | bytes]:
    """The older state of a case; it has the case's configuration unless it says otherwise."""
    shared = {CONFIG: case.files[CONFIG]} if CONFIG in case.files else {}
    return {**shared, **case.before}


def _write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write the files, exactly as given, below `root`, and make it a root of its own."""
    root.mkdir()
    for path, content in {CONFIG: "", **files}.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return root
