"""Options of oslo.config as settings: `CONF.topic`, `CONF["service:central"].topic`, with the default that the project
registers for them.

Follows the library's documentation: an option belongs to the group that it is registered in, else to `DEFAULT`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.link.evaluation.known import External, Knowns, Piece, Text
from eda_lint.model import values as v

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator
    from eda_lint.link.evaluation.units import Unit

CONF = "oslo_config.cfg.CONF"
DEFAULT = "DEFAULT"


def is_part(known: External) -> bool:
    """Whether something is the configuration, a group of it or an option."""
    return known.path == CONF or known.path.startswith(f"{CONF}.")


def item(ev: Evaluator, known: External, keys: Knowns) -> Knowns:
    """`CONF["group"]`: a group whose name is no identifier."""
    names = [text.literal for text in (ev.text_of(k) for k in keys) if text is not None and text.literal]
    return tuple(ev.world.interned.of(External, f"{known.path}.{name}") for name in names)


def text(ev: Evaluator, known: External) -> Text | None:
    """An option as the setting that it is; None for the configuration itself."""
    named = known.path[len(CONF) + 1 :]
    if not named or named.endswith(")"):
        return None
    group, _, name = named.rpartition(".")
    return ev.world.text([Piece("env", named, _default(ev, group or DEFAULT, name))])


def _default(ev: Evaluator, group: str, name: str) -> str | None:
    """The default with which the project registers an option; None if there is none, or more than one."""
    found: set[str] = set()
    for path in ev.world.sources.mentions("oslo_config", name):
        unit = ev.world.unit(path) if not ev.world.sources.is_test(path) else None
        if unit is not None and group in _groups(ev, unit):
            found |= _defaults(ev, unit, name)
    return found.pop() if len(found) == 1 else None


def _groups(ev: Evaluator, unit: Unit) -> set[str]:
    """The groups that a file names, and `DEFAULT` where it registers options in none."""
    found: set[str] = set()
    for called in ("OptGroup", "register_opts", "register_opt", "register_cli_opts", "register_cli_opt"):
        for call in unit.calls_by_name.get(called, ()):
            place = 0 if called == "OptGroup" else 1
            told = [
                argument.value
                for index, argument in enumerate(unit.facts.calls[call].arguments)
                if argument.name in ("name", "group") or (not argument.name and index == place)
            ]
            for value in told:
                found |= {t.literal for t in map(ev.text_of, ev.evaluate(unit, value, None)) if t and t.literal}
            if not told and called != "OptGroup":
                found.add(DEFAULT)
    return found


def _defaults(ev: Evaluator, unit: Unit, name: str) -> set[str]:
    """The defaults of the options of this name that a file makes."""
    found: set[str] = set()
    for called, calls in unit.calls_by_name.items():
        for call in calls if called.endswith("Opt") else ():
            arguments = unit.facts.calls[call].arguments
            first = unit.facts.values[arguments[0].value] if arguments else None
            if not isinstance(first, v.Text) or first.text != name:
                continue
            for argument in arguments:
                if argument.name == "default":
                    told = map(ev.text_of, ev.evaluate(unit, argument.value, None))
                    found |= {t.literal for t in told if t is not None and t.literal}
    return found
