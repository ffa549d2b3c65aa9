"""The catalog's `params` against the real signatures, which `signature_snapshot.py` read out of the wheels."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

sys.path.insert(0, str(Path(__file__).parent))

from signature_snapshot import SIGNATURES, Snapshot, callables

from eda_lint.catalog.load import load_catalog
from eda_lint.catalog.signature import Parameter, parse
from eda_lint.catalog.tables import Callable, Library, Source

CATALOG = load_catalog()
BY_PLACE = ("positional", "either", "variadic")


def snapshots(library: Library) -> Snapshot:
    """The recorded releases of a library; none if nothing is recorded."""
    file = SIGNATURES / f"{library.name}.json"
    return json.loads(file.read_bytes())["releases"] if file.exists() else {}


def role_parameters(callable_: Callable) -> frozenset[str]:
    """The parameters that a table says something about."""
    sources = [s for group in callable_.roles.values() for s in ((group,) if isinstance(group, Source) else group)]
    named = {s.param for s in sources if s.param is not None} | {key for s in sources for key in s.when}
    named |= set(callable_.returns_by) | set(callable_.requires)
    return frozenset(named | ({callable_.gives.param} if callable_.gives and callable_.gives.param else set()))


def shape(parameters: tuple[Parameter, ...]) -> list[tuple[str, str, bool]]:
    """What of a signature must agree."""
    return [(p.name, p.kind, p.has_default) for p in parameters]


def agrees(callable_: Callable, real: list[str]) -> bool:
    """Whether a table's signature is the real one. Where a `**` shortens it, its positions must be the real ones
    as far as they go, and every keyword that is named or that a role needs must exist."""
    told, truth = parse(callable_.params or ()), parse(real)
    if shape(told) == shape(truth):
        return True
    if not told or told[-1].kind != "keywords":
        return False
    wanted = {p.name for p in told if p.kind == "keyword"} | (role_parameters(callable_) - {p.name for p in told})
    by_keyword = {p.name for p in truth if p.kind in ("either", "keyword")}
    any_keyword = any(p.kind == "keywords" for p in truth)
    places = [(p.name, p.kind) for p in truth if p.kind in BY_PLACE]
    told_places = [(p.name, p.kind) for p in told if p.kind in BY_PLACE]
    return told_places == places[: len(told_places)] and (any_keyword or wanted <= by_keyword)


def is_form(callable_: Callable, real: list[str]) -> bool:
    """Whether a table's signature is the real one as far as it goes, the rest of which may be left out in a call."""
    told, truth = parse(callable_.params or ()), parse(real)
    rest = truth[len(told) :]
    return all((p.name, p.kind) == (q.name, q.kind) for p, q in zip(told, truth, strict=False)) and all(
        p.has_default or p.kind in ("variadic", "keywords") for p in rest
    )


def fits(callable_: Callable, real: list[str]) -> bool:
    """Whether the table also holds for an older release or a fork: what has a role stands where it says."""
    roles = role_parameters(callable_)
    told = {p.name: index for index, p in enumerate(p for p in parse(callable_.params or ()) if p.kind in BY_PLACE)}
    truth = {p.name: index for index, p in enumerate(p for p in parse(real) if p.kind in BY_PLACE)}
    return all(truth[role] == told[role] for role in roles if role in truth and role in told)


def cases() -> Iterator[tuple[str, str, Callable]]:
    """(library, callable's key, callable) of everything that a signature is told of and that can be read."""
    for name, library in CATALOG.libraries.items():
        for key, _, callable_ in callables(library):
            if key not in library.unsigned:
                yield name, key, callable_


def newest(library: Library, releases: Snapshot) -> str | None:
    """The newest release of the library's own distribution."""
    from packaging.version import Version

    own = [r for r in releases if r.rpartition(" ")[0].replace("-", ".") == library.name.replace("-", ".")]
    return max(own, key=lambda r: Version(r.rpartition(" ")[2]), default=None)


RECORDED = sorted(name for name in CATALOG.libraries if (SIGNATURES / f"{name}.json").exists())


def test_every_client_is_recorded() -> None:
    sending = {
        name
        for name, library in CATALOG.libraries.items()
        if any(c.action and key not in library.unsigned for key, _, c in callables(library))
    }
    assert sending <= set(RECORDED)


def test_no_record_is_left_over() -> None:
    assert {file.stem for file in SIGNATURES.glob("*.json")} <= set(CATALOG.libraries)


@pytest.mark.parametrize("name", RECORDED)
def test_every_signature_is_the_real_one(name: str) -> None:
    library = CATALOG.library(name)
    releases = snapshots(library)
    wrong: list[str] = []
    told = [(k, c) for n, k, c in cases() if n == name]
    named = {key: [c for k, c in told if k == key] for key, _ in told}
    for key, callable_ in told:
        read = {release: found[key] for release, found in releases.items() if key in found}
        wanted = {r: s for r, s in read.items() if SpecifierSet(callable_.versions).contains(r.rpartition(" ")[2])}
        if not wanted:
            wrong.append(f"{key}: no signature was read; name it in [unsigned] with the reason")
            continue
        latest = newest(library, wanted) or next(iter(wanted))
        same = agrees if len(named[key]) == 1 else lambda told, real: agrees(told, real) or is_form(told, real)
        if not any(same(callable_, real) for real in wanted[latest]):
            wrong.append(f"{key}: {list(callable_.params or ())} is in {latest} {wanted[latest]}")
        for release, signatures in wanted.items():
            if not any(fits(callable_, real) for real in signatures):
                wrong.append(f"{key}: what has a role stands elsewhere in {release} {signatures}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", RECORDED)
def test_every_reason_for_no_signature_is_needed(name: str) -> None:
    library = CATALOG.library(name)
    releases = snapshots(library)
    needless = [
        key
        for key, _, callable_ in callables(library)
        if key in library.unsigned
        and any(
            agrees(callable_, real)
            for release, found in releases.items()
            if SpecifierSet(callable_.versions).contains(release.rpartition(" ")[2])
            for real in found.get(key, [])
        )
    ]
    assert not needless
    assert all(reason.strip() for reason in library.unsigned.values())
