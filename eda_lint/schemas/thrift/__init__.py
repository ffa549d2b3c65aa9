"""Thrift: a reader of `.thrift` files, and what two of their schemas mean to each other.

parser → syntax         the grammar: text to a tree, names as written
reader                  trees to a `Schema`: includes and typedefs resolved
types                   how types relate, and the verdicts per kind of change
dialect, services       pairs by field id; what differs in structs, enums and services
"""

from eda_lint.schemas.thrift.dialect import DIALECT
from eda_lint.schemas.thrift.reader import read

__all__ = ["DIALECT", "read"]
