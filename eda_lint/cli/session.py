"""One code base opened: its root, its configuration with the command line's wishes, and what link understood."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eda_lint.cli.options import World
from eda_lint.config import Config, find_root, load_config

if TYPE_CHECKING:
    from eda_lint.run import Understanding


@dataclass(frozen=True, slots=True)
class Session:
    """A code base about to be read."""

    root: Path
    config: Config
    world: World
    tracked_only: bool = False

    def understand(self, *, contracts: bool = False) -> Understanding:
        """Read the code base; `contracts`: also the schemas of its messages, whatever runs. Raises EdaLintError."""
        # The pipeline's libraries are loaded once the arguments have proved right.
        from eda_lint import run

        return run.understand(
            run.Request(
                root=self.root,
                config=self.config,
                jobs=self.world.jobs or usable_processors(),
                cache=self.world.cache,
                parse_all=self.world.parse_all,
                tracked_only=self.tracked_only,
                contracts=contracts,
            )
        )


def open_session(
    world: World,
    paths: Sequence[Path] = (),
    *,
    changes: Mapping[str, Any] | None = None,
    tracked_only: bool = False,
) -> Session:
    """Find the root of `paths` and load its configuration. `changes` are fields that the command line decides.

    Under pre-commit untracked files stay in the work tree but are no part of the commit, so only tracked ones are
    judged there. Raises UsageError for paths that do not exist, ConfigError for a wrong configuration.
    """
    found = find_root(paths, world.root)
    wishes = dict(changes or {})
    if world.cache_dir is not None:
        wishes["cache_dir"] = str(world.cache_dir.absolute())
    if world.python is not None:
        wishes["python"] = str(world.python.absolute())
    config = replace(load_config(found.config_path), **wishes)
    return Session(found.path, config, world, tracked_only or bool(os.environ.get("PRE_COMMIT")))


def usable_processors() -> int:
    """How many processors this process may use, which in a container is fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
