"""Outcomes and sources made by hand, and expected files that reports are compared with."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from eda_lint.model.finding import Crash, Finding, Judged, Note, Outcome, RuleCard
from eda_lint.model.topology import Coverage, Place, SourceProblem

SNAPSHOTS = Path(__file__).parent / "snapshots"

SOURCES = {
    "billing/app.py": """\
import stripe

from billing.db import session


def on_order(message):
    order = json.loads(message.value)
    charge(order)


def charge(order):
\tresult = stripe.Charge.create(amount=order["total"], currency="eur")
    session.add(
        Payment(
            order=order["id"],
        )
    )
""",
    "orders/app.py": 'producer.send("orders.placed", value=order)\n',
    "orders/bücher.py": 's = "日本語"; publish(s)  # wide\n',
}

PAGE = """\
# EDA301 non-idempotent-handler

## What it does

Reports a handler whose effect
is repeated when the message is delivered twice.

## Why it matters

Brokers deliver at least once.
"""

CARDS = (
    RuleCard("EDA101", "command-named-event", "An event is named like a command", "info", True, "0.1.0", ""),
    RuleCard(
        "EDA301", "non-idempotent-handler", "A redelivered message is acted on twice", "error", False, "0.1.0", PAGE
    ),
    RuleCard("EDA403", "ack-before-effect", "A message is acknowledged too early", "warning", False, "0.1.0", PAGE),
)


def at(file: str, line: int, column: int = 1, end_line: int = 0, end_column: int = 0) -> Place:
    return Place(file, line, column, end_line, end_column)


CHARGE = Finding(
    code="EDA301",
    name="non-idempotent-handler",
    message="`stripe.Charge.create` charges again when `orders.placed` is delivered twice. Give it a key [see docs].",
    place=at("billing/app.py", 12, 11, 12, 70),
    mend='Pass `idempotency_key=order["id"]` to `stripe.Charge.create`',
    notes=(
        Note(at("billing/app.py", 6, 1, 6, 4), "`on_order` receives `orders.placed`", step=True),
        Note(at("billing/app.py", 8, 5, 8, 18), "calls `charge`", step=True),
        Note(at("billing/app.py", 12, 11, 12, 70), "charges the customer", step=True),
        Note(at("orders/app.py", 1, 1, 1, 44), "sent here"),
    ),
    services=("billing", "orders"),
    channels=("kafka:orders.placed",),
    symbol="billing.app:charge",
    shape="stripe.Charge.create",
)
INSERT = Finding(
    code="EDA403",
    name="ack-before-effect",
    message="The message is gone before the row is written.",
    place=at("billing/app.py", 13, 5, 17, 6),
    confidence="likely",
)
NAMED = Finding(
    code="EDA101",
    name="command-named-event",
    message="`SendMail` names a command.",
    place=at("orders/bücher.py", 1, 12, 1, 22),
    symbol="SendMail",
)


def outcome_of(*judged: Judged, **changes: Any) -> Outcome:
    values: dict[str, Any] = {
        "judged": judged,
        "rules": CARDS,
        "coverage": Coverage(operations=12, resolved=10, files=40, parsed=7),
    }
    return Outcome(**(values | changes))


FULL = outcome_of(
    Judged(CHARGE, "error", "0" * 31 + "1"),
    Judged(INSERT, "warning", "0" * 31 + "2"),
    Judged(INSERT, "warning", "0" * 31 + "3", suppressed=True, suppression="known"),
    Judged(INSERT, "warning", "0" * 31 + "4", baselined=True),
    Judged(NAMED, "info", "0" * 31 + "5"),
    filtered=2,
    problems=(SourceProblem(at("old.py", 3, 7), "python2", "Python 2 syntax", wanted=False),),
)
CLEAN = outcome_of()
BLIND = outcome_of(coverage=Coverage(files=40, parsed=7))
CRASHED = outcome_of(crashes=(Crash("ACM101", "lost-mail", "acme-rules", "ValueError: x (at acme.lost_mail:7)"),))

EVIL_TEXT = "<script>\x1b[31m\x07\r\n::error::%0A \u202egnp.\u2028 \udcff | [a](http://x) `"
EVIL_PATH = 'a b/%0A\n::error file=x::<script>\x1b[2J\udcff,:"/x.py'
EVIL = outcome_of(
    Judged(
        Finding(
            "EDA301",
            "non-idempotent-handler",
            EVIL_TEXT,
            at(EVIL_PATH, 1, 1, 1, 5),
            mend=EVIL_TEXT,
            notes=(Note(at(EVIL_PATH, 1), EVIL_TEXT, step=True), Note(at(EVIL_PATH, 2), EVIL_TEXT)),
            services=(EVIL_TEXT,),
            channels=(EVIL_TEXT,),
            symbol=EVIL_TEXT,
        ),
        "error",
        "f" * 32,
        suppressed=False,
    ),
    crashes=(Crash("ACM101", EVIL_TEXT, EVIL_TEXT, EVIL_TEXT),),
    problems=(SourceProblem(at(EVIL_PATH, 1), "syntax", EVIL_TEXT, wanted=True),),
)


def source_of(path: str) -> str | None:
    return SOURCES.get(path, f"{EVIL_TEXT}\n" if path == EVIL_PATH else None)


OUTCOMES = {"full": FULL, "clean": CLEAN, "blind": BLIND, "crashed": CRASHED, "evil": EVIL}


@pytest.fixture
def outcomes() -> dict[str, Outcome]:
    return OUTCOMES


@pytest.fixture(params=sorted(OUTCOMES))
def outcome(request: pytest.FixtureRequest) -> Outcome:
    return OUTCOMES[request.param]


@pytest.fixture
def source() -> Callable[[str], str | None]:
    return source_of


@pytest.fixture
def make_outcome() -> Callable[..., Outcome]:
    return outcome_of


@pytest.fixture
def snapshot() -> Callable[[str, str], None]:
    """Compares with an expected file; with UPDATE_SNAPSHOTS set it is written instead, to be read in the diff."""

    def compare(name: str, text: str) -> None:
        path = SNAPSHOTS / name
        if os.environ.get("UPDATE_SNAPSHOTS"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
        assert text == path.read_bytes().decode(), f"{name} differs; UPDATE_SNAPSHOTS=1 rewrites it"

    return compare


@pytest.fixture
def validate() -> Callable[[str, str], Any]:
    """Parses text and checks it against a schema that is shipped in the package."""

    def check(schema: str, text: str) -> Any:
        definition = json.loads(files("eda_lint.report").joinpath("schema", schema).read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(definition)
        data = json.loads(text)
        jsonschema.Draft202012Validator(definition).validate(data)
        return data

    return check
