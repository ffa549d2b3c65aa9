"""HCL, the language of Terraform, as data: blocks, attributes, and expressions as far as names need them.

A body is a mapping: attributes by name, and blocks by type, each a list of bodies with their labels under `$labels`.
Expressions are plain data where they are literal, else a mapping that says what they are: `{"$reference": "a.b.c"}`,
`{"$template": [pieces]}`, `{"$call": name, "$arguments": […]}`, `{"$choice": [then, otherwise]}`; all else is None.

The grammar is tree-sitter's (a parser in C that starts in milliseconds and goes on behind errors).
https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.model.facts import Json, Problem

if TYPE_CHECKING:
    from tree_sitter import Node

DEPTH = 60
"""Deepest nesting that is read."""


def read_hcl(text: str) -> tuple[Json, tuple[Problem, ...]]:
    """The body of a file, and what is wrong with the file. Raises nothing."""
    try:
        import tree_sitter
        import tree_sitter_hcl
    except ImportError:
        return None, (Problem("internal", "Terraform is not read: the library tree-sitter-hcl is not installed"),)
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))
    root = parser.parse(text.encode()).root_node
    body = next((child for child in root.named_children if child.type == "body"), None)
    problems: tuple[Problem, ...] = ()
    if root.has_error:
        row, column = _first_error(root)
        problems = (Problem("syntax", "HCL: a statement that cannot be read", row + 1, column + 1),)
    return (_body(body, 0) if body is not None else {}), problems


def _first_error(root: Node) -> tuple[int, int]:
    """Row and column of the first error: the parser marks every node that holds one."""
    node = root
    while True:
        inner = next((c for c in node.children if c.has_error or c.is_error or c.is_missing), None)
        if inner is None or node.is_error:
            return node.start_point.row, node.start_point.column
        node = inner


def _body(node: Node, depth: int) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for child in node.named_children if depth < DEPTH else ():
        if child.type == "attribute" and child.named_child_count >= 2:
            name, value = child.named_children[0], child.named_children[-1]
            found[_text(name)] = _expression(value, depth + 1)
        elif child.type == "block":
            labels = [_label(c) for c in child.named_children if c.type in ("identifier", "string_lit")]
            inner = next((c for c in child.named_children if c.type == "body"), None)
            block = {"$labels": list[Json](labels[1:]), **(_body(inner, depth + 1) if inner is not None else {})}
            listed = found.setdefault(labels[0], []) if labels else None
            if isinstance(listed, list):
                listed.append(block)
    return found


def _expression(node: Node, depth: int) -> Json:
    if depth >= DEPTH:
        return None
    parts = [c for c in node.named_children if c.type != "comment"]
    if node.type == "expression":
        if len(parts) == 1:
            return _expression(parts[0], depth + 1)
        return _traversal(parts)
    match node.type:
        case "literal_value" | "template_expr" | "collection_value" | "parenthesized_expression":
            return _expression(parts[0], depth + 1) if len(parts) == 1 else None
        case "string_lit":
            return _label(node)
        case "numeric_lit":
            return _number(_text(node))
        case "bool_lit":
            return _text(node) == "true"
        case "variable_expr":
            return {"$reference": _text(node)}
        case "quoted_template" | "heredoc_template":
            return _template(parts, depth)
        case "tuple":
            return [_expression(c, depth + 1) for c in parts if c.type == "expression"]
        case "object":
            return _object(parts, depth)
        case "function_call":
            return _call(parts, depth)
        case "conditional":
            return {"$choice": [_expression(c, depth + 1) for c in parts[1:3]]}
        case _:
            return None


def _traversal(parts: list[Node]) -> Json:
    """`a.b.c`, `a.b[0].c`, `a.b["k"].c`: indices are left out, since what is named is the resource."""
    if not parts or parts[0].type != "variable_expr":
        return None
    names = [_text(parts[0])]
    for part in parts[1:]:
        if part.type == "get_attr":
            names.append(_text(part.named_children[-1]) if part.named_children else "")
        elif part.type == "splat":
            names += [
                _text(c.named_children[-1]) for c in _descendants(part) if c.type == "get_attr" and c.named_children
            ]
        elif part.type not in ("index", "legacy_index", "new_index"):
            return None
    return {"$reference": ".".join(names)}


def _descendants(node: Node) -> list[Node]:
    found: list[Node] = []
    stack = [node]
    while stack:
        current = stack.pop()
        found.append(current)
        stack.extend(reversed(current.named_children))
    return found


def _template(parts: list[Node], depth: int) -> Json:
    pieces: list[Json] = []
    for part in parts:
        if part.type == "template_literal":
            pieces.append(_unescaped(_text(part)))
        elif part.type == "template_interpolation":
            inner = next((c for c in part.named_children if c.type == "expression"), None)
            pieces.append(_expression(inner, depth + 1) if inner is not None else None)
        elif part.type == "template_directive":
            pieces.append(None)
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(piece for piece in pieces if isinstance(piece, str))
    return pieces[0] if len(pieces) == 1 else {"$template": pieces}


def _object(parts: list[Node], depth: int) -> Json:
    found: dict[str, Json] = {}
    for part in parts:
        key, value = part.child_by_field_name("key"), part.child_by_field_name("val")
        if part.type == "object_elem" and key is not None and value is not None:
            name = _expression(key, depth + 1)
            # An identifier as a key is its own name.
            plain = name.get("$reference") if isinstance(name, dict) else name
            if isinstance(plain, str):
                found[plain] = _expression(value, depth + 1)
    return found


def _call(parts: list[Node], depth: int) -> Json:
    given = next((c for c in parts if c.type == "function_arguments"), None)
    values = [c for c in given.named_children if c.type == "expression"] if given is not None else []
    return {"$call": _text(parts[0]) if parts else "", "$arguments": [_expression(c, depth + 1) for c in values]}


def _label(node: Node) -> str:
    if node.type == "identifier":
        return _text(node)
    return "".join(_unescaped(_text(c)) for c in node.named_children if c.type == "template_literal")


def _unescaped(text: str) -> str:
    for escape, meant in (("\\n", "\n"), ("\\t", "\t"), ('\\"', '"'), ("\\\\", "\\"), ("$${", "${"), ("%%{", "%{")):
        text = text.replace(escape, meant) if escape in text else text
    return text


def _number(text: str) -> Json:
    try:
        return int(text) if text.isdigit() else float(text)
    except ValueError:
        return None


def _text(node: Node) -> str:
    return node.text.decode(errors="replace") if node.text is not None else ""
