"""What is known of things that are not read: classes of unread packages that by their name extend a library's own,
and what is imported by the text of its path."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from eda_lint.catalog.load import Catalog, TypeRef
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.known import Known, ModuleRef, Piece, Text

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

IMPORTERS = frozenset({
    "django.utils.module_loading.import_string", "importlib.import_module", "pydoc.locate",
    "werkzeug.utils.import_string",
    "pkgutil.resolve_name", "celery.utils.imports.symbol_by_name", "pydantic.utils.import_string",
})  # fmt: skip
"""Functions that give what is found at the dotted path that they are given."""

SHORTEST = 5
"""Letters of the shortest class name that says which library's class another one is made from."""


def extended(catalog: Catalog, path: str) -> TypeRef | None:
    """The type that a class outside the code base extends, as far as its path says so: its name ends like that of a
    library's class, and it is in a module that is called like the library (`acme_utils.celery.AcmeCelery`)."""
    *modules, name = path.split(".")
    if len(modules) < 2:
        return None
    for segment in modules[1:]:
        for other in _named(catalog).get(segment, ()):
            if name.endswith(other[0]) and name != other[0]:
                return other[1]
    return None


@functools.lru_cache(maxsize=4)
def _named(catalog: Catalog) -> dict[str, list[tuple[str, TypeRef]]]:
    """Import root of a client → (name of a class that user code makes, its type), longest names first."""
    table: dict[str, list[tuple[str, TypeRef]]] = {}
    for library in catalog.libraries.values():
        for key, type_ in library.types.items():
            names = sorted({p.rpartition(".")[2] for p in type_.paths})
            for root in sorted(set(library.imports) & catalog.import_roots()):
                table.setdefault(root, []).extend(
                    (n, TypeRef(library.name, key)) for n in names if len(n) >= SHORTEST and n[0].isupper()
                )
    for group in table.values():
        group.sort(key=lambda pair: -len(pair[0]))
    return table


def imported(ev: Evaluator, path: str, given: Arguments) -> Sequence[Known]:
    """What `import_string("package.module.Name")` and the like give; nothing where the path is not known."""
    if path not in IMPORTERS or not given.positional:
        return ()
    found: list[Known] = []
    for known in ev.closed(ev.force(given.positional[0])):
        text = ev.text_of(known)
        named = _whole(text) if text is not None else None
        if named is not None:
            found.extend(at(ev, named.replace(":", ".")))
    return ev.distinct(found)


def _whole(text: Text) -> str | None:
    """A literal text, or the default of the setting that it is."""
    piece: Piece | None = text.pieces[0] if len(text.pieces) == 1 else None
    return text.literal or (piece.default if piece is not None and piece.kind == "env" else None)


def at(ev: Evaluator, path: str) -> Sequence[Known]:
    """What is found at a dotted path: a module, or an attribute of one; outside of the code base whatever it is."""
    sources = ev.world.sources
    module, _, name = path.rpartition(".")
    whole = sources.module(path, ev.asking)
    if whole is not None:
        return (ev.world.interned.of(ModuleRef, whole),)
    holder = sources.module(module, ev.asking) if module else None
    if holder is not None:
        return ev.module_attribute(ev.world.interned.of(ModuleRef, holder), name)
    return (ev.external(path),)
