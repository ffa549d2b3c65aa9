"""The pipeline on one screen: discover, extract and link as one; check and report take it from there."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from eda_lint.catalog.load import Catalog, load_catalog
from eda_lint.catalog.tables import Role
from eda_lint.codebase import Codebase, PythonFiles
from eda_lint.config import Config, nested_configs, with_nested
from eda_lint.discover import GitTree, Services, SourceRoots, Tree, WorkTree, survey
from eda_lint.discover.installed import Installed, find_installed
from eda_lint.extract.store import Store
from eda_lint.link.project import Options, link
from eda_lint.link.traffic.channels import ChannelDeclaration
from eda_lint.link.traffic.wrappers import WrapperDeclaration
from eda_lint.model.contract import Contract, Evolution
from eda_lint.model.facts import Places
from eda_lint.model.schema import SchemaProblem
from eda_lint.model.topology import Project, SourceProblem
from eda_lint.stack import deep_recursion, with_stack

STACK = 512 * 1024 * 1024
"""Bytes of stack for link, whose questions nest as the judged code does. Its own bounds end it long before."""
FRAMES = 200_000


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
    contracts: bool = False
    """Read the contracts of messages even if no rule that may run and no older state needs them."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """A project, and what judging and reporting need beside it."""

    project: Project
    codebase: Codebase
    config: Config
    """The configuration that was asked for, with what the services below the root say of themselves."""

    @property
    def places(self) -> Mapping[str, Places]:
        """Places of every file that was asked for."""
        return self.codebase.places()

    def source(self, path: str) -> str | None:
        """A file's text; None if it cannot be read."""
        return self.codebase.text(path)

    def parameters(self, path: str, function: str) -> tuple[str, ...]:
        """Names of the parameters of a file's function (`Bus.publish`); none if there is no such function."""
        return self.codebase.parameters(path, function)

    def is_test(self, path: str) -> bool:
        """Whether a file is test, example or migration code."""
        return self.codebase.is_test(path)

    def is_installed(self, path: str) -> bool:
        """Whether a file is one of an installed package."""
        return self.codebase.is_installed(path)


def understand(request: Request) -> Understanding:
    """Read and link a code base. Raises EdaLintError (configuration, catalog, git)."""
    tree = _tree(request)
    config = _with_services_own(request, tree)
    store = Store(config.located(config.cache_dir, request.root)) if request.cache else None
    catalog = _catalog(tuple(config.located(path, request.root) for path in config.catalog), store)
    files = PythonFiles(tree)
    foreign = catalog.import_roots() | catalog.effect_roots()
    land = survey(tree.paths(), files.screen, config.services, foreign=foreign, root_name=request.root.name)
    installed = _installed(request.root, config, catalog, land.roots)
    if installed.files:
        files.install(installed.files)
    codebase = Codebase(
        tree,
        files,
        services=land.services,
        roots=land.roots.with_installed(installed.files),
        seed_roots=_seed_roots(catalog, config, land.services) | set(installed.names),
        deciding=land.deciding,
        store=store,
        jobs=request.jobs,
        include_tests=config.include_tests,
    )
    if request.parse_all:
        codebase.want_all()
    options = _options(config, installed, contracts=request.contracts or _needs_contracts(config))
    project = with_stack(lambda: _linked(codebase, catalog, options), STACK)
    if store is not None:
        store.tidy()
    return Understanding(_evolved(codebase.completed(project), request.root, config), codebase, config)


def _evolved(project: Project, root: Path, config: Config) -> Project:
    """The project with what became of its contracts, where the configuration names an older state."""
    table = config.schemas
    if table.all:
        found, unread = all_contracts(root, config)
        known = {contract.place.file for contract in project.contracts}
        further = [each for each in found if each.place.file not in known]
        problems = [SourceProblem(p.place, SCHEMA, p.message, True) for p in unread if p.place is not None]
        project = replace(project, contracts=(*project.contracts, *further), problems=(*project.problems, *problems))
    if table.against is None or table.mode == "NONE":
        return project
    from eda_lint.schemas.evolution import evolutions
    from eda_lint.schemas.sides.opening import open_side

    side = open_side(table.against, root, exclude=(*config.excluded(), *table.exclude))
    return replace(project, evolutions=still_gone(evolutions(project.contracts, side, table.mode), root))


def still_gone(evolutions: Iterable[Evolution], root: Path) -> tuple[Evolution, ...]:
    """Without documents that are told to be gone and are there: one that reaches no channel is no contract, and not
    removed by that."""
    return tuple(each for each in evolutions if not (each.removed and (root / each.contract.place.file).exists()))


def all_contracts(root: Path, config: Config) -> tuple[list[Contract], tuple[SchemaProblem, ...]]:
    """Every schema document of a code base as a contract, whether it reaches a channel or not; and what could not be
    read."""
    from eda_lint.schemas.documents import problems_of
    from eda_lint.schemas.sides.opening import documents_of

    tree = WorkTree(
        root, exclude=(*config.excluded(), *config.schemas.exclude), respect_gitignore=config.respect_gitignore
    )
    documents = documents_of(tree)
    return list(documents.all()), problems_of(documents)


def _tree(request: Request) -> Tree:
    if request.ref is not None:
        return GitTree(request.root, request.ref, request.config.excluded())
    return WorkTree(
        request.root,
        exclude=request.config.excluded(),
        respect_gitignore=request.config.respect_gitignore,
        tracked_only=request.tracked_only,
    )


def _with_services_own(request: Request, tree: Tree) -> Config:
    """The configuration with that of the files in the services' directories. The root's own file is not one."""
    own = request.config.path
    inside = own is not None and own.is_relative_to(request.root)
    root_config = own.relative_to(request.root).as_posix() if own is not None and inside else None
    return with_nested(request.config, nested_configs(tree.paths(), tree.read, root_config))


def _catalog(extra: tuple[Path, ...], store: Store | None) -> Catalog:
    if store is not None:
        store.prepare()
    return _loaded(extra, store.catalogs if store is not None else None)


@functools.lru_cache(maxsize=4)
def _loaded(extra: tuple[Path, ...], cache: Path | None) -> Catalog:
    """The catalog, read once per process: it is immutable, and a run of many cases reads it again and again."""
    return load_catalog(extra, cache=cache)


SCHEMA = "schema"
"""The kind of a problem with a schema document."""
HTTP_CLIENTS = frozenset({"requests", "httpx", "aiohttp", "urllib3", "grpc"})


def _seed_roots(catalog: Catalog, config: Config, services: Services) -> frozenset[str]:
    """What a file imports that has to do with messages. Calls over HTTP matter where there are two to talk."""
    talking = sum(service.kind == "service" for service in services.all) > 1
    return catalog.import_roots() | frozenset(config.packages) | (HTTP_CLIENTS if talking else frozenset())


def _linked(codebase: Codebase, catalog: Catalog, options: Options) -> Project:
    with deep_recursion(FRAMES):
        return link(codebase, catalog, options)


Roles = tuple[tuple[Role, str], ...]
"""(role, parameter): the configuration checks that its words are roles."""


def _installed(root: Path, config: Config, catalog: Catalog, roots: SourceRoots) -> Installed:
    """The declared packages that the tree does not have itself. What the catalog knows needs no reading."""
    known = catalog.import_roots()
    wanted = [
        name
        for name in config.packages
        if roots.resolve(name, "__main__.py") is None and not any(name == k or name.startswith(f"{k}.") for k in known)
    ]
    if not wanted:
        return Installed()
    if config.python is None:
        return find_installed(wanted, None, root)
    # Reports say no path of this machine.
    shown = Path(config.python).name if Path(config.python).is_absolute() else config.python
    return find_installed(wanted, config.located(config.python, root), root, shown)


def _options(config: Config, installed: Installed, *, contracts: bool) -> Options:
    channels = tuple(
        ChannelDeclaration(each.match, each.external, each.complete, each.commands, each.kind or "", each.aliases)
        for each in config.channels
    )
    wrappers = tuple(
        WrapperDeclaration(each.function, each.action, each.system, cast(Roles, tuple(each.roles().items())))
        for each in config.wrappers
    )
    complete = config.services_complete
    return Options(channels, config.include_tests, complete, config.guards, installed.unread, wrappers, contracts)


def _needs_contracts(config: Config) -> bool:
    """Whether schemas are compared with older ones, or a rule may run that looks at them: those in preview, and any
    that is selected by a name of its own or comes from somebody else."""
    table = config.schemas
    selected = (*(config.select or ()), *config.extend_select)
    return table.against is not None or table.all or config.preview or bool(selected)
