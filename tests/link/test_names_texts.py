"""Names put together from texts: constants, enums, formats."""

from __future__ import annotations

import pytest

from tests.link.conftest import Link, sent


@pytest.mark.parametrize(
    ("setup", "channel", "addresses", "default", "files"),
    [
        pytest.param(
            "A = 'orders'",
            "A",
            "orders",
            None,
            {},
            id="const",
        ),
        pytest.param(
            """
            from typing import Final
            A: Final = 'orders'
            """,
            "A",
            "orders",
            None,
            {},
            id="final",
        ),
        pytest.param(
            """
            from enum import StrEnum
            class T(StrEnum):
                A='orders'
            """,
            "T.A",
            "orders",
            None,
            {},
            id="strenum",
        ),
        pytest.param(
            """
            from enum import StrEnum
            class T(StrEnum):
                A='orders'
            """,
            "T.A.value",
            "orders",
            None,
            {},
            id="strenum value",
        ),
        pytest.param(
            """
            from enum import StrEnum, auto
            class T(StrEnum):
                ORDERS=auto()
            """,
            "T.ORDERS",
            "orders",
            None,
            {},
            id="strenum auto",
        ),
        pytest.param(
            """
            from enum import StrEnum, auto
            class T(StrEnum):
                A='orders'
            """,
            "str(T.A)",
            "orders",
            None,
            {},
            id="enum str()",
        ),
        pytest.param(
            """
            from enum import Enum
            class T(str, Enum):
                A='orders'
            """,
            "T['A'].value",
            "orders",
            None,
            {},
            id="enum getitem",
        ),
        pytest.param(
            "A='orders'",
            "f'{A}.v1'",
            "orders.v1",
            None,
            {},
            id="fstring",
        ),
        pytest.param(
            "",
            "f'orders.{x}'",
            "orders.{x}",
            None,
            {},
            id="fstring hole",
        ),
        pytest.param(
            "",
            "'orders.{}'.format(x)",
            "orders.{x}",
            None,
            {},
            id="format",
        ),
        pytest.param(
            "T='{prefix}.orders'",
            "T.format(prefix='shop')",
            "shop.orders",
            None,
            {},
            id="format kw",
        ),
        pytest.param(
            "T='{prefix}.orders'",
            "T.format_map({'prefix':'shop'})",
            "shop.orders",
            None,
            {},
            id="format_map",
        ),
        pytest.param(
            "",
            "'orders.%s' % x",
            "orders.{x}",
            None,
            {},
            id="percent",
        ),
        pytest.param(
            "",
            "'%s.%s' % ('shop', 'orders')",
            "shop.orders",
            None,
            {},
            id="percent2",
        ),
        pytest.param(
            "",
            "'%(a)s.orders' % {'a':'shop'}",
            "shop.orders",
            None,
            {},
            id="percent dict",
        ),
        pytest.param(
            "",
            "'.'.join(['shop','orders'])",
            "shop.orders",
            None,
            {},
            id="join",
        ),
        pytest.param(
            "",
            "'.'.join(('shop', x))",
            "shop.{x}",
            None,
            {},
            id="join tuple",
        ),
        pytest.param(
            "A='shop'",
            "A + '.' + 'orders'",
            "shop.orders",
            None,
            {},
            id="concat",
        ),
        pytest.param(
            """
            from string import Template
            T=Template('$p.orders')
            """,
            "T.substitute(p='shop')",
            "shop.orders",
            None,
            {},
            id="template",
        ),
        pytest.param(
            "A='Orders'",
            "A.lower()",
            "orders",
            None,
            {},
            id="casefold",
        ),
        pytest.param(
            """
            class Topics:
                ORDERS='orders'
            """,
            "Topics.ORDERS",
            "orders",
            None,
            {},
            id="slot names",
        ),
        pytest.param(
            "A='shop_orders'",
            "A.replace('_','.')",
            "shop.orders",
            None,
            {},
            id="replace",
        ),
    ],
)
def test_names(
    link: Link, setup: str, channel: str | None, addresses: str, default: str | None, files: dict[str, str]
) -> None:
    assert sent(link, setup, channel, files) == (addresses, default)
