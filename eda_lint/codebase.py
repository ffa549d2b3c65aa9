"""The code base behind link's questions: files are found, searched and extracted only as they are asked for."""

from __future__ import annotations

import dataclasses
import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from eda_lint.discover import Role, Roles, Screen, Services, SourceRoots, Tree, document_format, is_python
from eda_lint.discover.installed_paths import is_installed
from eda_lint.extract.decode import decode
from eda_lint.extract.document import read_document
from eda_lint.extract.pool import extract_many
from eda_lint.extract.store import Store
from eda_lint.model.facts import Document, Extracted, Function, ModuleFacts, Places, Problem
from eda_lint.model.topology import Place, Project, Service, SourceProblem

BATCH = 8
"""Fewest files that are worth extracting side by side."""

SCHEMA_SUFFIXES = (".avsc", ".avpr", ".avdl", ".proto", ".thrift", ".json", ".yaml", ".yml")
"""Of files that may hold a schema of messages."""

KEPT_DOCUMENT = 20_000
"""Bytes of the largest configuration file that is kept to be searched again."""
LARGEST_DOCUMENT = 1_000_000
"""Bytes of the largest configuration file that is searched. Templates end at 1 MB; what is larger is data."""

BY_CLASS = (b"[type(", b".__class__]", b".__class__.__name__]", b".__class__)", b"__mro__", b"getmro(", b".mro()")
"""What a look-up by class says in source text."""
_TESTED = re.compile(
    rb"isinstance\(\s*\w+,\s*(?!(?:str|int|dict|list|tuple|bytes|float|bool|set|type|object|frozenset|complex|bytearray"
    rb"|property|slice|range|datetime|date|timedelta)\b)_?[a-z][a-z0-9_]*\s*\)"
)
"""A test for a class that a name holds."""
_CLASS = re.compile(rb"type\((?!self\b|cls\b)\w+\)|\.__class__\b")
_TAKER = re.compile(
    rb"(?:(?:get|find|look|resolve|[Hh]andl|[Ss]ubscri|[Ll]isten|_for|_by)\w*\((?:\w+)?"
    rb"|(?:type|cls|class|name|key)_? *= *(?!self$)(?:\w+)?)$"
)
"""What stands before a class that is handed on (`handlers_for(type(event))`) or named (`kind = type(event)`)."""
_FIELD = re.compile(rb"(?:event|message|evt|msg|command|cmd)\.(?:[a-z]+_)?(?:type|name|kind|topic)\b")
_KEY = re.compile(rb"(?:(?:\[|\.get\()\s*|\n +\w*(?:type|name|key) = )\w*$")
"""What stands before a field of a message that something is looked up by, or that is given a name."""
_BEFORE = 60
"""How many bytes before a class are looked at."""


class PythonFiles:
    """The Python files of a tree as bytes, read once, and ready to be searched."""

    def __init__(self, tree: Tree) -> None:
        self.contents: dict[str, bytes] = {}
        """Of every Python file, by path; empty for one that cannot be read."""
        self.problems: dict[str, Problem] = {}
        """Why a file cannot be read."""
        for path in filter(is_python, tree.paths()):
            self.contents[path] = read_noting(tree, path, self.problems)
        self.screen = Screen(self.contents)

    def install(self, files: Mapping[str, Path]) -> None:
        """Add the files of installed packages: path in the code base → file on disk."""
        added: dict[str, bytes] = {}
        for path, file in files.items():
            try:
                added[path] = file.read_bytes()
            except OSError as error:
                added[path] = b""
                self.problems[path] = Problem("unreadable", f"cannot be read: {error.strerror or error}")
        self.contents.update(added)
        self.screen = self.screen.with_more(added)


def looks_up_by_class(content: bytes) -> bool:
    """Whether a file may look something up by the class of a value, or by a field that tells its type."""
    if any(mark in content for mark in BY_CLASS):
        return True
    if b"isinstance(" in content and _TESTED.search(content) is not None:
        return True
    pairs = ((_CLASS, _TAKER), (_FIELD, _KEY))
    return any(
        before.search(content, max(m.start() - _BEFORE, 0), m.start())
        for what, before in pairs
        for m in what.finditer(content)
    )


def read_noting(tree: Tree, path: str, problems: dict[str, Problem]) -> bytes:
    """A file's bytes; of one that cannot be read nothing, with a note in `problems`."""
    try:
        return tree.read(path)
    except OSError as error:
        problems[path] = Problem("unreadable", f"cannot be read: {error.strerror or error}")
        return b""


class Codebase:
    """Answers `link.sources.Sources` from a tree, and records what was asked for in `wanted`."""

    def __init__(
        self,
        tree: Tree,
        files: PythonFiles,
        *,
        services: Services,
        roots: SourceRoots,
        seed_roots: Iterable[str],
        deciding: Iterable[str] = (),
        store: Store | None,
        jobs: int,
        include_tests: bool = False,
    ) -> None:
        self._tree = tree
        self._services = services
        self._roots = roots
        self._roles: Roles = roots.roles
        self._seed_roots = tuple(sorted(seed_roots))
        self._deciding = tuple(deciding)
        self._store = store
        self._jobs = jobs
        self._tests = include_tests
        self._contents = files.contents
        self._problems = files.problems
        self._screen = files.screen
        self.python = tuple(files.contents)
        self._documents = dict.fromkeys(path for path in tree.paths() if document_format(path) is not None)
        self._read_documents: dict[str, Document | None] = {}
        self._document_contents: dict[str, bytes] = {}
        self._extracted: dict[str, Extracted] = {}
        self.wanted: dict[str, None] = {}

    # -------------------------------------------------------------------------------------- questions

    def seeds(self) -> tuple[str, ...]:
        """Files that import a messaging client, a declared package or (two services or more) an HTTP client."""
        found = self._screen.seeds(self._seed_roots)
        self._want([p for p in found if self._tests or self._roles.of(p) is not Role.TEST])
        # What `discover` was told by these files about services counts as an answer of theirs.
        self._want(self._deciding)
        return found

    def module(self, name: str, importer: str) -> str | None:
        """Path of the module `name` as `importer` would import it."""
        return self._roots.resolve(name, importer)

    def relative(self, name: str, level: int, importer: str) -> str | None:
        """The same for a relative import."""
        return self._roots.resolve_relative(name, level, importer)

    def mentions(self, *words: str) -> tuple[str, ...]:
        """Python files whose text holds every one of these words."""
        found = self._screen.mentions(*words)
        self._want([p for p in found if self._tests or self._roles.of(p) is not Role.TEST])
        return found

    def facts(self, path: str) -> Extracted:
        """Facts of a file."""
        if path not in self.wanted:
            self._want([path])
        return self._extracted[path]

    def _want(self, paths: Iterable[str]) -> None:
        """Note that files are asked for, and extract them."""
        new = [p for p in paths if p not in self.wanted]
        self.wanted.update(dict.fromkeys(new))
        self._extract(new)

    def _extract(self, paths: Iterable[str]) -> None:
        """Extract files that are not yet, together."""
        missing = [p for p in paths if p not in self._extracted]
        if not missing:
            return
        readable = [(p, self._contents[p]) for p in missing if p in self._contents and p not in self._problems]
        jobs = self._jobs if len(readable) >= BATCH else 1
        self._extracted.update(extract_many(readable, jobs=jobs, store=self._store))
        for path in missing:
            if path not in self._extracted:
                problem = self._problems.get(path) or Problem("unreadable", "cannot be read: no such file")
                self._extracted[path] = Extracted(None, Places(), (problem,))

    def looking_up_by_class(self) -> tuple[str, ...]:
        """Python files that look something up by the class of a value."""
        found = tuple(p for p, content in self._contents.items() if looks_up_by_class(content))
        self._want([p for p in found if self._tests or self._roles.of(p) is not Role.TEST])
        return found

    def exists(self, path: str) -> bool:
        """Whether there is a Python file at a path."""
        return path in self._contents

    def document(self, path: str) -> Document | None:
        """A configuration file as data."""
        if path not in self._documents:
            return None
        if path not in self._read_documents:
            content = read_noting(self._tree, path, self._problems)
            readable = path not in self._problems
            self._read_documents[path] = read_document(path.rpartition("/")[2], content) if readable else None
        return self._read_documents[path]

    def documents(self, *names: str) -> tuple[str, ...]:
        """Paths of configuration files whose file name matches one of these patterns."""
        matching = (p for p in self._documents if any(fnmatch.fnmatchcase(p.rpartition("/")[2], n) for n in names))
        return tuple(matching)

    def documents_with(self, words: tuple[str, ...], *names: str) -> tuple[str, ...]:
        """Those of them whose text holds at least one of these words."""
        wanted = [word.encode() for word in words]
        return tuple(p for p in self.documents(*names) if any(word in self._document_bytes(p) for word in wanted))

    def _document_bytes(self, path: str) -> bytes:
        """A configuration file's content, kept where it is small enough to be asked again; empty for one that is no
        file for people, or cannot be read."""
        kept = self._document_contents.get(path)
        if kept is not None:
            return kept
        content = read_noting(self._tree, path, {})
        content = content if len(content) <= LARGEST_DOCUMENT else b""
        if len(content) <= KEPT_DOCUMENT:
            self._document_contents[path] = content
        return content

    def python_files(self, name: str) -> tuple[str, ...]:
        """Paths of Python files that are or end with this path, tests left out."""
        found = (p for p in self.python if (p == name or p.endswith(f"/{name}")) and not is_installed(p))
        return tuple(p for p in found if self._roles.of(p) is not Role.TEST)

    def module_name(self, path: str) -> str:
        """Dotted name of a file's module."""
        return self._roots.module_name(path)

    def service(self, path: str) -> Service:
        """The service that owns a file."""
        return self._services.owner(path)

    def services(self) -> tuple[Service, ...]:
        """All services, by name."""
        return self._services.all

    def role(self, path: str) -> str:
        """`source`, `test`, `example`, `migration` or `generated`."""
        return self._roles.of(path).value

    def is_test(self, path: str) -> bool:
        """Whether the file is test, example or migration code."""
        return self._roles.is_aside(path)

    def is_installed(self, path: str) -> bool:
        """Whether the file is one of an installed package: nothing is reported in it."""
        return is_installed(path)

    def schema_files(self) -> tuple[str, ...]:
        """Paths of files that are no Python and may hold a schema."""
        return tuple(path for path in self._tree.paths() if path.endswith(SCHEMA_SUFFIXES))

    def python_paths(self) -> tuple[str, ...]:
        """Paths of all Python files."""
        return self.python

    def schema_text(self, path: str) -> str | None:
        """The text of a file of schemas; a Python file is asked for with it."""
        if path in self._contents:
            self._want([path])
            return decode(self._contents[path]) if path not in self._problems else None
        content = read_noting(self._tree, path, {})
        return decode(content) if content else None

    # ---------------------------------------------------------------------------------------- results

    def want_all(self) -> None:
        """Extract every Python file (`--parse-all`). What is asked for stays what questions ask for, and so do all
        answers and figures (DESIGN § 3): this only shows, file by file, that nothing else is needed."""
        self._extract(self.python)

    def text(self, path: str) -> str | None:
        """A file's text for code frames; None if it cannot be read."""
        content = self._contents.get(path)
        if content is None:
            try:
                content = self._tree.read(path)
            except OSError:
                return None
        return decode(content)

    def parameters(self, path: str, function: str) -> tuple[str, ...]:
        """Names of the parameters of a wanted file's function, by its name in the file (`Bus.publish`); none if
        there is no such function."""
        facts = self._extracted[path].facts if path in self.wanted else None
        for index, definition in enumerate(facts.definitions if facts is not None else ()):
            if facts is not None and isinstance(definition, Function) and _qualified(facts, index) == function:
                return tuple(parameter.name for parameter in definition.parameters)
        return ()

    def places(self) -> Mapping[str, Places]:
        """Places of every wanted file of the code base's own."""
        return {p: self._extracted[p].places for p in sorted(self.wanted) if not is_installed(p)}

    def completed(self, project: Project) -> Project:
        """The project with the files that could not be read, and with how much was; installed packages do not count."""
        own = [path for path in self.python if not is_installed(path)]
        wanted = [path for path in self.wanted if not is_installed(path)]
        coverage = dataclasses.replace(
            project.coverage,
            files=len(own),
            parsed=len(wanted),
            lines=self._lines(own),
            parsed_lines=self._lines(wanted),
        )
        return dataclasses.replace(project, problems=tuple(self._source_problems()), coverage=coverage)

    def _source_problems(self) -> Iterator[SourceProblem]:
        """Problems of wanted files, then of files that could not even be read, each by path."""
        found = [(p, problem, True) for p in sorted(self.wanted) for problem in self._extracted[p].problems]
        found += [(p, problem, False) for p, problem in sorted(self._problems.items()) if p not in self.wanted]
        for path, problem, wanted in found:
            if is_installed(path):
                continue
            place = Place(path, problem.line, problem.column, problem.line, problem.column)
            yield SourceProblem(place, problem.kind, problem.message, wanted)

    def _lines(self, paths: Iterable[str]) -> int:
        return sum(self._contents[p].count(b"\n") + 1 for p in paths if p in self._contents)


def _qualified(facts: ModuleFacts, index: int) -> str:
    """`Class.method` of a definition."""
    names = []
    while index > 0:
        names.append(facts.definitions[index].name)
        index = facts.definitions[index].parent
    return ".".join(reversed(names))
