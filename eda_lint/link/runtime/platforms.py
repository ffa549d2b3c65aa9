"""Environment variables that files of platforms and images give to programs: Dockerfiles, `.env` files, Helm's values,
App Engine, Cloud Foundry, Fly, Render, Heroku, ECS task definitions.

Apart from the first two they are read alike: a variable's own name as a key with a scalar, or an entry of a list with
`name` (or `key`) and `value`. Which programs it is for is only told by the directory of the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from eda_lint.link.runtime import compose
from eda_lint.link.runtime.directories import mapping, scalar, sequence
from eda_lint.link.sources import Sources
from eda_lint.model.facts import Json

ENV_FILES = (".env", ".env.*", "*.env", ".env-*", ".env_*")
"""Names of files with environment variables."""
DOCKERFILES = ("Dockerfile*", "*.[Dd]ockerfile", "Containerfile*")
PLATFORMS = (
    "values*.y*ml", "app*.y*ml", "app.json", "fly*.toml", "render.y*ml", "*task*def*.json", "manifest*.y*ml",
    "service*.y*ml", "env*.y*ml", "*.env.y*ml",
)  # fmt: skip


def variables(sources: Sources, wanted: tuple[str, ...]) -> Iterator[tuple[str, str, str | None]]:
    """(directory, variable, value) of the wanted variables; None for a value that is put together elsewhere."""
    for path in _files(sources, wanted, ENV_FILES):
        yield from ((_directory(path), name, text) for name, text in compose.env_file(sources, path).items())
    for path in _files(sources, wanted, DOCKERFILES):
        document = sources.document(path)
        told = mapping(document.data if document is not None else None)
        known = {name: text for name, value in told.items() if (text := scalar(value)) is not None}
        yield from ((_directory(path), name, compose.expanded(text, known)) for name, text in known.items())
    for path in _files(sources, wanted, PLATFORMS):
        document = sources.document(path)
        data = document.data if document is not None else None
        if not {"apiVersion", "kind", "Resources"} & set(mapping(data)):
            for name, text in _named(data, frozenset(wanted)):
                # Charts and manifests lie beside the code that they deploy, or apart from all of it.
                yield from ((directory, name, text) for directory in dict.fromkeys((_directory(path), "")))


def _files(sources: Sources, wanted: tuple[str, ...], names: tuple[str, ...]) -> Iterator[str]:
    yield from (path for path in sources.documents_with(wanted, *names) if sources.role(path) != "test")


def _directory(path: str) -> str:
    return path.rpartition("/")[0]


def _named(data: Json, wanted: frozenset[str]) -> Iterator[tuple[str, str | None]]:
    stack: list[Json] = [data]
    while stack:
        each = stack.pop()
        if isinstance(each, dict):
            name = scalar(each.get("name")) or scalar(each.get("key"))
            if name in wanted and "value" in each:
                yield name, _plain(each["value"])
            for key, value in each.items():
                inner = mapping(value).get("value", value)
                if key in wanted and not isinstance(inner, dict | list):
                    yield key, _plain(inner)
            stack.extend(each.values())
        else:
            stack.extend(sequence(each))


def _plain(value: Json) -> str | None:
    text = scalar(value)
    return None if text is None or "{{" in text or "$" in text else text
