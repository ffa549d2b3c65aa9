"""Extraction: what one file says, as a pure function of its bytes.

The parser is imported when the first file is read: a warm run that finds everything in its cache needs none.
"""

from __future__ import annotations

from eda_lint.model.facts import Extracted

EXTRACTOR_VERSION = "1"
"""Part of every cache key: raised whenever the same bytes give other facts or places."""


def extract(content: bytes) -> Extracted:
    """Facts, places and problems of a Python file's bytes. Never raises for what the file holds: a file that
    cannot be decoded, is too deep or does not parse gives `facts=None` and a problem that says where and why."""
    from eda_lint.extract.module import extract_module

    return extract_module(content)
