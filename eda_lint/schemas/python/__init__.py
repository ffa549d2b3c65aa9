"""Python classes as schemas: pydantic, dataclasses, attrs, msgspec, TypedDict, NamedTuple, marshmallow, faust.

    bindings, modules    parsed modules, and names followed across them
    constants            literals, defaults, enumerations
    annotations          annotations → types; constraints, known: what metadata and library names mean
    classes              ancestors, members, type variables
    pydantic, dataclass, attrs, msgspec, marshmallow, faust, literals    one per family of models
    reader               every model of some files → Schema
    dialect, rows, relation, pairing, choices, definitions     how two versions are compared

Nothing of the read code is imported or run.
"""

from __future__ import annotations

from eda_lint.schemas.python.dialect import DIALECT
from eda_lint.schemas.python.modules import FindModule, ModuleText
from eda_lint.schemas.python.reader import Reader, read_files

__all__ = ["DIALECT", "FindModule", "ModuleText", "Reader", "read_files"]
