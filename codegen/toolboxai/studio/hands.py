"""A user's hands and eyes: clicking, typing, and looking at what is drawn."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rectangle:
    """Where a drawn object stands, in pixels from the corner of its screen or window."""

    path: str
    class_name: str
    x: float
    y: float
    width: float
    height: float
    text: str | None

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


class Hands(ABC):
    """What somebody who sits before a screen can do there, and see."""

    @abstractmethod
    def _hand(self, name: str, *arguments: Any) -> Any:
        """Asks the session of that screen; its answer as plain values."""

    def click(self, name: str) -> None:
        """Clicks a toolbar's button, or a button that a window shows, by its text, name or the end of its path."""
        self._hand("click", name)

    def type(self, name: str, text: str, *, enter: bool = True) -> None:
        """Writes into the text box of that name or text, then presses Enter or leaves it."""
        self._hand("type", name, text, enter)

    def texts(self) -> list[str]:
        """What the open windows show, from top to bottom: titles, labels, buttons, boxes."""
        return list(self._hand("texts") or ())

    def click_at(self, x: float, y: float, window: str | None = None, *, button: int = 1) -> str | None:
        """Clicks at a place: in pixels from the corner of the window of that title or id, or else of the screen.

        Where no window is named and the screen shows nothing, the newest open window is meant. The left button is 1,
        the right one 2. Gives the path of what stands foremost there.
        """
        path = self._hand("clickAt", x, y, window, button)
        return None if path is None else str(path)

    def move_to(self, x: float, y: float, window: str | None = None) -> str | None:
        """Moves the pointer to a place, as `click_at` names it; gives the path of what stands foremost there."""
        path = self._hand("moveTo", x, y, window)
        return None if path is None else str(path)

    def drag(self, start: tuple[float, float], end: tuple[float, float], window: str | None = None) -> None:
        """Takes hold with the left button at one place and lets go at another, as `click_at` names places."""
        self._hand("dragAt", *start, *end, window)

    def wheel_at(self, x: float, y: float, turns: int = -1, window: str | None = None) -> None:
        """Turns the mouse's wheel at a place: forwards is positive."""
        self._hand("wheelAt", x, y, turns, window)

    def type_keys(self, text: str, *, enter: bool = False) -> None:
        """Types into the text box that has the focus, letter by letter."""
        self._hand("typeKeys", text, enter)

    def layout(self, window: str | None = None) -> list[Rectangle]:
        """What is drawn on the screen or in that window, from back to front, where the layout puts it."""
        return [
            Rectangle(
                path=entry["path"],
                class_name=entry["class"],
                x=entry["x"],
                y=entry["y"],
                width=entry["width"],
                height=entry["height"],
                text=entry.get("text"),
            )
            for entry in self._hand("layout", window) or ()
        ]

    def painting(self, window: str | None = None) -> Mapping[str, Any]:
        """What the open window of that title or id looks like, or the screen: sizes, places, colours, text in lines.

        `toolboxai.preview.page` makes an HTML page of it.
        """
        painted: Mapping[str, Any] = self._hand("painting", window)
        return painted

    def set_viewport(self, width: int, height: int) -> None:
        """Gives the screen another size in pixels; a new Studio's is 1280 by 720."""
        self._hand("setViewport", width, height)
