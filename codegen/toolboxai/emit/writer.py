"""The one writer: a rendered tree to disk, inside its folder or not at all."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from toolboxai.errors import ToolboxError
from toolboxai.roblox.filenames import name_problem

MANIFEST = "manifest.json"


class UnwritablePathError(ToolboxError, ValueError):
    """A path of the tree that would leave the folder, or that some system cannot hold."""


class WriteError(ToolboxError, OSError):
    """The disk refused; what was written of this tree was taken back."""

    __str__ = ToolboxError.__str__


def content_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def manifest(files: Mapping[str, bytes]) -> bytes:
    """The manifest's bytes: every file's SHA-256 by its path, sorted."""
    hashes = {path: content_hash(data) for path, data in sorted(files.items())}
    return (
        json.dumps({"generated": "by toolboxai; do not edit", "files": hashes}, indent=1, ensure_ascii=False) + "\n"
    ).encode()


def write_tree(folder: Path, files: Mapping[str, bytes], *, record: bool = True) -> list[Path]:
    """Writes ``files`` (relative ``/`` paths to contents) below ``folder``, the manifest last; gives what changed.

    Each file is replaced as a whole. Files of the previous manifest that are no longer emitted go, unless somebody
    edited them; other files are not touched. Raises `UnwritablePathError` before anything is written, `WriteError`
    with everything as it was. Without ``record`` no manifest is kept: the files are their reader's from then on.
    """
    for path in files:
        _check(folder, path)
    _check_collisions(files)
    whole = {**files, MANIFEST: manifest(files)} if record else dict(files)
    stale = _stale(folder, files) if record else []
    changed = {path: data for path, data in whole.items() if _read(folder / path) != data}
    _Transaction(folder).run(changed, stale)
    return [folder / path for path in (*changed, *stale)]


def write_file(path: Path, data: bytes) -> None:
    """Writes one file as a whole, or leaves what was there; missing folders are made. Raises `WriteError`."""
    _Transaction(path.parent).run({path.name: data}, [])


def _check(folder: Path, path: str) -> None:
    parts = path.split("/")
    for part in parts:
        if problem := name_problem(part):
            raise UnwritablePathError(
                f"cannot write {path!r}: {problem}", remedy="use a relative path of plain names, separated by /"
            )
    if path == MANIFEST:
        raise UnwritablePathError(f"{MANIFEST} is the writer's own", remedy="emit the file under another name")
    # A link on the way would carry the file out of the folder, wherever the names point.
    for depth in range(1, len(parts) + 1):
        step = folder.joinpath(*parts[:depth])
        if step.is_symlink() or (hasattr(step, "is_junction") and step.is_junction()):
            raise UnwritablePathError(f"cannot write {path!r}: {step} is a link", remedy="remove the link")


def _check_collisions(files: Mapping[str, bytes]) -> None:
    seen: dict[str, str] = {}
    for path in [*files, MANIFEST]:
        for known in [str(parent) for parent in PurePosixPath(path).parents if str(parent) != "."]:
            seen.setdefault(f"{known.casefold()}/", known)
            if seen[f"{known.casefold()}/"] != known or known.casefold() in seen:
                raise UnwritablePathError(f"{path!r} needs the folder {known!r}, which collides with another path")
        folded = path.casefold()
        if folded in seen or f"{folded}/" in seen:
            other = seen.get(folded, seen.get(f"{folded}/"))
            raise UnwritablePathError(
                f"{path!r} and {other!r} are one path where case does not count", remedy="rename one of them"
            )
        seen[folded] = path


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _stale(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Paths of the previous manifest that are not emitted any more and still hold what was emitted."""
    held = _read(folder / MANIFEST)
    try:
        previous = json.loads(held)["files"] if held else {}
        listed = [(str(path), str(digest)) for path, digest in previous.items()]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []
    found = []
    for path, digest in listed:
        try:
            _check(folder, path)
        except UnwritablePathError:
            continue
        data = _read(folder / path)
        if path not in files and data is not None and content_hash(data) == digest:
            found.append(path)
    return found


def _is_within(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")


class _Transaction:
    """Puts new files beside the old, then swaps them in; on a fault swaps back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._suffix = f".{secrets.token_hex(4)}.part"
        self._made: list[Path] = []  # folders that were not there
        self._before: dict[Path, bytes | None] = {}

    def run(self, changed: Mapping[str, bytes], stale: list[str]) -> None:
        parts = [self._part(path) for path in changed]
        in_the_way = [path for path in stale if any(_is_within(path, new) or _is_within(new, path) for new in changed)]
        try:
            for path in in_the_way:
                self._drop(path)
            for (path, data), part in zip(changed.items(), parts, strict=True):
                self._make_folders(self._folder / path)
                part.write_bytes(data)
            for path in changed:
                self._swap(path)
            for path in stale:
                if path not in in_the_way:
                    self._drop(path)
        except OSError as error:
            self._restore(parts)
            raise WriteError(
                f"cannot write below {self._folder}: {error.strerror or error}",
                remedy="check its rights and the space left",
            ) from error

    def _part(self, path: str) -> Path:
        target = self._folder / path
        return target.with_name(target.name[:200] + self._suffix)

    def _make_folders(self, target: Path) -> None:
        for parent in reversed(target.parents):
            if not parent.exists():
                parent.mkdir()
                self._made.append(parent)

    def _swap(self, path: str) -> None:
        target = self._folder / path
        before = _read(target)
        self._part(path).replace(target)
        self._before[target] = before

    def _drop(self, path: str) -> None:
        target = self._folder / path
        before = _read(target)
        target.unlink()
        self._before[target] = before
        for parent in target.parents:
            if parent == self._folder or any(parent.iterdir()):
                break
            parent.rmdir()

    def _restore(self, parts: list[Path]) -> None:
        for part in parts:
            if part.exists():
                part.unlink()
        for target, data in self._before.items():
            if data is None:
                target.unlink(missing_ok=True)
        for folder in reversed(self._made):
            if not any(folder.iterdir()):
                folder.rmdir()
        for target, data in self._before.items():
            if data is not None:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
