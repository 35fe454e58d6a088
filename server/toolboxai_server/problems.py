"""Refusals: one exception with a stable code, a sentence, a remedy and the HTTP status that carries it."""

from toolboxai.errors import ToolboxError


class Refusal(ToolboxError):  # noqa: N818 - most are no errors of anyone: a code that waits, a name that is taken
    """What the server answers instead of doing what was asked."""

    def __init__(self, code: str, message: str, remedy: str = "", *, status: int = 400) -> None:
        super().__init__(message, remedy=remedy)
        self.code = code
        self.status = status
