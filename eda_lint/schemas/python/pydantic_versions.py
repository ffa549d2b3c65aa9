"""Which major version of pydantic a model is written for, where nobody said so.

Source: https://docs.pydantic.dev/latest/migration/ (what version 2 removed or renamed).
"""

from __future__ import annotations

import ast

from eda_lint.schemas.python.bindings import Imported, Module
from eda_lint.schemas.python.classes import Model

_OLD_SETTINGS = frozenset(
    {
        "allow_mutation", "allow_population_by_field_name", "anystr_lower", "anystr_strip_whitespace", "anystr_upper",
        "copy_on_model_validation", "error_msg_templates", "fields", "getter_dict", "keep_untouched",
        "max_anystr_length", "min_anystr_length", "orm_mode", "schema_extra", "smart_union",
        "underscore_attrs_are_private", "validate_all",
    }
)  # fmt: skip
"""Settings that version 2 does not know."""

_OLD_NAMES = frozenset(
    {"BaseSettings", "ConstrainedStr", "ConstrainedInt", "ConstrainedList", "ConstrainedFloat", "GenericModel",
     "ModelField", "PyObject", "parse_file_as", "stricturl"}
)  # fmt: skip
_NEW_NAMES = frozenset(
    {
        "AfterValidator", "AliasChoices", "AliasGenerator", "AliasPath", "AwareDatetime", "BeforeValidator",
        "ConfigDict", "Discriminator", "PlainSerializer", "RootModel", "SerializationInfo", "SerializeAsAny",
        "StringConstraints", "TypeAdapter", "ValidationInfo", "WrapSerializer", "computed_field", "field_serializer",
        "field_validator", "model_serializer", "model_validator",
    }
)  # fmt: skip
_AMBIGUOUS_NAMES = frozenset({"Extra", "root_validator", "validator"})


def major_version(model: Model, settings: frozenset[str], installed: int | None = None) -> int:
    """1 or 2: what the model says itself, then the version that is installed; 2 where nothing tells."""
    if any(name.startswith("pydantic.v1.") for name in model.external_names):
        return 1  # version 2 brings version 1 along under this name
    if installed is not None:
        return installed
    signs = [_module_sign(ancestor.node.module) for ancestor in model.ancestors]
    if settings & _OLD_SETTINGS:
        signs.append(-2)
    if any(_new_style(ancestor.node.node) for ancestor in model.ancestors):
        signs.append(3)
    if any(_old_fields(ancestor.node.node) for ancestor in model.ancestors):
        signs.append(-2)
    return 1 if sum(signs) < 0 else 2


def _module_sign(module: Module) -> int:
    """Negative if a module imports what only version 1 has, positive if what only version 2 has."""
    sign = 0
    for bound in module.bindings.values():
        if not isinstance(bound, Imported) or not bound.module.startswith("pydantic"):
            continue
        if bound.module == "pydantic.generics":
            sign -= 2
        elif bound.module.startswith(("pydantic_settings", "pydantic.v1")) or bound.name in _NEW_NAMES:
            sign += 3
        elif bound.name in _OLD_NAMES and bound.module.partition(".")[0] == "pydantic":
            sign -= 2
        elif bound.name in _AMBIGUOUS_NAMES:
            sign -= 1
    return sign


def _new_style(node: ast.ClassDef) -> bool:
    """Whether a class sets `model_config`, which version 1 takes for a field."""
    for statement in node.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "model_config" for target in targets):
            return True
    return False


def _old_fields(node: ast.ClassDef) -> bool:
    """Whether a class gives a field what version 2 refuses to be given (`Field(const=True)`, `Field(regex=…)`)."""
    for statement in node.body:
        value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
        if isinstance(value, ast.Call) and any(keyword.arg in ("const", "regex") for keyword in value.keywords):
            return True
    return False
