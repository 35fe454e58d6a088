"""Which names a file may have on every system that Studio and servers run on: Windows, macOS and Linux."""

import re

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)", re.IGNORECASE)
_ILLEGAL = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_LONGEST = 255


def name_problem(name: str) -> str | None:
    """Why no file or folder can have this name everywhere; None where it can."""
    if not name or name in {".", ".."}:
        return "it is empty" if not name else "it means a folder, not a name"
    if found := _ILLEGAL.search(name):
        return f"it has {found.group()!r}, which file names cannot have"
    if name[-1] in ". ":
        return "it ends in a dot or a space, which Windows drops"
    if name[0] == " ":
        return "it begins with a space"
    if _RESERVED.fullmatch(name.split(".", 1)[0].rstrip(" ")):
        return "Windows reserves it for a device"
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return "it is not valid Unicode"
    return f"it is {size} bytes long, and file names end at {_LONGEST}" if size > _LONGEST else None


SCRIPT_SUFFIXES = {
    ".server.luau": "Script",
    ".server.lua": "Script",
    ".client.luau": "LocalScript",
    ".client.lua": "LocalScript",
    ".plugin.luau": "Script",
    ".plugin.lua": "Script",
    ".luau": "ModuleScript",
    ".lua": "ModuleScript",
}
"""File endings to script classes, longest first."""

SUFFIX_OF = {"Script": ".server.luau", "LocalScript": ".client.luau", "ModuleScript": ".luau"}


def split_script(file_name: str) -> tuple[str, str] | None:
    """Name and class of the script that a file of this name is; None where it is no script."""
    for suffix, class_name in SCRIPT_SUFFIXES.items():
        if file_name.endswith(suffix) and len(file_name) > len(suffix):
            return file_name.removesuffix(suffix), class_name
    return None
