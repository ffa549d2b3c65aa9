"""Classes of unread packages, and what is imported by the text of its path."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eda_lint.catalog.load import load_catalog
from eda_lint.link.evaluation.foreign import extended
from eda_lint.model.topology import Project

Link = Callable[..., Project]


@pytest.mark.parametrize(
    ("path", "type_name"),
    [
        ("acme_utils.celery.AcmeCelery", "app"),
        ("acme.messaging.celery.base.OurCelery", "app"),
        ("acme_utils.celery.Celery", None),
        ("acme_utils.tasks.AcmeCelery", None),
        ("acme_utils.celery.Settings", None),
        ("celery.AcmeCelery", None),
        ("AcmeCelery", None),
        ("", None),
    ],
)
def test_class_that_extends_by_name(path: str, type_name: str | None) -> None:
    found = extended(load_catalog(), path)
    assert (found.type if found else None) == type_name


def test_application_of_an_unread_package(link: Link) -> None:
    project = link(
        "import celery\nfrom acme_utils.celery import AcmeCelery\n"
        "app = AcmeCelery()\n"
        "@app.task(name='mail')\ndef mail(order): ...\n"
        "mail.apply_async([1], queue='slow')\n"
    )
    assert [(o.action, o.address, o.message) for o in project.operations] == [
        ("receive", "slow", "mail"),
        ("send", "slow", "mail"),
    ]


def test_class_by_the_text_of_its_path(link: Link) -> None:
    project = link(
        {
            "conf.py": "import os\nCLASS = os.getenv('CLASS', 'stomp.Connection12')\nOURS = 'maker.Maker'\n",
            "maker.py": (
                "import stomp\nclass Maker:\n    def __init__(self):\n        self.connection = stomp.Connection()\n"
            ),
            "app.py": (
                "import stomp\nfrom django.utils.module_loading import import_string\nimport conf\n"
                "import_string(conf.CLASS)().send('/queue/a', b'x')\n"
                "import_string(conf.OURS)().connection.send('/queue/b', b'x')\n"
                "import_string('no.such.Thing')().send('/queue/c', b'x')\n"
                "import_string(unknown)().send('/queue/d', b'x')\n"
            ),
        }
    )
    assert [o.address for o in project.operations] == ["/queue/a", "/queue/b"]
