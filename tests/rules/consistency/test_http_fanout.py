from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eda_lint_rules.consistency.http_fanout import HttpFanout

from eda_lint.model.finding import Finding
from eda_lint.model.topology import Activity, Arm, Effect, Place, Via

RULE = HttpFanout()


def judged(scene: Any, *effects: Effect, rule: HttpFanout = RULE, **more: Any) -> list[Finding]:
    ordered = [replace(effect, order=order) for order, effect in enumerate(effects)]
    activity = replace(scene.activity(*ordered, service="shop"), **more)
    return list(rule.check(scene.project(activities=[activity]), None))


def tells(scene: Any, service: str, **more: Any) -> Effect:
    values = {"method": "POST", "url": f"http://{service}:8000/x", "internal": True, "call": "requests.post"} | more
    effect: Effect = scene.effect("http", **values)
    return effect


def change(scene: Any, **more: Any) -> Effect:
    effect: Effect = scene.effect("insert", target="purchases", call="add", **more)
    return effect


def test_a_change_that_is_told_to_two(scene: Any) -> None:
    first = tells(scene, "billing", owner="billing")
    (finding,) = judged(scene, change(scene), first, tells(scene, "campaign"))
    assert finding.place == first.place
    assert "changes `purchases`" in finding.message
    assert "calls 2 services to tell them: `billing` and `campaign:8000`" in finding.message
    assert finding.services == ("billing", "shop")
    assert [note.message for note in finding.notes] == [
        "`main` runs",
        "`add` changes `purchases`",
        "`requests.post` tells `billing`",
        "`requests.post` tells `campaign:8000`",
    ]


@pytest.mark.parametrize(
    "second",
    [
        {"method": "GET"},
        {"internal": False},
        {"result_decides": True},
        {"service": "billing"},
        {"owner": "shop"},
        {"path": (Arm(1, "except", 1),), "first": {"path": (Arm(1, "try", 0),)}},
    ],
    ids=str,
)
def test_calls_that_do_not_count(scene: Any, second: dict[str, Any]) -> None:
    other = dict(second)
    first = tells(scene, "billing", **other.pop("first", {}))
    call = tells(scene, other.pop("service", "campaign"), **other)
    assert judged(scene, change(scene), first, call) == []


def test_one_service_under_two_addresses_of_it(scene: Any) -> None:
    calls = [tells(scene, "billing", url=f"http://billing:8000/{path}") for path in ("a", "b")]
    assert judged(scene, change(scene), *calls) == []


def test_a_setting_names_a_service(scene: Any) -> None:
    calls = [tells(scene, "", url=f"${{{name}_URL}}/told") for name in ("BILLING", "USERS")]
    (finding,) = judged(scene, change(scene), *calls)
    assert "`${BILLING_URL}` and `${USERS_URL}`" in finding.message


def test_without_a_change_before_the_calls(scene: Any) -> None:
    calls = tells(scene, "billing"), tells(scene, "campaign")
    assert judged(scene, *calls) == []
    assert judged(scene, *calls, change(scene)) == []
    assert judged(scene, change(scene, durable=False), *calls) == []


def test_a_change_on_another_way_through_the_function(scene: Any) -> None:
    then, otherwise = (Arm(1, "if", 0),), (Arm(1, "if", 1),)
    calls = tells(scene, "billing", path=otherwise), tells(scene, "campaign", path=otherwise)
    assert judged(scene, change(scene, path=then), *calls) == []


@pytest.mark.parametrize("function", ["orders.saga:place", "orders:OrderWorkflow.run", "orders:ProcessManager.on"])
def test_orchestrators_are_exempt(scene: Any, function: str) -> None:
    effects = change(scene), tells(scene, "billing"), tells(scene, "campaign")
    assert judged(scene, *effects, function=function) == []


def test_how_many_make_a_fan_out_is_an_option(scene: Any) -> None:
    effects = change(scene), tells(scene, "a"), tells(scene, "b")
    assert judged(scene, *effects, rule=HttpFanout(at_least=3)) == []
    assert len(judged(scene, *effects, tells(scene, "c"), rule=HttpFanout(at_least=3))) == 1


def test_tests_are_exempt(scene: Any) -> None:
    assert judged(scene, change(scene), tells(scene, "a"), tells(scene, "b"), in_test=True) == []


def test_the_nearest_function_speaks_for_those_that_call_it(scene: Any) -> None:
    effects = [replace(one, order=n) for n, one in enumerate((change(scene), tells(scene, "a"), tells(scene, "b")))]
    near: Activity = scene.activity(*effects, service="shop")
    step = (Via(Place("shop/web.py", 3), "main:main"),)
    far = replace(near, function="web:view", effects=tuple(replace(one, via=step) for one in effects))
    (finding,) = RULE.check(scene.project(activities=[far, near]), None)
    assert finding.symbol == "main:main"
    assert finding.notes[0].message == "`main` runs"


def test_in_a_handler_the_path_begins_where_the_message_comes_in(scene: Any) -> None:
    received = scene.receive("orders", service="shop")
    effects = [replace(one, order=n) for n, one in enumerate((change(scene), tells(scene, "a"), tells(scene, "b")))]
    (finding,) = RULE.check(scene.project(received, handlers=[scene.handler(received, *effects)]), None)
    assert finding.notes[0].message == "shop receives a message of `orders`"
