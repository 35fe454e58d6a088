"""Files and folders to items, by Rojo's rules of names and suffixes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from toolboxai.errors import Diagnostic
from toolboxai.roblox import api
from toolboxai.roblox.datafiles import module_source, translations
from toolboxai.roblox.globs import PathGlob, ignored
from toolboxai.roblox.jsonfile import AuthorMistakeError, JsonFile, Keys, read_json, read_text
from toolboxai.roblox.model import Item, ModelFileError
from toolboxai.roblox.modelfile import read_model
from toolboxai.roblox.properties import PropertyMistakeError, nearest, read_attributes, read_property
from toolboxai.roblox.syncrules import SCRIPT_KINDS, SyncRule, kind_by_suffix
from toolboxai.roblox.values import Content, EnumItem, Ref

PROJECT_FILE = "default.project.json"
PROJECT_FILES = (PROJECT_FILE, f"{PROJECT_FILE}c")
# What a folder is by a file in it; of several, Rojo takes the first of these.
_INIT = {
    "init.luau": "moduleScript", "init.lua": "moduleScript", "init.server.luau": "serverScript",
    "init.server.lua": "serverScript", "init.client.luau": "clientScript", "init.client.lua": "clientScript",
    "init.plugin.lua": "pluginScript", "init.plugin.luau": "pluginScript", "init.csv": "csv",
}  # fmt: skip
_META = ("init.meta.json", "init.meta.jsonc")
# Of these kinds a file beside says more: `name.meta.json`.
_WITH_META = {*SCRIPT_KINDS, "json", "toml", "yaml", "csv", "text"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an item came from: a script's file, the folder that files of its children stand in, and all its files.

    ``id`` is what the author called it, for references of the project to lead to it.
    """

    file: Path | None = None
    folder: Path | None = None
    files: tuple[Path, ...] = ()
    id: str = ""


class Snapshot:
    """Reads paths below a project; mistakes go to ``problems``, what is left out to ``notes``."""

    def __init__(  # noqa: PLR0913 - the project reader is the one caller, and names each
        self,
        base: Path,
        ignore: Iterable[str | PathGlob],
        *,
        legacy_scripts: bool,
        nested: Callable[[Path, str | None], Item | None],
        problems: list[Diagnostic],
        notes: list[Diagnostic],
        origins: dict[int, Origin],
        rules: Sequence[SyncRule] = (),
    ) -> None:
        self._base = base
        self.globs = [PathGlob.of(base, glob) if isinstance(glob, str) else glob for glob in ignore]
        self._legacy_scripts = legacy_scripts
        self._nested = nested
        self._rules = rules
        self.problems = problems
        self.notes = notes
        self.origins = origins
        self._open: list[Path] = []

    def ignores(self, path: Path) -> bool:
        return ignored(self.globs, path)

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
            inits = [init for init in map(folder.joinpath, _INIT) if init in entries and not self.ignores(init)]
            item = self._of_kind(inits[0], name, _INIT[inits[0].name]) if inits else Item("Folder", name)
            if item is None:
                return None
            for extra in inits[1:]:
                message = f"{inits[0].name} already says what this folder is"
                self.problems.append(Diagnostic(str(extra), 1, 1, "project/two-inits", message, "keep one of them"))
            script = inits[0] if inits and inits[0].suffix != ".csv" else None
            self.origins[id(item)] = Origin(script, folder, tuple(inits[:1]))
            rest = [entry for entry in entries if entry.name not in _INIT and entry.name not in _META]
            item.children = [child for child in map(self.read, rest) if child is not None]
            self._with_meta(item, folder / "init", "init")
            return item
        finally:
            self._open.pop()

    # --- files ------------------------------------------------------------------------------------------------------

    def _file(self, path: Path, name: str | None) -> Item | None:
        by_rule = (rule.kind_of(path) for rule in self._rules)
        kind, stem = next(filter(None, by_rule), None) or kind_by_suffix(path) or ("ignore", "")
        if kind == "project":
            return self._nested(path, name)
        item = self._of_kind(path, name or stem, kind)
        return self._with_meta(item, path, stem) if item is not None and kind in _WITH_META else item

    def _of_kind(self, path: Path, name: str, kind: str) -> Item | None:
        match kind:
            case "json" | "toml" | "yaml":
                item: Item | None = Item("ModuleScript", name, {"Source": module_source(path, kind)})
            case "csv":
                item = Item("LocalizationTable", name, {"Contents": translations(path)})
            case "text":
                item = Item("StringValue", name, {"Value": read_text(path)})
            case "jsonModel":
                item = self._model_json(path, name)
            case "rbxm" | "rbxmx":
                item = self._model_file(path, name)
            case "ignore":
                return None
            case _:
                return self._script(path, name, kind)
        if item is not None:
            self.origins[id(item)] = replace(self.origins.get(id(item), Origin()), files=(path,))
        return item

    def _script(self, path: Path, name: str, kind: str) -> Item:
        class_name, context = SCRIPT_KINDS[kind]
        item = Item(class_name, name, {"Source": read_text(path)})
        legacy = self._legacy_scripts and kind in {"serverScript", "clientScript"}
        if context and context != "Legacy" and not legacy:
            item.class_name = "Script"
            item.properties["RunContext"] = EnumItem("RunContext", context)
        self.origins[id(item)] = Origin(path, None, (path,))
        return item

    def _model_file(self, path: Path, name: str) -> Item | None:
        try:
            roots = read_model(path, notes=self.notes)
        except ModelFileError as error:
            self.problems.append(error.diagnostic)
            return None
        if len(roots) != 1:
            message = f"holds {len(roots)} instances at its top, and a file of a project holds one"
            self.problems.append(Diagnostic(str(path), 1, 1, "model/roots", message, "group them in a Folder or Model"))
            return None
        roots[0].name = name
        _make_unique(roots[0], str(path))
        return roots[0]

    # --- JSON models and metadata -----------------------------------------------------------------------------------

    def _model_json(self, path: Path, name: str) -> Item | None:
        if not read_text(path).strip():
            return None
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
        if not keys:  # Rojo takes no other's
            self.set_id(item, node.get("id"))
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
        self.set_id(item, file.value.get("id"))

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

    def set_id(self, item: Item, written: object) -> None:
        if isinstance(written, str):
            self.origins[id(item)] = replace(self.origins.get(id(item), Origin()), id=written)

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
        if found.pairs:
            item.properties["Attributes"] = found


def _make_unique(root: Item, file: str) -> None:
    """Keeps the referents of one model file apart from those of all others in the project."""
    for _, item in root.walk():
        item.referent = f"{file}#{item.referent}"
        for name, value in item.properties.items():
            if isinstance(value, Ref | Content) and value.referent:
                item.properties[name] = msgspec.structs.replace(value, referent=f"{file}#{value.referent}")
