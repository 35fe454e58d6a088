"""Our own plugin's window in each of its states, and other projects' windows and screens, in headless Studio."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from toolboxai.emit.plugin import build_plugin
from toolboxai.errors import ToolboxError
from toolboxai.preview.page import Painting, Sheet
from toolboxai.roblox.model import Item
from toolboxai.roblox.places import Place, read_place
from toolboxai.studio.host import OutputLine
from toolboxai.studio.studio import Studio
from toolboxai.studio.world import World

Said = Callable[[OutputLine], None] | None

_GALLERY = Path(__file__).parent / "Gallery.luau"

#: The window's id, as the plugin gives it.
WINDOW = "ToolboxAI_Main"
THEMES = ("light", "dark")
#: What a place's sheet is called.
SCREEN = "screen"
_LOOKS = {"light": ("#d0d0d0", "#202020"), "dark": ("#1b1b1b", "#cccccc")}
_PATIENCE = 3.0  # real seconds
_NAP = 0.05
_SETTLING = 1.0  # seconds that a place's scripts have to build what they show


class NothingDrawnError(ToolboxError):
    """A project that shows no window and no screen."""


class Gallery:
    """The window open in a Studio, to be shown in one state after another."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.states: list[str] = studio.command("return shared.gallery.names")

    def show(self, state: str) -> Painting:
        self.studio.command("shared.gallery.show(...)", state)
        self.studio.step()
        return self.studio.painting(WINDOW)


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


def own_sheet(theme: str, size: tuple[int, int] | None = None) -> Sheet:
    """Our window in each of its states."""
    with open_gallery(theme) as gallery:
        if size is not None:
            gallery.studio.resize(WINDOW, *size)
        return _sheet("ToolboxAI's window", theme, [(state, gallery.show(state)) for state in gallery.states])


def project_sheets(
    file: Path, themes: Iterable[str] = THEMES, size: tuple[int, int] | None = None, said: Said = None
) -> Iterator[tuple[str, Sheet]]:
    """What a project or a model file shows, by name: a plugin's windows in each theme, or a player's screen in a place.

    Studio's theme changes nothing in a place, which is drawn once, as `SCREEN`. ``said`` is told of each line that the
    scripts write. Raises `NothingDrawnError`, and what reading a project raises.
    """
    place = read_place(file)
    title = ", ".join(root.name for root in place.roots)
    if place.is_whole:
        yield SCREEN, Sheet(title, _drawn(file, _screen(place, size, said)))
        return
    for theme in themes:
        yield theme, _sheet(title, theme, _drawn(file, _windows(place.roots, theme, size, said)))


def _drawn(file: Path, pictures: list[tuple[str, Painting]]) -> list[tuple[str, Painting]]:
    if not any(painting["objects"] for _, painting in pictures):
        raise NothingDrawnError(
            f"{file} shows nothing",
            remedy="A plugin must open a window when its buttons are clicked; a place, have a ScreenGui.",
        )
    return pictures


def _sheet(title: str, theme: str, pictures: list[tuple[str, Painting]]) -> Sheet:
    background, ink = _LOOKS[theme]
    return Sheet(f"{title}, {theme}", pictures, background=background, ink=ink)


def _screen(place: Place, size: tuple[int, int] | None, said: Said) -> list[tuple[str, Painting]]:
    with World(place, on_output=said) as world:
        player = world.join("Player1")
        if size is not None:
            player.set_viewport(*size)
        world.step(_SETTLING)
        return [("Screen", player.painting())]


def _windows(plugins: list[Item], theme: str, size: tuple[int, int] | None, said: Said) -> list[tuple[str, Painting]]:
    with Studio(on_output=said) as studio:
        studio.act("Theme", "set", theme.capitalize())
        for plugin in plugins:
            studio.install(plugin)
        _settle(studio)
        for button in studio.buttons():
            _open_by(studio, button)
        if size is not None:
            for title in studio.windows():
                studio.resize(title, *size)
        _settle(studio)
        return [(title, studio.painting(title)) for title in studio.windows()]


def _open_by(studio: Studio, button: str) -> None:
    """Clicks a toolbar's button; once more where that closed a window and opened none in its stead."""
    before = len(studio.windows())
    studio.click(button)
    _settle(studio)
    if len(studio.windows()) < before:
        studio.click(button)
        _settle(studio)


def _settle(studio: Studio) -> None:
    """Lets the scripts build what they show; those that ask the network are given time for its answer."""
    frames, deadline = round(_SETTLING * 60), time.monotonic() + _PATIENCE
    while frames > 0:
        if studio.vm.waits_for_network() and time.monotonic() < deadline:
            studio.vm.wait(_NAP)
        else:
            frames -= 1
        studio.step()
