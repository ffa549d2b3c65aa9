"""Protobuf: a reader of `.proto` files, and what two of their schemas mean to each other.

parser → syntax         the grammar: text to a tree, names as written
reader                  trees to a `Schema`: names and features resolved
types, rows             how types relate; verdicts, levels and buf's rule ids per kind of change
dialect                 pairs by number; definitions, messages, fields and enums say what differs
"""

from eda_lint.schemas.protobuf.dialect import DIALECT
from eda_lint.schemas.protobuf.reader import read

__all__ = ["DIALECT", "read"]
