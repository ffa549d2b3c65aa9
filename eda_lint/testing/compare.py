"""What was expected against what was found: pure, and known to no engine."""

from __future__ import annotations

import ast
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from eda_lint.model.finding import Finding
from eda_lint.model.topology import Operation, SourceProblem
from eda_lint.testing.annotations import Expectation, OperationExpectation
from eda_lint.testing.spec import Case


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference between what a case expects and what was found."""

    kind: Literal["missing", "unexpected", "promote", "operation", "problem"]
    """`promote`: a known miss is found now, so `todo-` can go. `problem`: a file of the case cannot be read."""
    file: str
    line: int
    detail: str
    page_line: int = 0
    """Line of the page, if the case came from one."""

    def __str__(self) -> str:
        """`file:line (page line n): kind: detail`."""
        page = f" (page line {self.page_line})" if self.page_line else ""
        return f"{self.file}:{self.line}{page}: {self.kind}: {self.detail}"


def compare(
    case: Case,
    findings: Iterable[Finding],
    operations: Iterable[Operation],
    problems: Iterable[SourceProblem] = (),
) -> list[Mismatch]:
    """All differences, in order of place. `findings` are those that count: neither suppressed nor baselined."""
    found = [*_findings(case, tuple(findings)), *_operations(case, tuple(operations)), *_problems(case, problems)]
    return sorted(found, key=lambda mismatch: (mismatch.file, mismatch.line, mismatch.kind, mismatch.detail))


def describe(case: Case, mismatches: Collection[Mismatch]) -> str:
    """The differences as a text to read, each with the line of code it is about."""
    lines = [f"{case.origin}: {case.title}: {len(mismatches)} difference(s)"]
    for mismatch in mismatches:
        lines.append(f"  {mismatch}")
        content = case.files.get(mismatch.file)
        if isinstance(content, str) and 0 < mismatch.line <= len(content.splitlines()):
            lines.append(f"      | {content.splitlines()[mismatch.line - 1].strip()}")
    return "\n".join(lines)


def _findings(case: Case, findings: tuple[Finding, ...]) -> Iterator[Mismatch]:
    """Pair each expectation with one finding on its line; what is left on either side is a difference."""
    left = [finding for finding in findings if case.codes is None or finding.code in case.codes]
    # Firm expectations choose first, so that a todo on the same line cannot take a finding from them.
    for expected in sorted(case.findings, key=lambda expectation: (expectation.todo, not expectation.part)):
        match = next((finding for finding in left if _meets(finding, expected)), None)
        if match is not None:
            left.remove(match)
            if expected.todo:
                yield _at(case, "promote", expected.file, expected.line, f"{expected.code} is found now: drop `todo-`")
        elif not expected.todo:
            yield _at(case, "missing", expected.file, expected.line, _missing(expected, left))
    for finding in left:
        place = finding.place
        yield _at(case, "unexpected", place.file, place.line, f"{finding.code} {finding.message}")


def _meets(finding: Finding, expected: Expectation) -> bool:
    """Whether the finding is the expected one."""
    return (
        finding.code == expected.code
        and finding.place.file == expected.file
        and finding.place.line == expected.line
        and expected.part in finding.message
    )


def _missing(expected: Expectation, left: list[Finding]) -> str:
    """What was expected, and what was found nearby instead."""
    wanted = f'{expected.code} "{expected.part}"' if expected.part else expected.code
    same = [finding for finding in left if finding.code == expected.code and finding.place.file == expected.file]
    here = [finding.message for finding in same if finding.place.line == expected.line]
    if here:
        return f"{wanted}; the line has {expected.code} with another message: {here[0]!r}"
    if same:
        return f"{wanted}; found on line {', '.join(str(finding.place.line) for finding in same)}"
    return wanted


def _operations(case: Case, operations: tuple[Operation, ...]) -> Iterator[Mismatch]:
    """Pair asserted operations with understood ones; an asserted line may hold no further one of that action."""
    here: dict[tuple[str, int], list[Operation]] = defaultdict(list)
    for operation in operations:
        here[operation.place.file, operation.place.line].append(operation)
    asserted: dict[tuple[str, int], list[OperationExpectation]] = defaultdict(list)
    for expected in sorted(case.operations, key=lambda expectation: (expectation.todo, -len(expectation.traits))):
        asserted[expected.file, expected.line].append(expected)
    for (file, line), expectations in asserted.items():
        left = list(here[file, line])
        for expected in expectations:
            detail = _pair(expected, left)
            if detail is not None:
                yield _at(case, "promote" if expected.todo else "operation", file, line, detail)
        actions = {expected.action for expected in expectations if not expected.todo}
        for operation in left:
            if operation.action in actions:
                yield _at(case, "operation", file, line, f"not asserted: {shown(operation)}")


def _pair(expected: OperationExpectation, left: list[Operation]) -> str | None:
    """Take the operation that is meant out of `left`; what is wrong if there is none, or None."""
    if expected.absent:
        return f"expected none, got {', '.join(map(shown, left))}" if left else None
    for operation in left:
        if not differences(operation, expected):
            left.remove(operation)
            return "the operation is understood now: drop `todo-`" if expected.todo else None
    if expected.todo:
        return None
    wanted = f"{expected.action} {expected.system} {expected.address or 'null'}"
    if not left:
        return f"expected {wanted}, got none"
    got = "; ".join(f"{shown(one)} ({', '.join(differences(one, expected))})" for one in left)
    return f"expected {wanted}, got {got}"


def differences(operation: Operation, expected: OperationExpectation) -> tuple[str, ...]:
    """In which respects an operation is not the expected one, as `name: got, not wanted`."""
    pairs: list[tuple[str, object, object]] = [
        ("action", operation.action, expected.action),
        ("system", operation.system, expected.system),
        ("address", operation.address, expected.address),
    ]
    for name, wanted in expected.traits:
        if name == "via":
            pairs.append((name, len(operation.via), int(wanted)))
        elif name == "handler":
            # A handler may be given by its whole id, by what follows the module, or by its own name.
            full = operation.handler or ""
            names = {full, full.partition(":")[2], last_name(full)}
            pairs.append((name, wanted if wanted in names else operation.handler, wanted))
        else:
            pairs.append((name, getattr(operation, name), wanted))
    return tuple(f"{name}: {got}, not {wanted}" for name, got, wanted in pairs if got != wanted)


def last_name(qualified: str) -> str:
    """The last name of `module:Class.method`."""
    return qualified.replace(":", ".").rpartition(".")[2]


def shown(operation: Operation) -> str:
    """An operation as an annotation would write it."""
    text = f"{operation.action} {operation.system} {operation.address or 'null'}"
    for name in ("message", "handler", "group"):
        value = getattr(operation, name)
        text += f" {name}={value}" if value else ""
    return f"{text} via={len(operation.via)}" if operation.via else text


def _problems(case: Case, problems: Iterable[SourceProblem]) -> Iterator[Mismatch]:
    """A file that cannot be read makes every silence worthless, unless a finding is expected in that very file."""
    files = {finding.file for finding in case.findings}
    told = set(files)
    for problem in problems:
        if problem.place.file not in files:
            told.add(problem.place.file)
            yield _at(case, "problem", problem.place.file, problem.place.line, problem.message)
    # The linter only reads what it wants; a page's own blocks must parse even where it does not.
    for file in case.lines:
        content = case.files[file]
        if file.endswith(".py") and file not in told and isinstance(content, str):
            yield from _unparsable(case, file, content)


def _unparsable(case: Case, file: str, content: str) -> Iterator[Mismatch]:
    """A block of Python that is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            ast.parse(content)
    except (SyntaxError, ValueError) as error:
        yield _at(case, "problem", file, getattr(error, "lineno", None) or 1, f"is no Python: {error}")


def _at(
    case: Case,
    kind: Literal["missing", "unexpected", "promote", "operation", "problem"],
    file: str,
    line: int,
    detail: str,
) -> Mismatch:
    """A mismatch with the page's line filled in."""
    start = case.lines.get(file, 0)
    return Mismatch(kind, file, line, detail, start + line if start else 0)
