"""The program: finds the verb, and turns whatever happens into one of four exit codes.

0 clean, 1 findings at or above `--fail-on`, 2 could not run, 130 interrupted; the same for every verb. Click's
own codes are mapped to these. A verb's module is imported when the verb is used, so that `--help` is quick.
"""

from __future__ import annotations

import difflib
import importlib
import os
import sys
import traceback
from collections.abc import Sequence

import click

from eda_lint import __version__
from eda_lint.cli.output import complain, settle_streams
from eda_lint.errors import EdaLintError

CLEAN, FOUND, FAILED, INTERRUPTED = 0, 1, 2, 130

VERBS = {
    "check": ("eda_lint.cli.check", "Report faults of event-driven design, with their evidence."),
    "graph": ("eda_lint.cli.graph", "Print services, channels and operations as data."),
    "explain": ("eda_lint.cli.explain", "Explain a rule: why it matters, what is better."),
    "rules": ("eda_lint.cli.rules", "List all rules."),
    "services": ("eda_lint.cli.services", "List the services found, and what made each one."),
    "coverage": ("eda_lint.cli.coverage", "Show how much was understood, and what was not."),
    "schema": ("eda_lint.cli.schema", "Compare schemas of messages with their older versions."),
    "baseline": ("eda_lint.cli.baseline", "Record known findings, or drop the ones that are mended."),
}
"""Verb → (module, summary); the verb's command has the verb's name in that module."""

BUG = "This is a fault of eda-lint, please report it; --debug shows where it happened"


class Verbs(click.Group):
    """A command group that imports a verb's module only when that verb is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs, in the order of the help text."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command; None if there is no such verb."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = getattr(importlib.import_module(VERBS[cmd_name][0]), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name. Raises click.UsageError with the nearest verb."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], VERBS, n=1)
            mend = f"Did you mean '{near[0]}'?" if near else f"Verbs: {', '.join(VERBS)}."
            raise click.UsageError(f"There is no verb '{args[0]}'. {mend}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs, from the table alone."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, summary) for verb, (_, summary) in VERBS.items()])


@click.group(
    cls=Verbs,
    subcommand_metavar="VERB [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 clean, 1 findings, 2 could not run, 130 interrupted.",
)
@click.version_option(__version__, "-V", "--version", message="eda-lint %(version)s")
def program() -> None:
    """A linter for event-driven Python code bases.

    It reads the code without importing it, finds who sends and who receives which message, and reports faults
    that lose, repeat or misdirect messages.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program with `arguments` (default: the process's own); gives the exit code, raises nothing."""
    settle_streams()
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = program.main(args=given, prog_name="eda-lint", standalone_mode=False)
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted")
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return FAILED
    except EdaLintError as error:
        complain(str(error))
        return FAILED
    except Exception as error:  # noqa: BLE001 (a linter's user is never shown a traceback unasked)
        return _internal(error, debug="--debug" in given or bool(os.environ.get("EDA_LINT_DEBUG")))
    return code if isinstance(code, int) else CLEAN


def _internal(error: Exception, *, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    first, _, _ = str(error).partition("\n")
    complain(f"internal error: {type(error).__name__}: {first}. {BUG}")
    return FAILED
