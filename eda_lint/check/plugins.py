"""Rules as installed packages offer them: found through the entry point group, and held to the rule interface.

A plugin is somebody else's code. Whatever it raises, while it is imported or while a rule runs, becomes one line
that names the rule and the plugin (`blame`); nothing else in `check` catches a plugin's exceptions.
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import importlib.resources
import re
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from eda_lint.errors import RuleError
from eda_lint.model.finding import RuleCard, Severity
from eda_lint.model.rule import Rule

GROUP = "eda_lint.rules"
"""The entry point group. An entry point resolves to a rule class or to an iterable of them."""

_CODE = re.compile(r"[A-Z]{1,6}[0-9]{3}")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Registered:
    """A rule class that passed validation, and where it came from."""

    rule: type[Rule]
    card: RuleCard
    plugin: str
    """Distribution of the entry point, or the entry point's name where it has none."""


def blame(error: BaseException) -> str:
    """One line for an exception out of a plugin: type, message and the innermost place, as `module:line`.

    Modules instead of file names keep the line the same on every machine.
    """
    text = " ".join(str(error).split())
    frames = list(traceback.walk_tb(error.__traceback__))
    where = f" (at {frames[-1][0].f_globals.get('__name__', '?')}:{frames[-1][1]})" if frames else ""
    return f"{type(error).__name__}{': ' if text else ''}{text}{where}"


def registered_rules(entry_points: Iterable[importlib.metadata.EntryPoint] | None = None) -> tuple[Registered, ...]:
    """All rules of all plugins, by code.

    Raises RuleError for a plugin that cannot be imported, a class that is no rule, and a code or name that two
    rules claim. A broken plugin is not skipped: its silence would read as a clean result.
    """
    if entry_points is None:
        entry_points = importlib.metadata.entry_points(group=GROUP)
    found: list[Registered] = []
    for point in sorted(entry_points, key=lambda point: (_plugin(point), point.name)):
        found.extend(register(_classes(point), plugin=_plugin(point)))
    _refuse_twins(found)
    return tuple(sorted(found, key=lambda entry: entry.card.code))


def register(classes: Iterable[type[Rule]], *, plugin: str) -> tuple[Registered, ...]:
    """Validate rule classes that are at hand (tests, embedding). Raises RuleError as `registered_rules` does."""
    found = tuple(Registered(rule=kind, card=_card(kind, plugin), plugin=plugin) for kind in classes)
    _refuse_twins(found)
    return found


def _plugin(point: importlib.metadata.EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.name


def _classes(point: importlib.metadata.EntryPoint) -> Iterator[type[Rule]]:
    try:
        loaded: Any = point.load()
        classes = [loaded] if isinstance(loaded, type) else list(loaded)
    except Exception as error:
        raise RuleError(
            f"the rules of plugin `{_plugin(point)}` cannot be loaded from `{point.value}`: {blame(error)}",
            mend="Mend or uninstall the plugin",
        ) from error
    return iter(classes)


def _refuse_twins(found: Iterable[Registered]) -> None:
    seen: dict[str, Registered] = {}
    for entry in found:
        for word in (entry.card.code, entry.card.name):
            other = seen.setdefault(word, entry)
            if other is not entry:
                raise RuleError(
                    f"`{word}` is claimed by two rules: {_title(other.rule)} of `{other.plugin}` "
                    f"and {_title(entry.rule)} of `{entry.plugin}`",
                    mend="Rename one, or uninstall one of the plugins",
                )


def _title(kind: object) -> str:
    return f"`{kind.__module__}.{kind.__qualname__}`" if isinstance(kind, type) else repr(kind)


def _card(kind: type[Rule], plugin: str) -> RuleCard:
    faults = list(_faults(kind))
    if faults:
        raise RuleError(
            f"{_title(kind)} of plugin `{plugin}` is no valid rule: {'; '.join(faults)}",
            mend="The interface is `eda_lint.model.rule.Rule`",
        )
    return RuleCard(
        code=kind.code,
        name=kind.name,
        summary=kind.summary,
        severity=kind.severity,
        preview=kind.preview,
        since=kind.since,
        page=_page(kind, plugin),
    )


def _faults(kind: object) -> Iterator[str]:
    """What keeps a class from being a rule, in words."""
    if not isinstance(kind, type):
        yield "it is no class"
        return
    if not (isinstance(code := getattr(kind, "code", None), str) and _CODE.fullmatch(code)):
        yield f"`code` must be one to six capital letters and three digits, not {code!r}"
    if not (isinstance(name := getattr(kind, "name", None), str) and _NAME.fullmatch(name)):
        yield f"`name` must be kebab-case, not {name!r}"
    summary = getattr(kind, "summary", None)
    if not (isinstance(summary, str) and summary.strip() and "\n" not in summary and not summary.endswith(".")):
        yield f"`summary` must be one line without a full stop, not {summary!r}"
    if getattr(kind, "severity", None) not in get_args(Severity):
        yield f"`severity` must be one of {', '.join(get_args(Severity))}, not {getattr(kind, 'severity', None)!r}"
    if not isinstance(getattr(kind, "preview", None), bool):
        yield "`preview` must be True or False"
    if not (isinstance(since := getattr(kind, "since", None), str) and since):
        yield "`since` must name the version that first had it"
    if not callable(getattr(kind, "check", None)):
        yield "it has no method `check`"
    yield from _option_faults(kind)


def _option_faults(kind: type) -> Iterator[str]:
    if not dataclasses.is_dataclass(kind) or not kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        yield "it must be a frozen dataclass"
        return
    for option in dataclasses.fields(kind):
        if option.default is dataclasses.MISSING and option.default_factory is dataclasses.MISSING:
            yield f"option `{option.name}` has no default"


def _page(kind: type[Rule], plugin: str) -> str:
    """The page beside the rule's module. Raises RuleError if there is none: an undocumented rule is not run."""
    package, _, stem = kind.__module__.rpartition(".")
    try:
        page = importlib.resources.files(package).joinpath(f"{stem}.md").read_text(encoding="utf-8")
    except (OSError, ValueError, TypeError, ModuleNotFoundError, UnicodeDecodeError) as error:
        raise RuleError(
            f"rule {kind.code} of plugin `{plugin}` has no page: `{stem}.md` beside module `{kind.__module__}` "
            f"cannot be read ({type(error).__name__})",
            mend="Ship the page as package data",
        ) from error
    return page
