"""Resolves string requires (`./`, `../`, `@self/`, aliases of `.luaurc`) over files on disk or texts in memory."""

import errno
import posixpath
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

import msgspec

_SUFFIXES = (".luau", ".lua")
_INIT = ("init", "init.server", "init.client")


class RequireFault(Exception):  # noqa: N818 - a value for Luau, never seen by Python callers
    """Why a require was not resolved, in Luau's words."""


class Tree(Protocol):
    """Where modules lie: folders and files by absolute POSIX path."""

    def names(self, folder: str) -> frozenset[str]:
        """The entries of the folder, exactly as spelled; empty where there is none."""

    def is_folder(self, path: str) -> bool: ...

    def read(self, path: str) -> bytes:
        """Raises OSError."""

    def absolute(self, path: str | Path) -> str:
        """What the other methods are given."""

    def shown(self, path: str) -> str:
        """The path as people write it, in messages."""


class DiskTree:
    """Files on disk; listings are remembered, so a tree is one run's view."""

    def __init__(self) -> None:
        self._names: dict[str, frozenset[str]] = {}

    def names(self, folder: str) -> frozenset[str]:
        found = self._names.get(folder)
        if found is None:
            try:
                found = frozenset(entry.name for entry in Path(folder).iterdir())
            except OSError:
                found = frozenset()
            self._names[folder] = found
        return found

    def is_folder(self, path: str) -> bool:
        return Path(path).is_dir()

    def read(self, path: str) -> bytes:
        return Path(path).read_bytes()

    def absolute(self, path: str | Path) -> str:
        return Path(path).resolve().as_posix()

    def shown(self, path: str) -> str:
        """Relative to where the user is, if it lies below."""
        return path.removeprefix(Path.cwd().as_posix().rstrip("/") + "/")


class MemoryTree:
    """Texts by path (``{"/main.luau": b"..."}``): what a child process runs, with no disk behind it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files: dict[str, bytes] = {}
        self._names: dict[str, set[str]] = {}
        self.add(files)

    def add(self, files: Mapping[str, bytes]) -> None:
        for name, text in files.items():
            path = self.absolute(name)
            self._files[path] = text
            while path != "/":
                folder, base = posixpath.split(path)
                self._names.setdefault(folder, set()).add(base)
                path = folder

    def names(self, folder: str) -> frozenset[str]:
        return frozenset(self._names.get(folder, ()))

    def is_folder(self, path: str) -> bool:
        return path in self._names

    def read(self, path: str) -> bytes:
        try:
            return self._files[path]
        except KeyError:
            raise FileNotFoundError(errno.ENOENT, "no such file", path) from None

    def absolute(self, path: str | Path) -> str:
        return posixpath.normpath("/" + str(path).lstrip("/"))

    def shown(self, path: str) -> str:
        return path.lstrip("/")


class KeptTree:
    """Another tree, asked each question once: what was read from it serves on where nothing can be read any more.

    What lies below ``home`` is shown as seen from there, wherever the user is.
    """

    def __init__(self, tree: Tree, home: Path) -> None:
        below = f"{home.as_posix()}/"
        self.names = cache(tree.names)
        self.is_folder = cache(tree.is_folder)
        self.read = cache(tree.read)
        self.absolute = cache(tree.absolute)
        self.shown = cache(lambda path: path.removeprefix(below) if path.startswith(below) else tree.shown(path))
        self.answers: dict[tuple[str, str], str] = {}

    def keep(self, folder: Path) -> list[str]:
        """Asks ahead what a require below ``folder`` can ask; the modules there."""
        modules = []
        for path in [folder, *sorted(folder.rglob("*"))]:
            name = self.absolute(path)
            if path.suffix in _SUFFIXES:
                self.read(name)
                self.is_folder(_without_suffix(name))
                modules.append(name)
            if self.is_folder(name):
                self.names(name)
            self.shown(name)
        return modules


class Resolver:
    """From the file that asks and the text it asks with, to the file that answers."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        # What a kept tree answered once, it answers for whoever asks next.
        self._answers = tree.answers if isinstance(tree, KeptTree) else {}

    def resolve(self, asker: str, request: str) -> str:
        """The path of the module; raises `RequireFault`."""
        answer = self._answers.get((asker, request))
        if answer is None:
            answer = self._find(asker, request)
            if isinstance(self.tree, KeptTree):
                self._answers[asker, request] = answer
        return answer

    def _find(self, asker: str, request: str) -> str:
        prefix, _, rest = request.partition("/")
        if prefix == "@self":
            start = _folder_of(asker) if _is_init(asker) else _without_suffix(asker)
        elif prefix in {".", ".."}:
            start, rest = _home(asker), request
        elif prefix.startswith("@"):
            start = self._alias(asker, prefix[1:])
        else:
            raise RequireFault("require path must start with a valid prefix: ./, ../, or @")
        target = posixpath.normpath(posixpath.join(start, rest)) if rest else start
        return self._module(target)

    def _module(self, target: str) -> str:
        folder, name = posixpath.split(target)
        beside = self.tree.names(folder)
        found = [posixpath.join(folder, name + suffix) for suffix in _SUFFIXES if name + suffix in beside]
        if name in beside and self.tree.is_folder(target):
            inside = self.tree.names(target)
            found += [posixpath.join(target, "init" + suffix) for suffix in _SUFFIXES if "init" + suffix in inside]
        if not found:
            raise RequireFault(f'could not resolve child component "{name}"')
        if len(found) > 1:
            raise RequireFault(f'could not resolve child component "{name}" (ambiguous)')
        return found[0]

    def _alias(self, asker: str, alias: str) -> str:
        folder = _folder_of(asker)
        while True:
            if ".luaurc" in self.tree.names(folder):
                try:
                    settings = msgspec.json.decode(self.tree.read(posixpath.join(folder, ".luaurc")), type=_Settings)
                except (OSError, msgspec.DecodeError) as reason:
                    raise RequireFault(f"could not read {posixpath.join(folder, '.luaurc')}: {reason}") from None
                known = {name.lower(): path for name, path in settings.aliases.items()}
                if alias.lower() in known:
                    return posixpath.normpath(posixpath.join(folder, known[alias.lower()]))
            above = posixpath.dirname(folder)
            if above == folder:
                raise RequireFault(f"@{alias} is not a valid alias")
            folder = above


class _Settings(msgspec.Struct):
    aliases: dict[str, str] = {}


def _folder_of(path: str) -> str:
    return posixpath.dirname(path)


def _without_suffix(path: str) -> str:
    for suffix in _SUFFIXES:
        if path.endswith(suffix):
            return path[: -len(suffix)]
    return path


def _is_init(path: str) -> bool:
    return _without_suffix(posixpath.basename(path)) in _INIT


def _home(path: str) -> str:
    """What `./` means there: an init file stands for its folder, so its neighbours are the folder's."""
    folder = _folder_of(path)
    return posixpath.dirname(folder) if _is_init(path) else folder
