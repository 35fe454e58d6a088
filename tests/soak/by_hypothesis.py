"""One target under hypothesis for so many minutes: `python tests/soak/by_hypothesis.py TARGET MINUTES`.

Inputs are seeds with pieces of other seeds, tokens and bytes put in, taken out and doubled. The first one that fails is
written to `build/soak/` and the process ends with 1.
"""

import hashlib
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from luau.trees import blocks
from soak.seeds import seeds
from soak.targets import TARGETS
from toolboxai.luau.printer import to_source
from toolboxai.luau.tokens import KEYWORDS, SYMBOLS

FOUND = Path("build/soak")
_ROUND = 500
_PIECES = [word.encode() for word in sorted(KEYWORDS | SYMBOLS)] + [
    b"`{", b"}`", b"[[", b"--[[", b"]]", b'"', b"'", b"\\", b"\n", b"\r\n", b"\0", b"\xff", b"<<", b">>", b"x", b"1", b"5i",
]  # fmt: skip


@st.composite
def inputs(draw: st.DrawFn, texts: list[bytes]) -> bytes:
    text = draw(st.sampled_from(texts))
    start = draw(st.integers(0, len(text)))
    text = text[start : start + draw(st.integers(0, 600))]
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        piece = draw(st.one_of(st.sampled_from(_PIECES), st.binary(max_size=4), st.just(text[start:end] * 2)))
        text = text[:start] + piece + text[end:]
    return text


def main(name: str, minutes: float) -> int:
    check = TARGETS[name]
    texts = seeds()
    made = st.one_of(inputs(texts), inputs(texts), inputs(texts), blocks(12).map(to_source), st.binary(max_size=200))
    runs = 0
    last = b""

    @settings(
        max_examples=_ROUND,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(made)
    def once(data: bytes) -> None:
        nonlocal runs, last
        runs += 1
        last = data
        check(data)

    end = time.monotonic() + minutes * 60
    try:
        while time.monotonic() < end:
            once()
    except Exception:
        FOUND.mkdir(parents=True, exist_ok=True)
        path = FOUND / f"{name}-{hashlib.sha256(last).hexdigest()[:12]}"
        path.write_bytes(last)
        print(f"{name}: {runs:,} runs under hypothesis, then a failure: {path}")
        raise
    print(f"{name}: {runs:,} runs under hypothesis, nothing found")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
