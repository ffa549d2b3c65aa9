"""Paths of server routes and of URLs: brought to one form, joined, compared; and whose a URL is.

Everything here is a pure function of texts. Which calls make routes, and how their library spells parameters,
is in the catalog (`Callable.route`, `path_syntax`, `verbs`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote, urlsplit

from eda_lint.model.topology import AddressPart, Route

PathSyntax = Literal["", "braces", "angles", "colon", "regex"]
"""How a library spells a parameter: `{id:int}`, `<int:id>`, `:id`, `(?P<id>…)`; "" for a plain path."""

HOLE = "{}"
"""A segment, or a part of one, that is known only at run time."""
REST = "{*}"
"""Any number of segments, at least one (a `path` converter)."""

LONGEST = 4_000
"""Characters of a path that are read."""

_PARAMETERS: dict[PathSyntax, re.Pattern[str]] = {
    "braces": re.compile(r"\{(?P<name>[^{}:]*)(?P<converter>:(?:[^{}]|\{[^{}]*\})*)?\}"),
    "angles": re.compile(r"<(?:(?P<converter>[^<>:]*):)?(?P<name>[^<>:]*)>"),
    "colon": re.compile(r":(?P<name>\w+)(?P<converter>\*?)"),
}
_PATH_CONVERTERS = re.compile(r"\bpath\b|\*|\.[*+]")
_STANDS_ALONE = re.compile(r"\\([/.\-_ ~:@])")


# ----------------------------------------------------------------------------------------------- paths


@lru_cache(maxsize=4096)
def normalise(path: str, syntax: PathSyntax = "braces") -> tuple[str, ...]:
    """A path's segments, each a text, or a text with `{}` for what a parameter fills in; `{*}` for a parameter that
    takes several segments. Leading, trailing and doubled slashes do not count, nor do query and fragment of a
    plain path."""
    path = path[:LONGEST]
    if syntax == "regex":
        path = _from_regex(path)
    elif syntax == "":
        path = unquote(re.split(r"[?#]", path, maxsplit=1)[0])
    else:
        path = _PARAMETERS[syntax].sub(_hole, path)
    return tuple(_segment(segment) for segment in path.split("/") if segment)


def _hole(match: re.Match[str]) -> str:
    return REST if _PATH_CONVERTERS.search(match["converter"] or "") else HOLE


def _segment(segment: str) -> str:
    if REST in segment:
        return REST
    return re.sub(r"\{[^{}]*\}", HOLE, segment)


def _from_regex(pattern: str) -> str:
    """A regular expression of paths, with holes for its groups and for what else is no plain text."""
    pattern = re.sub(r"\\[AZzb]", "", pattern).lstrip("^").rstrip("$")
    found: list[str] = []
    at = 0
    while at < len(pattern):
        part, at = _regex_part(pattern, at)
        found.append(part)
    return re.sub(r"(?:\{\})+", HOLE, "".join(found))


def _regex_part(pattern: str, at: int) -> tuple[str, int]:
    character = pattern[at]
    if character == "(":
        end = _group_end(pattern, at)
        inside = pattern[at:end]
        if inside.startswith(("(?!", "(?=", "(?<!", "(?<=")):
            return "", end
        part = REST if _takes_slashes(inside) else HOLE
        return _repeated(pattern, end, part)
    if character == "[":
        end = pattern.find("]", at + 2)
        return _repeated(pattern, len(pattern) if end < 0 else end + 1, HOLE)
    if character == "\\" and at + 1 < len(pattern):
        plain = _STANDS_ALONE.match(pattern, at)
        return _repeated(pattern, at + 2, plain[1] if plain else HOLE)
    if character == ".":
        following = pattern[at + 1 : at + 2]
        return (REST, at + 2) if following and following in "*+" else (HOLE, at + 1)
    if character in "^$":
        return "", at + 1
    return _repeated(pattern, at + 1, character)


def _repeated(pattern: str, at: int, part: str) -> tuple[str, int]:
    """A part with the repetition after it: an optional slash is none, other repetitions make a hole."""
    following = pattern[at : at + 1]
    if following and following in "?*":
        return ("" if part == "/" else part if part == REST else HOLE), at + 1
    if following == "+":
        return (part if part in (REST, "/") else HOLE), at + 1
    if following == "{":
        end = pattern.find("}", at)
        return (part if part == REST else HOLE), (len(pattern) if end < 0 else end + 1)
    return part, at


def _group_end(pattern: str, at: int) -> int:
    depth = 0
    index = at
    while index < len(pattern):
        character = pattern[index]
        if character == "\\":
            index += 1
        elif character == "[":
            end = pattern.find("]", index + 2)
            index = end if end > 0 else index
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if not depth:
                return index + 1
        index += 1
    return len(pattern)


def _takes_slashes(group: str) -> bool:
    return re.search(r"(?<!\\)\.[*+]", group) is not None


def show(segments: Iterable[str]) -> str:
    """A path for display and for `Route.path`: `/orders/{}`."""
    return "/" + "/".join(segments)


def join(*paths: Iterable[str]) -> tuple[str, ...]:
    """One path under another, as segments."""
    return tuple(segment for path in paths for segment in path)


def match(template: Sequence[str], url_path: Sequence[str]) -> bool:
    """Whether a route may answer a URL's path. A hole on either side fills one segment, or the part of one in
    which it stands; `{*}` any number of segments from one on. What only holes match is no proof: one segment
    at least must be the same text on both sides, unless the template is the root."""
    return _matches(tuple(template), tuple(url_path)) and (
        not template or any(a == b and HOLE not in a and REST not in a for a, b in _pairs(template, url_path))
    )


def _pairs(template: Sequence[str], url_path: Sequence[str]) -> Iterable[tuple[str, str]]:
    for rest, segment in enumerate(template):
        if segment == REST:
            tail = len(template) - rest - 1
            yield from zip(template[:rest], url_path[:rest], strict=False)
            yield from zip(template[rest + 1 :], url_path[len(url_path) - tail :], strict=False)
            return
    yield from zip(template, url_path, strict=False)


def _matches(template: tuple[str, ...], url_path: tuple[str, ...]) -> bool:
    if REST in template:
        rest = template.index(REST)
        tail = template[rest + 1 :]
        if len(url_path) < rest + 1 + len(tail) or REST in tail:
            return False
        return _matches(template[:rest], url_path[:rest]) and _matches(tail, url_path[len(url_path) - len(tail) :])
    if len(template) != len(url_path):
        return False
    return all(_segment_matches(a, b) for a, b in zip(template, url_path, strict=True))


def _segment_matches(template: str, given: str) -> bool:
    if template == given or HOLE in (template, given):
        return True
    if HOLE in template and HOLE in given:
        return _ends_agree(template, given)
    if HOLE in template:
        return _filled(template, given)
    return HOLE in given and _filled(given, template)


def _filled(template: str, text: str) -> bool:
    """Whether a text is a template with its holes filled in."""
    first, *middle, last = template.split(HOLE)
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _ends_agree(template: str, given: str) -> bool:
    starts = template.split(HOLE, 1)[0], given.split(HOLE, 1)[0]
    ends = template.rsplit(HOLE, 1)[1], given.rsplit(HOLE, 1)[1]
    short_start, short_end = min(map(len, starts)), min(map(len, ends))
    return starts[0][:short_start] == starts[1][:short_start] and (
        not short_end or ends[0][-short_end:] == ends[1][-short_end:]
    )


# -------------------------------------------------------------------------------------------- handlers


@dataclass(frozen=True, slots=True)
class Served:
    """One route that a row of the catalog makes: `function` names the method of a class-based handler, or is empty
    for the handler itself."""

    method: str
    path: tuple[str, ...]
    function: str = ""


def served(
    path: str,
    syntax: PathSyntax,
    methods: Sequence[str] = (),
    verbs: Mapping[str, str] | None = None,
    members: Iterable[str] | None = None,
) -> tuple[Served, ...]:
    """The routes of one registration. `members` are the names of a class-based handler's methods (None for a
    function): each that is in `verbs` answers by itself; a class with none of them answers by `methods`. Without
    `methods` all are answered (`*`)."""
    segments = normalise(path, syntax)
    found: list[Served] = []
    if members is not None:
        for name in members:
            told = (verbs or {}).get(name)
            if told is not None:
                method, _, below = told.partition(" ")
                found.append(Served(method, join(segments, normalise(below, "braces")), name))
    if found:
        return tuple(found)
    names = dict.fromkeys(m.upper() for m in methods) or {"*": None}
    return tuple(Served(name, segments) for name in names)


# ------------------------------------------------------------------------------------------- ownership


@dataclass(frozen=True, slots=True)
class Url:
    """A URL as far as it is known. `host` is empty if it is not; `port` is the one that is written out."""

    host: str
    path: tuple[str, ...]
    port: int | None = field(default=None, compare=False)


def url(parts: Iterable[AddressPart], variables: Mapping[str, str] | None = None, base: str = "") -> Url | None:
    """A URL of its parts: literals as they are, settings by their default or what `variables` gives them, the rest
    as holes. `base` is the client's own base URL, which stands before a URL that has no host. None if it is no
    URL, or if its base is a setting of which nothing is known."""
    text = ""
    for part in parts:
        known = part.text
        if part.kind == "env":
            known = (variables or {}).get(part.text) or part.default or ""
            if not known and not text:
                return None
        text += known if part.kind == "literal" or (part.kind == "env" and known) else HOLE
    if "://" not in text and base:
        text = f"{base.rstrip('/')}/{text.lstrip('/')}"
    return _split(text[:LONGEST])


def _split(text: str) -> Url | None:
    if "://" not in text:
        if text.startswith("/"):
            return Url("", normalise(text, ""))
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        port = None if HOLE in parts.netloc else parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https", HOLE):
        return None
    return Url("" if HOLE in host else host, normalise(parts.path, ""), port)


def owner(address: Url, hosts: Mapping[str, str], routes: Iterable[Route], method: str = "") -> str | None:
    """The service that owns a URL: the one that the host is known to name (`hosts`: names that deployment files
    give to services of the root) and that has a route for the path, and the method if it is given. A host that
    only resembles a service's name proves nothing, nor does a path that only resembles a route."""
    service = hosts.get(address.host.lower()) if address.host else None
    if service is None:
        return None
    for route in routes:
        answers = not method or route.method in ("*", method.upper())
        if route.service == service and answers and match(normalise(route.path), address.path):
            return service
    return None
