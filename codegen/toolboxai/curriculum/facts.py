"""What a student's source is made of, counted from its syntax tree: for checks that ask how something was written."""

from collections import Counter

from toolboxai.luau import syntax as s

CONSTRUCTS: dict[type[s.Node], str] = {
    s.Local: "local", s.LocalFunction: "function", s.FunctionStatement: "function", s.If: "if", s.While: "while",
    s.Repeat: "repeat", s.NumericFor: "for", s.GenericFor: "for", s.Return: "return", s.Break: "break",
    s.Continue: "continue", s.Assign: "assignment", s.CompoundAssign: "compound assignment", s.Table: "table",
    s.String: "string", s.InterpolatedString: "interpolated string", s.Number: "number",
    s.IfExpression: "if expression",
}  # fmt: skip
"""The names that `lesson.uses` knows, besides `comment` and `anonymous function`."""


def facts(chunk: s.Chunk) -> dict[str, int]:
    """Count constructs by name, and calls as `call Instance.new` or `call :Connect`."""
    counted: Counter[str] = Counter()
    counted["comment"] = len(chunk.comments)
    named = set()
    for node in s.walk(chunk.block):
        construct = CONSTRUCTS.get(type(node))
        if construct:
            counted[construct] += 1
        match node:
            case s.LocalFunction() | s.FunctionStatement():
                named.add(id(node.function))
            case s.Function() if id(node) not in named:
                counted["anonymous function"] += 1
            case s.Call() if name := _dotted(node.function):
                counted[f"call {name}"] += 1
            case s.MethodCall():
                counted[f"call :{node.name.name}"] += 1
            case _:
                pass
    return dict(counted)


def _dotted(node: s.Expression) -> str:
    names: list[str] = []
    while isinstance(node, s.Field):
        names.append(node.name.name)
        node = node.object
    return ".".join([node.name, *reversed(names)]) if isinstance(node, s.Name) else ""
