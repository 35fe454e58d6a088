"""The files of the shipped trees that are emitted: which they are, and what the templates give for them now."""

from importlib.metadata import version

from toolboxai import protocol
from toolboxai.emit.environment import Environment
from toolboxai.emit.protocol import render_protocol

PRODUCT = "ToolboxAI Lessons"
"""How the product shows itself in Studio, where Studio's own Toolbox is near."""

PORT = 8008
ADDRESS = f"http://localhost:{PORT}"


def plugin_files(environment: Environment | None = None) -> dict[str, bytes]:
    """``plugin/generated``: file name to text."""
    environment = environment or Environment()
    values = {
        "product": PRODUCT,
        "version": version("toolboxai"),
        "protocol": protocol.PROTOCOL,
        "address": ADDRESS,
        "port": PORT,
    }
    return {f"{name}.luau": environment.render(f"plugin/{name}.luau.jinja", values) for name in ("Config", "Window")}


def sdk_files(environment: Environment | None = None) -> dict[str, bytes]:
    """``sdk_lua/generated``: file name to text."""
    return {"Protocol.luau": render_protocol(environment or Environment())}


def generated(environment: Environment | None = None) -> dict[str, dict[str, bytes]]:
    """Every emitted folder of the repository by its path."""
    return {"plugin/generated": plugin_files(environment), "sdk_lua/generated": sdk_files(environment)}
