"""Solids by the book, in Python: what rays, points and boxes meet, without any index or shared code."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]


def dot(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(p * q for p, q in zip(a, b, strict=True))


def minus(a: Vector, b: Vector) -> Vector:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def cross(a: Vector, b: Vector) -> Vector:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


@dataclass(frozen=True)
class Solid:
    """A part: its kind, its middle, the columns of its rotation and half its size."""

    kind: str
    at: Vector
    axes: Matrix
    half: Vector

    def local(self, point: Vector) -> Vector:
        away = minus(point, self.at)
        return (dot(away, self.axes[0]), dot(away, self.axes[1]), dot(away, self.axes[2]))

    def turned(self, direction: Vector) -> Vector:
        return (dot(direction, self.axes[0]), dot(direction, self.axes[1]), dot(direction, self.axes[2]))

    def corners(self) -> Iterator[Vector]:
        for x in (-1, 1):
            for y in (-1, 1):
                for z in (-1, 1):
                    own = (x * self.half[0], y * self.half[1], z * self.half[2])
                    yield (
                        self.at[0] + sum(own[i] * self.axes[i][0] for i in range(3)),
                        self.at[1] + sum(own[i] * self.axes[i][1] for i in range(3)),
                        self.at[2] + sum(own[i] * self.axes[i][2] for i in range(3)),
                    )

    def inside(self, point: Vector) -> float:
        """How far the point is inside, as a number that is negative outside; not a distance."""
        x, y, z = self.local(point)
        hx, hy, hz = self.half
        match self.kind:
            case "Ball":
                return min(hx, hy, hz) - math.sqrt(x * x + y * y + z * z)
            case "Cylinder":
                return min(hx - abs(x), min(hy, hz) - math.hypot(y, z))
        box = min(hx - abs(x), hy - abs(y), hz - abs(z))
        if self.kind == "Wedge":  # as high as it is far back
            return min(box, z / hz - y / hy)
        if self.kind == "CornerWedge":  # one high corner: right and front
            return min(box, -z / hz - y / hy, x / hx - y / hy)
        return box

    def entry(self, origin: Vector, direction: Vector) -> float | None:
        """The time at which a ray enters, by halving: the solid is convex, so a ray is inside it for one stretch."""
        if self.inside(origin) >= 0:
            return None
        own, way = self.local(origin), self.turned(direction)
        # The stretch in which the ray is in the ball around the solid, searched for its deepest point.
        reach = math.sqrt(dot(self.half, self.half))
        length = math.sqrt(dot(way, way))
        middle = -dot(own, way) / (length * length)
        low, high = middle - reach / length, middle + reach / length

        def depth(time: float) -> float:
            return self.inside(
                (
                    origin[0] + direction[0] * time,
                    origin[1] + direction[1] * time,
                    origin[2] + direction[2] * time,
                )
            )

        left, right = low, high
        for _ in range(80):
            a, b = left + (right - left) / 3, right - (right - left) / 3
            left, right = (a, right) if depth(a) < depth(b) else (left, b)
        deepest = (left + right) / 2
        if depth(deepest) < 0:
            return None
        outside, within = low, deepest
        for _ in range(60):
            half = (outside + within) / 2
            outside, within = (half, within) if depth(half) < 0 else (outside, half)
        return within if 0 <= within <= 1 else None


def apart(a: Solid, b: Solid) -> float:
    """The widest gap between two boxes along any axis that can part them; negative where they overlap."""
    axes = [*a.axes, *b.axes, *(cross(p, q) for p in a.axes for q in b.axes)]
    widest = -math.inf
    for axis in axes:
        length = math.sqrt(dot(axis, axis))
        if length < 1e-6:
            continue
        unit = (axis[0] / length, axis[1] / length, axis[2] / length)
        p, q = [dot(corner, unit) for corner in a.corners()], [dot(corner, unit) for corner in b.corners()]
        widest = max(widest, min(q) - max(p), min(p) - max(q))
    return widest
