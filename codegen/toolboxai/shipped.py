"""Finds the files that travel with the package: SDK, plugin and curriculum, in a checkout and in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]


def shipped(name: str) -> Path:
    """The shipped file or folder ``name``: ``sdk_lua``, ``plugin``, ``curriculum`` or ``rojo.project.json``."""
    inside_wheel = _PACKAGE / "_shipped" / name
    return inside_wheel if inside_wheel.exists() else _CHECKOUT / name


def checkout() -> Path | None:
    """The repository this package runs from, or None when it runs from a wheel."""
    return _CHECKOUT if (_CHECKOUT / "rojo.project.json").exists() and not (_PACKAGE / "_shipped").exists() else None
