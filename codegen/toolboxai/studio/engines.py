"""The engines that run Luau: which there are, which one is meant, and a state of it."""

from toolboxai.errors import ToolboxError
from toolboxai.studio import ENGINES, luau_node, luau_pluau, lupa_state
from toolboxai.studio.luau_state import LuauState
from toolboxai.studio.state import State

_LUAU_REMEDY = "pip install toolboxai[luau]; it has wheels for Python 3.11 to 3.13"


class EngineMissingError(ToolboxError, ImportError):
    """The engine is not on this machine."""


def available() -> list[str]:
    """Those that `pip` brought. Real Luau in node answers to its name too, for those who develop this project."""
    return [name for name in ENGINES if _is_installed(name)]


def choose(name: str | None) -> str:
    """The engine meant by ``name``; the best there is for None."""
    if name is None:
        return available()[0]
    if name not in ENGINES:
        raise EngineMissingError(f"there is no engine {name!r}", remedy=f"take one of: {', '.join(available())}")
    if _is_installed(name) or (name == "luau" and luau_node.node_modules() is not None):
        return name
    if name == "luau":
        raise EngineMissingError("the engine luau is not installed", remedy=_LUAU_REMEDY)
    raise EngineMissingError(
        f"this machine's lupa has no {name}", remedy=f"take --engine {available()[0]}, which it has"
    )


def open_state(name: str, memory: int | None = None) -> State:
    """A state of the engine, not yet booted. ``memory`` in bytes limits what it may take, where the engine can."""
    if name == "luau":
        return LuauState(luau_pluau.PluauPipe(memory) if luau_pluau.module() is not None else luau_node.NodePipe())
    return lupa_state.LupaState(name, memory)


def _is_installed(name: str) -> bool:
    return luau_pluau.module() is not None if name == "luau" else lupa_state.is_there(name)
