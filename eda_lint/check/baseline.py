"""Baselines: the findings that a team knows of, so that only new ones fail a run.

A baseline is a JSON file, sorted and one line per finding, made to be committed and read in a review. Only the
fingerprints count; code, file and symbol stand beside them for the reader.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eda_lint.errors import ConfigError
from eda_lint.model.finding import Judged

VERSION = 1
"""Version of the format that is written; older ones are read."""


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """One known finding."""

    file: str
    code: str
    symbol: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """Known findings, sorted."""

    known: tuple[Known, ...] = ()

    @property
    def fingerprints(self) -> frozenset[str]:
        """What findings are compared with."""
        return frozenset(entry.fingerprint for entry in self.known)


def load(path: Path) -> Baseline:
    """Read a baseline. Raises ConfigError if it is missing, damaged, or written by a newer eda-lint."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError("there is no baseline here", path=path, mend="`eda-lint baseline write` makes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the baseline cannot be read: {error}", path=path) from error
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ConfigError(
            f"the baseline is no JSON ({error})", path=path, line=getattr(error, "lineno", None), mend=_REWRITE
        ) from error
    return Baseline(tuple(sorted(_entries(data, path))))


_REWRITE = "If a merge damaged it, take one side and run `eda-lint baseline write` again"


def _entries(data: Any, path: Path) -> Iterable[Known]:
    version = data.get("version") if isinstance(data, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ConfigError("this file is no baseline: it has no `version`", path=path, mend=_REWRITE)
    if version > VERSION:
        raise ConfigError(
            f"the baseline has version {version}, and this eda-lint reads up to {VERSION}",
            path=path,
            mend="Update eda-lint, or write the baseline again",
        )
    findings = data.get("findings")
    if not isinstance(findings, list):
        raise ConfigError("the baseline has no list `findings`", path=path, mend=_REWRITE)
    return [_entry(item, number, path) for number, item in enumerate(findings, start=1)]


def _entry(item: Any, number: int, path: Path) -> Known:
    if not isinstance(item, dict) or not isinstance(item.get("fingerprint"), str):
        raise ConfigError(f"entry {number} of the baseline has no `fingerprint`", path=path, mend=_REWRITE)
    texts = {key: item.get(key, "") for key in ("file", "code", "symbol")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise ConfigError(f"entry {number} of the baseline holds something else than text", path=path, mend=_REWRITE)
    return Known(fingerprint=item["fingerprint"], **texts)


def write(path: Path, judged: Iterable[Judged]) -> int:
    """Write all findings that are not suppressed in the code as known; gives their number.

    The file is replaced at once or not at all. Raises ConfigError if that fails.
    """
    known = {_known(each) for each in judged if not each.suppressed}
    _save(path, sorted(known))
    return len(known)


def prune(path: Path, judged: Iterable[Judged]) -> int:
    """Drop known findings that no longer occur; gives the number dropped. New findings are not added.

    `judged` must be that of a full run: what a run with fewer rules or files did not find is not gone.
    Raises ConfigError as `load` and `write` do.
    """
    current = {each.fingerprint: _known(each) for each in judged if not each.suppressed}
    before = load(path).known
    # The reader's columns are brought up to date on the way: the fault may have moved to another file.
    kept = {current[entry.fingerprint] for entry in before if entry.fingerprint in current}
    _save(path, sorted(kept))
    return len(before) - len(kept)


def _known(judged: Judged) -> Known:
    finding = judged.finding
    return Known(file=finding.place.file, code=finding.code, symbol=finding.symbol, fingerprint=judged.fingerprint)


def _save(path: Path, known: Iterable[Known]) -> None:
    lines = ",\n".join("    " + json.dumps(_row(entry), ensure_ascii=True) for entry in known)
    findings = f"[\n{lines}\n  ]" if lines else "[]"
    text = f'{{\n  "version": {VERSION},\n  "findings": {findings}\n}}\n'
    try:
        _replace(path, text)
    except OSError as error:
        raise ConfigError(f"the baseline cannot be written: {error.strerror or error}", path=path) from error


def _row(entry: Known) -> Mapping[str, str]:
    return {
        "code": entry.code, "file": entry.file, "symbol": entry.symbol, "fingerprint": entry.fingerprint,
    }  # fmt: skip


def _replace(path: Path, text: str) -> None:
    """Write beside the target and rename over it, so that a crash leaves the old file whole."""
    target = path.resolve()
    try:
        mode = target.stat().st_mode & 0o777
    except FileNotFoundError:
        mode = 0o644
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="ascii", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink()
        raise
