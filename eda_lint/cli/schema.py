"""`eda-lint schema`: schemas of messages held against their older versions, and written down to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eda_lint.cli.options import World, data_format_option, debug_option, file_option, world_options
from eda_lint.cli.output import emit
from eda_lint.cli.session import Session, open_session
from eda_lint.errors import SchemaError, UsageError, shown

if TYPE_CHECKING:
    from eda_lint.model.contract import Contract, Evolution
    from eda_lint.model.schema import Dialect, SchemaProblem
    from eda_lint.model.topology import Project
    from eda_lint.report.schemas import SchemaReport
    from eda_lint.schemas.documents import Documents
    from eda_lint.schemas.modes import Mode

LOCK = "schemas.lock"
"""Where the lock file lies unless it is said otherwise."""
DIALECTS = ("avro", "jsonschema", "protobuf", "thrift", "python")


@click.group("schema", short_help="Compare schemas of messages with their older versions.")
def schema() -> None:
    """Hold schemas of messages (Avro, JSON Schema, Protobuf, Thrift, Python classes) against older versions."""


mode_option = click.option(
    "--mode", metavar="MODE", help="BACKWARD, FORWARD, FULL, one of them with _TRANSITIVE, or NONE (default: FULL)."
)
against_option = click.option(
    "--against",
    metavar="OLD",
    help="The older state: a git ref, merge-base, a directory, a lock file, registry+https://… "
    "(default: as configured, else merge-base).",
)
all_option = click.option("--all-schemas", is_flag=True, default=None, help="Also schemas that reach no channel.")
form_option = data_format_option("text", "json", "markdown")


@schema.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--dialect", type=click.Choice(DIALECTS), help="What the files are (default: by suffix and content).")
@mode_option
@form_option
@file_option
@debug_option
def diff(old: str, new: str, dialect: Dialect | None, mode: str | None, form: str, output_file: Path | None) -> int:
    """Say what changed from OLD to NEW and whom it breaks.

    Each is a file or a directory, or REF:PATH for a file or directory of a git commit. Exit code 1 if the mode does
    not allow a change.
    """
    from eda_lint.schemas.evolution import evolutions
    from eda_lint.schemas.sides.trees import State, TreeSide

    wanted = _mode(mode or "FULL")
    before, after = _documents(old), _documents(new)
    if before.single is not None and after.single is not None:
        contracts = [_contract(after, after.single, dialect)]
        known = _contract(before, before.single, dialect or contracts[0].dialect)
        if known.dialect != contracts[0].dialect:
            raise UsageError(
                f"OLD is {known.dialect}, NEW is {contracts[0].dialect}", mend="Compare two of one dialect"
            )
        side = TreeSide(State(old, before.documents, {after.single: before.single}))
        found = [
            each for each in evolutions(contracts, side, wanted if wanted != "NONE" else "FULL") if not each.removed
        ]
    elif before.single is None and after.single is None:
        contracts = list(after.documents.all())
        found = list(evolutions(contracts, TreeSide(State(old, before.documents, {})), wanted))
    else:
        raise UsageError("one of OLD and NEW is a file, the other a directory", mend="Give two of a kind")
    problems = (*_problems(before.documents), *_problems(after.documents))
    return _report(found, len(contracts), wanted, problems, form, output_file)


@schema.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@against_option
@all_option
@mode_option
@form_option
@file_option
@world_options
def check(
    paths: tuple[Path, ...],
    against: str | None,
    all_schemas: bool | None,
    mode: str | None,
    form: str,
    output_file: Path | None,
    **world: Any,
) -> int:
    """Hold every schema of the code base that PATHS belong to against its older versions.

    Schemas that reach a channel count; with --all-schemas every schema file does. Exit code 1 if the mode does not
    allow a change.
    """
    from eda_lint.schemas.sides.opening import MERGE_BASE

    session = open_session(World(**world), paths)
    wanted = _mode(mode or session.config.schemas.mode)
    project = _project(session, all_schemas, against or session.config.schemas.against or MERGE_BASE, wanted)
    return _report(project.evolutions, len(project.contracts), wanted, _unread(project), form, output_file)


@schema.command("lock")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help=f"The file (default: {LOCK} in the root)."
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit code 1 if the file is not up to date.")
@all_option
@world_options
def lock(paths: tuple[Path, ...], output: Path | None, only_check: bool, all_schemas: bool | None, **world: Any) -> int:
    """Write the schemas of the code base down, to be committed: `--against` that file compares with them."""
    from eda_lint.schemas.lock import encode

    session = open_session(World(**world), paths)
    project = _project(session, all_schemas, None, "NONE")
    contracts, problems = project.contracts, _unread(project)
    if problems:
        raise SchemaError.together(
            SchemaError(p.message, path=p.place.file if p.place else None, line=p.place.line if p.place else None)
            for p in problems
        )
    target = output or session.root / LOCK
    content = encode(contracts)
    if not only_check:
        emit(content, target)
        return 0
    try:
        known = target.read_text(encoding="utf-8")
    except FileNotFoundError:
        known = ""
    except (OSError, ValueError) as error:
        raise UsageError(f"`{shown(str(target))}` cannot be read: {error}") from error
    if known == content:
        return 0
    emit(f"{target.name} is not up to date; write it anew with `eda-lint schema lock`", None)
    return 1


# ----------------------------------------------------------------------------------------------------- parts


class _Given:
    """What OLD or NEW names: the documents of a tree, and the one file of it that is meant, if it is one."""

    def __init__(self, documents: Documents, single: str | None) -> None:
        self.documents = documents
        self.single = single


def _documents(given: str) -> _Given:
    from eda_lint.discover.tree import GitTree, WorkTree
    from eda_lint.schemas.sides.opening import documents_of

    path = Path(given)
    if path.is_dir():
        return _Given(documents_of(WorkTree(path, respect_gitignore=False)), None)
    if path.is_file():
        return _Given(documents_of(WorkTree(path.parent, respect_gitignore=False)), path.name)
    ref, colon, inside = given.partition(":")
    if not colon or given.startswith("-"):
        raise UsageError(f"`{shown(given)}` is no file or directory", mend="Or name a file of a commit as REF:PATH")
    tree = GitTree(Path.cwd(), ref)
    inside = inside.removeprefix("./").rstrip("/")
    if inside in tree.paths():
        return _Given(documents_of(tree), inside)
    below = f"{inside}/" if inside not in ("", ".") else ""
    if not any(each.startswith(below) for each in tree.paths()):
        raise UsageError(f"`{shown(ref)}` has no file or directory `{shown(inside)}`", mend="PATH is relative to here")
    return _Given(_below(documents_of(tree), tree.paths(), below), None)


def _below(documents: Documents, paths: Iterable[str], prefix: str) -> Documents:
    """The documents of a directory, by their paths below it."""
    from eda_lint.schemas.documents import Documents as Kind

    inner = [path.removeprefix(prefix) for path in paths if path.startswith(prefix)]
    return Kind(inner, lambda path: documents.text(prefix + path))


def _contract(given: _Given, path: str, dialect: Dialect | None) -> Contract:
    found = given.documents.contract(path, dialect=dialect)
    if found is not None:
        return found
    if given.documents.faults:
        raise SchemaError.together(
            SchemaError(fault.message, path=fault.path, line=fault.line) for fault in given.documents.faults
        )
    raise UsageError(
        f"`{shown(path)}` is no schema that is known by its suffix or content", mend="Say which: --dialect"
    )


def _project(session: Session, all_schemas: bool | None, against: str | None, mode: Mode) -> Project:
    """The code base with its contracts, held against an older state as the command line asks."""
    table = session.config.schemas
    every = table.all if all_schemas is None else all_schemas
    schemas = replace(table, all=every, against=against, mode=mode)
    asked = replace(session, config=replace(session.config, schemas=schemas))
    return asked.understand(contracts=True).project


def _unread(project: Project) -> tuple[SchemaProblem, ...]:
    """The schema documents that could not be read."""
    from eda_lint.model.schema import SchemaProblem
    from eda_lint.run import SCHEMA

    return tuple(SchemaProblem(each.message, each.place) for each in project.problems if each.kind == SCHEMA)


def _problems(documents: Documents) -> tuple[SchemaProblem, ...]:
    from eda_lint.schemas.documents import problems_of

    return problems_of(documents)


def _mode(name: str) -> Mode:
    from eda_lint.schemas.modes import mode_named

    try:
        return mode_named(name)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _report(
    found: Sequence[Evolution],
    checked: int,
    mode: Mode,
    problems: tuple[SchemaProblem, ...],
    form: str,
    output_file: Path | None,
) -> int:
    from eda_lint.report.schemas import RENDERERS

    report = _judged(found, checked, mode, problems)
    emit(RENDERERS[form](report), output_file, machine=form == "json")
    return 1 if report.breaks else 0


def _judged(found: Sequence[Evolution], checked: int, mode: Mode, problems: tuple[SchemaProblem, ...]) -> SchemaReport:
    from eda_lint.report.schemas import SchemaReport
    from eda_lint.schemas.modes import breaking, deploy_order, order_text

    shown_ones = tuple(replace(each) for each in found)  # each its own, so that the report can tell them apart
    breaks = tuple((each, change) for each in shown_ones for change in breaking(each.comparison, mode))
    orders = tuple(
        (each, order_text(deploy_order(each.comparison)))
        for each in shown_ones
        if "break" in (each.comparison.backward, each.comparison.forward)
    )
    return SchemaReport(mode, shown_ones, breaks, orders, checked, problems)
