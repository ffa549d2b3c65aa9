"""`eda-lint check`: the faults of a code base, in the format asked for."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from eda_lint.cli.options import World, file_option, words, world_options
from eda_lint.cli.output import ColorChoice, emit, wants_color
from eda_lint.cli.paths import listed_paths, relative_paths
from eda_lint.cli.session import Session, open_session
from eda_lint.cli.staged import filtered
from eda_lint.config import Config
from eda_lint.errors import ConfigError, GitError, UsageError
from eda_lint.model.finding import Outcome, Severity

if TYPE_CHECKING:
    from eda_lint.check.load import RuleSet
    from eda_lint.discover.git import Staged
    from eda_lint.run import Understanding

FORMATS = ("text", "full", "concise", "json", "sarif", "github")
"""`text` is `full` on a terminal and in a file alike; `concise` is one line a finding."""
MACHINE = frozenset({"json", "sarif", "github"})


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """The command line of `check`."""

    paths: tuple[Path, ...]
    root: Path | None
    jobs: int
    cache: bool
    cache_dir: Path | None
    parse_all: bool
    python: Path | None
    select: tuple[str, ...]
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    preview: bool | None
    include_tests: bool | None
    form: str | None
    output_file: Path | None
    color: ColorChoice
    show_suppressed: bool
    fail_on: Severity | Literal["never"] | None
    exit_zero: bool
    baseline: Path | None
    files_from: str | None
    staged: bool
    against: str | None
    all_schemas: bool | None

    @property
    def world(self) -> World:
        """Which code base, and how it is read."""
        return World(self.root, self.jobs, self.cache, self.cache_dir, self.parse_all, self.python)

    def changes(self) -> dict[str, Any]:
        """Fields of the configuration that the command line decides alone."""
        given = {"preview": self.preview, "include_tests": self.include_tests, "fail_on": self.fail_on}
        return {name: value for name, value in given.items() if value is not None}


@click.command("check", short_help="Report faults of event-driven design, with their evidence.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--select", multiple=True, callback=words, help="Rules to run: codes, prefixes or names.")
@click.option("--extend-select", multiple=True, callback=words, help="Rules to run besides.")
@click.option("--ignore", multiple=True, callback=words, help="Rules to leave out.")
@click.option("--preview/--no-preview", default=None, help="Also run rules in preview.")
@click.option("--include-tests/--no-include-tests", default=None, help="Also report in test code.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Output format (default: text).")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True)
@click.option("--show-suppressed", is_flag=True, help="Keep suppressed findings, marked, in SARIF.")
@click.option(
    "--fail-on", type=click.Choice(("error", "warning", "info", "never")), help="Least severity that gives exit code 1."
)
@click.option("--exit-zero", is_flag=True, help="Give exit code 0 also with findings.")
@click.option("--baseline", type=click.Path(path_type=Path, dir_okay=False), help="Known findings, which do not count.")
@click.option("--files-from", metavar="FILE", help="Report on the files listed there ('-': standard input).")
@click.option("--staged", is_flag=True, help="Report on what the staged git changes touch.")
@click.option(
    "--against",
    metavar="OLD",
    help="Hold schemas against an older state: a git ref, merge-base, a directory, a lock file, registry+https://…",
)
@click.option("--all-schemas", is_flag=True, default=None, help="Also judge schemas that reach no channel.")
@file_option
@world_options
def check(**given: Any) -> int:
    """Lint the code base that PATHS belong to.

    The whole code base is judged; PATHS (default: all of it) only choose what is reported. A finding is reported
    if any of its places is in one of them.
    """
    options = CheckOptions(**given)
    if sum((bool(options.paths), options.files_from is not None, options.staged)) > 1:
        raise UsageError("PATHS, --files-from and --staged exclude each other", mend="Give one of them")
    session = open_session(options.world, options.paths, changes=options.changes(), tracked_only=options.staged)
    session = replace(session, config=_selecting(session.config, options))
    form = options.form or session.config.output_format
    if form not in FORMATS:
        raise session.config.fault(f"unknown format `{form}`", "output-format", mend=f"Formats: {', '.join(FORMATS)}")
    outcome, understood = _outcome(session, options)
    emit(_rendered(outcome, understood, form, options, session), options.output_file, machine=form in MACHINE)
    if outcome.exit_code == 1 and options.exit_zero:
        return 0
    return outcome.exit_code


def _selecting(config: Config, options: CheckOptions) -> Config:
    """The configuration with the rules that the command line selects (`--select` replaces, the others add), and with
    the old side of schemas that it names."""
    schemas = replace(
        config.schemas,
        against=options.against or config.schemas.against,
        all=config.schemas.all if options.all_schemas is None else options.all_schemas,
    )
    return replace(
        config,
        schemas=schemas,
        select=options.select or config.select,
        extend_select=(*config.extend_select, *options.extend_select),
        ignore=(*config.ignore, *options.ignore),
    )


def _outcome(session: Session, options: CheckOptions) -> tuple[Outcome, Understanding]:
    """Judge the code base, and leave out what was not asked about."""
    from eda_lint.check import baseline
    from eda_lint.check.load import load_rules

    rules = load_rules(session.config)
    known = known_findings(session.config, session.root, options.baseline)
    loaded = baseline.load(known) if known else None
    if options.staged:
        change = _staged(session.root)
        outcome, understood = judged(session, rules, None, loaded)
        return filtered(outcome, change), understood
    if options.files_from is not None:
        paths: frozenset[str] | None = listed_paths(options.files_from, session.root)
    else:
        paths = relative_paths(options.paths, session.root) if options.paths else None
    return judged(session, rules, paths, loaded)


def _staged(root: Path) -> Staged:
    from eda_lint.discover.git import staged_paths

    try:
        return staged_paths(root)
    except GitError as error:
        raise GitError(
            f"--staged asks git what is staged, and git says: {error.message}", path=root, mend="Run it in a repository"
        ) from error


def judged(
    session: Session, rules: RuleSet, paths: frozenset[str] | None, known: Any = None
) -> tuple[Outcome, Understanding]:
    """Read the code base and run rules over it. Raises EdaLintError."""
    from eda_lint.check.load import load_rules
    from eda_lint.check.run import judge

    understood = session.understand()
    if understood.config.per_file_ignores != session.config.per_file_ignores:
        rules = load_rules(understood.config)  # checks what the services below the root ignore
    outcome = judge(
        understood.project,
        None,
        rules,
        config=understood.config,
        places=understood.places,
        paths=paths,
        tests=understood.is_test,
        outside=understood.is_installed,
        full_run=True,
        baseline=known,
    )
    return outcome, understood


def known_findings(config: Config, root: Path, given: Path | None) -> Path | None:
    """The baseline's path: as given, else as configured. Raises ConfigError if a configured one is a directory."""
    if given is not None:
        return given
    if config.baseline is None:
        return None
    path = config.located(config.baseline, root)
    if path.is_dir():
        raise ConfigError("the baseline is a directory", path=path, mend="Name a file")
    return path


def _rendered(outcome: Outcome, understood: Understanding, form: str, options: CheckOptions, session: Session) -> str:
    if form == "json":
        from eda_lint.report import json

        return json.render(outcome)
    if form == "sarif":
        from eda_lint.report import sarif

        prefix = repository_prefix(session.root)
        return sarif.render(outcome, prefix=prefix, include_suppressed=options.show_suppressed)
    if form == "github":
        from eda_lint.report import github

        return github.render(outcome, prefix=repository_prefix(session.root))
    from eda_lint.report import text

    to_file = options.output_file is not None
    colored = options.color == "always" if to_file else wants_color(options.color, sys.stdout)
    return text.render(
        outcome,
        source=understood.source,
        shape="concise" if form == "concise" else "full",
        style=click.style if colored else None,
    )


def repository_prefix(root: Path) -> str:
    """The root's path below the top of its git work tree, which code hosts want before every path; `""` at the top."""
    for top in (root, *root.parents):
        if (top / ".git").exists():
            return "" if top == root else root.relative_to(top).as_posix()
    return ""
