"""A schema registry as the old side: Confluent's interface, which Karapace, Apicurio and Redpanda speak too.

https://docs.confluent.io/platform/current/schema-registry/develop/api.html

The subjects that a contract may have are those of the three naming strategies: `topic-value`, the record's name, and
`topic-record`. Credentials come from the environment and are never shown.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from eda_lint.errors import SchemaError, UsageError, shown
from eda_lint.model.contract import Contract
from eda_lint.model.schema import Dialect
from eda_lint.schemas import read
from eda_lint.schemas.evolution import Version

if TYPE_CHECKING:
    import urllib3

USER, PASSWORD, TOKEN = "EDA_LINT_REGISTRY_USER", "EDA_LINT_REGISTRY_PASSWORD", "EDA_LINT_REGISTRY_TOKEN"
"""Environment variables with the credentials: a user and a password, or a bearer token."""
_DIALECTS: Mapping[str, Dialect] = {"AVRO": "avro", "JSON": "jsonschema", "PROTOBUF": "protobuf"}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LARGEST = 8_000_000
"""Bytes of one answer."""
_REFERENCES = 200
"""Most schemas that one refers to, and so on."""
_MISSING = (40401, 40402, 40403)
"""The registry's codes for a subject, a version or a schema that is not there."""


class RegistrySide:
    """The versions that a registry holds."""

    def __init__(self, address: str, pool: urllib3.PoolManager, headers: Mapping[str, str]) -> None:
        """`address` without a slash at its end; see `at`."""
        self._address = address
        self._pool = pool
        self._headers = dict(headers)
        self._subjects: frozenset[str] | None = None

    @classmethod
    def at(cls, address: str, environ: Mapping[str, str] = os.environ) -> RegistrySide:
        """The registry at an address. Raises UsageError for one that is no https address (plain http is for loopback),
        or that holds credentials, and where the HTTP library is not installed."""
        parts = urlsplit(address)
        if parts.username or parts.password:
            raise UsageError(
                "the registry's address holds credentials", mend=f"Give them as {USER} and {PASSWORD}, or {TOKEN}"
            )
        if not parts.hostname or parts.query or parts.fragment:
            raise UsageError(
                f"`{shown(address)}` is no address of a registry", mend="registry+https://host[:port][/path]"
            )
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise UsageError(f"the registry `{shown(parts.hostname)}` is asked over https only")
        try:
            import urllib3
        except ImportError as error:
            raise UsageError("urllib3 is not installed", mend='Install "eda-lint[registry]"') from error
        retries = urllib3.Retry(
            total=4, connect=3, read=2, redirect=0, backoff_factor=0.2, status_forcelist=(429, 500, 502, 503, 504),
            raise_on_status=False, respect_retry_after_header=False,
        )  # fmt: skip
        pool = urllib3.PoolManager(retries=retries, timeout=urllib3.Timeout(connect=5, read=20))
        return cls(address.rstrip("/"), pool, _credentials(environ))

    # ------------------------------------------------------------------------------------------- old side

    def versions(self, contract: Contract, *, every: bool) -> Sequence[Version]:
        """The versions of the first subject that the registry has of those that the contract may have."""
        for subject in subjects_of(contract):
            if subject not in self._known():
                continue
            numbers = self._get(f"/subjects/{quote(subject, safe='')}/versions")
            if not isinstance(numbers, list) or not all(isinstance(n, int) for n in numbers):
                raise self._strange(f"the versions of `{shown(subject)}`")
            wanted = sorted(numbers, reverse=True)
            found = [self._version(subject, number, contract.dialect) for number in (wanted if every else wanted[:1])]
            return [version for version in found if version is not None]
        return []

    def close(self) -> None:
        """Close what connections are open."""
        self._pool.clear()

    def gone(self, contracts: Sequence[Contract]) -> Sequence[Contract]:
        """None: a registry serves more code bases than this one."""
        return ()

    def _known(self) -> frozenset[str]:
        if self._subjects is None:
            names = self._get("/subjects")
            if not isinstance(names, list):
                raise self._strange("its subjects")
            self._subjects = frozenset(name for name in names if isinstance(name, str))
        return self._subjects

    def _version(self, subject: str, number: int, dialect: Dialect) -> Version | None:
        answer = self._get(f"/subjects/{quote(subject, safe='')}/versions/{number}")
        text = answer.get("schema") if isinstance(answer, dict) else None
        if not isinstance(answer, dict) or not isinstance(text, str):
            raise self._strange(f"version {number} of `{shown(subject)}`")
        if _DIALECTS.get(str(answer.get("schemaType", "AVRO"))) != dialect:
            return None
        name = f"{subject}-{number}"
        files = {name: text, **self._references(answer, set())}
        schema = read(files, dialect=dialect, path=name)
        return Version(f"{subject} version {number}", schema, name)

    def _references(self, answer: Mapping[str, Any], seen: set[tuple[str, int]]) -> dict[str, str]:
        """Name by which it is referred to → text, of all schemas that one is made of."""
        found: dict[str, str] = {}
        references = answer.get("references") or []
        for one in references if isinstance(references, list) else ():
            match one:
                case {"name": str(name), "subject": str(subject), "version": int(version)}:
                    pass
                case _:
                    raise self._strange("a reference between schemas")
            if (subject, version) in seen or len(seen) >= _REFERENCES:
                continue
            seen.add((subject, version))
            other = self._get(f"/subjects/{quote(subject, safe='')}/versions/{version}")
            if not isinstance(other, dict) or not isinstance(other.get("schema"), str):
                raise self._strange(f"version {version} of `{shown(subject)}`")
            found |= {name: other["schema"], **self._references(other, seen)}
        return found

    # ----------------------------------------------------------------------------------------------- HTTP

    def _get(self, path: str) -> Any:
        """What the registry answers. Raises SchemaError if it cannot be reached, refuses or answers no JSON."""
        import urllib3

        try:
            answer = self._pool.request(
                "GET", self._address + path, headers=self._headers, redirect=False, preload_content=False
            )
            content = answer.read(_LARGEST + 1, decode_content=True)
            answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise self._fault(f"cannot be reached: {type(error).__name__}") from None
        if len(content) > _LARGEST:
            raise self._fault("gives a larger answer than any schema is")
        if answer.status in (401, 403):
            raise self._fault(f"refuses ({answer.status})", f"Set {USER} and {PASSWORD}, or {TOKEN}")
        try:
            data = json.loads(content)
        except (ValueError, RecursionError):
            data = None
        if answer.status == 404 and isinstance(data, dict) and data.get("error_code") in _MISSING:
            return []
        if answer.status != 200:
            raise self._fault(f"answers with status {answer.status}")
        if data is None:
            raise self._fault("answers no JSON", "Is this the address of a schema registry?")
        return data

    def _fault(self, message: str, mend: str = "") -> SchemaError:
        return SchemaError(f"the registry {shown(self._address)} {message}", mend=mend)

    def _strange(self, what: str) -> SchemaError:
        return self._fault(f"tells {what} in a form that is not the interface's")


def subjects_of(contract: Contract) -> list[str]:
    """The subjects that a contract may be registered under: by topic, by record, by both."""
    topics = [channel.partition(":")[2] for channel in contract.channels]
    names = list(dict.fromkeys((contract.name, *contract.schema.definitions)))[:1] or [contract.name]
    found = [f"{topic}-value" for topic in topics]
    found += [f"{topic}-{name}" for topic in topics for name in names]
    found += names
    return list(dict.fromkeys(found))


def _credentials(environ: Mapping[str, str]) -> dict[str, str]:
    headers = {"Accept": "application/vnd.schemaregistry.v1+json, application/json"}
    token, user = environ.get(TOKEN), environ.get(USER)
    if token:
        headers["Authorization"] = f"Bearer {token}"
    elif user:
        from urllib3 import make_headers

        headers |= make_headers(basic_auth=f"{user}:{environ.get(PASSWORD, '')}")
    return headers
