"""Lowering: Luau to the Lua that Lupa runs; each line out belongs to a line in."""

import enum
import sys
import threading
from dataclasses import dataclass
from typing import Final

from toolboxai.luau import collector
from toolboxai.luau import syntax as s
from toolboxai.luau.lower_names import PLACE_BITS, Marks, Variable
from toolboxai.luau.lower_statements import StatementLowering

_FRAMES_FOR_DEEP_CODE: Final = 20_000
_LETTERS: Final = "".join(map(chr, range(48, 48 + 64)))
_raised_limit = threading.Lock()


class Target(enum.StrEnum):
    """The engines of Lupa that lowered code is for."""

    LUA52 = "lua52"
    LUAJIT21 = "luajit21"


@dataclass(frozen=True, slots=True)
class Lowered:
    """A Lua chunk: its first vararg is the core (`studio/runtime/core.lua`), the others are the program's.

    ``places`` has an item for each line of ``code``: the author's line it belongs to, and the operation that can fail
    in it (an index of `OPERATIONS`). The last line of ``code`` is a comment with the same, for the core, and with what
    it wants to know of functions, by the line they begin in.
    """

    code: bytes
    places: list[tuple[int, int]]


@collector.paused()
def lower(chunk: s.Chunk, target: Target) -> Lowered:
    """The chunk as Lua for ``target``; a chunk with problems is lowered as far as it was read."""
    try:
        return _lower(chunk, target)
    except RecursionError:
        with _raised_limit:
            before = sys.getrecursionlimit()
            sys.setrecursionlimit(before + _FRAMES_FOR_DEEP_CODE)
            try:
                return _lower(chunk, target)
            finally:
                sys.setrecursionlimit(before)


def _lower(chunk: s.Chunk, target: Target) -> Lowered:
    marks = Marks()
    while True:
        lowering = _ChunkLowering(chunk, target.value, marks)
        code = lowering.chunk(chunk)
        found = Marks(
            marks.boxed | lowering.crowded,
            marks.unsure | lowering.disproved,
            marks.helpers_in_table or lowering.overflow,
        )
        if found == marks:  # each walk but the last marks more, and there is only so much to mark
            places = [(place >> PLACE_BITS, place & (1 << PLACE_BITS) - 1) for place in lowering.places]
            functions = lowering.function_lines()
            return Lowered(f"{code}\n--{_packed(lowering.places)}{functions}".encode("latin-1"), places)
        marks = found


def _packed(places: list[int]) -> str:
    """Five letters a line, six bits each, the highest first."""
    return "".join([
        f"{_LETTERS[place >> 24 & 63]}{_LETTERS[place >> 18 & 63]}{_LETTERS[place >> 12 & 63]}"
        f"{_LETTERS[place >> 6 & 63]}{_LETTERS[place & 63]}"
        for place in places
    ])  # fmt: skip


class _ChunkLowering(StatementLowering):
    """One walk over a chunk."""

    def chunk(self, chunk: s.Chunk) -> str:
        core = f"{self.prefix}core"
        exported = any(
            isinstance(statement, (s.Local, s.LocalFunction)) and statement.exported
            for statement in chunk.block.statements
        )
        if exported:
            self._open_exports()
        for statement in chunk.block.statements:
            self.statement(statement)
        if exported:
            self.out.append(f"return {self.helper('sealed')}({self.exports});")
        self.close_scope(self.scope)
        helpers = {name: variable.code for name, variable in self.helpers.items()}
        bound = "" if self.helpers_in_table else "".join(f"local {helpers[name]}={core}.{name};" for name in helpers)
        main = f"(function(...) {''.join(self.out)} end)"
        if self.slot_count in self.scope.captures:
            bound += f"local {self.slot_count.code};"
            main = f'{core}.counted("{self.slot_count.code}",{main})'
        return f"local {core}=...;{bound}return {main}({core}.drop(...))"

    def _open_exports(self) -> None:
        """The table of a module that exports: its variables are fields of it."""
        self.exports = self.fresh()
        self.out.append(f"local {self.exports}={{}};")
        self.bind(f" {self.exports}", Variable(self.exports, self.scope, -1))
        self.scope.alive += 1
