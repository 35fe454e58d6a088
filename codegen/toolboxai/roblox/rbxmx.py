"""Roblox XML model files (``.rbxmx``): items to bytes and back."""

from pathlib import Path

from toolboxai.errors import Diagnostic, ToolboxError
from toolboxai.roblox.model import Item


class ModelFileError(ToolboxError):
    """A model file that cannot be read; ``diagnostic`` has its place."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic), remedy=diagnostic.remedy)
        self.diagnostic = diagnostic


def read_rbxmx(path: Path) -> list[Item]:
    """The instances at the top of a model file; raises `ModelFileError`."""
    raise ModelFileError(Diagnostic(str(path), 1, 1, "model/unread", "not read yet"))
