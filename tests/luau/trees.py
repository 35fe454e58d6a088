"""Trees made in Python: a strategy over every kind of node, and when two trees say the same."""

from hypothesis import strategies as st

from toolboxai.luau import syntax as s
from toolboxai.luau.precedence import BINARY
from toolboxai.luau.syntax import make

NAMES = ("a", "b", "x1", "_", "type", "continue", "export", "const", "read", "self", "module")
NUMBERS = ("0", "1", "0x1F", "1e3", ".5", "5.", "0b1_0", "12i")
BYTES = st.one_of(
    st.binary(max_size=6), st.sampled_from([b"`{x}", b"\\", b"]]", b"--", b"\"'", "é😀".encode(), b"\r\n"])
)


def equal(read: object, made: object, swapped: dict[s.Node, s.Node] | None = None) -> bool:
    """Whether two trees are the same but for their spans, and for parentheses that ``read`` has where they matter not.

    ``swapped`` has nodes of ``made`` with what is to stand in their place.
    """
    stack = [(read, made)]
    while stack:
        left, right = stack.pop()
        if swapped and isinstance(right, s.Node):
            right = swapped.get(right, right)
        if isinstance(left, s.Group) and not isinstance(right, s.Group):
            if isinstance(right, (s.Call, s.MethodCall, s.Vararg)):
                return False
            left = left.expression
        if isinstance(left, s.TypeGroup) and not isinstance(right, s.TypeGroup):
            left = left.type
        if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
            if len(left) != len(right):
                return False
            stack += zip(left, right, strict=True)
        elif isinstance(left, s.Node):
            if type(left) is not type(right):
                return False
            stack += [(getattr(left, slot), getattr(right, slot)) for slot in s.slots(type(left))]
        elif left != right:
            return False
    return True


class _Maker:
    """Draws a tree; ``room`` is how many nodes may still be made, so that every tree ends."""

    def __init__(self, draw, room: int) -> None:
        self._draw = draw
        self._room = room
        self._loops = 0
        self._vararg = True

    def pick(self, options):
        return options[self._draw(st.integers(0, len(options) - 1))]

    def some(self, make_one, most: int = 3, least: int = 0) -> list:
        return [make_one() for _ in range(self._draw(st.integers(least, max(most if self._room > 0 else 0, least))))]

    def maybe(self, make_one):
        return make_one() if self._room > 0 and self._draw(st.booleans()) else None

    def coin(self) -> bool:
        return self._draw(st.booleans())

    # --- expressions

    def name(self) -> s.Name:
        return make(s.Name, self.pick(NAMES))

    def expression(self) -> s.Node:
        self._room -= 1
        leaves = [self._constant, self._string, self.name]
        inner = [
            self._prefix, self._function, self._table, self._unary, self._binary, self._binary, self._group,
            self._choice, self._cast, self._interpolated,
        ]  # fmt: skip
        return self.pick(leaves + inner if self._room > 0 else leaves)()

    def _constant(self) -> s.Node:
        kind = self.pick("nbNv")
        if kind == "n":
            return make(s.Nil)
        if kind == "b":
            return make(s.Boolean, self.coin())
        return make(s.Vararg) if kind == "v" and self._vararg else make(s.Number, self.pick(NUMBERS))

    def _string(self) -> s.Node:
        return make(s.String, self._draw(BYTES))

    def _interpolated(self) -> s.Node:
        expressions = self.some(self.expression, 2)
        return make(s.InterpolatedString, [self._draw(BYTES) for _ in range(len(expressions) + 1)], expressions)

    def _prefix(self) -> s.Node:
        kind = self.pick("ficmt")
        if kind == "f":
            return make(s.Field, self.object(), self.name())
        if kind == "i":
            return make(s.Index, self.object(), self.expression())
        if kind == "t":
            return make(s.Instantiation, self.object(), self.some(self.argument_type, 2))
        return self.call()

    def object(self) -> s.Node:
        """What is called or indexed; `...` must stand in parentheses there."""
        found = self.expression()
        return make(s.Group, found) if isinstance(found, s.Vararg) else found

    def call(self) -> s.Node:
        if self.coin():
            return make(s.Call, self.object(), self.some(self.expression))
        types = self.maybe(lambda: self.some(self.argument_type, 2))
        return make(s.MethodCall, self.object(), self.name(), self.some(self.expression), types)

    def _function(self) -> s.Node:
        return self.function()

    def function(self, *, attributes: bool = True) -> s.Function:
        outer = self._loops, self._vararg
        vararg = self.maybe(lambda: make(s.Vararg))
        annotation = self.maybe(self.type) if vararg else None
        names = [make(s.Parameter, self.name(), self.maybe(self.type)) for _ in range(self.pick(range(3)))]
        generics, returns = self.generics(), self.maybe(self.return_type)
        found = [make(s.Attribute, "native", [])] if attributes and self.pick(range(8)) == 0 else []
        self._loops, self._vararg = 0, vararg is not None
        body = self.block()
        self._loops, self._vararg = outer
        return make(s.Function, found, generics, names, vararg, annotation, returns, body)

    def _table(self) -> s.Node:
        return make(s.Table, self.some(self._item, 6))

    def _item(self) -> s.TableItem:
        kind = self.pick("vnb")
        if kind == "v":
            return make(s.TableItem, None, self.expression(), False)
        if kind == "n":
            return make(s.TableItem, make(s.String, self.pick(NAMES).encode()), self.expression(), False)
        return make(s.TableItem, self.expression(), self.expression(), True)

    def _unary(self) -> s.Node:
        return make(s.Unary, self.pick(["-", "not", "#"]), self.expression())

    def _binary(self) -> s.Node:
        return make(s.Binary, self.pick(list(BINARY)), self.expression(), self.expression())

    def _group(self) -> s.Node:
        return make(s.Group, self.expression())

    def _choice(self) -> s.Node:
        branches = [(self.expression(), self.expression()) for _ in range(self.pick([1, 2]))]
        return make(s.IfExpression, branches, self.expression())

    def _cast(self) -> s.Node:
        return make(s.Cast, self.expression(), self.type())

    # --- types

    def type(self) -> s.Node:
        self._room -= 1
        leaves = [self._type_name, self._singleton]
        inner = [self._type_table, self._callable, self._union, self._intersection, self._type_group, self._typeof]
        return self.pick(leaves + inner if self._room > 0 else leaves)()

    def _type_name(self) -> s.Node:
        prefix = self.pick(["module", None, None])
        name = self.pick(["T", "number", "any", "type", "typeof" if prefix else "U"])
        return make(s.TypeName, prefix, name, self.maybe(lambda: self.some(self.argument_type, 2)))

    def _singleton(self) -> s.Node:
        return make(s.TypeSingleton, self.pick([b"text", b"", b"a\n", True, False, None]))

    def _type_table(self) -> s.Node:
        if self.pick(range(3)) == 0:
            return make(s.TypeTable, [make(s.TypeField, self.pick(["read", "write", None]), None, self.type())])
        fields = self.some(lambda: make(s.TypeField, self.pick(["read", "write", None]), self._key(), self.type()))
        if self.coin():
            key = make(s.TypeName, None, self.pick(["string", "number"]), None)
            fields.append(make(s.TypeField, None, key, self.type()))
        return make(s.TypeTable, fields)

    def _key(self) -> bytes:
        return self.pick([b"a", b"end", b"read", b"a b", b'"', "é".encode()])

    def _callable(self) -> s.Node:
        parameters = [(self.pick([None, "a", "read"]), self.type()) for _ in range(self.pick(range(3)))]
        if self.coin():
            parameters.append((None, self._open_pack()))
        return make(s.TypeCallable, self.generics(), parameters, self.return_type())

    def _open_pack(self) -> s.Node:
        return make(s.TypeVariadic, self.type()) if self.coin() else make(s.TypeGenericPack, "U")

    def _pack(self) -> s.Node:
        types = self.some(self.type, 2)
        if self.coin():
            types.append(self._open_pack())
        return make(s.TypePack, types)

    def return_type(self) -> s.Node:
        return self.argument_type()

    def argument_type(self) -> s.Node:
        """A type or a pack; parentheses around one type alone are a pack here."""
        found = self.pick([self.type, self.type, self._pack, self._open_pack])()
        return make(s.TypePack, [found.type]) if isinstance(found, s.TypeGroup) else found

    def _union(self) -> s.Node:
        options = self.some(self.type, 3, least=1)
        if self.coin():
            options.insert(self.pick(range(1, len(options) + 1)), make(s.TypeOptional))
        return make(s.TypeUnion, options)

    def _intersection(self) -> s.Node:
        return make(s.TypeIntersection, self.some(self.type, 3, least=1))

    def _type_group(self) -> s.Node:
        return make(s.TypeGroup, self.type())

    def _typeof(self) -> s.Node:
        return make(s.TypeTypeof, self.expression())

    def generics(self, *, defaults: bool = False) -> list:
        found = [make(s.GenericParameter, "T", False, self.type() if defaults and self.coin() else None)]
        pack = make(s.GenericParameter, "U", True, self._pack() if found[0].default else None)
        return self.pick([[], [], found, [*found, pack]])

    # --- statements

    def block(self) -> s.Block:
        statements = self.some(self.statement, 4)
        last = self.pick([None, "return", "break", "continue"])
        if last == "return":
            statements.append(make(s.Return, self.some(self.expression, 2)))
        elif last and self._loops:
            statements.append(make(s.Break) if last == "break" else make(s.Continue))
        return make(s.Block, statements)

    def binding(self) -> s.Binding:
        return make(s.Binding, self.pick(NAMES), self.maybe(self.type))

    def _plain_binding(self) -> s.Binding:
        return make(s.Binding, self.pick(NAMES), None)

    def _loop(self) -> s.Block:
        self._loops += 1
        body = self.block()
        self._loops -= 1
        return body

    def _calm(self) -> s.Block:
        """A loop's body without `continue`, which may not skip a local that `until` sees."""
        loops, self._loops = self._loops, 0
        body = self.block()
        self._loops = loops
        return body

    def target(self) -> s.Node:
        kind = self.pick("nfi")
        if kind == "n":
            return self.name()
        if kind == "f":
            return make(s.Field, self.object(), self.name())
        return make(s.Index, self.object(), self.expression())

    def statement(self) -> s.Node:
        self._room -= 1
        kind = self.pick(list(_STATEMENTS))
        return _STATEMENTS[kind](self)

    def function_statement(self) -> s.Node:
        target, is_method = self.name(), False
        if self.coin():
            target, is_method = make(s.Field, target, self.name()), self.coin()
        return make(s.FunctionStatement, target, is_method, self.function())

    def if_statement(self) -> s.Node:
        branches = [(self.expression(), self.block()) for _ in range(self.pick([1, 1, 2]))]
        return make(s.If, branches, self.maybe(self.block))


_STATEMENTS = {
    "local": lambda m: make(s.Local, m.some(m.binding, 2, least=1), m.some(m.expression, 2), False),
    "const": lambda m: make(s.Local, [make(s.Binding, "K", None)], [m.expression()], True),
    "local function": lambda m: make(s.LocalFunction, m._plain_binding(), m.function()),
    "function": _Maker.function_statement,
    "assign": lambda m: make(s.Assign, m.some(m.target, 2, least=1), m.some(m.expression, 2, least=1)),
    "compound": lambda m: make(s.CompoundAssign, m.pick(["+", "..", "//", "^"]), m.target(), m.expression()),
    "call": lambda m: make(s.CallStatement, m.call()),
    "do": lambda m: make(s.Do, m.block()),
    "while": lambda m: make(s.While, m.expression(), m._loop()),
    "repeat": lambda m: make(s.Repeat, m._calm(), m.expression()),
    "if": _Maker.if_statement,
    "for": lambda m: make(s.NumericFor, m.binding(), m.expression(), m.expression(), m.maybe(m.expression), m._loop()),
    "for in": lambda m: make(s.GenericFor, m.some(m.binding, 2, least=1), m.some(m.expression, 2, least=1), m._loop()),
    "type": lambda m: make(s.TypeAlias, "T", m.generics(defaults=True), m.type(), m.coin()),
    "type function": lambda m: make(s.TypeFunction, "F", m.function(attributes=False), m.coin()),
}


@st.composite
def expressions(draw, room: int = 6) -> s.Node:
    maker = _Maker(draw, room)
    maker._vararg = False
    return maker.expression()


@st.composite
def blocks(draw, room: int = 18) -> s.Block:
    return _Maker(draw, room).block()
