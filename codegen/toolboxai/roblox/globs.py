"""Rojo's globs: ``*`` crosses folders, ``**/`` may be nothing, and ``{a,b}``, ``[a-z]`` and ``?`` are known."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class GlobError(ValueError):
    """A glob that ends within brackets or braces."""


def glob_pattern(glob: str) -> re.Pattern[str]:
    """A pattern for ``/`` paths. Raises `GlobError`."""
    if glob == "**":
        return re.compile(".*", re.DOTALL)
    return re.compile(_Glob(glob).pattern(), re.DOTALL)


class _Glob:
    def __init__(self, glob: str) -> None:
        self._glob = glob
        self._at = 0

    def pattern(self, inside: str = "") -> str:
        """The pattern up to the end, or up to the comma or brace that ends an alternative."""
        pieces: list[str] = []
        glob = self._glob
        while self._at < len(glob):
            if inside and glob[self._at] in ",}":
                return "".join(pieces)
            found = glob[self._at]
            if found == "*":
                pieces.append(self._star())
                continue
            self._at += 1
            match found:
                case "?":
                    pieces.append(".")
                case "[":
                    pieces.append(self._class())
                case "{":
                    pieces.append(self._alternatives())
                case "\\" if self._at < len(glob):
                    pieces.append(re.escape(glob[self._at]))
                    self._at += 1
                case _:
                    pieces.append(re.escape(found))
        if inside:
            raise GlobError(f"{glob!r} ends within braces")
        return "".join(pieces)

    def _star(self) -> str:
        start = self._at
        while self._glob[self._at : self._at + 1] == "*":
            self._at += 1
        first, last = start == 0 or self._glob[start - 1] == "/", self._glob[self._at : self._at + 1]
        if self._at - start != 2 or not first or last not in {"", "/"}:
            return ".*"
        if not last:
            return ".+"  # everything below, not the folder itself
        self._at += 1
        return "(?:.*/)?"

    def _class(self) -> str:
        # A bracket that comes first is one of the characters.
        negated = self._glob[self._at : self._at + 1] in {"!", "^"}
        start = self._at + negated
        end = self._glob.find("]", start + 1)
        if end < 0:
            raise GlobError(f"{self._glob!r} ends within brackets")
        self._at = end + 1
        inner = re.sub(r"[\\\[\]^&~|]", r"\\\g<0>", self._glob[start:end])
        return f"[{'^' if negated else ''}{inner}]"

    def _alternatives(self) -> str:
        parts = []
        while True:
            parts.append(self.pattern("{"))
            self._at += 1
            if self._glob[self._at - 1] == "}":
                return f"(?:{'|'.join(parts)})"


@dataclass(frozen=True, slots=True)
class PathGlob:
    """A glob for the paths below a folder; of several, the last that matches has the say, and ``!`` takes back."""

    base: Path
    pattern: re.Pattern[str]
    taken_back: bool = False

    @classmethod
    def of(cls, base: Path, glob: str) -> "PathGlob":
        taken_back = glob.startswith("!")
        return cls(base, glob_pattern(glob.removeprefix("!") if taken_back else glob), taken_back)

    def matches(self, path: Path) -> bool:
        try:
            name = path.relative_to(self.base).as_posix()
        except ValueError:
            return False
        return self.pattern.fullmatch(name) is not None


def ignored(globs: Sequence[PathGlob], path: Path) -> bool:
    return next((not glob.taken_back for glob in reversed(globs) if glob.matches(path)), False)
