"""The table of docs/libraries.md; run as a module, this file writes it anew."""

from pathlib import Path

from libraries.place import mains, scenarios
from libraries.test_loading import BARRED
from libraries.test_specs import PASSED
from toolboxai.studio import ENGINES

PAGE = Path(__file__).parents[2] / "docs" / "libraries.md"
_MARK = "<!-- written by `python -m libraries.page` in tests/ -->\n\n"


def written(page: str) -> str:
    """The page with the scenarios, specs and packages of today."""
    start, _, _ = page.partition(_MARK)
    return start + _MARK + "\n".join(_lines()) + "\n"


def _lines() -> list[str]:
    engines = ", ".join(ENGINES)
    played = scenarios()
    loaded = sorted(set(mains()) - set(BARRED))
    return [
        f"{len(played)} libraries, each on {engines}:",
        "",
        "| library | version | what it does there |",
        "|---|---|---|",
        *(f"| {scenario.facts['name']} | {scenario.facts['version']} | {scenario.summary} |" for scenario in played),
        "",
        "Specs that their authors ship, under `toolboxai test`: "
        + ", ".join(f"{count} of {count} of {name}'s" for name, count in PASSED.items())
        + ".",
        "",
        f"The main modules of {len(loaded)} packages load on the server or on a client: " + ", ".join(loaded) + ".",
    ]


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
