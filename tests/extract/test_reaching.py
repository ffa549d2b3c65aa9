"""Which definitions of a name can reach a use."""

from __future__ import annotations

from typing import Any

import pytest


def in_function(body: str) -> str:
    return "def f(c, xs):\n" + "".join(f"    {line}\n" for line in body.splitlines())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = 1\nuse(x)", [1]),
        ("x = 1\nx = 2\nuse(x)", [2]),
        ("use(x)\nx = 1", []),
        ("x = 1\nif c:\n    x = 2\nuse(x)", [1, 2]),
        ("if c:\n    x = 1\nelse:\n    x = 2\nuse(x)", [1, 2]),
        ("x = 0\nif c:\n    x = 1\nelif d:\n    x = 2\nelse:\n    x = 3\nuse(x)", [1, 2, 3]),
        ("x = 0\nif c:\n    x = 1\n    return\nuse(x)", [0]),
        ("x = 0\nif c:\n    x = 1\nelse:\n    raise E\nuse(x)", [1]),
        ("x = 0\nfor i in xs:\n    use(x)\n    x = 1", [0, 1]),
        ("x = 0\nfor i in xs:\n    x = 1\nuse(x)", [0, 1]),
        ("x = 0\nfor i in xs:\n    x = 1\n    x = 2\nuse(x)", [0, 2]),
        ("x = 0\nfor i in xs:\n    x = 1\n    if c:\n        continue\n    x = 2\nuse(x)", [0, 1, 2]),
        ("x = 0\nfor i in xs:\n    x = 1\n    if c:\n        break\n    x = 2\nelse:\n    x = 3\nuse(x)", [1, 3]),
        ("x = 0\nwhile True:\n    x = 1\n    if c:\n        x = 2\n        break\nuse(x)", [2]),
        ("x = 0\nwhile c:\n    x = 1\nuse(x)", [0, 1]),
        ("x = 0\ntry:\n    x = 1\n    x = 2\nexcept E:\n    use(x)", [0, 1, 2]),
        ("x = 0\ntry:\n    x = 1\nexcept E:\n    return\nuse(x)", [1]),
        ("x = 0\ntry:\n    x = 1\nexcept E:\n    x = 2\nelse:\n    x = 3\nuse(x)", [2, 3]),
        ("x = 0\ntry:\n    x = 1\nexcept E:\n    x = 2\nfinally:\n    use(x)", [0, 1, 2]),
        ("x = 0\ntry:\n    x = 1\nexcept E:\n    x = 2\nfinally:\n    y = 1\nuse(x)", [1, 2]),
        ("x = 0\ntry:\n    pass\nfinally:\n    x = 5\nuse(x)", [5]),
        ("x = 0\nmatch c:\n    case 1:\n        x = 1\n    case 2:\n        x = 2\nuse(x)", [0, 1, 2]),
        ("x = 0\nmatch c:\n    case 1:\n        x = 1\n    case _:\n        x = 2\nuse(x)", [1, 2]),
        ("x = 0\nif c and (x := 1):\n    pass\nuse(x)", [0, 1]),
        ("if (x := 1):\n    pass\nuse(x)", [1]),
        ("x = 0\ny = [use(x) for x in xs]", [("Element", ("Name", "xs"))]),
        ("x = 0\ny = [(x := 1) for z in xs]\nuse(x)", [0, 1]),
        ("x = 0\ndel x\nuse(x)", [("Opaque", "deleted")]),
        ("x = 1\nx += 2\nuse(x)", [("Arithmetic", "+", "x@", 2)]),
        ("x = 's'\nx += 't'\nuse(x)", [("Joined", ("x@", "t"))]),
        ("with c as x:\n    use(x)", [("Entered", ("Name", "c"))]),
        ("for x in xs:\n    use(x)", [("Element", ("Name", "xs"))]),
        ("try:\n    pass\nexcept E as x:\n    use(x)", [("Opaque", "exception")]),
        ("a, (b, *x) = c\nuse(x)", [("Opaque", "starred")]),
        ("a, *b, x = c\nuse(x)", [("Item", ("Name", "c"), -1)]),
        ("a = x = 1\nuse(x)", [1]),
        ("x: int\nuse(x)", [None]),
        ("x = 1\nx: int\nuse(x)", [None, 1]),
        ("import x\nuse(x)", [("Imported", "x", 0, "")]),
        ("import x.y\nuse(x)", [("Imported", "x", 0, "")]),
        ("def x(): ...\nuse(x)", [("Definition", "x")]),
        ("class x: ...\nuse(x)", [("Definition", "x")]),
    ],
)
@pytest.mark.parametrize("place", ["module", "function"])
def test_flow(read: Any, body: str, expected: list[Any], place: str) -> None:
    if place == "module":
        # A module cannot return; raising ends a path as well.
        found = read(body.replace("return", "raise E") + "\n").reaching()
        if not expected:
            expected = ["Name"]
    else:
        found = read(in_function(body)).reaching()
        expected = [_as_locals(each) for each in expected]
    assert sorted(found, key=str) == sorted(expected, key=str)


def _as_locals(value: Any) -> Any:
    """In the function `c` and `xs` are parameters."""
    if value in (("Name", "c"), ("Name", "xs")):
        return f"{value[1]}@"
    return tuple(map(_as_locals, value)) if isinstance(value, tuple) else value


def test_scopes(read: Any) -> None:
    source = """
        G = 1
        def f(a):
            use(G)          # 0: a global
            x = 1
            def g():
                use(x)      # 1: all bindings of the enclosing function
                use(a)      # 2
            x = 2
            class C:
                x = 3
                use(x)      # 3: the class's own
                def m(self):
                    use(x)  # 4: not the class's
                y = [use(x) for _ in a]   # 5: nor in a comprehension
            use(x)          # 6
            z = lambda x: use(x)          # 7
        class D:
            G = 4
            use(G)          # 8
            def m(self):
                use(G)      # 9
        use(G)              # 10
    """
    facts = read(source)
    found = [facts.reaching(index) for index in range(11)]
    assert found == [
        ["Name"], [1, 2], [("Parameter", 0)], [3], [1, 2], [1, 2], [2], [("Parameter", 0)], [4], ["Name"], [1],
    ]  # fmt: skip


def test_class_body_reads_the_module_where_it_stands(read: Any) -> None:
    facts = read("x = 1\nclass C:\n    use(x)\n    x = x\nx = 2\n")
    assert facts.reaching() == [1]
    assert facts.tree(next(each for each in facts.facts.bindings if each.scope).value) == "x@"


def test_global_and_nonlocal(read: Any) -> None:
    source = """
        x = 1
        def f():
            global x
            x = 2
            use(x)
        def g():
            y = 1
            def h():
                nonlocal y
                y = 2
                use(y)
            h()
            use(y)
    """
    facts = read(source)
    assert facts.reaching(0) == ["Name"]
    assert facts.reaching(1) == [1, 2]
    assert facts.reaching(2) == [1, 2]
    assert [facts.tree(each.value) for each in facts.facts.bindings if each.name == "x" and each.scope == 0] == [1, 2]


def test_comprehension_inside_a_lambda_inside_a_comprehension(read: Any) -> None:
    facts = read("y = [lambda: [use(a) for b in a] for a in c]\n")
    assert facts.reaching() == [("Element", ("Name", "c"))]


def test_use_in_a_default_sees_the_enclosing_scope(read: Any) -> None:
    facts = read("x = 1\ndef f(x=use(x)): ...\nx = 2\n")
    assert facts.reaching() == [1]


def test_captures_of_a_pattern(read: Any) -> None:
    source = """
        def f(m):
            match m:
                case {"type": "a", "id": x, **rest}: use(x)
                case Order(id=x, total=t): use(x)
                case [a, *b, x]: use(x)
                case str(x) | int(x): use(x)
                case (1 | 2) as x: use(x)
    """
    facts = read(source)
    assert facts.reaching(0) == [("Item", "m@", "id")]
    assert facts.reaching(1) == [("Attribute", "m@", "id")]
    assert facts.reaching(2) == [("Item", "m@", -1)]
    assert set(facts.reaching(3)) >= {"m@"}
    assert facts.reaching(4) == ["m@"]
