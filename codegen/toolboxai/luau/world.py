"""What a program finds around it: the globals, types and engine members that are there before its first line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an engine class.

    ``owner`` is the class that declares it; ``kind`` is ``property``, ``method``, ``event`` or ``callback``; ``type``
    the class or type of its value or first result ("" where unknown); ``parameters`` the types that an event's
    listeners get. ``use`` says what to take instead of a deprecated one.
    """

    owner: str
    name: str
    kind: str
    type: str = ""
    parameters: tuple[str, ...] = ()
    deprecated: bool = False
    use: str = ""

    @property
    def path(self) -> str:
        """``Players:GetPlayers``, ``BasePart.Touched``"""
        return f"{self.owner}{':' if self.kind == 'method' else '.'}{self.name}"


class Engine(Protocol):
    """Facts about classes whose objects a program meets."""

    def is_class(self, name: str) -> bool: ...

    def member(self, class_name: str, name: str) -> Member | None:
        """The member that objects of a class have, inherited ones too."""

    def declared(self, name: str) -> tuple[Member, ...]:
        """Every member of this name, one for each class that declares it."""


def _nothing(_: str) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True)
class World:
    """Names and facts.

    ``types`` are the words that `typeof` may answer; ``deprecated`` maps a global or a library's member (``wait``,
    ``table.getn``) to what to use instead ("" where there is nothing); ``classes`` maps globals to engine classes, and
    ``constructors`` functions (``Vector3.new``) to the class of what they give. ``library`` tells what is in a global
    table (``math``, ``Vector3``, ``Enum.Material``), ``members`` what objects of an engine class have, or of any class
    (``""``); nothing where there is no such table or class.
    """

    globals: frozenset[str]
    types: frozenset[str]
    deprecated: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    constructors: Mapping[str, str] = field(default_factory=dict)
    engine: Engine | None = None
    library: Callable[[str], frozenset[str]] = _nothing
    members: Callable[[str], frozenset[str]] = _nothing


LUAU: Final = World(
    globals=frozenset({
        "_G", "_VERSION", "assert", "bit32", "buffer", "collectgarbage", "coroutine", "debug", "error", "gcinfo",
        "getfenv", "getmetatable", "integer", "ipairs", "loadstring", "math", "newproxy", "next", "os", "pairs",
        "pcall", "print", "rawequal", "rawget", "rawlen", "rawset", "require", "select", "setfenv", "setmetatable",
        "string", "table", "tonumber", "tostring", "type", "typeof", "unpack", "utf8", "vector", "xpcall",
    }),
    types=frozenset({
        "nil", "boolean", "number", "string", "table", "function", "thread", "userdata", "buffer", "vector", "integer",
    }),
    deprecated={
        "getfenv": "debug.info", "setfenv": "", "gcinfo": 'collectgarbage("count")', "table.foreach": "a for loop",
        "table.foreachi": "a for loop", "table.getn": "the operator #", "math.mod": "the operator %",
    },
)  # fmt: skip
"""A program of plain Luau."""
