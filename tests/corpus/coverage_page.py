"""The part of docs/studio-coverage.md that a command writes; run as a script, this file writes it anew."""

from pathlib import Path

from click.testing import CliRunner

from toolboxai.commands.studio import command

_ROOT = Path(__file__).parents[2]
PAGE = _ROOT / "docs" / "studio-coverage.md"
PACKAGES = _ROOT / "tests" / "corpus" / "node_modules" / "@rbxts"
_COMMAND = "--format markdown\n\n"


def written(page: str) -> str:
    """The page with the figures of today."""
    result = CliRunner().invoke(command, ["coverage", str(PACKAGES), "--format", "markdown"])
    assert result.exit_code == 0, result.output
    start, _, _ = page.partition(_COMMAND)
    return f"{start}{_COMMAND}{result.output}"


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(written(text), encoding="utf-8")
