"""From a Markdown page, or a directory, to cases: small projects with what must be found in them.

A page's fenced code blocks that carry a title are files:

    ```python title="orders/producer.py"
    ```toml title="eda-lint.toml"
    ```python before="orders/events.py"

All titled blocks under one heading form one project; the next heading of any level starts the next case. Blocks
labelled `before` are files of the older state that rules get as `base`; files that did not change are repeated
there. `codes="EDA101,EDA301"` on a block compares findings of these rules too, not of the page's own rule alone.
Blocks without a title are prose. A directory is one case, with every file that it holds.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token

from eda_lint.testing.annotations import Annotated, AnnotationError, Expectation, OperationExpectation, read

SECTIONS = ("What it does", "Why it matters", "Bad", "Better", "Exemptions", "Options", "Limits")
"""Second-level headings of a rule's page, in this order."""

_NO_SOURCE = frozenset({".git", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".eda-lint-cache"})
_TITLE = re.compile(r"(?P<code>[A-Z]+[0-9]{3,4}) (?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)")


class SpecError(ValueError):
    """A page or a directory that cannot be read as cases; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Case:
    """One small project, and what must be found in it."""

    title: str
    """Headings from the page's second level down, joined with ` / `; for a directory its name."""
    files: Mapping[str, str | bytes]
    """Path → content without annotations (bytes for what is no UTF-8 text)."""
    findings: tuple[Expectation, ...] = ()
    operations: tuple[OperationExpectation, ...] = ()
    before: Mapping[str, str | bytes] = field(default_factory=dict)
    codes: frozenset[str] | None = None
    """Rules whose findings are compared; None: of the default set, which is what a directory is held to."""
    origin: str = ""
    """Where it was read from."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """File → line of the page before its first line, so that a mismatch can name the page's line."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of a page with its cases."""

    level: int
    title: str
    line: int
    blocks: tuple[Token, ...] = ()


def page_cases(text: str, *, origin: str = "page", code: str | None = None) -> tuple[Case, ...]:
    """The cases of a page. `code` is the rule whose findings are compared; by default the one in the page's title.

    Raises SpecError for a block that cannot be understood.
    """
    cases: list[Case] = []
    path: list[str] = []
    for section in sections(text):
        if section.level == 1 and code is None and (match := _TITLE.fullmatch(section.title)):
            code = match["code"]
        del path[max(section.level - 2, 0) :]
        if section.level > 1:
            path.append(section.title)
        if section.blocks:
            cases.append(_case(" / ".join(path), section, origin, code))
    return tuple(cases)


def directory_case(directory: Path) -> Case:
    """A directory, the root of a project of its own, as one case.

    Raises SpecError where an annotation cannot be read or the directory holds no file.
    """
    files: dict[str, str | bytes] = {}
    said: list[Annotated] = []
    for path in sorted(directory.rglob("*")):
        relative = path.relative_to(directory)
        if path.is_dir() or _NO_SOURCE.intersection(relative.parts):
            continue
        name = relative.as_posix()
        content = path.read_bytes()
        try:
            said.append(_annotated(name, content.decode(), directory.name))
        except UnicodeDecodeError:
            files[name] = content
        else:
            files[name] = said[-1].text
    if not files:
        raise SpecError(f"{directory.name}: no files")
    findings = tuple(finding for one in said for finding in one.findings)
    operations = tuple(operation for one in said for operation in one.operations)
    case = Case(directory.name, files, findings, operations, origin=directory.name)
    _check_targets(case)
    return case


def sections(text: str) -> tuple[Section, ...]:
    """Headings of a page in order, each with the fenced blocks below it up to the next heading of any level."""
    found: list[Section] = []
    blocks: list[Token] = []
    tokens = MarkdownIt("commonmark").parse(text)
    for position, token in enumerate(tokens):
        if token.type == "heading_open":
            _close(found, blocks)
            found.append(Section(int(token.tag[1:]), tokens[position + 1].content.strip(), _first_line(token)))
        elif token.type == "fence":
            blocks.append(token)
    _close(found, blocks)
    return tuple(found)


def page_faults(text: str, *, code: str, name: str, options: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What is wrong with the form of a rule's page: title, sections and their order, an expectation in `Bad`, none in
    `Better`, each option named in `Options`. Empty if nothing is.

    Raises SpecError for a block that cannot be understood.
    """
    found = sections(text)
    faults: list[str] = []
    titles = [section.title for section in found if section.level == 1]
    if titles != [f"{code} {name}"] or not found or found[0].level != 1:
        faults.append(f"the page begins with one title, `# {code} {name}`")
    seconds = [section.title for section in found if section.level == 2]
    if tuple(seconds) != SECTIONS:
        faults.append(f"sections are {', '.join(SECTIONS)}, in this order; found {', '.join(seconds) or 'none'}")
    cases = page_cases(text, code=code)
    bad = [case for case in cases if case.title.split(" / ")[0] == "Bad"]
    if not any(finding.code == code for case in bad for finding in case.findings):
        faults.append(f"`Bad` expects no {code}")
    for section in ("Better", "Exemptions"):
        own = [case for case in cases if case.title.split(" / ")[0] == section]
        if section == "Better" and not own:
            faults.append("`Better` holds no example")
        if any(finding.code == code and not finding.todo for case in own for finding in case.findings):
            faults.append(f"`{section}` expects {code}")
    section_text = _section_text(text, "Options")
    faults.extend(f"`Options` does not name `{option}`" for option in options if f"`{option}`" not in section_text)
    return tuple(faults)


def _section_text(text: str, title: str) -> str:
    """Source lines of a second-level section."""
    seconds = [section for section in sections(text) if section.level <= 2]
    for position, section in enumerate(seconds):
        if section.title == title:
            end = seconds[position + 1].line - 1 if position + 1 < len(seconds) else None
            return "\n".join(text.split("\n")[section.line : end])
    return ""


def _close(found: list[Section], blocks: list[Token]) -> None:
    """Give the collected blocks to the heading they stand under; those before any heading are prose."""
    labelled = tuple(block for block in blocks if re.search(r"\b(?:title|before|codes)=", block.info))
    if found and labelled:
        last = found[-1]
        found[-1] = Section(last.level, last.title, last.line, labelled)
    blocks.clear()


def _case(title: str, section: Section, origin: str, code: str | None) -> Case:
    """All blocks under one heading as one project."""
    files: dict[str, str | bytes] = {}
    before: dict[str, str | bytes] = {}
    lines: dict[str, int] = {}
    codes = {code} if code else set()
    said: list[Annotated] = []
    for block in section.blocks:
        line = _first_line(block)
        labels = _labels(block.info, f"{origin}:{line}")
        codes |= {item.strip() for item in labels.get("codes", "").split(",") if item.strip()}
        for label, into in (("title", files), ("before", before)):
            if label not in labels:
                continue
            path = _checked(labels[label], f"{origin}:{line}")
            if path in into:
                raise SpecError(f"{origin}:{line}: {path!r} is given twice under {section.title!r}")
            annotated = _annotated(path, block.content, f"{origin}:{line}")
            into[path] = annotated.text
            if label == "title":
                said.append(annotated)
                lines[path] = line
    if not files:
        raise SpecError(f"{origin}:{section.line}: {section.title!r} has an older state and no newer one")
    findings = tuple(finding for one in said for finding in one.findings)
    codes |= {finding.code for finding in findings}
    operations = tuple(operation for one in said for operation in one.operations)
    compared = frozenset(codes) if codes else None
    case = Case(title, files, findings, operations, before, compared, f"{origin}:{section.line}", lines)
    _check_targets(case)
    return case


def _labels(info: str, where: str) -> dict[str, str]:
    """`title="…"` and its like from a block's info string."""
    try:
        words = shlex.split(info)
    except ValueError as error:
        raise SpecError(f"{where}: cannot read the labels {info!r}: {error}") from None
    labels = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    unknown = [word for word in words[1:] if word.partition("=")[0] not in ("title", "before", "codes")]
    if unknown or "=" in words[0]:
        raise SpecError(f"{where}: unknown label in {info!r}; known are title, before and codes")
    return labels


def _checked(path: str, where: str) -> str:
    """The path, if it lies inside the project. Raises SpecError."""
    pure = PurePosixPath(path)
    if not path or pure.is_absolute() or ".." in pure.parts or "\\" in path or pure.as_posix() != path:
        raise SpecError(f"{where}: {path!r} is no plain relative path")
    return path


def _annotated(path: str, text: str, where: str) -> Annotated:
    """Annotations of a file. Raises SpecError with the place of the block in front."""
    try:
        return read(path, text)
    except AnnotationError as error:
        raise SpecError(f"{where}: {error}") from None


def _check_targets(case: Case) -> None:
    """Every expectation speaks of a line that exists. Raises SpecError."""
    for file, line in _targets(case):
        content = case.files.get(file)
        if content is None or line > len(content.splitlines()):
            raise SpecError(f"{case.origin}: an annotation speaks of {file}:{line}, which is not there")


def _targets(case: Case) -> Iterator[tuple[str, int]]:
    """(file, line) of every expectation."""
    for finding in case.findings:
        yield finding.file, finding.line
    for operation in case.operations:
        yield operation.file, operation.line


def _first_line(token: Token) -> int:
    """Line of the page, from 1, on which a block stands."""
    return token.map[0] + 1 if token.map else 1
