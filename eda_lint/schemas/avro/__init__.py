"""Avro: `.avsc` schemas, `.avpr` protocols and `.avdl` IDL files.

reader    JSON → Schema, one or several files together
types     primitive and logical types: which a reader takes for which
matching  names, aliases, fields and branches: what stands for what
rows      kind of difference → whom it breaks, and the passage that says so
dialect   the rules, and what a message says
"""

from eda_lint.schemas.avro.dialect import DIALECT, AvroRules

__all__ = ["DIALECT", "AvroRules"]
