"""Rules run over a project, and their findings judged under the user's configuration."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Literal, Protocol

from eda_lint.check import unused
from eda_lint.check.baseline import Baseline
from eda_lint.check.fingerprint import fingerprints
from eda_lint.check.ignores import Ignores, read_file_ignores
from eda_lint.check.load import LoadedRule, RuleSet, RuleSettings, severity_of
from eda_lint.check.noqa import read_suppressions
from eda_lint.check.plugins import blame
from eda_lint.model.facts import Places
from eda_lint.model.finding import Crash, Finding, Judged, Outcome, RuleCard, Severity
from eda_lint.model.topology import Project


class JudgeSettings(RuleSettings, Protocol):
    """The part of the configuration that decides what counts; `eda_lint.config.Config` satisfies it."""

    @property
    def include_tests(self) -> bool:
        """Whether findings in test, example and migration code are reported."""

    @property
    def fail_on(self) -> Severity | Literal["never"]:
        """The least severity that fails the run."""


def judge(
    project: Project,
    base: Project | None,
    rules: RuleSet,
    *,
    config: JudgeSettings,
    places: Mapping[str, Places],
    paths: Collection[str] | None = None,
    tests: Callable[[str], bool],
    outside: Callable[[str], bool] = lambda _: False,
    full_run: bool = True,
    baseline: Baseline | None = None,
) -> Outcome:
    """Run the rules and give every finding its severity, fingerprint and standing.

    `places` holds the suppressing comments of the files that matter, by file. `paths` (files or directories,
    relative to the root) leaves out findings that touch none of them with any of their places; None reports all.
    `tests` tells test, example and migration files, `outside` those of installed packages, in which nothing is
    reported. `full_run` says that all declared packages were read, so that
    an unused suppression is one. Raises nothing: a rule that fails is a `Crash` of the outcome.
    """
    found, crashes = _run(project, base, rules.running)
    ran = {rule.card.code for rule in rules.running} - {crash.code for crash in crashes}
    found = _distinct(each for each in found if not outside(each.place.file))
    ignores = Ignores(read_suppressions(places), read_file_ignores(config.per_file_ignores))
    reasons = [ignores.suppression(finding) for finding in found]
    if unused.CODE in ran and full_run and not project.coverage.unread_packages:
        idle = _distinct(unused.unused(ignores.comments, frozenset(ignores.used), ran=ran, cards=rules.cards))
        found += idle
        reasons += [ignores.suppression(finding) for finding in idle]
    severity = _severities(rules.cards, config.severity)
    judged = _judged(found, reasons, severity, baseline or Baseline())
    shown = [each for each in judged if _shown(each.finding, config, tests)]
    given = None if paths is None else frozenset(map(_plain, paths))
    kept = [each for each in shown if given is None or _touches(each.finding, given)]
    return Outcome(
        judged=tuple(sorted(kept, key=_order)),
        rules=tuple(rule.card for rule in rules.running if rule.card.code in ran),
        coverage=project.coverage,
        problems=project.problems,
        fail_on=config.fail_on,
        filtered=len(shown) - len(kept),
        crashes=crashes,
    )


def _run(
    project: Project, base: Project | None, rules: Sequence[LoadedRule]
) -> tuple[list[Finding], tuple[Crash, ...]]:
    """Findings of the rules that answered, and those that failed. The one place where rules are called."""
    found: list[Finding] = []
    crashes: list[Crash] = []
    for rule in rules:
        try:
            found += _checked(rule, rule.rule.check(project, base))
        except Exception as error:  # noqa: BLE001 (a plugin may raise anything; it is reported, not passed on)
            crashes.append(Crash(rule.card.code, rule.card.name, rule.plugin, blame(error)))
    return found, tuple(crashes)


def _checked(rule: LoadedRule, answer: Iterable[object]) -> list[Finding]:
    """The answer of a rule, if it is one. A half answer is none: what is missing would read as clean."""
    found = []
    for finding in answer:
        if not isinstance(finding, Finding):
            raise TypeError(f"`check` gave {type(finding).__name__}, not Finding")
        if finding.code != rule.card.code:
            raise ValueError(f"`check` gave a finding with the code {finding.code!r} of another rule")
        found.append(finding if finding.name == rule.card.name else replace(finding, name=rule.card.name))
    return found


def _distinct(found: Iterable[Finding]) -> list[Finding]:
    """Without what would read as the same line twice; the first one stays."""
    distinct = {(finding.code, finding.place, finding.message): finding for finding in reversed(list(found))}
    return list(reversed(distinct.values()))


def _severities(cards: Sequence[RuleCard], configured: Mapping[str, Severity]) -> Mapping[str, Severity]:
    return {card.code: severity_of(card, configured) or card.severity for card in cards}


def _judged(
    found: Sequence[Finding],
    reasons: Sequence[str | None],
    severity: Mapping[str, Severity],
    baseline: Baseline,
) -> Iterator[Judged]:
    known = baseline.fingerprints
    for finding, reason, fingerprint in zip(found, reasons, fingerprints(found), strict=True):
        yield Judged(
            finding=finding,
            severity=_milder(severity[finding.code], finding.at_most),
            fingerprint=fingerprint,
            suppressed=reason is not None,
            suppression=reason or "",
            baselined=fingerprint in known,
        )


def _milder(severity: Severity, at_most: Severity | None) -> Severity:
    order: tuple[Severity, ...] = ("info", "warning", "error")
    return severity if at_most is None else min(severity, at_most, key=order.index)


def _shown(finding: Finding, config: JudgeSettings, tests: Callable[[str], bool]) -> bool:
    if finding.confidence == "possible" and not config.preview:
        return False
    return config.include_tests or not tests(finding.place.file)


def _touches(finding: Finding, paths: Set[str]) -> bool:
    """Whether any place of the finding lies in one of the files or directories: a fault of two ends has two files."""
    files = {finding.place.file, *(note.place.file for note in finding.notes)}
    return any(way in paths for file in files for way in _ways(file))


def _ways(file: str) -> Iterator[str]:
    """The file and all directories it lies in, up to the root (`""`)."""
    yield file
    for at in range(len(file) - 1, -1, -1):
        if file[at] == "/":
            yield file[:at]
    yield ""


def _plain(path: str) -> str:
    path = path.removeprefix("./").rstrip("/")
    return "" if path == "." else path


def _order(judged: Judged) -> tuple[str, int, int, str, str]:
    finding = judged.finding
    return finding.place.file, finding.place.line, finding.place.column, finding.code, finding.message
