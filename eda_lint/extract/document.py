"""Configuration files as data: YAML, TOML, JSON, INI, `.env`, HCL and Dockerfiles, whatever state they are in."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import tomllib
from collections.abc import Callable
from datetime import date, time
from typing import Any, Literal

from eda_lint.extract.hcl import read_hcl
from eda_lint.extract.yaml_events import read_yaml
from eda_lint.model.facts import Document, Json, Problem

Format = Literal["yaml", "toml", "json", "ini", "env", "hcl", "dockerfile"]

BYTES = 5_000_000
"""Largest configuration file that is read."""
DEPTH = 100
"""Deepest nesting that is handed on."""

_BY_ENDING: dict[str, Format] = {
    "yaml": "yaml",
    "yml": "yaml",
    "toml": "toml",
    "json": "json",
    "ini": "ini",
    "cfg": "ini",
    "env": "env",
    "tf": "hcl",
    "tfvars": "hcl",
    "hcl": "hcl",
}
_BY_NAME: dict[str, Format] = {
    "Pipfile": "toml",
    "poetry.lock": "toml",
    "uv.lock": "toml",
    "pdm.lock": "toml",
    "Pipfile.lock": "json",
}
_DOCKERFILE = re.compile(r"(?:Dockerfile|Containerfile)(?:[._-][\w.-]+)?|.+\.[Dd]ockerfile")
_ENV_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*?)\s*\Z")
_ENV_COMMENT = re.compile(r"\s+#.*\Z")


def format_of(name: str) -> Format | None:
    """The format that a file's name (without its directory) says it has."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name == ".env" or name.startswith(".env."):
        return "env"
    if _DOCKERFILE.fullmatch(name):
        return "dockerfile"
    return _BY_ENDING.get(name.rpartition(".")[2].lower()) if "." in name else None


def read_document(name: str, content: bytes) -> Document | None:
    """A configuration file as data; None if its name is of no known format.

    Never raises: what is malformed, too large or too deep becomes a problem of the document, which then holds
    what could be read (nothing, or the YAML documents before the fault).
    """
    kind = format_of(name)
    if kind is None:
        return None
    if len(content) > BYTES:
        message = f"{len(content) / 1e6:.0f} MB is more than configuration files are read up to"
        return Document(kind, None, (Problem("limits", message),))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Document(kind, None, (Problem("encoding", "not UTF-8; save the file as UTF-8", line),))
    data, problems = _READERS[kind](text)
    if _is_deeper(data, DEPTH):
        return Document(kind, None, (Problem("limits", f"nested more than {DEPTH} deep"),))
    return Document(kind, data, problems)


_Read = tuple[Json, tuple[Problem, ...]]


def _toml(text: str) -> _Read:
    try:
        return _plain(tomllib.loads(text)), ()
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(match[1]), int(match[2])) if match else (text.count("\n") + 1, 1)
        return None, (Problem("syntax", f"TOML: {str(error).partition(' (at ')[0]}", line, column),)
    except (RecursionError, ValueError) as error:
        return None, (Problem("limits", f"TOML: {type(error).__name__}"),)


def _json(text: str) -> _Read:
    try:
        return _plain(json.loads(text)), ()
    except json.JSONDecodeError as error:
        return None, (Problem("syntax", f"JSON: {error.msg}", error.lineno, error.colno),)
    except (RecursionError, ValueError) as error:
        return None, (Problem("limits", f"JSON: {type(error).__name__}"),)


def _ini(text: str) -> _Read:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign] # names keep their case
    try:
        parser.read_string(text)
    except configparser.Error as error:
        line = getattr(error, "lineno", None) or (error.errors[0][0] if getattr(error, "errors", None) else 1)  # type: ignore[attr-defined]
        return None, (Problem("syntax", f"INI: {type(error).__name__}", line),)
    sections: dict[str, Json] = {}
    if parser.defaults():
        sections["DEFAULT"] = dict(parser.defaults())
    for name in parser.sections():
        own = parser._sections[name]  # type: ignore[attr-defined] # without what DEFAULT lends to every section
        sections[name] = {key: value for key, value in own.items() if key != "__name__"}
    return sections, ()


def _env(text: str) -> _Read:
    found: dict[str, Json] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _ENV_LINE.match(line)
        if match is None:
            problems.append(Problem("syntax", "not of the form NAME=value", number))
            continue
        value = match[2]
        quote = value[:1]
        if quote in ("'", '"') and quote in value[1:]:
            value = value[1 : value.index(quote, 1)]
        else:
            value = "" if value.startswith("#") else _ENV_COMMENT.sub("", value)
        found[match[1]] = value
    return found, tuple(problems)


def _dockerfile(text: str) -> _Read:
    """The variables that a Dockerfile sets, in the image (`ENV`) or while it is built (`ARG`)."""
    found: dict[str, Json] = {}
    for line in re.sub(r"\\[ \t]*\n", " ", text).splitlines():
        keyword, _, rest = line.strip().partition(" ")
        if keyword.upper() not in ("ENV", "ARG"):
            continue
        try:
            words = shlex.split(rest)
        except ValueError:
            continue  # a quote that is not closed
        if words and "=" not in words[0] and len(words) > 1 and keyword.upper() == "ENV":
            found[words[0]] = " ".join(words[1:])
        found |= {name: value for name, equals, value in (word.partition("=") for word in words) if equals and name}
    return found, ()


def _plain(data: Any) -> Json:
    """Dates as text, wherever they stand. TOML and JSON are trees, nested as deep as their parsers let them."""
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    if isinstance(data, date | time):
        return data.isoformat()
    return data  # type: ignore[no-any-return]


def _is_deeper(data: Json, limit: int) -> bool:
    level: list[Json] = [data]
    for _ in range(limit + 1):
        inner: list[Json] = []
        for each in level:
            if isinstance(each, dict):
                inner.extend(value for value in each.values() if isinstance(value, dict | list))
            elif isinstance(each, list):
                inner.extend(value for value in each if isinstance(value, dict | list))
        if not inner:
            return False
        level = inner
    return True


_READERS: dict[Format, Callable[[str], _Read]] = {
    "yaml": read_yaml,
    "toml": _toml,
    "json": _json,
    "ini": _ini,
    "env": _env,
    "hcl": read_hcl,
    "dockerfile": _dockerfile,
}
