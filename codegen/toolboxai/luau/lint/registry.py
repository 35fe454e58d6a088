"""What a lint rule is, what it is given, and the table of all rules."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeVar, cast

from toolboxai.luau import syntax as s
from toolboxai.luau.diagnostics import position
from toolboxai.luau.folding import Folder
from toolboxai.luau.inference import Classes
from toolboxai.luau.symbols import Scopes
from toolboxai.luau.world import World

ERROR: Final = "error"
WARNING: Final = "warning"
NOTE: Final = "note"
SEVERITIES: Final = (ERROR, WARNING, NOTE)

NodeT = TypeVar("NodeT", bound=s.Node)
OtherT = TypeVar("OtherT", bound=s.Node)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, at a byte span; ``remedy`` only where it differs from the rule's own."""

    start: int
    end: int
    message: str
    remedy: str = ""


@dataclass(frozen=True)
class File:
    """A file as rules see it; whatever one of them works out is there for the others."""

    chunk: s.Chunk
    scopes: Scopes
    folder: Folder
    classes: Classes
    world: World
    shared: dict[str, object] = field(default_factory=dict)

    def each(self, cls: type[NodeT]) -> list[NodeT]:
        """Every node of a class; a node comes before those in it."""
        return cast("list[NodeT]", self.scopes.nodes[cls])

    def either(self, one: type[NodeT], other: type[OtherT]) -> list[NodeT | OtherT]:
        return [*self.each(one), *self.each(other)]

    def line(self, offset: int) -> int:
        return position(self.chunk, offset)[0]

    def text(self, node: s.Node) -> str:
        return self.chunk.source[node.start : node.end].decode("utf-8", "replace")

    def calls(self, name: str | None) -> bool:
        """Whether ``name`` (of `Folder.function_name`) is a global of this world, not the file's own."""
        return name is not None and name.partition(".")[0] in self.world.globals


Check = Callable[[File], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """One line of the table, and its code.

    ``luau`` is the name of Luau's own lint for the same thing. A rule that judges what is missing ``needs_whole``
    files: one with syntax errors is not shown to it.
    """

    id: str
    severity: str
    summary: str
    remedy: str
    luau: str
    needs_whole: bool
    check: Check = field(repr=False)


RULES: Final[dict[str, Rule]] = {}
"""Every rule of ours by its id; others' rules are handed to `lint` beside them."""


def rule(  # noqa: PLR0913  # the columns of the table in docs/lint.md
    name: str, severity: str, summary: str, remedy: str, *, luau: str = "", needs_whole: bool = False
) -> Callable[[Check], Check]:
    """Enter the decorated function into the table."""

    def enter(check: Check) -> Check:
        assert severity in SEVERITIES
        assert name not in RULES
        RULES[name] = Rule(name, severity, summary, remedy, luau, needs_whole, check)
        return check

    return enter


def at(node: s.Node, message: str, remedy: str = "") -> Finding:
    return Finding(node.start, node.end, message, remedy)
