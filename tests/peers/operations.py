"""Generated texts and operations, shared by the tests of both languages' implementations."""

import random

from hypothesis import strategies as st

from toolboxai_server.realtime import ot

ALPHABET = 'ab\n é🙂\U0001f468‍\x00\\"'

texts = st.text(ALPHABET, max_size=12)


@st.composite
def operations(draw: st.DrawFn, text: bytes) -> ot.Operation:
    """An operation in normal form on `text`."""
    parts: list[int | bytes] = []
    rest = text.decode()
    while True:
        if draw(st.booleans()):
            parts.append(draw(st.text(ALPHABET, max_size=3)).encode())
        if not rest:
            return ot.normal(parts)
        count = draw(st.integers(1, len(rest)))
        size = len(rest[:count].encode())
        parts.append(size if draw(st.booleans()) else -size)
        rest = rest[count:]


@st.composite
def chains(draw: st.DrawFn, length: int) -> tuple[bytes, list[ot.Operation]]:
    """A text and operations that follow each other on it."""
    text = start = draw(texts).encode()
    made = []
    for _ in range(length):
        made.append(draw(operations(text)))
        text = ot.apply(made[-1], text)
    return start, made


@st.composite
def siblings(draw: st.DrawFn, count: int) -> tuple[bytes, list[ot.Operation]]:
    """A text and operations that all apply to it."""
    text = draw(texts).encode()
    return text, [draw(operations(text)) for _ in range(count)]


def random_operation(source: random.Random, text: bytes, alphabet: str = ALPHABET) -> ot.Operation:
    """As `operations`, from a seeded source: for long sessions and for tables that Luau reads."""
    parts: list[int | bytes] = []
    rest = text.decode()
    while rest:
        count = source.randint(1, max(1, len(rest) // 2))
        size = len(rest[:count].encode())
        action = source.random()
        if action < 0.3:
            parts.append("".join(source.choices(alphabet, k=source.randint(1, 3))).encode())
        parts.append(-size if action > 0.75 else size)
        rest = rest[count:]
    if source.random() < 0.3 or not text:
        parts.append("".join(source.choices(alphabet, k=source.randint(1, 3))).encode())
    return ot.normal(parts)


def transform_cases(count: int, seed: int) -> list[dict[str, object]]:
    """`count` transforms with their results, as JSON can carry them."""
    source = random.Random(seed)
    cases: list[dict[str, object]] = []
    for _ in range(count):
        text = "".join(source.choices(ALPHABET, k=source.randint(0, 12)))
        first, second = (random_operation(source, text.encode()) for _ in range(2))
        first_after, second_after = ot.transform(first, second)
        follow = random_operation(source, ot.apply(first, text.encode()))
        cases.append(
            {
                "text": text,
                "first": ot.encode(first),
                "second": ot.encode(second),
                "first_after": ot.encode(first_after),
                "second_after": ot.encode(second_after),
                "result": ot.apply(second_after, ot.apply(first, text.encode())).decode(),
                "follow": ot.encode(follow),
                "composed": ot.encode(ot.compose(first, follow)),
            }
        )
    return cases
