"""The cache on disk: never wrong, never in the way."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.extract import extract, store
from eda_lint.extract.store import Store, decode_entry, encode

CONTENT = b"import kafka\nkafka.KafkaProducer().send('orders')  # noqa: EDA501\n"


@pytest.fixture
def cache(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


def entry_path(cache: Store) -> Path:
    (path,) = (cache.directory / "facts").glob("*/*")
    return path


def test_round_trip(cache: Store) -> None:
    key = cache.key(CONTENT)
    assert cache.load(key) is None
    assert not cache.directory.exists()
    extracted = extract(CONTENT)
    cache.save(key, encode(extracted))
    assert cache.load(key) == extracted
    assert Store(cache.directory).load(key) == extracted
    assert encode(extracted) == encode(extract(CONTENT))


def test_directory_is_marked_as_cache(cache: Store) -> None:
    cache.save(cache.key(CONTENT), encode(extract(CONTENT)))
    tag = (cache.directory / "CACHEDIR.TAG").read_text()
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert (cache.directory / ".gitignore").read_text() == "*\n"
    assert list(cache.directory.rglob(".new-*")) == []


def test_key_depends_on_content_version_and_layout(cache: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = cache.key(CONTENT)
    assert cache.key(CONTENT + b"\n") != first
    store.layout.cache_clear()
    monkeypatch.setattr(store, "EXTRACTOR_VERSION", "other")
    try:
        assert cache.key(CONTENT) != first
    finally:
        monkeypatch.undo()
        store.layout.cache_clear()
    assert cache.key(CONTENT) == first


@pytest.mark.parametrize("damage", ["empty", "truncated", "foreign", "flipped", "longer", "directory"])
def test_damaged_entry_is_a_miss_and_is_mended(cache: Store, damage: str) -> None:
    key, extracted = cache.key(CONTENT), extract(CONTENT)
    cache.save(key, encode(extracted))
    path = entry_path(cache)
    entry = path.read_bytes()
    path.unlink()
    if damage == "directory":
        path.mkdir()
    else:
        flipped = entry[:40] + bytes([entry[40] ^ 1]) + entry[41:]
        broken = {
            "empty": b"",
            "truncated": entry[:-5],
            "foreign": b"\x80junk",
            "flipped": flipped,
            "longer": entry + b"x",
        }
        path.write_bytes(broken[damage])
    assert cache.load(key) is None
    cache.save(key, entry)
    if damage != "directory":
        assert cache.load(key) == extracted


@given(st.binary(max_size=50))
def test_any_bytes_are_a_miss(entry: bytes) -> None:
    assert decode_entry(entry) is None
    whole = encode(extract(b"x = 1\n"))
    assert decode_entry(whole + entry) == (extract(b"x = 1\n") if not entry else None)


def test_a_directory_that_cannot_be_written_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Store(tmp_path / "file" / "cache")
    cache.save(cache.key(CONTENT), encode(extract(CONTENT)))
    assert cache.load(cache.key(CONTENT)) is None
    assert cache.prune() == 0


def test_an_entry_in_use_is_marked_at_most_once_a_day(cache: Store) -> None:
    key = cache.key(CONTENT)
    cache.save(key, encode(extract(CONTENT)))
    path = entry_path(cache)
    old = time.time() - 3 * 24 * 3600
    os.utime(path, (old, old))
    cache.load(key)
    marked = path.stat().st_mtime
    assert marked > old + 1000
    recent = time.time() - 3600
    os.utime(path, (recent, recent))
    cache.load(key)
    assert path.stat().st_mtime == pytest.approx(recent, abs=1)


def test_prune_by_age_and_size(cache: Store) -> None:
    now = time.time()
    for index in range(6):
        content = b"x = %d\n" % index
        cache.save(cache.key(content), encode(extract(content)))
        path = cache.directory / "facts" / cache.key(content)[:2] / cache.key(content)[2:]
        os.utime(path, (now - index * 100, now - index * 100))
    sizes = [path.stat().st_size for path in (cache.directory / "facts").glob("*/*")]
    assert cache.prune(max_age=450) == 1
    assert cache.prune(max_bytes=3 * max(sizes)) == 2
    assert [cache.load(cache.key(b"x = %d\n" % index)) is not None for index in range(6)] == [True] * 3 + [False] * 3
    assert cache.prune() == 0


def test_tidying_is_done_once_a_day(cache: Store) -> None:
    assert cache.tidy() == 0
    assert not cache.directory.exists()
    key = cache.key(CONTENT)
    cache.save(key, encode(extract(CONTENT)))
    (cache.directory / "facts" / key[:2] / ".new-left-behind").write_text("")
    cache.prepare()
    catalog = cache.catalogs / "catalog-1.msgpack"
    catalog.write_bytes(b"")
    long_ago = time.time() - 40 * 24 * 3600
    for path in (*cache.directory.glob("facts/??/*"), catalog):
        os.utime(path, (long_ago, long_ago))
    assert cache.tidy() == 3
    catalog.write_bytes(b"")
    os.utime(catalog, (long_ago, long_ago))
    assert cache.tidy() == 0
    for stamp_age in (2 * 24 * 3600, -2 * 24 * 3600):  # a stamp of the future was made by a clock that was wrong
        os.utime(cache.directory / "tidied", (time.time() - stamp_age,) * 2)
        assert cache.tidy() == (1 if stamp_age > 0 else 0)
        assert cache.tidy() == 0


def test_a_directory_made_for_catalogs_is_marked_as_cache(cache: Store) -> None:
    cache.prepare()
    assert (cache.directory / ".gitignore").read_text() == "*\n"
    assert cache.catalogs.is_dir()


def test_a_directory_that_cannot_be_made_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    Store(tmp_path / "file").prepare()
    assert Store(tmp_path / "file").tidy() == 0
