"""JSON Schema, draft 4 to 2020-12, and the schemas of AsyncAPI and OpenAPI documents.

resources    references: into the document, by `$id` and anchor, into other files
reader       a schema as a type of the model; bodies: its keywords by type of value; meet: intersections written as one;
             unevaluated: what no keyword has looked at
metaschema   what is wrong with a document that no draft allows
notes        what a schema says that no value shows: formats, encodings, defaults
rows         kind of difference → whom it breaks, and the passage that says so
consequences what the answers about two types mean for their readers, in words
structure    pairs the parts of two types and says what differs
dialect      the rules: the structure's differences, held against a proof over all values
"""

from eda_lint.schemas.jsonschema.dialect import DIALECT, JsonSchemaRules

__all__ = ["DIALECT", "JsonSchemaRules"]
