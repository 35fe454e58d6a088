"""Lowering, thin: Luau to the Lua that Lupa runs, one line out for one line in. The full one replaces this file."""

import enum
from bisect import bisect_right
from dataclasses import dataclass

from toolboxai.luau import syntax as s


class Target(enum.StrEnum):
    LUA52 = "lua52"
    LUAJIT21 = "luajit21"


@dataclass(frozen=True, slots=True)
class Lowered:
    code: bytes


_LUA_KEYWORDS = {"goto"}
_HELPERS = "concat", "iter", "idiv", "mod", "unpack", "interpolate", "set", "identity"


def lower(chunk: s.Chunk, target: Target) -> Lowered:
    writer = _Writer(chunk)
    writer.put("local __core=...;" + "".join(f"local __{n}=__core.{n};" for n in _HELPERS) + "return (function(...)")
    writer.block(chunk.block)
    writer.put(" end)(__core.drop(...))")
    return Lowered("".join(writer.out).encode("latin-1"))


class _Writer:
    def __init__(self, chunk: s.Chunk) -> None:
        self.starts = chunk.line_starts or [0]
        self.source = chunk.source
        self.out: list[str] = []
        self.line = 1
        self.loops: list[str | None] = []
        self.count = 0
        self.vararg = [True]

    def put(self, text: str) -> None:
        self.out.append(text)

    def at(self, node: s.Node) -> None:
        line = bisect_right(self.starts, node.start)
        if line > self.line:
            self.out.append("\n" * (line - self.line))
            self.line = line

    def fresh(self) -> str:
        self.count += 1
        return f"__{self.count}"

    @staticmethod
    def name(name: str) -> str:
        return name + "_" if name in _LUA_KEYWORDS else name

    # --- statements

    def block(self, block: s.Block) -> None:
        for statement in block.statements:
            self.at(statement)
            self.put(" ")
            getattr(self, "s_" + type(statement).__name__)(statement)
            self.put(";" if not isinstance(statement, (s.Return, s.Break, s.Continue, s.TypeAlias, s.TypeFunction)) else "")

    def loop_body(self, body: s.Block, until: s.Expression | None = None) -> None:
        label = self.fresh()
        uses = _has_continue(body)
        self.loops.append(label if uses else None)
        if uses:
            self.put(" do")
        self.block(body)
        if uses:
            self.put(f" end ::{label}::")
        self.loops.pop()

    def list(self, values: list) -> None:
        for i, value in enumerate(values):
            if i:
                self.put(",")
            self.e(value)

    def s_Local(self, n: s.Local) -> None:
        self.put("local " + ",".join(self.name(b.name) for b in n.bindings))
        if n.values:
            self.put("=")
            self.list(n.values)

    def s_LocalFunction(self, n: s.LocalFunction) -> None:
        self.put("local function " + self.name(n.name.name))
        self.body(n.function)

    def s_FunctionStatement(self, n: s.FunctionStatement) -> None:
        self.e(n.target)
        self.put("=function")
        self.body(n.function, is_method=n.is_method)

    def s_Assign(self, n: s.Assign) -> None:
        self.list(n.targets)
        self.put("=")
        self.list(n.values)

    def s_CompoundAssign(self, n: s.CompoundAssign) -> None:
        target = n.target
        while isinstance(target, s.Group):
            target = target.expression
        if isinstance(target, s.Name):
            self.e(target)
            self.put("=")
            self.binary(n.operator, target, n.value)
            return
        obj, key = self.fresh(), self.fresh()
        self.put(f"do local {obj},{key}=")
        self.e(target.object)
        self.put(",")
        if isinstance(target, s.Field):
            self.put(f'"{target.name.name}"')
        else:
            self.e(target.key)
        self.put(f" {obj}[{key}]=")
        self.binary(n.operator, f"{obj}[{key}]", n.value)
        self.put(" end")

    def s_CallStatement(self, n: s.CallStatement) -> None:
        self.e(n.call)

    def s_Do(self, n: s.Do) -> None:
        self.put("do")
        self.block(n.body)
        self.put(" end")

    def s_While(self, n: s.While) -> None:
        self.put("while ")
        self.e(n.condition)
        self.put(" do")
        self.loop_body(n.body)
        self.put(" end")

    def s_Repeat(self, n: s.Repeat) -> None:
        self.put("repeat")
        if not _has_continue(n.body):
            self.loops.append(None)
            self.block(n.body)
            self.loops.pop()
        else:
            label = self.fresh()
            first = next(i for i, st in enumerate(n.body.statements) if _has_continue(s.Block(0, 0, [st])))
            self.loops.append(label)
            self.block(s.Block(0, 0, n.body.statements[:first]))
            self.put(" do")
            self.block(s.Block(0, 0, n.body.statements[first:]))
            self.put(f" end ::{label}::")
            self.loops.pop()
        self.put(" until ")
        self.e(n.condition)

    def s_If(self, n: s.If) -> None:
        for i, (condition, body) in enumerate(n.branches):
            self.put(" elseif " if i else "if ")
            self.e(condition)
            self.put(" then")
            self.block(body)
        if n.otherwise is not None:
            self.put(" else")
            self.block(n.otherwise)
        self.put(" end")

    def s_NumericFor(self, n: s.NumericFor) -> None:
        self.put(f"for {self.name(n.variable.name)}=")
        self.list([v for v in (n.first, n.last, n.step) if v is not None])
        self.put(" do")
        self.loop_body(n.body)
        self.put(" end")

    def s_GenericFor(self, n: s.GenericFor) -> None:
        self.put("for " + ",".join(self.name(v.name) for v in n.variables) + " in __iter(")
        self.list(n.iterators)
        self.put(") do")
        self.loop_body(n.body)
        self.put(" end")

    def s_Return(self, n: s.Return) -> None:
        self.put("do return ")
        if len(n.values) == 1 and isinstance(n.values[0], (s.Call, s.MethodCall)):
            self.put("__identity(")
            self.e(n.values[0])
            self.put(")")
        else:
            self.list(n.values)
        self.put(" end")

    def s_Break(self, n: s.Break) -> None:
        self.put("do break end")

    def s_Continue(self, n: s.Continue) -> None:
        self.put(f"do goto {self.loops[-1]} end")

    def s_TypeAlias(self, n: s.TypeAlias) -> None:
        pass

    def s_TypeFunction(self, n: s.TypeFunction) -> None:
        pass

    # --- expressions

    def e(self, n: "s.Expression | str") -> None:
        if isinstance(n, str):
            self.put(n)
            return
        self.at(n)
        getattr(self, "e_" + type(n).__name__)(n)

    def e_Nil(self, n: s.Nil) -> None:
        self.put("nil")

    def e_Boolean(self, n: s.Boolean) -> None:
        self.put("true" if n.value else "false")

    def e_Number(self, n: s.Number) -> None:
        text = n.text.replace("_", "").lower()
        if text.startswith("0b"):
            self.put(str(int(text[2:], 2)))
        elif text.startswith("0x"):
            self.put(repr(float(int(text[2:], 16))).removesuffix(".0"))
        else:
            self.put(text)

    def e_String(self, n: s.String) -> None:
        self.put(_quote(n.value))

    def e_InterpolatedString(self, n: s.InterpolatedString) -> None:
        self.put("__interpolate(")
        for i, part in enumerate(n.strings):
            if i:
                self.put(",(")
                self.e(n.expressions[i - 1])
                self.put("),")
            self.put(_quote(part))
        self.put(")")

    def e_Vararg(self, n: s.Vararg) -> None:
        self.put("...")

    def e_Name(self, n: s.Name) -> None:
        self.put(self.name(n.name))

    def prefix(self, n: s.Expression) -> None:
        if isinstance(n, (s.Name, s.Field, s.Index, s.Call, s.MethodCall, s.Group, s.Instantiation)):
            self.e(n)
        else:
            self.put("(")
            self.e(n)
            self.put(")")

    def e_Field(self, n: s.Field) -> None:
        self.prefix(n.object)
        self.at(n.name)
        self.put(f'["{n.name.name}"]' if n.name.name in _LUA_KEYWORDS else "." + n.name.name)

    def e_Index(self, n: s.Index) -> None:
        self.prefix(n.object)
        self.put("[")
        self.e(n.key)
        self.put("]")

    def e_Call(self, n: s.Call) -> None:
        self.prefix(n.function)
        self.put("(")
        self.list(n.arguments)
        self.put(")")

    def e_MethodCall(self, n: s.MethodCall) -> None:
        self.prefix(n.object)
        self.at(n.name)
        self.put(f":{n.name.name}(")
        self.list(n.arguments)
        self.put(")")

    def e_Instantiation(self, n: s.Instantiation) -> None:
        self.prefix(n.expression)

    def e_Function(self, n: s.Function) -> None:
        self.put("function")
        self.body(n)

    def body(self, n: s.Function, *, is_method: bool = False) -> None:
        names = (["self"] if is_method else []) + [self.name(p.name.name) for p in n.parameters]
        if n.vararg is not None:
            names.append("...")
        self.put("(" + ",".join(names) + ")")
        loops, self.loops = self.loops, []
        self.vararg.append(n.vararg is not None)
        self.block(n.body)
        self.vararg.pop()
        self.loops = loops
        self.put(" end")

    def e_Table(self, n: s.Table) -> None:
        self.put("{")
        for item in n.items:
            if item.key is not None:
                self.put("[")
                self.e(item.key)
                self.put("]=")
            self.e(item.value)
            self.put(",")
        if self.out[-1] == "," and n.items and n.items[-1].key is None:
            self.out.pop()
        self.put("}")

    def e_Unary(self, n: s.Unary) -> None:
        self.put("(" + n.operator + " ")
        self.e(n.operand)
        self.put(")")

    def e_Binary(self, n: s.Binary) -> None:
        self.binary(n.operator, n.left, n.right)

    def binary(self, operator: str, left: "s.Expression | str", right: s.Expression) -> None:
        helper = {"..": "concat", "//": "idiv"}.get(operator)
        self.put(f"__{helper}(" if helper else "(")
        self.e(left)
        self.put("," if helper else f" {operator.replace('~=', '~=')} ")
        if helper:
            self.put("(")
        self.e(right)
        self.put("))" if helper else ")")

    def e_Group(self, n: s.Group) -> None:
        self.put("(")
        self.e(n.expression)
        self.put(")")

    def e_IfExpression(self, n: s.IfExpression) -> None:
        dots = "..." if self.vararg[-1] else ""
        self.put(f"((function({dots})")
        for i, (condition, value) in enumerate(n.branches):
            self.put(" elseif " if i else "if ")
            self.e(condition)
            self.put(" then return (")
            self.e(value)
            self.put(")")
        self.put(" else return (")
        self.e(n.otherwise)
        self.put(f") end end)({dots}))")

    def e_Cast(self, n: s.Cast) -> None:
        self.put("(")
        self.e(n.expression)
        self.put(")")


def _has_continue(node: s.Node) -> bool:
    if isinstance(node, s.Continue):
        return True
    if isinstance(node, (s.Function, s.While, s.Repeat, s.NumericFor, s.GenericFor)):
        return False
    return any(_has_continue(child) for child in s.children(node))


def _quote(value: bytes) -> str:
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:03}" for b in value) + '"'
