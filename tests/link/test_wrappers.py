"""Wrappers that the configuration declares."""

from __future__ import annotations

from collections.abc import Callable

from eda_lint.model.topology import Project

Link = Callable[..., Project]

BUS = (
    "import secret\n"
    "class Bus:\n"
    "    def publish(self, topic, body, *, key=None):\n"
    "        secret.do(topic, body)\n"
    "def listen(topic, handler):\n"
    "    secret.listen(topic, handler)\n"
    "def on(topic):\n"
    "    return lambda function: secret.listen(topic, function)\n"
)
PUBLISH = (
    "[[wrappers]]\nfunction = 'acme.bus.Bus.publish'\naction = 'send'\nsystem = 'kafka'\n"
    "channel = 'topic'\npayload = 'body'\n"
)
FILES = {"acme/__init__.py": "", "acme/bus.py": BUS}


def told(project: Project) -> list[tuple[str, str, str | None, str | None, str | None]]:
    """(action, system, address, message, handler) of each operation."""
    return [(o.action, o.system, o.address, o.message, o.handler) for o in project.operations]


def test_method_of_the_code_base_by_position_and_keyword(link: Link) -> None:
    shop = (
        "from acme.bus import Bus\nbus = Bus()\n"
        "bus.publish('orders', {'type': 'OrderPlaced'})\n"
        "bus.publish(body={'type': 'BillMade'}, topic='bills')\n"
    )
    project = link({**FILES, "acme/shop.py": shop}, PUBLISH)
    assert told(project) == [
        ("send", "kafka", "orders", "OrderPlaced", None),
        ("send", "kafka", "bills", "BillMade", None),
    ]
    assert {o.kind for o in project.operations} == {"stream"}


def test_wrapper_of_a_wrapper(link: Link) -> None:
    shop = "from acme.bus import Bus\ndef tell(topic):\n    Bus().publish(topic, {})\ntell('orders')\n"
    project = link({**FILES, "acme/shop.py": shop}, PUBLISH)
    assert ("orders", 1) in {(o.address, len(o.via)) for o in project.operations}


def test_handler_by_argument(link: Link) -> None:
    config = (
        "[[wrappers]]\nfunction = 'acme.bus.listen'\naction = 'receive'\nsystem = 'kafka'\nchannel = 'topic'\n"
        "handler = 'handler'\n"
    )
    shop = "from acme.bus import listen\ndef handle(body): ...\nlisten('orders', handle)\n"
    assert told(link({**FILES, "acme/shop.py": shop}, config)) == [
        ("receive", "kafka", "orders", None, "acme.shop:handle")
    ]


def test_handler_by_decoration(link: Link) -> None:
    config = "[[wrappers]]\nfunction = 'acme.bus.on'\naction = 'receive'\nsystem = 'kafka'\nchannel = 'topic'\n"
    shop = "from acme.bus import on\n@on('orders')\ndef handle(body): ...\n"
    assert told(link({**FILES, "acme/shop.py": shop}, config)) == [
        ("receive", "kafka", "orders", None, "acme.shop:handle")
    ]


def test_function_from_outside_by_keyword(link: Link) -> None:
    config = (
        "[[wrappers]]\nfunction = 'outer.lib.emit'\naction = 'send'\nsystem = 'rabbitmq'\nchannel = 'channel'\n"
        "payload = 'data'\n"
    )
    shop = "from outer.lib import emit\nemit(channel='bills', data={'type': 'BillMade'})\n"
    assert told(link(shop, config)) == [("send", "rabbitmq", "bills", "BillMade", None)]


def test_without_a_declaration_nothing_is_told(link: Link) -> None:
    shop = "from acme.bus import Bus\nBus().publish('orders', {})\n"
    assert link({**FILES, "acme/shop.py": shop}).operations == ()


def test_another_function_of_that_name_is_none(link: Link) -> None:
    shop = (
        "from acme.bus import Bus\n"
        "class Paper:\n    def publish(self, topic, body): ...\n"
        "Paper().publish('orders', {})\n"
    )
    assert link({**FILES, "acme/shop.py": shop}, PUBLISH).operations == ()


def test_aliases_join_channels(link: Link) -> None:
    config = "[[channels]]\nmatch = 'orders'\naliases = ['orders-v2']\nexternal = true\nkind = 'queue'\n"
    project = link(
        "from kafka import KafkaProducer\np = KafkaProducer()\np.send('orders', b'')\np.send('orders-v2', b'')\n",
        config,
    )
    (channel,) = project.channels
    assert (channel.address, channel.external, channel.kind) == ("orders", True, "queue")
