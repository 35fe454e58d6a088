"""The 24 rotations by right angles, which files write as one byte."""

Rotation = tuple[float, ...]

IDENTITY: Rotation = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def _rotation(right: int, up: int) -> Rotation:
    """By rows, from the faces that its X and Y axes point to: three along the axes, then three against them."""
    x, y = ([0.0, 0.0, 0.0] for _ in range(2))
    x[right % 3] = 1.0 if right < 3 else -1.0
    y[up % 3] = 1.0 if up < 3 else -1.0
    z = [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]]
    return tuple(axis[row] + 0.0 for row in range(3) for axis in (x, y, z))


OF_ID = {6 * right + up + 1: _rotation(right, up) for right in range(6) for up in range(6) if right % 3 != up % 3}
"""Rotations by their byte; 0 is none of them and stands before nine numbers."""

ID_OF = {rotation: number for number, rotation in OF_ID.items()}
