"""Names that the command line gives, with the variables and defaults they have."""

from __future__ import annotations

import pytest

from tests.link.conftest import Link, sent


@pytest.mark.parametrize(
    ("setup", "channel", "addresses", "default", "files"),
    [
        pytest.param(
            """
            import argparse
            p = argparse.ArgumentParser()
            p.add_argument('--topic', default='orders')
            args = p.parse_args()
            """,
            "args.topic",
            "${topic}",
            "orders",
            {},
            id="argparse",
        ),
        pytest.param(
            """
            import click
            from kafka import KafkaProducer
            @click.command()
            @click.option('--topic', default='orders', envvar='T')
            def main(topic):
                KafkaProducer().send(topic, b'')
            """,
            None,
            "${T}",
            "orders",
            {},
            id="click",
        ),
        pytest.param(
            """
            import typer
            from kafka import KafkaProducer
            app = typer.Typer()
            @app.command()
            def main(topic: str = typer.Option('orders', envvar='T')):
                KafkaProducer().send(topic, b'')
            """,
            None,
            "${T}",
            "orders",
            {},
            id="typer",
        ),
        pytest.param(
            """
            import click
            from kafka import KafkaProducer
            @click.command()
            @click.option('--topic', default='orders')
            def main(topic):
                KafkaProducer().send(topic, b'')
            """,
            None,
            "${topic}",
            "orders",
            {},
            id="click no envvar",
        ),
        pytest.param(
            """
            from absl import flags
            FLAGS = flags.FLAGS
            flags.DEFINE_string('topic', 'orders', 'help')
            """,
            "FLAGS.topic",
            "${topic}",
            "orders",
            {},
            id="absl",
        ),
    ],
)
def test_names(
    link: Link, setup: str, channel: str | None, addresses: str, default: str | None, files: dict[str, str]
) -> None:
    assert sent(link, setup, channel, files) == (addresses, default)


def test_a_method_without_parameters_asks_for_none(link: Link) -> None:
    setup = "class A:\n    def f(*a):\n        return 'orders'\nclass B(A):\n    def f():\n        return super().f()\n"
    assert sent(link, setup, "B().f()", {})[0] in ("orders", "None")
