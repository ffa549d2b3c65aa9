"""The control-flow skeleton: steps in evaluation order."""

from __future__ import annotations

from typing import Any

import pytest

from eda_lint.model.facts import Class, Function, Match, Try, With, Write
from eda_lint.model.values import NOTHING


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f(g(), h())", ["g", "h", "f", "Evaluate"]),
        ("a().b().c()", ["a", "b", "c", "Evaluate"]),
        ("x = f()", ["f", "Bind"]),
        ("a().b = f()", ["f", "a", "Write"]),
        ("a()[b()] = c()", ["c", "a", "b", "Write"]),
        ("x.a, y[0] = f()", ["f", "Write", "Write"]),
        ("x.a += f()", ["f", "Write"]),
        ("a() and b()", ["a", ["Branch", ["b"], None], "Evaluate"]),
        ("a() or b()", ["a", ["Branch", [], ["b"]], "Evaluate"]),
        ("a and b() and c()", [["Branch", ["b", ["Branch", ["c"], None]], None], "Evaluate"]),
        ("a and b", ["Evaluate"]),
        ("x = a() if t() else b()", ["t", ["Branch", ["a"], ["b"]], "Bind"]),
        ("x = a if t() else b()", ["t", ["Branch", [], ["b"]], "Bind"]),
        ("x = a if t else b", ["Bind"]),
        ("x = [f(y) for y in g() if h(y)]", ["g", ["Loop", ["Bind", "h", ["Branch", ["f"], None]], None], "Bind"]),
        ("x = {k(): v() for a in b() for c in d()}",
         ["b", ["Loop", ["Bind", "d", ["Loop", ["Bind", "k", "v"], None]], None], "Bind"]),
        ("if a():\n    b()\nelif c():\n    d()\nelse:\n    e()",
         ["a", ["Branch", ["b", "Evaluate"], ["c", ["Branch", ["d", "Evaluate"], ["e", "Evaluate"]]]]]),
        ("for x in f():\n    g()\nelse:\n    h()", ["f", ["Loop", ["Bind", "g", "Evaluate"], ["h", "Evaluate"]]]),
        ("while f():\n    g()", [["Loop", ["f", "g", "Evaluate"], None]]),
        ("try:\n    a()\nexcept E as e:\n    b()\nelse:\n    c()\nfinally:\n    d()",
         [["Try", ["a", "Evaluate"], ["c", "Evaluate"], ["d", "Evaluate"], ["Bind", "b", "Evaluate"]]]),
        ("with a() as x, b():\n    c()", ["a", "b", ["With", ["Bind", "c", "Evaluate"]]]),
        ("@d()\ndef f(x=g()) -> h(): ...", ["d", "g", "h", "Define", "Bind"]),
        ("@d()\nclass C(b(), k=m()):\n    x = f()", ["d", "b", "m", "Define", "Bind"]),
        ("assert a(), b()", ["a", ["Branch", [], ["b"]], "Assert"]),
        ("raise a() from b()", ["a", "b", "Raise"]),
        ("del x[f()]", ["f", "Evaluate"]),
        ("import a, b.c as d", ["Bind", "Bind"]),
        ("from a import *", []),
        ("'''doc'''\n...\npass", []),
        ("x: T = f()", ["f", "Bind"]),
        ("x: f()", ["f"]),
        ("f'{a()}{b():{c()}}'", ["a", "b", "c", "Evaluate"]),
        ("x[a():b()]", ["a", "b", "Evaluate"]),
        ("match f():\n    case 1 if g():\n        h()", ["f", ["Match", ["g", "h", "Evaluate"]]]),
        ("try:\n    a()\nexcept* E:\n    b()", [["Try", ["a", "Evaluate"], None, None, ["b", "Evaluate"]]]),
        ("type X = f()", ["f", "Bind"]),
    ],
)  # fmt: skip
def test_evaluation_order(read: Any, source: str, expected: list[Any]) -> None:
    assert read(source + "\n").steps() == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return f()", ["f", "Return"]),
        ("yield f()", ["f", "Yield", "Evaluate"]),
        ("x = yield from f()", ["f", "Yield", "Bind"]),
        ("await f()", ["f", "Evaluate"]),
        ("for x in y:\n        break", [["Loop", ["Bind", "Leave"], None]]),
        ("while y:\n        continue", [["Loop", ["Leave"], None]]),
    ],
)
def test_steps_of_a_function(read: Any, body: str, expected: list[Any]) -> None:
    facts = read(f"async def g():\n    {body}\n")
    assert facts.steps(facts.facts.definitions[1].body) == expected


def test_lambda_body_is_one_return(read: Any) -> None:
    facts = read("x = lambda a, *b, c=f(), **d: g(a)\n")
    function = facts.facts.definitions[1]
    assert facts.steps() == ["f", "Bind"]
    assert facts.steps(function.body) == ["g", "Return"]
    assert [(each.name, each.kind) for each in function.parameters] == [
        ("a", "positional"), ("b", "*"), ("c", "keyword"), ("d", "**"),
    ]  # fmt: skip


def test_definitions(read: Any) -> None:
    source = """
        @outer
        @inner(1)
        class C(Base, metaclass=M):
            @staticmethod
            async def m(self, /, a: int = 1, *, b) -> str:
                yield 1
    """
    facts = read(source)
    module, cls, method = facts.facts.definitions
    assert isinstance(module, Function)
    assert isinstance(cls, Class)
    assert isinstance(method, Function)
    assert (module.name, module.parent, cls.parent, method.parent) == ("<module>", NOTHING, 0, 1)
    assert [facts.tree(each) for each in cls.decorators] == [("Name", "outer"), ("Result", ("Name", "inner"))]
    assert (cls.first_decorator, method.first_decorator) == (0, 2)
    assert [facts.tree(each) for each in cls.bases] == [("Name", "Base")]
    assert [(each.name, facts.tree(each.value)) for each in cls.keywords] == [("metaclass", ("Name", "M"))]
    assert (method.is_async, method.is_generator) == (True, True)
    assert [(each.name, each.kind, facts.tree(each.default)) for each in method.parameters] == [
        ("self", "positional", None), ("a", "positional", 1), ("b", "keyword", None),
    ]  # fmt: skip
    assert facts.tree(method.returns) == ("Name", "str")


def test_calls_know_their_scope_and_arguments(read: Any) -> None:
    facts = read("a()\nclass C:\n    b()\n    def m(self):\n        c(1, *x, k=2, **y)\n").facts
    assert [call.scope for call in facts.calls] == [0, 1, 2]
    assert [(each.name, each.star) for each in facts.calls[2].arguments] == [("", 0), ("", 1), ("k", 0), ("", 2)]


def test_writes(read: Any) -> None:
    facts = read("self.a: int = 1\nself.b[0] += 2\nself.c: str\nfor x.y in z: ...\n")
    writes = [step for block in facts.facts.blocks for step in block if isinstance(step, Write)]
    found = {step.place: (facts.tree(step.target)[0], facts.tree(step.value), step.operator) for step in writes}
    assert found == {
        0: ("Attribute", 1, ""),
        1: ("Item", 2, "+"),
        2: ("Attribute", None, ""),
        3: ("Attribute", ("Element", ("Name", "z")), ""),
    }
    assert facts.tree(next(step for step in writes if step.place == 0).annotation) == ("Name", "int")


def test_handlers_and_withs(read: Any) -> None:
    facts = read(
        "try: ...\nexcept (A, B): ...\nexcept: ...\nasync def f():\n    async with a as (b, c), d as e.f: ...\n"
    )
    steps = [step for block in facts.facts.blocks for step in block]
    caught = next(step for step in steps if isinstance(step, Try))
    assert [facts.tree(each.types) for each in caught.handlers] == [
        ("Sequence", "tuple", (("Name", "A"), ("Name", "B"))), None,
    ]  # fmt: skip
    entered = next(step for step in steps if isinstance(step, With))
    assert entered.is_async
    assert [(facts.tree(value), binding) for value, binding in entered.items] == [
        (("Name", "a"), -1),
        (("Name", "d"), -1),
    ]


def test_patterns(read: Any) -> None:
    facts = read('match m:\n    case {"a": 1, **r}: ...\n    case P(1, k=_): ...\n    case [x, *_] | None: ...\n')
    step = next(step for block in facts.facts.blocks for step in block if isinstance(step, Match))
    table = facts.facts.patterns
    mapping, cls, either = [table[case.pattern] for case in step.cases]
    assert mapping.kind == "mapping"
    assert [facts.tree(int(key)) if key else "" for key in mapping.keys] == ["a", ""]
    assert [table[part].kind for part in mapping.parts] == ["value", "capture"]
    assert (cls.kind, facts.tree(cls.value), cls.keys) == ("class", ("Name", "P"), ("", "k"))
    assert [table[part].kind for part in either.parts] == ["sequence", "value"]


def test_imports(read: Any) -> None:
    facts = read("import a.b, c.d as e\nfrom ..f import g as h, i\nfrom . import j\nfrom k import *\n").facts
    assert [(each.module, each.level, each.name) for each in facts.imports] == [
        ("a.b", 0, ""), ("c.d", 0, ""), ("f", 2, "g"), ("f", 2, "i"), ("", 1, "j"), ("k", 0, "*"),
    ]  # fmt: skip
    assert [each.name for each in facts.bindings] == ["a", "e", "h", "i", "j"]


def test_newest_syntax(read: Any) -> None:
    source = """
        type A[T] = list[T]
        def f[T: (int, str) = int, *Ts, **P](x: T) -> T: ...
        class C[T](Base[T]): ...
    """
    assert len(read(source).facts.definitions) == 3
