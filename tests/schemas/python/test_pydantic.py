from __future__ import annotations

import pytest

from eda_lint.model.schema import Choice, Constraint, Dictionary, Enumeration, Reference, Scalar, Sequence

V2 = """
from pydantic import BaseModel, ConfigDict, Field, AliasChoices, RootModel, field_validator
from typing import *
"""
V1 = "from pydantic import BaseModel, Field, validator, root_validator, Extra\nfrom typing import *\n"


def test_fields_with_type_required_and_default(read):
    found = read(
        V2
        + """
class Order(BaseModel):
    order_id: str
    quantity: int = 1
    note: Optional[str]
    tags: list[str] = Field(default_factory=list)
    amount: float = Field(...)
"""
    )
    assert found.required("Order") == {
        "order_id": True,
        "quantity": False,
        "note": True,
        "tags": False,
        "amount": True,
    }
    assert found.field("Order.note").type == Choice((Scalar("string"), Scalar("null")))
    assert found.field("Order.quantity").default.value == 1
    assert found.field("Order.tags").default.factory
    assert found.field("Order.tags").type == Sequence(Scalar("string"), name="list")
    assert found.field("Order.quantity").place.line == 7


@pytest.mark.parametrize(("version", "required"), [(1, False), (2, True)])
def test_optional_without_default_is_required_since_version_2(read, version, required):
    found = read("from pydantic import BaseModel\nclass A(BaseModel):\n    x: int | None\n", pydantic=version)
    assert found.field("A.x").required is required


@pytest.mark.parametrize(
    ("source", "required"),
    [
        (
            V1 + "class A(BaseModel):\n    x: Optional[int]\n    @validator('x')\n    def check(cls, v): return v\n",
            False,
        ),
        (V1 + "class A(BaseModel):\n    x: Optional[int]\n    class Config:\n        orm_mode = True\n", False),
        ("from pydantic.v1 import BaseModel\nclass A(BaseModel):\n    x: int | None\n", False),
        (V2 + "class A(BaseModel):\n    model_config = ConfigDict()\n    x: int | None\n", True),
        ("import pydantic\nclass A(pydantic.BaseModel):\n    x: int | None\n", True),
    ],
)
def test_version_is_told_by_what_the_code_uses(read, source, required):
    assert read(source).field("A.x").required is required


def test_inherited_fields_keep_their_place_and_their_bases_defaults(read):
    found = read(
        V2
        + """
class Base(BaseModel):
    id: int
    kind: str = "base"
class Order(Base):
    total: float
    kind: str = "order"
"""
    )
    assert list(found.required("Order")) == ["id", "kind", "total"]
    assert found.field("Order.kind").default.value == "order"


def test_private_names_and_class_variables_are_no_fields(read):
    found = read(
        V2 + "class A(BaseModel):\n    _x: int = 1\n    y: ClassVar[int] = 2\n    z: int\n    model_config = {}\n"
    )
    assert list(found.required("A")) == ["z"]


def test_aliases(read):
    found = read(
        V2
        + """
class A(BaseModel):
    plain: int = Field(alias="Plain")
    apart: int = Field(validation_alias="in", serialization_alias="out")
    several: int = Field(validation_alias=AliasChoices("several", "old"))
"""
    )
    assert found.field("A.plain").wire_name == "Plain"
    apart = found.field("A.apart")
    assert (apart.wire_name, apart.read, apart.reads_written) == ("out", ("in",), False)
    several = found.field("A.several")
    assert (several.wire_name, several.read, several.reads_written) == ("several", ("old",), True)


@pytest.mark.parametrize(
    "config",
    [
        "model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)",
        "model_config = {'alias_generator': to_camel, 'validate_by_name': True}",
    ],
)
def test_alias_generator_and_population_by_name(read, config):
    found = read(
        V2 + f"from pydantic.alias_generators import to_camel\nclass A(BaseModel):\n    {config}\n    order_id: int\n"
    )
    assert found.field("A.order_id").wire_name == "orderId"
    assert found.field("A.order_id").read == ("order_id",)


def test_alias_generator_of_the_project_is_evaluated(read):
    found = read(
        V2
        + """
def to_camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
class A(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)
    order_line_id: int
    kept: int = Field(alias="KEPT")
"""
    )
    assert found.field("A.order_line_id").wire_name == "orderLineId"
    assert found.field("A.kept").wire_name == "KEPT"


def test_alias_generator_that_is_not_known_is_noted(read):
    found = read(V2 + "import x\nclass A(BaseModel):\n    model_config = ConfigDict(alias_generator=x.f)\n    a: int\n")
    assert ("renamed_by", "x.f") in found.field("A.a").options


@pytest.mark.parametrize(
    "declaration",
    [
        "x: Annotated[int, Field(ge=1)]",
        "x: int = Field(ge=1)",
        "x: conint(ge=1)",
        "x: Annotated[int, Ge(1)]",
        "x: AtLeastOne",
    ],
)
def test_constraints_wherever_they_are_written(read, declaration):
    found = read(
        V2
        + "from pydantic import conint\nfrom annotated_types import Ge\nAtLeastOne = Annotated[int, Field(ge=1)]\n"
        + f"class A(BaseModel):\n    {declaration}\n"
    )
    assert found.field("A.x").type.constraints == (Constraint("minimum", 1),)


def test_length_of_lists_and_texts_have_different_names(read):
    found = read(V2 + "class A(BaseModel):\n    a: str = Field(max_length=3)\n    b: list[int] = Field(max_length=3)\n")
    assert found.field("A.a").type.constraints == (Constraint("maxLength", 3),)
    assert found.field("A.b").type.constraints == (Constraint("maxItems", 3),)


def test_null_is_not_constrained(read):
    found = read(V2 + "class A(BaseModel):\n    a: Optional[int] = Field(None, gt=0)\n")
    assert found.field("A.a").type.branches[1] == Scalar("null")


@pytest.mark.parametrize(
    ("config", "closed"),
    [
        ("model_config = ConfigDict(extra='forbid')", True),
        ("model_config = ConfigDict(extra='allow')", False),
        ("class Config:\n        extra = Extra.forbid", True),
        ("pass", False),
    ],
)
def test_undeclared_fields(read, config, closed):
    found = read(V2 + "from pydantic import Extra\n" + f"class A(BaseModel):\n    {config}\n    x: int\n")
    assert (found.record("A").rest is None) is closed


def test_class_keywords_are_configuration(read):
    found = read(V2 + "class A(BaseModel, extra='forbid', strict=True):\n    x: int\n")
    assert found.record("A").rest is None
    assert found.field("A.x").type.strict


def test_configuration_is_inherited(read):
    found = read(V2 + "class B(BaseModel):\n    model_config = ConfigDict(extra='forbid')\nclass A(B):\n    x: int\n")
    assert found.record("A").rest is None


def test_root_models_stand_for_their_root(read):
    found = read(V2 + "class Tags(RootModel[list[str]]):\n    pass\nclass Ids(RootModel):\n    root: dict[str, int]\n")
    assert found.schema.definitions["Tags"].type == Sequence(Scalar("string"), name="list")
    assert found.schema.definitions["Ids"].type == Dictionary(Scalar("integer"), Scalar("string"))


def test_generic_models_are_read_with_their_arguments(read):
    found = read(
        V2
        + """
T = TypeVar("T")
class Envelope(BaseModel, Generic[T]):
    id: str
    data: T
class Order(BaseModel):
    total: float
class Sent(BaseModel):
    envelope: Envelope[Order]
class OrderEnvelope(Envelope[Order]):
    pass
"""
    )
    assert found.field("Sent.envelope").type == Reference("Envelope[Order]")
    assert found.field("Envelope[Order].data").type == Reference("Order")
    assert found.field("OrderEnvelope.data").type == Reference("Order")
    assert found.field("Envelope.data").type == Scalar("any")


def test_discriminated_unions(read):
    found = read(
        V2
        + """
class Card(BaseModel):
    kind: Literal["card"]
class Cash(BaseModel):
    kind: Literal["cash"]
class Paid(BaseModel):
    by: Union[Card, Cash] = Field(discriminator="kind")
    also: Annotated[Card | Cash, Field(discriminator="kind")]
"""
    )
    for name in ("by", "also"):
        type_ = found.field(f"Paid.{name}").type
        assert isinstance(type_, Choice)
        assert type_.discriminator == "kind"
        assert type_.branches == (Reference("Card"), Reference("Cash"))


def test_validators_are_noted(read):
    found = read(
        V2
        + """
class A(BaseModel):
    x: int
    y: int
    @field_validator("x")
    @classmethod
    def positive(cls, v): return v
    @field_validator("y", mode="before")
    @classmethod
    def parse(cls, v): return int(v)
"""
    )
    assert found.field("A.x").options == (("validator", "positive"),)
    assert found.field("A.y").options == (("converter", "parse"),)


def test_computed_fields_are_written_and_never_required(read):
    found = read(
        V2
        + """
from pydantic import computed_field
class A(BaseModel):
    x: int
    @computed_field
    @property
    def double(self) -> int: return 2 * self.x
"""
    )
    assert not found.field("A.double").required
    assert found.field("A.double").always


def test_version_1_infers_fields_from_values_and_takes_none_from_mixins(read):
    found = read(
        V1
        + """
class Mixin:
    hidden: int = 1
class Base(BaseModel):
    a: int
class A(Mixin, Base):
    a = 5
    b = "text"
    @validator("b")
    def check(cls, v): return v
"""
    )
    assert found.required("A") == {"a": False, "b": False}
    assert found.field("A.b").type == Scalar("string")


def test_version_2_takes_fields_from_mixins(read):
    found = read(V2 + "class Mixin:\n    a: int\nclass A(Mixin, BaseModel):\n    b: int\n")
    assert set(found.required("A")) == {"a", "b"}


def test_helper_functions_that_make_fields_are_looked_into(read):
    found = read(
        V2
        + """
def secret(**kwargs):
    return Field(default=None, exclude=True, **kwargs)
class A(BaseModel):
    x: Optional[str] = secret(alias="X")
"""
    )
    assert found.field("A.x").wire_name == "X"
    assert not found.field("A.x").required


def test_sqlmodel_and_settings_are_pydantic_models(read):
    found = read(
        """
from typing import Optional
from sqlmodel import Field, Relationship, SQLModel
from pydantic_settings import BaseSettings
class Hero(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    team: Optional[str] = Relationship(back_populates="heroes")
class Settings(BaseSettings):
    url: str
"""
    )
    assert found.required("Hero") == {"id": False, "name": True}
    assert found.record("Settings").rest is None


def test_model_made_by_a_call(read):
    found = read("from pydantic import create_model\nA = create_model('A', x=(int, ...), y=(str, 'web'))\n")
    assert found.required("A") == {"x": True, "y": False}


def test_enumerations_inside_of_models(read):
    found = read(V2 + "from enum import Enum\nclass S(str, Enum):\n    A = 'a'\nclass M(BaseModel):\n    s: S = S.A\n")
    assert found.field("M.s").type == Reference("S")
    assert found.field("M.s").default.value == "a"
    assert isinstance(found.schema.definitions["S"].type, Enumeration)


def test_version_1_names_fields_in_its_config(read):
    found = read(
        V1
        + """
class A(BaseModel):
    x: int
    y: int
    class Config:
        allow_population_by_field_name = True
        fields = {"x": "X", "y": {"alias": "Y"}}
"""
    )
    assert [(one.wire_name, one.read) for one in found.record("A").fields] == [("X", ("x",)), ("Y", ("y",))]


@pytest.mark.parametrize(("option", "required"), [("const=True", False), ("regex='^a'", False), ("pattern='^a'", True)])
def test_options_of_fields_that_version_2_refuses_tell_version_1(read, option: str, required: bool) -> None:
    head = "from pydantic import BaseModel, Field\n\nclass M(BaseModel):\n"
    found = read(f"{head}    a: str = Field('a', {option})\n    b: int | None\n")
    assert [field.required for field in found.record("M").fields] == [False, required]
