"""What is known of an expression."""

from __future__ import annotations

from typing import Any

import pytest

T, F, N = ("Constant", True), ("Constant", False), ("Constant", None)


def name(text: str) -> tuple[str, str]:
    return ("Name", text)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'orders'", "orders"),
        ("'a' 'b' \"c\"", "abc"),
        ("('a'\n 'b')", "ab"),
        (r"'a\tb'", "a\tb"),
        (r"r'a\tb'", r"a\tb"),
        (r"b'\xff\x00'", "\xff\x00"),
        (r"'\ud800'", ("Opaque", "surrogate")),
        ("'ü'", "ü"),
        ("1_000", 1000),
        ("0x1F", 31),
        ("-5", -5),
        ("1.5", 1.5),
        ("2j", ("Opaque", "complex")),
        ("99999999999999999999", ("Opaque", "big number")),
        ("9" * 5000, ("Opaque", "big number")),
        ("1e999", ("Opaque", "big number")),
        ("True", T),
        ("None", N),
        ("...", ("Opaque", "ellipsis")),
        ("a", name("a")),
        ("a.b", ("Attribute", name("a"), "b")),
        ("a['k']", ("Item", name("a"), "k")),
        ("a[1:2]", ("Item", name("a"), ("Opaque", "slice"))),
        ("a[1, 2]", ("Item", name("a"), ("Sequence", "tuple", (1, 2)))),
        ("a[1,]", ("Item", name("a"), ("Sequence", "tuple", (1,)))),
        ("f(1)", ("Result", name("f"))),
        ("[1, *a]", ("Sequence", "list", (1, ("Starred", name("a"))))),
        ("(1, 2)", ("Sequence", "tuple", (1, 2))),
        ("{1}", ("Sequence", "set", (1,))),
        ("{'k': 1, **a}", ("Mapping", (("k", 1), (None, name("a"))))),
        ("a if b else c", ("Conditional", name("b"), name("a"), name("c"))),
        ("a or b or 'c'", ("Either", "or", (name("a"), name("b"), "c"))),
        ("a and b or c", ("Either", "or", (("Either", "and", (name("a"), name("b"))), name("c")))),
        ("a < b not in c", ("Comparison", name("a"), ("<", "not in"), (name("b"), name("c")))),
        ("a is not None", ("Comparison", name("a"), ("is not",), (N,))),
        ("not a", ("Negation", name("a"))),
        ("~a", ("Arithmetic", "~", None, name("a"))),
        ("a - 1 * b", ("Arithmetic", "-", name("a"), ("Arithmetic", "*", 1, name("b")))),
        ("[x for x in a]", ("Collected", "list", None, "x@")),
        ("{k: v for k, v in a}", ("Collected", "dict", "k@", "v@")),
        ("lambda: 1", ("Definition", "<lambda>")),
        ("(yield)", ("Opaque", "yield")),
        ("(y := 3)", 3),
    ],
)
def test_expressions(read: Any, expression: str, expected: Any) -> None:
    assert read(f"value = {expression}\n").binding("value") == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("f'{a}.orders'", (name("a"), ".orders")),
        ("f'{{{a}}}'", ("{", name("a"), "}")),
        ("f'{a!r}.x'", (("Opaque", "format"), ".x")),
        ("f'{a!s}.x'", (name("a"), ".x")),
        ("f'{a:>{w}}x'", (("Opaque", "format"), "x")),
        ("f'{a=}x'", (("Opaque", "format"), "x")),
        (r"f'\t{a}'", ("\t", name("a"))),
        (r"rf'\t{a}'", (r"\t", name("a"))),
        ("'x' f'{a}' 'y' 'z'", ("x", name("a"), "yz")),
        ("'x' + a + 'y' + 'z'", ("x", name("a"), "yz")),
        ("a + '.dlq'", (name("a"), ".dlq")),
        ("'%s.orders.%d' % (a, b)", (name("a"), ".orders.", name("b"))),
        ("'%s.orders' % a", (name("a"), ".orders")),
        ("'100%% %s' % a", ("100% ", name("a"))),
        ("'%(env)s.x' % {'env': a}", (name("a"), ".x")),
        ("'%(env)s.x' % c", (("Item", name("c"), "env"), ".x")),
        ("'%5.2f!' % a", (("Opaque", "format"), "!")),
        ("'{}.{}'.format(a, b)", (name("a"), ".", name("b"))),
        ("'{1}.{0}.{1}'.format(a, b)", (name("b"), ".", name("a"), ".", name("b"))),
        ("'{env}.x'.format(env=a)", (name("a"), ".x")),
        ("'{0.id}/{0[k]}/{0[1]}'.format(a)", None),
        ("'{:>3}x'.format(a)", (("Opaque", "format"), "x")),
        ("'{}x'.format(*a)", (("Opaque", "format"), "x")),
    ],
)
def test_joined_text(read: Any, expression: str, expected: Any) -> None:
    if expected is None:
        a = name("a")
        expected = (("Attribute", a, "id"), "/", ("Item", a, "k"), "/", ("Item", a, 1))
    assert read(f"value = {expression}\n").binding("value") == ("Joined", expected)


@pytest.mark.parametrize(
    "expression",
    ["'{} {}'.format(a)", "'{x}'.format(a)", "'{'.format(a)", "'}'.format(a)"],
)
def test_format_that_does_not_fit_stays_a_call(read: Any, expression: str) -> None:
    assert read(f"value = {expression}\n").binding("value")[0] == "Result"


@pytest.mark.parametrize("expression", ["'%s %s' % (a,)", "'%*d' % (a, b)", "'%s' % (*a,)", "a % b"])
def test_percent_that_does_not_fit_stays_arithmetic(read: Any, expression: str) -> None:
    assert read(f"value = {expression}\n").binding("value")[0] == "Arithmetic"


def test_text_that_is_joined_of_literals_only_is_text(read: Any) -> None:
    assert read("value = 'a' + 'b' + f'c'\n").binding("value") == "abc"
    assert read("value = '{}-{}'.format('a', 'b')\n").binding("value") == "a-b"


def test_equal_values_share_a_row_and_allocation_sites_do_not(read: Any) -> None:
    facts = read("a = x.y\nb = x.y\nc = []\nd = []\ne = 1\nf = 1.0\n").facts
    rows = {each.name: each.value for each in facts.bindings}
    assert rows["a"] == rows["b"]
    assert rows["c"] != rows["d"]
    assert rows["e"] != rows["f"]


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("Producer", name("Producer")),
        ("'Producer'", name("Producer")),
        ("'kafka.Producer | None'", ("Arithmetic", "|", ("Attribute", name("kafka"), "Producer"), N)),
        ("Optional['Producer']", ("Item", name("Optional"), name("Producer"))),
        ("'dict[str, Producer]'", ("Item", name("dict"), ("Sequence", "tuple", (name("str"), name("Producer"))))),
        ("Literal['a']", ("Item", name("Literal"), "a")),
        ("t.Annotated['P', 'doc']", ("Item", ("Attribute", name("t"), "Annotated"), None)),
        ("'not a type!'", "not a type!"),
        ("'a b'", "a b"),
        ("''", ""),
    ],
)
def test_annotations(read: Any, annotation: str, expected: Any) -> None:
    if "Annotated" in annotation:
        expected = (*expected[:2], ("Sequence", "tuple", (name("P"), "doc")))
    assert read(f"def f(p: {annotation}): ...\n").annotation("p") == expected
    assert read(f"value: {annotation}\n").annotation("value") == expected


def test_quoted_annotation_in_a_function_means_the_module(read: Any) -> None:
    facts = read("def f(Producer):\n    x: 'Producer' = 1\n    y: Producer = 1\n")
    assert facts.annotation("x") == name("Producer")
    assert facts.annotation("y") == "Producer@"
