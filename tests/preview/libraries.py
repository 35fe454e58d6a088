"""Other people's interfaces from npm, unchanged, on a player's screen."""

from pathlib import Path

from libraries import place
from toolboxai.preview.page import Painting
from toolboxai.studio.world import World

_SCREENS = Path(__file__).parent / "screens"
_PLAYER = "Ann"
NAMES = ("iris", "cmdr")


def screen(name: str, engine: str | None = None) -> Painting:
    """What a player sees once the library's chunk has run, on the server first where it has one for it."""
    with World(place.packages(), engine=engine) as world:
        world.start()
        reach = world.studio.extend(place._REACH)
        server = _SCREENS / f"{name}.server.luau"
        if server.exists():
            mine = world.studio.vm.call(reach, None)[0]
            world.server.run(place._WORDS + server.read_text(encoding="utf-8"), place.mains(), mine)
        player = world.join(_PLAYER)
        player.set_viewport(1060, 620)
        mine = world.studio.vm.call(reach, _PLAYER)[0]
        chunk = (_SCREENS / f"{name}.luau").read_text(encoding="utf-8")
        player.run(place._WORDS + chunk, place.mains(), mine)
        return player.painting()
