"""From a root to what is understood of it: the configuration, the services and the cache together."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from eda_lint.catalog import load
from eda_lint.config import Config, load_config
from eda_lint.errors import CatalogError, ConfigError, GitError
from eda_lint.run import Request, Understanding, understand

SENDS = "from kafka import KafkaProducer\n\nproducer = KafkaProducer()\n\n\ndef tell():\n    producer.send('{}', b'')\n"
FILES = {
    "eda-lint.toml": "",
    "billing/Dockerfile": "",
    "billing/billing/__init__.py": "",
    "billing/billing/main.py": "from acme_events.bus import publish\n\npublish('bills')\n",
    "mailer/requirements.txt": "",
    "mailer/app.py": SENDS.format("mails"),
    "events/pyproject.toml": "[project]\nname = 'acme-events'\n",
    "events/acme_events/__init__.py": "",
    "events/acme_events/bus.py": (
        "from kafka import KafkaProducer\n\nproducer = KafkaProducer()\n\n\n"
        "def publish(topic):\n    producer.send(topic, b'1')\n"
    ),
}


def written(root: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return root


def read(root: Path, **options: object) -> Understanding:
    config = load_config(root / "eda-lint.toml") if (root / "eda-lint.toml").exists() else Config()
    return understand(Request(root, config, **{"cache": False, **options}))  # type: ignore[arg-type]


def kinds(understood: Understanding) -> dict[str, str]:
    return {service.name: service.kind for service in understood.project.services}


def addresses(understood: Understanding) -> dict[str, str]:
    return {o.address: o.service for o in understood.project.operations if o.address}


def test_what_services_import_is_a_library_and_its_senders_are_theirs(tmp_path: Path) -> None:
    understood = read(written(tmp_path, FILES))
    assert kinds(understood) == {"billing": "service", "events": "library", "mailer": "service"}
    assert addresses(understood) == {"bills": "billing", "mails": "mailer"}


def test_a_service_says_its_own_name_and_kind(tmp_path: Path) -> None:
    own = {"mailer/eda-lint.toml": 'name = "post"\n', "events/eda-lint.toml": 'name = "bus"\nkind = "service"\n'}
    understood = read(written(tmp_path, {**FILES, **own}))
    assert kinds(understood) == {"billing": "service", "bus": "service", "post": "service"}
    assert [service.name for service in understood.config.services] == ["bus", "post"]
    assert understood.config.path == tmp_path / "eda-lint.toml"


def test_a_service_says_what_its_channels_are(tmp_path: Path) -> None:
    own = {"mailer/eda-lint.toml": 'name = "mailer"\n[[channels]]\nmatch = "mails"\nexternal = true\n'}
    understood = read(written(tmp_path, {**FILES, **own}))
    assert {c.address: c.external for c in understood.project.channels} == {"bills": False, "mails": True}


def test_a_wrong_configuration_below_the_root_is_refused_at_its_place(tmp_path: Path) -> None:
    written(tmp_path, {**FILES, "mailer/eda-lint.toml": "\nselect = []\n"})
    with pytest.raises(ConfigError, match=r"mailer/eda-lint.toml:2:.*root"):
        read(tmp_path)


def test_the_roots_own_configuration_is_not_one_of_a_service(tmp_path: Path) -> None:
    root = written(tmp_path, {**FILES, "eda-lint.toml": "preview = true\n"})
    assert read(root).config.preview
    outer = written(tmp_path, {"eda-lint.toml": "preview = true\n"})
    understood = understand(Request(root / "mailer", load_config(outer / "eda-lint.toml"), cache=False))
    assert addresses(understood) == {"mails": "mailer"}


def test_the_cache_holds_catalog_and_facts_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = written(tmp_path, {**FILES, "own.toml": ""})
    extra = Config(catalog=("catalog",), path=root / "eda-lint.toml")
    (root / "catalog").mkdir()
    cold = understand(Request(root, extra, cache=True))
    cache = root / ".eda-lint-cache"
    assert list(cache.glob("catalogs/catalog-*.msgpack"))
    assert len(list(cache.glob("facts/??/*"))) == cold.project.coverage.parsed
    assert (cache / ".gitignore").read_text() == "*\n"

    def read_again(*_: object) -> None:
        raise AssertionError("the catalog was read again")

    monkeypatch.setattr(load, "compile_parts", read_again)
    (root / "catalog" / ".keep").write_text("")
    warm = understand(Request(root, Config(catalog=("./catalog",), path=root / "eda-lint.toml"), cache=True))
    assert warm.project.operations == cold.project.operations
    assert warm.project.coverage == cold.project.coverage
    assert not list((tmp_path / "none").glob("*"))


def test_without_a_cache_nothing_is_written(tmp_path: Path) -> None:
    root = written(tmp_path, FILES)
    before = sorted(root.rglob("*"))
    read(root)
    assert sorted(root.rglob("*")) == before


def test_a_broken_catalog_of_the_users_is_told(tmp_path: Path) -> None:
    written(tmp_path, {**FILES, "eda-lint.toml": 'catalog = ["own.toml"]\n', "own.toml": "libary = 1\n"})
    with pytest.raises(CatalogError, match=r"own\.toml"):
        read(tmp_path)


def test_files_that_cannot_be_read_are_problems_and_figures_count_lines(tmp_path: Path) -> None:
    root = written(
        tmp_path, {"eda-lint.toml": "", "a.py": SENDS.format("a"), "b.py": "import kafka\nx = (\n", "c.py": "\n"}
    )
    project = read(root).project
    assert [(p.place.file, p.kind, p.wanted) for p in project.problems] == [("b.py", "syntax", True)]
    coverage = project.coverage
    assert (coverage.files, coverage.parsed, coverage.lines, coverage.parsed_lines) == (3, 2, 8 + 3 + 2, 8 + 3)


def test_a_git_ref_is_read_without_a_checkout(tmp_path: Path) -> None:
    root = written(tmp_path, {"a.py": SENDS.format("old")})
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "first"]):
        subprocess.run(["git", "-C", str(root), *arguments], check=True)
    written(tmp_path, {"a.py": SENDS.format("new")})
    assert list(addresses(read(root))) == ["new"]
    assert list(addresses(read(root, ref="HEAD"))) == ["old"]
    with pytest.raises(GitError):
        read(root, ref="no-such-ref")


def test_declared_packages_that_are_not_in_the_tree_are_told(tmp_path: Path) -> None:
    packages = 'packages = ["zebra", "acme_events", "acme_bus"]\n'
    project = read(written(tmp_path, {**FILES, "eda-lint.toml": packages})).project
    assert project.coverage.unread_packages == ("acme_bus", "zebra")
