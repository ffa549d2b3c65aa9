"""What every test relies on: the same examples each time, and no setting of the developer's machine."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("reproducible", derandomize=True, deadline=None, max_examples=60, database=None)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "reproducible"))

SWITCHES = ("NO_COLOR", "FORCE_COLOR", "PRE_COMMIT", "EDA_LINT_DEBUG", "COLUMNS")


@pytest.fixture(scope="session", autouse=True)
def neutral_environment() -> Iterator[None]:
    """No switch of the surrounding shell, git hook or user's git configuration reaches a test."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name in [n for n in os.environ if n.startswith("GIT_") or n in SWITCHES]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
        for role in ("AUTHOR", "COMMITTER"):
            monkeypatch.setenv(f"GIT_{role}_NAME", "Test")
            monkeypatch.setenv(f"GIT_{role}_EMAIL", "test@example.org")
        yield
