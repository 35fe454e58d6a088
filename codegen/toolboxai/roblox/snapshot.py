"""Files and folders to items, by Rojo's rules of names and suffixes."""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from toolboxai.errors import Diagnostic
from toolboxai.luau.literal import LiteralError, LuaLiteral, lua_literal
from toolboxai.roblox import api
from toolboxai.roblox.filenames import SCRIPT_SUFFIXES, split_script
from toolboxai.roblox.jsonfile import AuthorMistakeError, JsonFile, Keys, read_json, read_json_value, read_text
from toolboxai.roblox.model import Item, ModelFileError
from toolboxai.roblox.properties import PropertyMistakeError, nearest, read_attributes, read_property
from toolboxai.roblox.rbxmx import read_rbxmx
from toolboxai.roblox.values import Attributes, EnumItem

PROJECT_FILE = "default.project.json"
PROJECT_FILES = (PROJECT_FILE, f"{PROJECT_FILE}c")
_INIT = {f"init{suffix}": suffix for suffix in SCRIPT_SUFFIXES}
_UNREAD = {
    ".rbxm": "save it as .rbxmx to have it read",
    ".csv": "localization tables are left to Rojo",
    ".yaml": "write it as .json or .toml to have it read",
    ".yml": "write it as .json or .toml to have it read",
}
# What Rojo makes of files that are not read: an outline has their names.
_OUTLINED = {".csv": "LocalizationTable", ".yaml": "ModuleScript", ".yml": "ModuleScript"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an item came from: a script's file, the folder that files of its children stand in, and all its files."""

    file: Path | None = None
    folder: Path | None = None
    files: tuple[Path, ...] = ()


def glob_pattern(glob: str) -> re.Pattern[str]:
    """A pattern for ``/`` paths, as Rojo's globs match: ``*`` crosses folders, ``**/`` may be nothing."""
    parts = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": ".*", "?": "[^/]"}
    pieces = re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?)", glob)
    return re.compile("".join(parts.get(piece, re.escape(piece)) for piece in pieces), re.DOTALL)


class Snapshot:
    """Reads paths below a project; mistakes go to ``problems``, what is left out to ``notes``."""

    def __init__(  # noqa: PLR0913 - the project reader is the one caller, and names each
        self,
        base: Path,
        ignore: Iterable[str],
        *,
        legacy_scripts: bool,
        nested: Callable[[Path, str | None], Item | None],
        problems: list[Diagnostic],
        notes: list[Diagnostic],
        origins: dict[int, Origin],
        outline: bool = False,
    ) -> None:
        self._base = base
        self._ignore = [glob_pattern(glob) for glob in ignore]
        self._legacy_scripts = legacy_scripts
        self._nested = nested
        self.problems = problems
        self.notes = notes
        self.origins = origins
        self._outline = outline
        self._open: list[Path] = []

    def ignores(self, path: Path) -> bool:
        try:
            name = path.relative_to(self._base).as_posix()
        except ValueError:
            return False
        return any(pattern.fullmatch(name) for pattern in self._ignore)

    def read(self, path: Path, name: str | None = None) -> Item | None:
        """The item that a file or folder is; None for what Rojo would not make an item of."""
        if self.ignores(path):
            return None
        try:
            if path.is_dir():
                return self._folder(path, name)
            return self._file(path, name)
        except AuthorMistakeError as mistake:
            self.problems.append(mistake.diagnostic)
            return None

    # --- folders ----------------------------------------------------------------------------------------------------

    def _folder(self, folder: Path, name: str | None) -> Item | None:
        real = folder.resolve()
        if real in self._open:
            message = "is a folder inside itself, by a link"
            self.problems.append(Diagnostic(str(folder), 1, 1, "project/circle", message, "remove the link"))
            return None
        for project in (folder / name for name in PROJECT_FILES):
            if project.is_file() and not self.ignores(project):
                return self._nested(project, name)
        name = name or folder.name
        self._open.append(real)
        try:
            entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
            inits = [entry for entry in entries if entry.name in _INIT and not self.ignores(entry)]
            item = self._script(inits[0], name, _INIT[inits[0].name]) if inits else Item("Folder", name)
            if self._outline and not inits and folder / "init.csv" in entries:
                item, inits = Item(_OUTLINED[".csv"], name), [folder / "init.csv"]
                entries.remove(inits[0])
            for extra in inits[1:]:
                message = f"{inits[0].name} already says what this folder is"
                self.problems.append(Diagnostic(str(extra), 1, 1, "project/two-inits", message, "keep one of them"))
            self.origins[id(item)] = Origin(inits[0] if inits else None, folder, tuple(inits[:1]))
            rest = [
                entry for entry in entries if entry.name not in _INIT and not entry.name.startswith("init.meta.json")
            ]
            item.children = [child for child in map(self.read, rest) if child is not None]
            self._with_meta(item, folder / "init", "init")
            return item
        finally:
            self._open.pop()

    # --- files ------------------------------------------------------------------------------------------------------

    def _file(self, path: Path, name: str | None) -> Item | None:
        found = split_script(path.name)
        if found:
            suffix = path.name.removeprefix(found[0])
            return self._with_meta(self._script(path, name or found[0], suffix), path, found[0])
        readers: tuple[tuple[str, Callable[[Path, str], Item | None]], ...] = (
            (".model.json", self._model_json),
            (".meta.json", lambda _path, _name: None),
            (".rbxmx", self._rbxmx),
            (".json", self._data),
            (".toml", self._data),
            (".txt", lambda p, n: Item("StringValue", n, {"Value": read_text(p)})),
        )
        plain = path.name.removesuffix("c") if path.name.endswith(".jsonc") else path.name
        if plain.endswith(".project.json"):
            return self._nested(path, name)
        for suffix, read in readers:
            if plain.endswith(suffix) and len(plain) > len(suffix):
                stem = plain.removesuffix(suffix)
                item = read(path, name or stem)
                if item is None:
                    return None
                self.origins[id(item)] = Origin(files=(path,))
                return self._with_meta(item, path, stem) if suffix in {".json", ".toml", ".txt"} else item
        return self._unread(path, name or path.stem)

    def _unread(self, path: Path, name: str) -> Item | None:
        """A file that only Rojo reads: a note, and its name in an outline."""
        if self._outline and path.suffix in _OUTLINED:
            item = Item(_OUTLINED[path.suffix], name)
            self.origins[id(item)] = Origin(files=(path,))
            return self._with_meta(item, path, path.stem)
        if path.suffix in _UNREAD:
            message = f"{path.suffix} files are not read"
            self.notes.append(Diagnostic(str(path), 1, 1, "project/skipped", message, _UNREAD[path.suffix]))
        return None

    def _script(self, path: Path, name: str, suffix: str) -> Item:
        class_name = SCRIPT_SUFFIXES[suffix]
        item = Item(class_name, name, {"Source": read_text(path)})
        context = suffix.split(".")[1].title()
        if context == "Plugin" or (context in {"Server", "Client"} and not self._legacy_scripts):
            item.class_name = "Script"
            item.properties["RunContext"] = EnumItem("RunContext", context)
        self.origins[id(item)] = Origin(path, None, (path,))
        return item

    def _data(self, path: Path, name: str) -> Item:
        if path.suffix in {".json", ".jsonc"}:
            value: Any = read_json_value(path)
        else:
            try:
                value = tomllib.loads(read_text(path))
            except tomllib.TOMLDecodeError as error:
                where = re.search(r"line (\d+), column (\d+)", str(error))
                line, column = (int(where[1]), int(where[2])) if where else (1, 1)
                problem = Diagnostic(str(path), line, column, "toml/syntax", f"is not TOML: {error}", "correct it here")
                raise AuthorMistakeError(problem) from error
        try:
            source = f"return {lua_literal(_without_nulls(value))}\n"
        except LiteralError as error:
            problem = Diagnostic(str(path), 1, 1, "project/data", str(error), error.remedy)
            raise AuthorMistakeError(problem) from error
        return Item("ModuleScript", name, {"Source": source})

    def _rbxmx(self, path: Path, name: str) -> Item | None:
        try:
            roots = read_rbxmx(path)
        except ModelFileError as error:
            self.problems.append(error.diagnostic)
            return None
        if len(roots) != 1:
            message = f"holds {len(roots)} instances at its top, and a file of a project holds one"
            self.problems.append(Diagnostic(str(path), 1, 1, "model/roots", message, "group them in a Folder or Model"))
            return None
        roots[0].name = name
        return roots[0]

    # --- JSON models and metadata -----------------------------------------------------------------------------------

    def _model_json(self, path: Path, name: str) -> Item | None:
        return self._model_node(read_json(path), (), name)

    def _model_node(self, file: JsonFile, keys: Keys, name: str | None) -> Item | None:
        node: Any = file.value
        for key in keys:
            node = node[key]

        def take(*spellings: str) -> tuple[str, Any]:
            return next(((s, node[s]) for s in spellings if s in node), (spellings[0], None))

        if not isinstance(node, dict):
            self.problems.append(file.mistake(keys, "model/node", "must be an object", "write { }"))
            return None
        class_key, class_name = take("ClassName", "className")
        name = name or take("Name", "name")[1] or class_name
        if not self.check_class(file, (*keys, class_key), class_name):
            return None
        item = Item(class_name, str(name))
        key, properties = take("Properties", "properties")
        self.set_properties(item, file, (*keys, key), properties or {})
        key, attributes = take("Attributes", "attributes")
        self.set_attributes(item, file, (*keys, key), attributes)
        key, children = take("Children", "children")
        below = [self._model_node(file, (*keys, key, index), None) for index in range(len(children or ()))]
        item.children = [child for child in below if child is not None]
        return item

    def _with_meta(self, item: Item, path: Path, stem: str) -> Item:
        for meta in (path.with_name(f"{stem}.meta.json"), path.with_name(f"{stem}.meta.jsonc")):
            if meta.is_file() and not self.ignores(meta):
                self._meta(item, meta)
                origin = self.origins.get(id(item), Origin())
                self.origins[id(item)] = replace(origin, files=(*origin.files, meta))
        return item

    def _meta(self, item: Item, path: Path) -> None:
        file = read_json(path)
        class_name = file.value.get("className")
        if class_name is not None and self.check_class(file, ("className",), class_name):
            if item.class_name == "Folder":
                item.class_name = class_name
            elif item.class_name != class_name:
                message = f"this is a {item.class_name} by its file, not a {class_name}"
                self.problems.append(file.mistake(("className",), "project/class", message, "leave className out"))
        self.set_properties(item, file, ("properties",), file.value.get("properties", {}))
        self.set_attributes(item, file, ("attributes",), file.value.get("attributes"))

    # --- shared with the project reader -----------------------------------------------------------------------------

    def check_class(self, file: JsonFile, keys: Keys, class_name: object) -> bool:
        """Whether the class exists; a mistake is noted where it does not."""
        if isinstance(class_name, str) and api.find_class(class_name) is not None:
            return True
        if class_name is None:
            message, remedy = "says no class", 'add "ClassName"'
        elif not isinstance(class_name, str):
            message, remedy = "a class name is a string", 'write "Folder"'
        else:
            message = f"there is no class {class_name!r} in the engine"
            remedy = nearest(class_name, api.class_names()) or "correct the class name"
        self.problems.append(file.mistake(keys, "project/unknown-class", message, remedy))
        return False

    def set_properties(self, item: Item, file: JsonFile, keys: Keys, written: object) -> None:
        if not isinstance(written, dict):
            self.problems.append(file.mistake(keys, "project/properties", "properties must be an object", "write { }"))
            return
        for name, value in written.items():
            try:
                canonical, held = read_property(item.class_name, name, value)
            except PropertyMistakeError as error:
                rule = "project/property"
                self.problems.append(file.mistake((*keys, name), rule, str(error), error.remedy))
            else:
                item.properties[canonical] = held

    def set_attributes(self, item: Item, file: JsonFile, keys: Keys, written: object) -> None:
        if written is None:
            return
        try:
            found = read_attributes(written)
        except PropertyMistakeError as error:
            self.problems.append(file.mistake(keys, "project/attribute", str(error), error.remedy))
            return
        held = item.properties.get("Attributes")
        known = dict(held.pairs) if isinstance(held, Attributes) else {}
        item.properties["Attributes"] = Attributes.of(known | dict(found.pairs))


def _without_nulls(value: Any) -> Any:
    """JSON's null as Rojo writes it: no entry in a table, ``nil`` in a list."""
    if isinstance(value, dict):
        return {key: _without_nulls(held) for key, held in value.items() if held is not None}
    if isinstance(value, list):
        return [LuaLiteral("nil") if held is None else _without_nulls(held) for held in value]
    return value if isinstance(value, str | bool | int | float) else str(value)
