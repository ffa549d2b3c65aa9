"""Whole schemas: several files, names across modules, enumerations, aliases, broken and hostile input."""

from __future__ import annotations

import contextlib
import sys

import pytest

from eda_lint.errors import SchemaError
from eda_lint.model.schema import Choice, Reference, Scalar, Sequence
from eda_lint.schemas import read as read_schema
from eda_lint.schemas.python import ModuleText

MODEL = "from dataclasses import dataclass\n"


class TestModules:
    def test_models_of_several_files(self, read):
        found = read(
            {
                "src/shop/orders.py": MODEL
                + "from .common import Money\nfrom shop import customers as c\n"
                + "@dataclass\nclass Order:\n    total: Money\n    by: c.Customer\n",
                "src/shop/common/__init__.py": "from .money import *\n",
                "src/shop/common/money.py": MODEL + "@dataclass\nclass Money:\n    cents: int\n",
                "src/shop/customers.py": MODEL + "@dataclass\nclass Customer:\n    name: str\n",
            }
        )
        order = "src.shop.orders.Order"
        assert found.field(f"{order}.total").type == Reference("src.shop.common.money.Money")
        assert found.field(f"{order}.by").type == Reference("src.shop.customers.Customer")
        assert found.field(f"{order}.by").place.file == "src/shop/orders.py"

    def test_modules_that_are_asked_for(self, read):
        texts = {"shared.base": "from pydantic import BaseModel\nclass Event(BaseModel):\n    id: str\n"}

        def find(name: str) -> ModuleText | None:
            return ModuleText(texts[name], f"{name}.py") if name in texts else None

        source = "from shared.base import Event\nclass Order(Event):\n    total: float\n"
        assert list(read(source, find_module=find).required("Order")) == ["id", "total"]
        alone = read(source)
        assert list(alone.required("Order")) == ["total"]
        assert "base class of `Order`" in alone.schema.problems[0].message

    def test_conditional_imports_and_version_tests(self, read):
        found = read(
            """
import sys
from typing import TYPE_CHECKING
from dataclasses import dataclass
if TYPE_CHECKING:
    from nowhere import Name
else:
    Name = str
try:
    from typing import Literal
except ImportError:
    from typing_extensions import Literal
if sys.version_info < (3, 8):
    Number = str
else:
    Number = int
@dataclass
class A:
    name: Name
    kind: Literal["a"]
    number: Number
"""
        )
        assert found.field("A.name").type == Scalar("string")
        assert found.field("A.number").type == Scalar("integer")

    def test_star_imports_of_known_libraries(self, read):
        found = read(
            "from pydantic import *\nfrom typing import *\nclass A(BaseModel):\n    x: Optional[PositiveInt]\n"
        )
        assert found.field("A.x").type.branches[0].kind == "integer"

    def test_imports_in_a_circle(self, read):
        found = read(
            {
                "a.py": MODEL + "from b import X\n@dataclass\nclass A:\n    x: X\n",
                "b.py": "from a import X\n",
            }
        )
        assert found.field("a.A.x").type.kind == "opaque"

    def test_methods_and_fields_do_not_hide_types(self, read):
        found = read(
            "from pydantic import BaseModel, Field\nfrom datetime import date\nclass A(BaseModel):\n"
            "    date: date | None = None\n    tags: dict = Field(default_factory=dict)\n"
            "    def dict(self): return {}\n"
        )
        assert found.field("A.date").type == Choice((Scalar("date"), Scalar("null")))
        assert found.field("A.tags").default.value == ()

    def test_nested_classes(self, read):
        found = read(
            "from pydantic import BaseModel\nclass A(BaseModel):\n    class Inner(BaseModel):\n        x: int\n"
            "    inner: Inner\n    other: 'A.Inner'\n"
        )
        assert found.field("A.inner").type == found.field("A.other").type == Reference("A.Inner")


class TestTypes:
    @pytest.mark.parametrize(
        ("annotation", "same"),
        [
            ("Optional[int]", "int | None"),
            ("Union[int, None]", "None | int"),
            ("List[int]", "list[int]"),
            ("Dict[str, int]", "dict[str, int]"),
            ("'int'", "int"),
            ("Literal['a', None]", "Literal['a'] | None"),
            ("UserId", "int"),
            ("Alias", "list[int]"),
            ("Union[int, Union[str, int]]", "int | str"),
            ("Generic1[str]", "dict[str, list[str]]"),
            ("Tuple[int, ...]", "tuple[int, ...]"),
        ],
    )
    def test_the_same_type_written_differently(self, read, annotation, same):
        found = read(
            "from typing import *\nfrom dataclasses import dataclass\nT = TypeVar('T')\n"
            "UserId = NewType('UserId', int)\nAlias = List[int]\nGeneric1 = Dict[str, List[T]]\n"
            f"@dataclass\nclass A:\n    x: {annotation}\n    y: {same}\n"
        )
        x, y = found.field("A.x").type, found.field("A.y").type
        if isinstance(x, Choice):
            assert set(x.branches) == set(y.branches)
        else:
            assert x == y

    def test_aliases_that_hold_themselves(self, read):
        found = read(
            "from typing import *\nfrom dataclasses import dataclass\n"
            "JSON = Union[None, int, str, List['JSON'], Dict[str, 'JSON']]\n"
            "@dataclass\nclass A:\n    x: JSON\n    y: list[JSON]\n"
        )
        assert found.field("A.x").type == Reference("JSON")
        assert Sequence(Reference("JSON"), name="list") in found.schema.definitions["JSON"].type.branches

    def test_a_class_that_is_an_argument_of_its_own_base(self, read):
        found = read(
            "from typing import *\nfrom pydantic import BaseModel\nT = TypeVar('T')\n"
            "class Tree(BaseModel, Generic[T]):\n    children: list[T]\nclass Node(Tree['Node']):\n    x: int\n"
        )
        assert found.field("Node.children").type == Sequence(Reference("Node"), name="list")

    def test_ever_larger_arguments_end(self, read):
        found = read(
            "from typing import *\nfrom pydantic import BaseModel\nT = TypeVar('T')\n"
            "class A(BaseModel, Generic[T]):\n    x: 'A[list[T]] | None' = None\n"
        )
        assert len(found.schema.definitions) < 200


class TestEnumerations:
    @pytest.mark.parametrize(
        ("body", "values"),
        [
            ("class E(str, Enum):\n    A = 'a'\n    B = 'b'\n", ["a", "b"]),
            ("class E(Enum):\n    A = auto()\n    B = auto()\n", [1, 2]),
            ("class E(StrEnum):\n    ONE = auto()\n", ["one"]),
            ("class E(IntFlag):\n    A = auto()\n    B = auto()\n    C = auto()\n", [1, 2, 4]),
            ("class E(Enum):\n    A = 1\n    ALSO_A = 1\n    B = 2\n", [1, 2]),
            ("class E(str, Enum):\n    A = 1\n", ["1"]),
            ("class E(Enum):\n    _ignore_ = ['x']\n    _A = 1\n    def f(self): ...\n", [1]),
            ("class E(Enum):\n    def _generate_next_value_(name, *_): return name.lower()\n    AB = auto()\n", ["ab"]),
            (
                (
                    "class E(Enum):\n    def __new__(cls, code, label):\n        self = object.__new__(cls)\n        "
                    "self._value_ = code\n        return self\n    A = (7, 'seven')\n"
                ),
                [7],
            ),
            ("P = 'x.'\nclass E(Enum):\n    A = P + 'a'\n    B = A\n", ["x.a"]),
            ("E = Enum('E', 'A B')\n", [1, 2]),
            ("E = Enum('E', {'A': 'a'})\n", ["a"]),
        ],
    )
    def test_values(self, read, body, values):
        found = read(f"from enum import *\n{body}")
        assert [one.value for one in found.enumeration("E").symbols] == values

    def test_missing_takes_care_of_unknown_values(self, read):
        found = read(
            "from enum import Enum\nclass E(Enum):\n    A = 1\n    @classmethod\n    def _missing_(cls, v): ...\n"
        )
        assert found.enumeration("E").default == "_missing_"


class TestBrokenInput:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("class A(:\n", "not valid Python"),
            ("x = 1\0", "null bytes"),
            ("class A:\n  x: int\n y: int\n", "not valid Python"),
        ],
    )
    def test_text_that_is_no_python(self, text, words):
        with pytest.raises(SchemaError, match=words) as caught:
            read_schema(text, dialect="python", path="a\nb.py")
        assert "\n" not in str(caught.value)

    def test_what_the_parser_warns_of_is_no_matter(self, read):
        found = read(MODEL + "PATTERN = '\\d'\nFLAG = 1 is 1\n@dataclass\nclass A:\n    x: int\n")
        assert found.required("A") == {"x": True}

    @pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
    def test_type_parameters_and_type_statements(self, read):
        found = read(
            "from pydantic import BaseModel\ntype Ids[T] = list[T]\ntype Name = str\n"
            "class Envelope[T](BaseModel):\n    data: T\n    ids: Ids[int]\n    name: Name\n"
            "class Sent(BaseModel):\n    one: Envelope[int]\n"
        )
        assert found.field("Envelope[integer].data").type == Scalar("integer")
        assert found.field("Envelope.ids").type == Sequence(Scalar("integer"), name="list")
        assert found.field("Envelope.name").type == Scalar("string")

    def test_one_broken_file_beside_others_is_a_problem(self, read):
        found = read({"a.py": "class (", "b.py": MODEL + "@dataclass\nclass B:\n    x: int\n"})
        assert list(found.schema.definitions) == ["b.B"]
        assert "not valid Python" in found.schema.problems[0].message

    @pytest.mark.parametrize(
        "body",
        [
            "x: " + "list[" * 90 + "int" + "]" * 90,
            "x: " + " | ".join(f"A{i}" for i in range(2000)),
            "x: Literal[" + ", ".join(str(i) for i in range(5000)) + "]",
            "x: int = " + "-" * 150 + "1",
            "x: int = Field(default_factory=lambda: " + "+".join(["1"] * 900) + ")",
            "x: " + ".".join(["a"] * 500),
            "x: 'list[\"list[int'",
            "x: Annotated[int]\n    y: Literal[()]\n    z: Union[()]\n    w: Optional[int, str]\n    v: dict[int]",
            "x: dict[str, 'X'] = Field(alias=1, validation_alias=f(), default_factory=3)",
            "*x, y = 1, 2\n    z: int = yield_()",
        ],
    )
    def test_strange_bodies_never_raise_anything_else(self, body):
        source = f"from typing import *\nfrom pydantic import BaseModel, Field\nclass A(BaseModel):\n    {body}\n"
        with contextlib.suppress(SchemaError):
            read_schema(source, dialect="python")

    def test_long_chains_of_classes_and_aliases(self):
        lines = ["from typing import *", "from pydantic import BaseModel", "class C0(BaseModel):", "    x: int"]
        for i in range(1, 500):
            lines += [f"class C{i}(C{i - 1}):", f"    y{i % 7}: 'C{i - 1}'"]
        lines += ["T0 = Union[int, List[str]]"]
        for i in range(1, 60):
            lines += [f"T{i} = Union[T{i - 1}, List[T{i - 1}], Dict[str, T{i - 1}]]"]
        lines += ["class Last(BaseModel):", "    x: T59"]
        schema = read_schema("\n".join(lines), dialect="python")
        assert "Last" in schema.definitions

    def test_classes_that_inherit_from_themselves(self, read):
        found = read("from pydantic import BaseModel\nclass A(B, BaseModel):\n    x: int\nclass B(A):\n    y: int\n")
        assert "A" in found.schema.definitions
