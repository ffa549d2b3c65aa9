"""Fingerprints: what makes a finding the same finding in the next version of the code, and of eda-lint.

`edaLint/v1` is a SHA-256 over rule, symbol, shape and an ordinal. Lines, messages, channels and confidence are left
out, because an edit above the fault or better inference changes them; the path is left out because files move.
Twins (same rule, symbol and shape) are numbered in the order of their places.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from eda_lint.model.finding import Finding

SCHEME = "edaLint/v1"
"""Key of these fingerprints in SARIF. A change of the recipe needs a new one."""


def fingerprints(findings: Sequence[Finding]) -> tuple[str, ...]:
    """One fingerprint for each finding, all different; 32 hexadecimal digits.

    Give it all findings of a run, before any filter: a filter must not renumber twins.
    """
    twins: Counter[tuple[str, str, str]] = Counter()
    made: dict[int, str] = {}
    order = sorted(range(len(findings)), key=lambda at: (findings[at].place, findings[at].message, at))
    for at in order:
        key = _identity(findings[at])
        made[at] = _digest(*key, str(twins[key]))
        twins[key] += 1
    return tuple(made[at] for at in range(len(findings)))


def _identity(finding: Finding) -> tuple[str, str, str]:
    # Without a symbol only the file is left to tell faults apart.
    return finding.code, finding.symbol or f"file:{finding.place.file}", finding.shape


def _digest(*parts: str) -> str:
    # A JSON list keeps ("a", "bc") and ("ab", "c") apart, and ASCII escapes make lone surrogates encodable.
    text = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]
