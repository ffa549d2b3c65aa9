"""Texts: settings that hold several names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eda_lint.model.topology import Project

Link = Callable[..., Project]


@pytest.mark.parametrize(
    ("topics", "defaults"),
    [
        ("os.getenv('T', 'a,b').split(',')", ["a", "b"]),
        ("os.getenv('T', 'a, b').split(',')", ["a", "b"]),
        ("[t.strip() for t in os.environ.get('T', 'a,b').split(',')]", ["a", "b"]),
        ("os.getenv('T', 'a').split(',')", ["a"]),
        ("os.environ['T'].split(',')", [None]),
    ],
)
def test_setting_that_holds_several_names(link: Link, topics: str, defaults: list[str | None]) -> None:
    project = link(f"import os\nfrom kafka import KafkaConsumer\nKafkaConsumer(*{topics})\n")
    assert [(o.address, o.default) for o in project.operations] == [("${T}", default) for default in defaults]


def test_setting_read_twice_is_one_address(link: Link) -> None:
    project = link(
        "import os\nfrom kafka import KafkaProducer\n"
        "if os.getenv('CLOUD'):\n    TOPIC = os.environ['T']\nelse:\n    TOPIC = os.getenv('T', 'orders')\n"
        "KafkaProducer().send(TOPIC, b'x')\n"
    )
    assert [(o.address, o.default) for o in project.operations] == [("${T}", "orders")]
