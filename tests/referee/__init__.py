"""The real Luau compiler and VM (npm `luau-web`) as referee, driven over JSON lines; development only."""

from referee.process import Compiled, Opaque, Referee, RefereeMissingError, Result, node_modules

__all__ = ["Compiled", "Opaque", "Referee", "RefereeMissingError", "Result", "node_modules"]
