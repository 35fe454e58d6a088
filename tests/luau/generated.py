"""Programs over the whole grammar, each printing what it does: values, the order of evaluation, and how things fail.

`@native` is left out: it makes Luau inline, after which its own line numbers are not the source's.
A program never prints an address, the order of a hash, or the length of a table with holes; loops are bounded.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

PRELUDE = Path(__file__).with_name("generated_prelude.luau").read_text("utf-8")
KINDS = ("number", "string", "boolean", "array", "record", "object", "function", "nil")
_ARITHMETIC = ("+", "-", "*", "/", "//", "%", "^")
_ORDER = ("<", "<=", ">", ">=")
_NUMBERS = (
    "0", "1", "2", "3", "7", "10", "-1", "0.5", "1.5", "1e3", "0x1F", "0b101", "1_000", "1e15", "123456.789", "1e100", ".25",
    "3.", "2^53", "1e-7", "0.1", "(0/0)", "math.huge", "-0", "0x7fffffff", "4294967296",
)  # fmt: skip
_STRINGS = (
    '"a"', '"b\\n"', "'c\"d'", '"10"', '" 0x10 "', '"\\65\\x42\\u{263A}"', "[[long\ntext]]", "[==[x]]y]==]", '"\\z\n   z"', "'5'",
    '"1e2"', '"e\\0f"', "`plain`",
)  # fmt: skip
_TYPES = (
    "number", "string?", "{number}", "{ [string]: any }", "(number) -> string", "any", "Pair<number>", '"a" | "b"', "typeof(1)",
    "{ read x: number, y: string? }", "(...number) -> (string, ...any)", "nil", "never | (number & unknown)", "<T>(T, T) -> (T)", "true | false",
    "{}", "(a: number, b: string) -> ()", "(number?)", "typeof(red) & { x: number }", "{ n: (typeof(slot)) }", "<T, U...>(T, U...) -> U...", "Call<number, (string, boolean)>", "Call<boolean, ...number>",
)  # fmt: skip


@cache
def _below(count: int) -> st.SearchStrategy[int]:
    return st.integers(0, count - 1)


class Writer:
    """Writes one program; ``draw`` is hypothesis'. ``scopes`` has the visible locals with the kind each began with."""

    def __init__(self, draw: Callable[[st.SearchStrategy], int]) -> None:
        self._draw = draw
        self._scopes: list[list[tuple[str, str]]] = [[]]
        self._constants: set[str] = set()
        self._count = 0
        self._marks = 0
        self._depth = 0
        self._loops = 0
        self._vararg = True

    # --- choices

    def below(self, count: int) -> int:
        return self._draw(_below(count))

    def pick(self, options):
        return options[self.below(len(options))]

    def chance(self, one_in: int) -> bool:
        return self.below(one_in) == 1

    def gap(self) -> str:
        """White space where a line may break."""
        return "\n" if self.chance(24) else " "

    def fresh(self, prefix: str = "v") -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def mark(self, value: str) -> str:
        """The value, and a note in the trace when it is evaluated."""
        self._marks += 1
        return f'mark("{self._marks}", {value})'

    @contextmanager
    def scope(self) -> Iterator[None]:
        self._scopes.append([])
        yield
        self._scopes.pop()

    @contextmanager
    def function(self, *, vararg: bool) -> Iterator[None]:
        before = self._loops, self._vararg
        self._loops, self._vararg = 0, vararg
        with self.scope():
            yield
        self._loops, self._vararg = before

    def declare(self, kind: str, prefix: str = "v") -> str:
        shadowed = self.variables(None) if self.chance(12) else []
        name = self.pick(shadowed) if shadowed else self.fresh(prefix)
        self._scopes[-1].append((name, kind))
        self._constants.discard(name)
        return name

    def variables(self, kind: str | None) -> list[str]:
        kinds = {name: kind for scope in self._scopes for name, kind in scope}
        return [name for name, found in kinds.items() if kind in {None, found}]

    # --- expressions

    def expression(self, kind: str) -> str:
        """An expression that mostly is of the kind."""
        if self.chance(14):
            kind = self.pick(KINDS)
        return self.exact(kind)

    def exact(self, kind: str) -> str:
        """An expression of the kind, or one that raises."""
        if self._depth > 3:
            return self.leaf(kind)
        self._depth += 1
        choice = self.below(14)
        if choice < 2:
            found = self.leaf(kind)
        elif choice == 2:
            found = self.mark(self.exact(kind))
        elif choice == 3:
            found = self.wrapped(kind)
        else:
            found = getattr(self, f"_{kind}")()
        self._depth -= 1
        return found

    def wrapped(self, kind: str) -> str:
        choice = self.below(6)
        inner = self.exact(kind)
        if choice == 0:
            return f"({self.gap()}{inner})"
        if choice == 1:
            return f"({inner} :: {self.pick(_TYPES)})"
        if choice == 2:
            return f"(if {self.expression('boolean')} then {inner} else {self.exact(kind)})"
        if choice == 3:
            return (
                f"(if {self.exact('boolean')} then{self.gap()}{inner} elseif {self.exact('boolean')} then "
                f"{self.exact(kind)} else {self.exact(kind)})"
            )
        if choice == 4:
            return f"same<<{self.pick(('number', 'any', '{number}, string', '...any'))}>>({inner})"
        return f"(function(...){self.gap()}return ... end)({inner})"

    def leaf(self, kind: str) -> str:
        known = self.variables(kind)
        if known and self.chance(2):
            return self.pick(known)
        if kind == "number":
            return self.pick(_NUMBERS)
        if kind == "string":
            return self.pick(_STRINGS)
        if kind == "boolean":
            return self.pick(("true", "false"))
        if kind == "array":
            return self.pick(("{}", "{ 1, 2, 3 }", '{ "x" }', "{ 4; 5 }"))
        if kind == "record":
            return self.pick(("{ x = 1 }", '{ y = "s", n = nil }', "{ [1] = 2, x = { x = 1 } }"))
        if kind == "object":
            return self.pick(("red", "blue", "bare"))
        if kind == "function":
            return self.pick(("same", "add", "none", "fail"))
        return self.pick(("nil", "none()")) if self.chance(2) else "nil"

    def operator_pair(self, kind: str) -> tuple[str, str]:
        """Two operands: mostly of the kind, now and then objects with metamethods or anything."""
        choice = self.below(12)
        if choice == 0:
            return self.exact("object"), self.expression(kind)
        if choice == 1:
            return self.expression(kind), self.exact("object")
        if choice == 2:
            return self.exact(self.pick(KINDS)), self.exact(self.pick(KINDS))
        return self.expression(kind), self.expression(kind)

    def _number(self) -> str:
        choice = self.below(16)
        if choice < 5:
            left, right = self.operator_pair("number")
            shape = self.below(4)
            operation = f"{left}{self.gap()}{self.pick(_ARITHMETIC)}{self.gap()}{right}"
            if shape == 0:
                return f"({operation} {self.pick(_ARITHMETIC)} {self.leaf('number')})"
            return f"({operation})" if shape < 3 else f"-({operation})"
        if choice == 5:
            return f"-{self.leaf('number').lstrip('-')}"
        if choice == 6:
            return f"#{self.leaf('string')}" if self.chance(2) else f"#{self.exact('array')}"
        if choice == 7:
            return f"({self.expression('string')}{self.gap()}{self.pick(('+', '*', '-'))} {self.expression('number')})"
        if choice == 8:
            return f"add({self.expression('number')},{self.gap()}{self.expression('number')})"
        if choice == 9:
            return f'select("#", {self.values()})'
        if choice == 10:
            return f"(({self.expression('array')})[ {self.expression('number')}])"
        if choice == 11:
            return f"({self.expression('record')}).x"
        if choice == 12:
            return f"math.max({self.expression('number')}, {self.expression('number')})"
        if choice == 13:
            return f"{self.leaf('object')}:get({self.values()})"
        if choice == 14:
            return f"({self.expression('number')} and {self.expression('number')} or {self.leaf('number')})"
        return f"math.floor({self.expression('number')})"

    def _string(self) -> str:
        choice = self.below(9)
        if choice < 3:
            parts = [self.expression(self.pick(("string", "string", "number"))) for _ in range(2 + self.below(3))]
            if self.chance(8):
                parts[self.below(len(parts))] = self.exact("object")
            return f"({f' ..{self.gap()}'.join(parts)})"
        if choice == 3:
            holes = "".join(
                f"{{{self.gap()}{self.exact(self.pick(('number', 'string', 'boolean', 'nil')))}}} \\{{ "
                for _ in range(1 + self.below(2))
            )
            return f"`t{holes}`"
        if choice == 4:
            return f"({self.expression('string')}):sub({self.pick(('1', '-1', '1, 3', '0.5', '2^53 - 2^53'))})"
        if choice == 5:
            separator = self.pick(("", ", ','"))
            return f"string.rep({self.expression('string')}, 2{separator})"
        if choice == 6:
            return f"tostring({self.exact(self.pick(('number', 'boolean', 'string', 'nil')))})"
        if choice == 7:
            return f"({self.expression('string')}):upper()"
        return f"typeof({self.expression(self.pick(KINDS))})"

    def _boolean(self) -> str:
        choice = self.below(8)
        if choice < 3:
            left, right = self.operator_pair(self.pick(("number", "number", "string")))
            return f"({left}{self.gap()}{self.pick(_ORDER)}{self.gap()}{right})"
        if choice == 3:
            kind = self.pick(KINDS)
            return f"({self.expression(kind)} {self.pick(('==', '~='))} {self.expression(kind)})"
        if choice == 4:
            return f"not {self.exact(self.pick(KINDS))}"
        if choice == 5:
            return f"({self.exact('boolean')} {self.pick(('and', 'or'))} {self.exact('boolean')})"
        if choice == 6:
            return f"({self.leaf('object')} {self.pick(('==', '<', '<=', '~='))} {self.leaf('object')})"
        return f"rawequal({self.expression('number')}, {self.expression('string')})"

    def _array(self) -> str:
        items = [self.exact(self.pick(("number", "string"))) for _ in range(self.below(5))]
        return f"{{{self.gap()}{self.pick((', ', '; ')).join(items)} }}"

    def _record(self) -> str:
        parts = []
        for _ in range(1 + self.below(3)):
            choice = self.below(4)
            value = self.expression(self.pick(KINDS))
            if choice < 2:
                parts.append(f"{self.pick(('x', 'y', 'n', 'goto'))} = {value}")
            elif choice == 2:
                parts.append(f"[ {self.expression(self.pick(('string', 'number', 'boolean')))}] ={self.gap()}{value}")
            else:
                parts.append(self.exact("number"))
        return f"{{ {', '.join(parts)} }}"

    def _object(self) -> str:
        choice = self.below(3)
        if choice == 0:
            return f"object({self.expression('string')}, {self.exact(self.pick(KINDS))})"
        return (
            self.leaf("object")
            if choice == 1
            else f"setmetatable({self.exact('record')}, {{ __index = {self.exact('record')} }})"
        )

    def _function(self) -> str:
        attribute = self.pick(("", "", "@checked "))
        return f"{attribute}function{self.function_rest()}"

    def _nil(self) -> str:
        return self.pick(("nil", "none()", "(nil)", "({}).x", "undefined"))

    def values(self) -> str:
        """A list of values whose last may be many."""
        found = [self.expression(self.pick(KINDS[:4])) for _ in range(self.below(3))]
        choice = self.below(5)
        if choice == 0 and self._vararg:
            found.append("...")
        elif choice == 1:
            found.append(f"two({self.expression('number')})")
        elif choice == 2:
            found.append(f"(two({self.expression('number')}))")
        return ", ".join(found) or self.expression("number")

    def function_rest(self) -> str:
        """From the parameters to `end`."""
        depth, self._depth = self._depth, max(self._depth, 2)
        vararg = self.chance(2)
        with self.function(vararg=vararg):
            kinds = [self.pick(KINDS[:4]) for _ in range(self.below(3))]
            parameters = [f"{self.declare(kind, 'p')}{self.annotation()}" for kind in kinds]
            if vararg:
                parameters.append("..." + self.pick(("", ": any", ": number", ": T...")))
            generics = "<T, T...>" if "..." in "".join(parameters) and "T..." in "".join(parameters) else ""
            generics = generics or self.pick(("", "", "", "<T>", "<T, U...>"))
            generics = generics.replace("<T, T...>", "<A, T...>")
            returns = self.pick(("", "", "", ": number", ": (number, string)", ": ...any", ": any"))
            body = self.block(self.below(2))
            body += f"return {self.values()}" if self.chance(2) else ""
        self._depth = depth
        return f"{generics}({', '.join(parameters)}){returns}{self.gap()}{body} end"

    def annotation(self) -> str:
        return f": {self.pick(_TYPES)}" if self.chance(4) else ""

    # --- statements

    def block(self, count: int) -> str:
        """Statements in the scope that is open."""
        return "".join(f"{self.statement()}{self.pick((' ', chr(10), '; '))}" for _ in range(count))

    def body(self, count: int = 2) -> str:
        with self.scope():
            return self.block(1 + self.below(count))

    def loop_body(self) -> str:
        self._loops += 1
        with self.scope():
            text = self.block(self.below(2))
            if self.chance(2):
                text += f"if {self.exact('boolean')} then {self.pick(('continue', 'break'))} end "
            text += f"show({self.values()}) "
        self._loops -= 1
        return text

    def statement(self) -> str:
        if self._depth > 3:
            return f"show({self.values()})"
        self._depth += 1
        found = self.pick(_STATEMENTS)(self)
        self._depth -= 1
        return found

    def local(self) -> str:
        kinds = [self.pick(KINDS) for _ in range(1 + self.below(3))]
        values = [self.expression(kind) for kind in kinds]
        if self.chance(8):
            values = [*values[:-1], f"two({self.leaf('number')})"]
        elif self.chance(10):
            values, kinds = [], ["nil"] * len(kinds)
        word = "const" if self.chance(6) and values else "local"
        names = [self.declare(kind) for kind in kinds]
        if word == "const":
            self._constants.update(names)
        targets = ",".join(f" {name}{self.annotation()}" for name in names)
        return f"{word}{targets}" + (f" ={self.gap()}{', '.join(values)}" if values else "")

    def local_function(self) -> str:
        word = "const" if self.chance(6) else "local"
        attribute = self.pick(("", "@checked ", '@[deprecated{ use = "g" }] ')) if word == "local" else ""
        rest = self.function_rest()
        name = self.declare("function", "f")
        self._constants.add(name)
        return f"{attribute}{word} function {name}{rest} show(pcall({name}, {self.values()}))"

    def function_statement(self) -> str:
        choice = self.below(3)
        if choice == 0:
            name = self.fresh("g")
            return f"function {name}{self.function_rest()} show(pcall({name}, {self.values()}))"
        target, sign = self.pick(("bag", "bag.inner")), self.pick((".", ":"))
        name = self.fresh("m")
        rest = self.function_rest()
        return f"function {target}{sign}{name}{rest} try(function(...) return {target}:{name}({self.values()}) end)"

    def target(self) -> str:
        choice = self.below(5)
        known = [name for name in self.variables(None) if name not in self._constants]
        if choice < 2 and known:
            return self.pick(known)
        if choice == 2:
            return f"bag.{self.pick(('x', 'y', 'inner.x'))}"
        if choice == 3:
            return f"{self.mark('bag')}[{self.mark(self.expression(self.pick(('number', 'string'))))}]"
        return f"({self.expression('record')}).x" if self.chance(3) else "slot"

    def assign(self) -> str:
        targets = [self.target() for _ in range(1 + self.below(3))]
        values = [self.expression(self.pick(KINDS)) for _ in range(1 + self.below(3))]
        if targets[0].startswith("("):
            targets[0] = "slot"
        return f"{', '.join(targets)} ={self.gap()}{', '.join(values)}"

    def compound(self) -> str:
        target = self.target()
        target = "slot" if target.startswith("(") else target
        operator = self.pick((*_ARITHMETIC, ".."))
        return f"{target} {operator}={self.gap()}{self.expression('string' if operator == '..' else 'number')}"

    def call(self) -> str:
        choice = self.below(5)
        if choice == 0:
            return f"show({self.values()})"
        if choice == 1:
            return f"show({self.leaf('function')}({self.values()}))"
        if choice == 2:
            return f"show(({self.expression('object')}):{self.pick(('get', 'missing', 'fail'))}{self.gap().strip(chr(10))}({self.values()}))"
        if choice == 3:
            return f"show({self.pick(('same', 'add', 'undefined'))}{self.pick((' {}', ' [[text]]', ' [=[x]=]'))})"
        return f"try({self.expression('function')}, {self.values()})"

    def attempt(self) -> str:
        """A function with several values, called with what cannot fail."""
        with self.function(vararg=True):
            body = self.block(self.below(2))
            body += f"return {self.values()}" if self.chance(2) else f"show({self.expression(self.pick(KINDS))})"
        given = ", ".join(self.leaf(kind) for kind in ("number", "string", "boolean")[: 1 + self.below(3)])
        return f"try(function(...){self.gap()}{body}{self.gap()}end, {given})"

    def probe(self) -> str:
        """One expression, whatever comes of it."""
        with self.function(vararg=False):
            return f"try(function(){self.gap()}return {self.expression(self.pick(KINDS))} end)"

    def do(self) -> str:
        return f"do{self.gap()}{self.body()}end"

    def while_loop(self) -> str:
        counter = self.fresh("c")
        return f"local {counter} = 0 while {counter} < {self.pick((1, 2, 3))}{self.pick(('', ' and true'))} do {counter} += 1 {self.loop_body()}end"

    def repeat_loop(self) -> str:
        counter = self.fresh("c")
        seen = self.fresh("s")
        return (
            f"local {counter} = 0 repeat {counter} += 1 local {seen} = {counter} + 0 {self.loop_body()}"
            f"{self.pick(('', 'local late = 1 '))}until {seen} >= {self.pick((1, 2, 3))}"
        )

    def if_statement(self) -> str:
        text = f"if {self.expression('boolean')} then{self.gap()}{self.body()}"
        if self.chance(3):
            text += f"elseif {self.expression('boolean')} then {self.body()}"
        if self.chance(2):
            text += f"else {self.body()}"
        return f"{text}end"

    def numeric_for(self) -> str:
        choice = self.below(6)
        bounds = self.pick(("1, 3", "3, 1, -1", "0, 1, 0.25", "1, 0", "-1, 1", "'1', 2", "5, 1, -2", "1, 2, 3"))
        if choice == 0:
            parts = bounds.split(", ")
            parts[self.below(len(parts))] = self.exact(self.pick(KINDS[1:]))
            bounds = ", ".join(parts)
        elif choice == 1:
            bounds = ", ".join(self.mark(part) for part in bounds.split(", "))
        with self.scope():
            name = self.declare("number", "i")
            text = self.loop_body()
        return f"for {name}{self.pick(('', '', ': number'))} ={self.gap()}{bounds} do {text}end"

    def generic_for(self) -> str:
        iterator = self.pick(
            (
                self.exact("array"),
                f"ipairs({self.exact('array')})",
                f"pairs({self.exact('array')})",
                "range(3)",
                "counted",
                f"next, {self.exact('array')}",
                self.pick(("5", "'text'", "nil", "true", "{ x = 1 }", "none", "bare"))
                if self.chance(2)
                else "iterable",
            )
        )
        with self.scope():
            names = [self.declare("number", "k"), self.declare("any", "w")][: 1 + self.below(2)]
            text = self.loop_body()
        return f"for {', '.join(names)}{self.pick(('', '', ': any'))} in{self.gap()}{iterator} do {text}end"

    def jump(self) -> str:
        if self._loops:
            return f"if {self.exact('boolean')} then {self.pick(('continue', 'break'))} end"
        return self.call()

    def type_statement(self) -> str:
        name = self.fresh("T")
        export = "export " if len(self._scopes) == 1 and self.chance(3) else ""
        choice = self.below(4)
        if choice == 0 and len(self._scopes) == 1:
            return f"{export}type function {name}(t){self.gap()}return t end"
        generics = self.pick(("", "", "<T>", "<T = number>", "<T, U... = ...string>", "<T...>"))
        pack = "T..." if generics == "<T...>" else "U..."
        inner = f"({pack}) -> {pack}" if "..." in generics else self.pick(_TYPES)
        return f"{export}type {name}{generics} ={self.gap()}{inner}"

    def fails(self) -> str:
        """An error value of each form, at each level."""
        with self.function(vararg=False):
            value = self.pick((self.expression("string"), self.expression("string"), "{}", "nil", "5", "red"))
        return f"try(function() fail({value}{self.pick(('', ', 0', ', 1', ', 2', ', 3'))}) end)"

    def plain_local(self) -> str:
        """Locals that cannot fail."""
        kinds = [self.pick(KINDS) for _ in range(1 + self.below(2))]
        values = [self.leaf(kind) for kind in kinds]
        names = [self.declare(kind) for kind in kinds]
        return f"local {', '.join(f'{name}{self.annotation()}' for name in names)} = {', '.join(values)}"

    def guarded(self) -> str:
        """A statement in a function of its own, whatever comes of it."""
        with self.function(vararg=False):
            return f"try(function(){self.gap()}{self.statement()}{self.gap()}end)"

    def program(self) -> str:
        """Guarded statements, at least five of which print; the last one may end it with an error."""
        statements = []
        for _ in range(5 + self.below(6)):
            if self.chance(3):
                statements.append(self.plain_local())
            if self.chance(4):
                statements.append(self.type_statement())
            statements.append(self.pick((self.attempt, self.probe, self.guarded, self.guarded))())
        text = "\n".join(statements)
        last = self.pick(
            (f"show({self.values()})", f"return {self.values()}", f"do return {self.values()} end", self.statement())
        )
        comment = self.pick(("", "--!strict\n", "--[[ a\nb ]]\n", "-- note\n"))
        return f"--!optimize 1\n{comment}{PRELUDE}\n{text}\n{last}\n"


_STATEMENTS = (
    Writer.local, Writer.local, Writer.local, Writer.local_function, Writer.function_statement, Writer.assign, Writer.assign, Writer.compound,
    Writer.compound, Writer.call, Writer.attempt, Writer.attempt, Writer.do, Writer.while_loop, Writer.repeat_loop, Writer.if_statement,
    Writer.numeric_for, Writer.generic_for, Writer.jump, Writer.type_statement, Writer.fails,
)  # fmt: skip


@st.composite
def programs(draw: st.DrawFn) -> str:
    """The text of one program."""
    return Writer(draw).program()
