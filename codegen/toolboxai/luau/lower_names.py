"""What lowered code calls its variables: scopes, captures, renames, and boxes where a target's limits are too small."""

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from toolboxai.luau.folding import Folder
from toolboxai.luau.parser_scopes import written_names
from toolboxai.luau.scopes import resolve
from toolboxai.luau.syntax import Chunk, Local

CAPTURES: Final = {"lua52": 250, "luajit21": 58}
"""How many outer variables one function may use (the engines allow 255 and 60)."""

LOCALS: Final = 180
"""From here on a function's locals move into tables: 200 is the engines' limit, and loops and temporaries need some."""

PLACE_BITS: Final = 4
"""A place is an author's line, and below it these bits of the operation that may fail there (`OPERATIONS`)."""
OPERATIONS: Final = ("", "add", "sub", "mul", "div", "mod", "pow", "unm", "<", "<=")

_PREFIXES: Final = ("_L", "_L_", "_Lo_", "_Lower_", "_Lowered_")


@dataclass(slots=True, eq=False)
class Scope:
    """A function being written: what it captures, how many locals are alive in it, and how many it has had.

    ``counted`` where it counts the slots that it takes (`lower_functions`), ``is_recursive`` where it calls what has
    its name.
    """

    parent: "Scope | None"
    captures: set["Variable"] = field(default_factory=set)
    alive: int = 0
    declared: int = 0
    counted: bool = False
    name: str = ""
    is_recursive: bool = False
    box: "Variable | None" = None
    slots: int = 0


@dataclass(slots=True, eq=False)
class Variable:
    """A local: the Lua that stands for it, the function it lives in, and what a closure captures to reach it.

    ``numeric`` where it has held nothing but numbers so far, ``single`` where it is a function of exactly one result;
    ``statement`` is the `local` that made it.
    """

    code: str
    scope: Scope
    number: int
    cell: "Variable | None" = None
    numeric: bool = False
    single: bool = False
    statement: Local | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """What earlier walks found out: locals to keep in tables, locals whose kind cannot be relied on."""

    boxed: frozenset[int] = frozenset()
    unsure: frozenset[int] = frozenset()
    helpers_in_table: bool = False


class Names:
    """The output and the names in it.

    The first walk counts; where a function captures or holds more than the target can, ``crowded`` names the locals
    that a second walk keeps in a table. Locals that were taken for what they are not are ``disproved`` likewise.
    """

    def __init__(self, chunk: Chunk, target: str, marks: "Marks") -> None:
        self.out: list[str] = []
        self.target = target
        self.starts = [*(chunk.line_starts or [0]), 1 << 62]
        self.line = 1
        self.first, self.limit = 0, self.starts[1]
        self.place = 1 << PLACE_BITS
        self.places = [self.place]
        self.functions: list[tuple[int, str]] = [(0, "")]  # where each begins in `out`; the chunk itself is the first
        self.blamed: dict[int, dict[int, int]] = {}  # by the index of a function: lines of calls (`first_calls`)
        self.source = chunk.source
        self.prefix = unused_prefix(chunk.source)
        self.boxed = marks.boxed
        self.marks = marks
        self.crowded: set[int] = set()
        self.overflow = False
        self.trusted: set[int] = set()
        self.disproved: set[int] = set()
        self.wrapper = Scope(None)
        self.scope = Scope(self.wrapper)
        self.variables: dict[str, Variable] = {}
        self.undo: list[tuple[str, Variable | None]] = []
        self.helpers: dict[str, Variable] = {}
        self.slot_count = Variable(f"{self.prefix}slots", self.wrapper, -1)
        self.helpers_in_table = Variable(f"{self.prefix}core", self.wrapper, -1) if marks.helpers_in_table else None
        self.iterator = self._iterator_name(chunk.source)
        self.declared = 0
        self._chunk = chunk
        self.fresh_count = 0

    def _iterator_name(self, source: bytes) -> str:
        """LuaJIT specializes loops over `next` and `pairs` by name: take one that the chunk has no use for."""
        if self.target == "luajit21":
            for name in ("next", "pairs"):
                if name.encode() not in source:
                    return name
        return f"{self.prefix}iter"

    @cached_property
    def folder(self) -> Folder:
        """What the compiler knows of the chunk's constants."""
        return Folder(resolve(self._chunk))

    @cached_property
    def written_names(self) -> set[str]:
        """Every name that is assigned somewhere, whatever variable it means there."""
        return written_names(self._chunk.block)

    # --- places
    #
    # Real Luau blames an instruction on the line of the node that its compiler visited last. `line` is that line as the
    # walk goes on; `places` has, for each line of the output, the author's line and the operation that can fail in it.
    # Lua takes the line of an instruction from a token beside it, so a new line is begun where the two must agree.

    def at(self, start: int) -> None:
        """The compiler visits what is at ``start``."""
        if not self.first <= start < self.limit:
            line = self.line_of(start)
            self.line, self.first, self.limit = line, self.starts[line - 1], self.starts[line]

    def line_of(self, offset: int) -> int:
        """The author's line, from 1."""
        return bisect_right(self.starts, offset) if offset >= self.limit or offset < self.first else self.line

    def sync(self, operation: int = 0) -> None:
        """What is written next belongs to the present line and the operation; 0 where none needs a name."""
        place = self.line << PLACE_BITS | operation
        if place != self.place and (operation or place >> PLACE_BITS != self.place >> PLACE_BITS):
            self.begin(place)

    def begin(self, place: int) -> None:
        """Begins a line of the output."""
        self.out.append("\n")
        self.places.append(place)
        self.place = place

    def open(self, text: str, operation: int = 0) -> tuple[int, int, int]:
        """Writes what makes an instruction whose line is known when its operands are written: then `close` it."""
        place = self.line << PLACE_BITS | operation
        if operation or place >> PLACE_BITS != self.place >> PLACE_BITS:
            self.begin(place)
        self.out += ("", text, "")
        return len(self.places) - 1, len(self.out) - 1, operation

    def close(self, opened: tuple[int, int, int]) -> bool:
        """Gives what was opened the present line; whether the output is still in it."""
        index, slot, operation = opened
        before, place = self.places[index], self.line << PLACE_BITS | operation
        last = index == len(self.places) - 1
        if place >> PLACE_BITS == before >> PLACE_BITS:
            return last
        if not operation:  # the line was there before what was opened
            self.places.insert(index + 1, place)
            self.out[slot - 2] = "\n"
            index += 1
        self.places[index] = place
        self.places.insert(index + 1, before)  # what stands behind it belongs where it stood
        self.out[slot] = "\n"
        return False

    def name_function(self, name: str = "") -> None:
        """A function begins here. Lua knows functions by the line they begin in, so each has a line of its own."""
        if "\n" not in self.out[self.functions[-1][0] :]:
            self.begin(self.place)
        self.functions.append((len(self.out), name))

    def function_lines(self) -> str:
        """Of each function, by the line of the output that it begins in: its name, and whose lines its calls' are."""
        found, line, seen = [], 1, 0
        for index, (slot, name) in enumerate(self.functions):
            line += self.out[seen:slot].count("\n")
            seen = slot
            if name:
                found.append(f" {line}:{name}")
            found += [f" {line}/{call}={first}" for call, first in self.blamed.get(index, {}).items() if call != first]
        return "".join(found)

    def calls(self, name: str) -> None:
        """What has that name is called here."""
        scope: Scope | None = self.scope
        while scope is not None:
            if scope.name == name:
                scope.is_recursive = True
            scope = scope.parent

    # --- names

    def fresh(self) -> str:
        self.fresh_count += 1
        return f"{self.prefix}{self.fresh_count}"

    def helper(self, name: str) -> str:
        """The code that calls a function of the core."""
        variable = self.helpers.get(name)
        if variable is None:
            if self.helpers_in_table:
                code, cell = f"{self.prefix}core.{name}", self.helpers_in_table
            else:
                code, cell = (self.iterator if name == "iter" else self.prefix + name), None
            self.helpers[name] = variable = Variable(code, self.wrapper, -1, cell)
        self.capture(variable)
        return variable.code

    def capture(self, variable: Variable) -> None:
        """A use of ``variable`` from a function inside its own: all functions between them hold it too."""
        cell = variable.cell or variable
        scope: Scope | None = self.scope
        while scope is not None and scope is not variable.scope and cell not in scope.captures:
            scope.captures.add(cell)
            scope = scope.parent

    def use(self, name: str) -> str:
        variable = self.variables.get(name)
        if variable is None:
            return self.global_name(name)
        if variable.scope is not self.scope:
            self.capture(variable)
        return variable.code

    def global_name(self, name: str) -> str:
        if self.target == "lua52" and name in {"goto", "_ENV"}:
            return f'_ENV["{name}"]'
        return name

    def is_own_local(self, name: str) -> bool:
        """Whether ``name`` is a register of this very function: reading it twice is reading it once."""
        variable = self.variables.get(name)
        return variable is not None and variable.scope is self.scope and variable.cell is None

    def is_numeric(self, name: str) -> bool:
        """Whether the variable holds nothing but numbers, as far as this walk has seen."""
        variable = self.variables.get(name)
        if variable is None or not variable.numeric:
            return False
        self.trusted.add(variable.number)
        return True

    def is_single(self, name: str) -> bool:
        """Whether the variable is a function that gives exactly one result, as far as this walk has seen."""
        variable = self.variables.get(name)
        if variable is None or not variable.single:
            return False
        self.trusted.add(variable.number)
        return True

    def written(self, name: str) -> None:
        """The variable got a value of no known kind; a walk that trusted it before is not the last."""
        variable = self.variables.get(name)
        if variable is not None and (variable.numeric or variable.single):
            variable.numeric = variable.single = False
            if variable.number in self.trusted:
                self.disproved.add(variable.number)

    def reserve(self, count: int) -> int:
        """Numbers for ``count`` locals of one statement; the first of them."""
        number = self.declared
        self.declared += count
        return number

    def is_boxed(self, number: int, count: int = 1) -> bool:
        return bool(self.boxed) and any(n in self.boxed for n in range(number, number + count))

    def declare(self, name: str, number: int, *, numeric: bool = False) -> str:
        """A plain local from here on; what it is called. ``numeric`` where it starts as a number."""
        scope = self.scope
        scope.alive += 1
        scope.declared += 1
        if scope.alive > LOCALS:
            self.crowded.add(number)
        code = self.prefix + name if name in {"goto", "_ENV"} else name
        return self.bind(name, Variable(code, scope, number, None, numeric and number not in self.marks.unsure))

    def declare_boxed(self, name: str, number: int) -> str:
        """A local that lives in its block's table, which the caller has opened."""
        scope = self.scope
        assert scope.box is not None
        scope.slots += 1
        return self.bind(name, Variable(f"{scope.box.code}[{scope.slots}]", scope, number, scope.box))

    def open_box(self) -> None:
        """The table for the boxed locals of this block, made where the first is declared."""
        if self.scope.box is None:
            box = Variable(self.fresh(), self.scope, -1)
            self.scope.box, self.scope.slots = box, 0
            self.scope.alive += 1
            self.out.append(f"local {box.code}={{}};")

    def bind(self, name: str, variable: Variable) -> str:
        self.undo.append((name, self.variables.get(name)))
        self.variables[name] = variable
        return variable.code

    def leave(self, mark: int) -> None:
        """Forget what was declared since ``mark`` (a length of ``undo``)."""
        undo, variables = self.undo, self.variables
        while len(undo) > mark:
            name, before = undo.pop()
            if before is None:
                del variables[name]
            else:
                variables[name] = before

    def close_scope(self, scope: Scope) -> None:
        """A function is written: note what it holds too much of."""
        if len(scope.captures) > CAPTURES[self.target]:
            self.overflow = True
            self.crowded.update(variable.number for variable in scope.captures if variable.number >= 0)


def unused_prefix(source: bytes) -> str:
    """The start of the names that lowering adds: one that the source has nowhere."""
    for prefix in _PREFIXES:
        if prefix.encode() not in source:
            return prefix
    number = 0
    while f"_L{number}_".encode() in source:
        number += 1
    return f"_L{number}_"
