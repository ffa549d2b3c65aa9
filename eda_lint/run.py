"""The pipeline on one screen: discover, extract and link as one; check and report take it from there."""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from eda_lint.catalog.load import Catalog, load_catalog
from eda_lint.codebase import Codebase
from eda_lint.config import Config
from eda_lint.discover import GitTree, SourceRoots, Tree, WorkTree, find_services
from eda_lint.extract.store import Store
from eda_lint.link.build import ChannelDeclaration
from eda_lint.link.project import Options, link
from eda_lint.model.facts import Places
from eda_lint.model.topology import Place, Project, SourceProblem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """What to understand: a root, as its work tree or at a git `ref`, under a configuration."""

    root: Path
    config: Config
    jobs: int = 1
    cache: bool = True
    parse_all: bool = False
    tracked_only: bool = False
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Understanding:
    """A project, and what reports need beside it."""

    project: Project
    codebase: Codebase

    @property
    def places(self) -> Mapping[str, Places]:
        """Places of every file that was asked for."""
        return self.codebase.places()

    def source(self, path: str) -> str | None:
        """A file's text; None if it cannot be read."""
        return self.codebase.text(path)

    def is_test(self, path: str) -> bool:
        """Whether a file is test, example or migration code."""
        return self.codebase.is_test(path)


def understand(request: Request) -> Understanding:
    """Read and link a code base. Raises EdaLintError (configuration, catalog, git)."""
    config = request.config
    catalog = _catalog(tuple(config.located(p, request.root) for p in config.catalog))
    tree = _tree(request)
    paths = tree.paths()
    services = find_services(paths, config.services, root_name=request.root.name)
    foreign = catalog.import_roots() | catalog.effect_roots()
    roots = SourceRoots(paths, services=[s.path for s in services.all], foreign=foreign, root_name=request.root.name)
    seed_roots = set(catalog.import_roots()) | set(config.packages)
    if len([s for s in services.all if s.kind == "service"]) > 1:
        seed_roots |= HTTP_CLIENTS
    codebase = Codebase(
        tree,
        services=services,
        roots=roots,
        seed_roots=seed_roots,
        store=Store(config.located(config.cache_dir, request.root)) if request.cache else None,
        jobs=request.jobs,
        include_tests=config.include_tests,
    )
    if request.parse_all:
        codebase.want_all()
    project = with_big_stack(lambda: link(codebase, catalog, _options(config)))
    return Understanding(_completed(project, codebase), codebase)


HTTP_CLIENTS = {"requests", "httpx", "aiohttp", "urllib3"}


@functools.lru_cache(maxsize=4)
def _catalog(extra: tuple[Path, ...]) -> Catalog:
    """The catalog, read once per process: it is immutable, and a run of many cases reads it again and again."""
    return load_catalog(extra)


STACK = 512 * 1024 * 1024
"""Bytes of stack for link, whose questions nest; only what is touched is ever taken from the machine."""


def with_big_stack(work: Callable[[], T]) -> T:
    """Run `work` where deep recursion is safe. Its own bounds end it long before the interpreter's would."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(200_000)
        try:
            results.append(work())
        except BaseException as error:  # handed to the caller, who knows what to do with it
            errors.append(error)
        finally:
            sys.setrecursionlimit(limit)

    before = threading.stack_size(STACK)
    try:
        thread = threading.Thread(target=run, name="eda-lint-link", daemon=True)
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def _tree(request: Request) -> Tree:
    if request.ref is not None:
        return GitTree(request.root, request.ref, request.config.excluded())
    return WorkTree(
        request.root,
        exclude=request.config.excluded(),
        respect_gitignore=request.config.respect_gitignore,
        tracked_only=request.tracked_only,
    )


def _options(config: Config) -> Options:
    channels = tuple(
        ChannelDeclaration(c.match, c.external, c.complete, c.commands, c.kind or "", c.aliases) for c in config.channels
    )
    return Options(channels, config.include_tests, config.services_complete, config.guards)


def _completed(project: Project, codebase: Codebase) -> Project:
    """With the files that could not be read, and how much was."""
    problems = tuple(
        SourceProblem(Place(path, p.line, p.column, p.line, p.column), p.kind, p.message, wanted)
        for path, p, wanted in codebase.problems()
    )
    coverage = replace(
        project.coverage,
        files=len(codebase.python),
        parsed=len(codebase.wanted),
        lines=codebase.lines(codebase.python),
        parsed_lines=codebase.lines(codebase.wanted),
    )
    return replace(project, problems=problems, coverage=coverage)
