"""Files that code loads by a path it names: what is in them, as values.

A path is followed from `__file__`, texts and defaults of settings through `pathlib`, `os.path` and
`importlib.resources`; opening a file and reading its text leave it what it is, and loading it gives its data.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.known import BuiltinMethod, FilePath, Known, Knowns, ListOf, Piece, Plain, Text
from eda_lint.model.facts import Json

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

PATHS = frozenset({
    "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath", "os.path.join", "anyio.Path",
    "aiofiles.open",
    "builtins.open", "io.open", "codecs.open", "tokenize.open", "os.fspath", "builtins.str", "os.path.abspath",
    "os.path.realpath", "os.path.normpath", "os.path.expanduser", "os.path.expandvars", "smart_open.open",
})  # fmt: skip
"""Functions that give the path that their arguments make, or the opened file."""
PACKAGES = frozenset({
    "importlib.resources.files", "importlib_resources.files", "importlib.resources.read_text",
    "importlib.resources.open_text", "importlib.resources.open_binary", "importlib.resources.read_binary",
    "importlib.resources.path", "pkg_resources.resource_filename", "pkg_resources.resource_string",
    "pkg_resources.resource_stream", "pkgutil.get_data",
})  # fmt: skip
"""Functions of a package's name and the path of a file in it."""
LOADERS = frozenset({
    "yaml.safe_load", "yaml.load", "yaml.full_load", "yaml.unsafe_load", "yaml.safe_load_all", "json.load",
    "json.loads", "orjson.loads", "ujson.load", "simplejson.load", "tomllib.load", "tomllib.loads", "tomli.load",
    "tomli.loads", "toml.load", "toml.loads", "tomlkit.load", "tomlkit.parse", "rtoml.load", "pytoml.load",
    "ruamel.yaml.safe_load", "ruamel.yaml.load", "oyaml.load", "oyaml.safe_load", "hjson.load", "anyconfig.load",
    "omegaconf.OmegaConf.load", "dotenv.dotenv_values", "dotenv.main.dotenv_values", "confuse.load_yaml",
    "box.Box.from_yaml", "box.Box.from_json", "box.Box.from_toml", "strictyaml.load",
})  # fmt: skip
"""Functions that give the data of their first argument."""
SAME = frozenset({
    "resolve", "absolute", "expanduser", "open", "read_text", "read_bytes", "read", "readlines", "as_posix", "decode",
    "strip", "encode", "readall", "__enter__", "__aenter__", "__str__", "__fspath__", "as_file",
})  # fmt: skip
"""Methods of a path or an opened file that give (a form of) it."""
NODES = 20_000
"""Most values of a file that are taken."""

_SETTING = re.compile(r"\$\{(?:env[:.]|oc\.env:)?([A-Za-z_]\w*)(?:(?::-?|,)([^${}]*))?\}")


def own_path(ev: Evaluator, path: str) -> Known:
    """`__file__`."""
    return ev.world.interned.of(FilePath, path, True)


def called(ev: Evaluator, path: str, given: Arguments) -> Sequence[Known]:
    """What a function outside the code base makes of paths; empty if it is no such function, or no path is known."""
    if path in LOADERS:
        return [k for one in _first(ev, given) for k in data(ev, one)]
    if path in PACKAGES:
        return _in_package(ev, given)
    if path in ("os.path.dirname", "posixpath.dirname"):
        return [_parent(ev, one) for one in _first(ev, given)]
    if path in ("os.getcwd", "pathlib.Path.cwd", "os.path.curdir"):
        return (ev.world.interned.of(FilePath, ".", False),)
    if path not in PATHS:
        return ()
    many = path == "os.path.join" or path.startswith("pathlib.")
    parts = given.positional if many else given.positional[:1]
    if path == "builtins.str" and not any(isinstance(k, FilePath) for t in parts for k in ev.force(t)):
        return ()
    return _joined(ev, [ev.closed(ev.force(part)) for part in parts])


def attribute(ev: Evaluator, base: FilePath, name: str) -> Sequence[Known]:
    """`path.parent`, `path.name`, and methods; of loaded data that is read by attribute, what it has."""
    if name == "parent":
        return (_parent(ev, base),)
    if name == "parents":
        found: list[Known] = []
        for _ in range(base.place.count("/") + 2):
            found.append(_parent(ev, found[-1] if found else base))
        return (ev.world.interned.of(ListOf, tuple(ev.world.given(k) for k in found), True),)
    if name in ("name", "stem", "suffix"):
        return (ev.world.literal(posixpath.basename(base.place)),)
    return (ev.world.interned.of(BuiltinMethod, base, name),)


def method(ev: Evaluator, base: FilePath, name: str, given: Arguments) -> Sequence[Known]:
    """What a method of a path or an opened file gives."""
    if name in SAME:
        return (base,)
    if name == "joinpath":
        return _joined(ev, [(base,), *(ev.force(part) for part in given.positional)])
    if name == "with_name":
        return _joined(ev, [(_parent(ev, base),), *(ev.force(part) for part in given.positional[:1])])
    return (ev.world.unknown(f"result of {name}"),)


def divided(ev: Evaluator, left: Knowns, right: Knowns) -> Sequence[Known]:
    """`path / "name"`; empty if no path is known."""
    return _joined(ev, [left, right]) if any(isinstance(k, FilePath) for k in left) else ()


def appended(ev: Evaluator, parts: Sequence[Knowns]) -> Sequence[Known]:
    """A path with text after it (`f"{HERE}/config.yaml"`, `dirname(__file__) + "/config.yaml"`)."""
    if len(parts) < 2 or not any(isinstance(k, FilePath) for k in parts[0]):
        return ()
    rest: list[str] = []
    for part in parts[1:]:
        text = next((t for k in part if (t := _text(ev, k)) is not None), None)
        if text is None:
            return ()
        rest.append(text)
    found = (k for k in parts[0] if isinstance(k, FilePath))
    return [ev.world.interned.of(FilePath, _plain(base.place + "".join(rest)), base.anchored) for base in found]


def _first(ev: Evaluator, given: Arguments) -> Iterator[FilePath]:
    for known in ev.closed(ev.force(given.positional[0])) if given.positional else ():
        yield from _as_paths(ev, known)


def _as_paths(ev: Evaluator, known: Known) -> Iterator[FilePath]:
    if isinstance(known, FilePath):
        yield known
    elif (text := _text(ev, known)) is not None and 0 < len(text) < 400 and "\n" not in text:
        yield ev.world.interned.of(FilePath, _plain(text), False)


def _text(ev: Evaluator, known: Known) -> str | None:
    """A literal text, or the default of a setting."""
    text = ev.text_of(known)
    if text is None or any(p.kind not in ("literal", "env") for p in text.pieces):
        return None
    parts = [p.text if p.kind == "literal" else p.default for p in text.pieces]
    return None if None in parts else "".join(p or "" for p in parts)


def _joined(ev: Evaluator, parts: Sequence[Knowns]) -> Sequence[Known]:
    """The paths that parts make, each the first that is known of it."""
    bases = [base for known in (parts[0] if parts else ()) for base in _as_paths(ev, known)]
    for part in parts[1:]:
        text = next((t for k in part if (t := _text(ev, k)) is not None), None)
        if text is None:
            return ()
        bases = [
            ev.world.interned.of(
                FilePath, _plain(posixpath.join(b.place, text)), b.anchored and not text.startswith("/")
            )
            for b in bases
        ]
    return list(dict.fromkeys(bases))


def _plain(place: str) -> str:
    return posixpath.normpath(place.replace("\\", "/"))


def _parent(ev: Evaluator, base: Known) -> Known:
    if not isinstance(base, FilePath):
        return base
    place = posixpath.dirname(base.place) or ("." if base.place != "." else "..")
    return ev.world.interned.of(FilePath, place, base.anchored)


def _in_package(ev: Evaluator, given: Arguments) -> Sequence[Known]:
    """A file in a package that is named by text, or by `__name__`, or is given as a module."""
    from eda_lint.link.evaluation.known import ModuleRef

    sources = ev.world.sources
    found: list[Known] = []
    for known in ev.force(given.positional[0]) if given.positional else ():
        name = _text(ev, known)
        path = known.path if isinstance(known, ModuleRef) else sources.module(name, ev.asking) if name else None
        if path is not None:
            directory = posixpath.dirname(path) if path.endswith(".py") else path
            base: Known = ev.world.interned.of(FilePath, directory or ".", True)
            found.extend(_joined(ev, [(base,), *(ev.force(part) for part in given.positional[1:2])]))
    return found


# ------------------------------------------------------------------------------------------------- data


def data(ev: Evaluator, file: FilePath) -> Knowns:
    """The data in a file of the code base; nothing if there is no such file."""
    path = located(ev, file)
    if path is None:
        return ()
    known = ev.world.loaded.get(path)
    if known is None:
        document = ev.world.sources.document(path)
        value = document.data if document is not None else None
        known = ev.world.loaded[path] = () if value is None else (as_known(ev, value),)
    return known


def located(ev: Evaluator, file: FilePath) -> str | None:
    """The configuration file that a path means. One that is no file's neighbour is relative to where the program is
    started: the service's directory, the root, or a directory on the way to the code that names it."""
    sources = ev.world.sources
    if file.anchored:
        return file.place if sources.document(file.place) is not None else None
    if file.place.startswith(("/", "../")):
        return None
    directories = [sources.service(ev.asking).path, "."]
    above = posixpath.dirname(ev.asking)
    while above:
        directories.append(above)
        above = posixpath.dirname(above)
    for directory in dict.fromkeys(directories):
        place = _plain(posixpath.join(directory, file.place))
        if not place.startswith("../") and sources.document(place) is not None:
            return place
    return None


def as_known(ev: Evaluator, value: Json) -> Known:
    """Plain data as a known; texts that stand for environment variables (`${NAME:-default}`) as settings."""
    from eda_lint.link.evaluation.known import DictOf

    count = 0

    def made(inner: Json) -> Known:
        nonlocal count
        count += 1
        if count > NODES:
            return ev.world.unknown("a large file")
        if isinstance(inner, dict):
            entries = tuple((ev.world.literal(str(k)), ev.world.given(made(x))) for k, x in inner.items())
            return ev.world.interned.of(DictOf, entries, False, None)
        if isinstance(inner, list):
            return ev.world.interned.of(ListOf, tuple(ev.world.given(made(x)) for x in inner), True)
        if isinstance(inner, str):
            return _with_settings(ev, inner)
        return ev.world.interned.of(Plain, inner)

    return made(value)


def _with_settings(ev: Evaluator, text: str) -> Text:
    pieces: list[Piece] = []
    position = 0
    for match in _SETTING.finditer(text):
        pieces.append(Piece("literal", text[position : match.start()]))
        pieces.append(Piece("env", match[1], match[2] or None))
        position = match.end()
    if not pieces:
        return ev.world.literal(text)
    return ev.world.text([*pieces, Piece("literal", text[position:])])
