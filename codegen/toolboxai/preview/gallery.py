"""Our own plugin's window in each of its states, in headless Studio."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from toolboxai.emit.plugin import build_plugin
from toolboxai.studio.studio import Studio

_GALLERY = Path(__file__).parent / "Gallery.luau"

#: The window's id, as the plugin gives it.
WINDOW = "ToolboxAI_Main"
THEMES = ("light", "dark")


class Gallery:
    """The window open in a Studio, to be shown in one state after another."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.states: list[str] = studio.command("return shared.gallery.names")

    def show(self, state: str) -> None:
        self.studio.command("shared.gallery.show(...)", state)
        self.studio.step()


@contextmanager
def open_gallery(theme: str = "dark", engine: str | None = None) -> Iterator[Gallery]:
    """Studio in that theme with our plugin's sources, whose own script the gallery's stands in for."""
    plugin = build_plugin()
    plugin.properties["Source"] = _GALLERY.read_text(encoding="utf-8")
    with Studio(engine) as studio:
        studio.act("Theme", "set", theme.capitalize())
        studio.install(plugin)
        studio.step()
        yield Gallery(studio)
