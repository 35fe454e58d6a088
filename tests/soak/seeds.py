"""Where a soak begins: the npm corpus where it lies, else the Luau that this repository ships."""

from pathlib import Path

from corpus.sources import corpus
from referee import RefereeMissingError, node_modules

_LARGEST = 3_000


def seeds() -> list[bytes]:
    """Sources of at most 3,000 bytes, in a fixed order."""
    try:
        texts = [source.text for source in corpus(node_modules())]
    except RefereeMissingError:
        root = Path(__file__).parents[2]
        texts = [
            path.read_bytes() for folder in ("sdk_lua", "plugin") for path in sorted((root / folder).rglob("*.luau"))
        ]
    return [text for text in texts if len(text) <= _LARGEST]
