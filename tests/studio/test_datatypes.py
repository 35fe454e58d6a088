"""Data types: laws over random values, Roblox's documented results by hand, and what is refused."""

import datetime as dt
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolboxai.roblox import values
from toolboxai.studio.engines import available
from toolboxai.studio.studio import Studio

PLAIN = Path(__file__).parent / "engine" / "PlainForms.luau"

coordinates = st.floats(-1000, 1000, width=32)
angles = st.floats(-3.0, 3.0, width=32)
shares = st.floats(0, 1, width=32)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module", params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        yield opened


@pytest.fixture(scope="module")
def any_studio() -> Iterator[Studio]:
    with Studio() as opened:
        yield opened


def single(number: float) -> float:
    """The nearest number of single precision."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", number))[0])
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


# --- laws -----------------------------------------------------------------------------------------------------------


@given(number=st.floats(allow_nan=False))
@settings(quick, max_examples=300)
def test_a_component_is_the_nearest_number_of_single_precision(any_studio: Studio, number: float) -> None:
    assert any_studio.command("return Vector3.new(...).X", number) == single(number)


@given(a=st.tuples(coordinates, coordinates, coordinates), b=st.tuples(coordinates, coordinates, coordinates))
@quick
def test_arithmetic_is_that_of_single_precision(
    any_studio: Studio, a: tuple[float, float, float], b: tuple[float, float, float]
) -> None:
    said = any_studio.command(
        """
        local a, b = ...
        local p, q = Vector3.new(table.unpack(a)), Vector3.new(table.unpack(b))
        local r, s = Vector2.new(a[1], a[2]), Vector2.new(b[1], b[2])
        local rows = {}
        for _, v in { p + q, p - q, p * q, p * b[1], b[1] * p } do table.insert(rows, { v.X, v.Y, v.Z }) end
        for _, v in { r + s, r - s, r * s } do table.insert(rows, { v.X, v.Y }) end
        return rows
        """,
        list(a),
        list(b),
    )
    pairs = list(zip(a, b, strict=True))
    assert said == [
        [single(x + y) for x, y in pairs],
        [single(x - y) for x, y in pairs],
        [single(x * y) for x, y in pairs],
        [single(x * b[0]) for x in a],
        [single(x * b[0]) for x in a],
        [single(x + y) for x, y in pairs[:2]],
        [single(x - y) for x, y in pairs[:2]],
        [single(x * y) for x, y in pairs[:2]],
    ]


@given(place=st.tuples(coordinates, coordinates, coordinates), turn=st.tuples(angles, angles, angles), alpha=shares)
@quick
def test_cframes_keep_their_laws(
    any_studio: Studio, place: tuple[float, ...], turn: tuple[float, ...], alpha: float
) -> None:
    any_studio.command(
        """
        local place, turn, alpha = ...
        local point = Vector3.new(table.unpack(place))
        local c = CFrame.new(point) * CFrame.fromEulerAngles(turn[1], turn[2], turn[3])
        local d = CFrame.fromOrientation(turn[3], turn[1], turn[2]) + Vector3.one
        local function same(a, b, what)
            assert(a:FuzzyEq(b, 1e-3), `{what}: {a} is not {b}`)
        end
        same((c * c:Inverse()).Rotation, CFrame.identity, "inverse")
        same(c:ToWorldSpace(c:ToObjectSpace(d)), d, "there and back")
        same(CFrame.fromMatrix(c.Position, c.XVector, c.YVector, c.ZVector), c, "columns")
        same(CFrame.fromMatrix(c.Position, c.RightVector, c.UpVector), c, "two columns")
        local axis, angle = c:ToAxisAngle()
        same(CFrame.fromAxisAngle(axis, angle), c.Rotation, "axis and angle")
        local half = math.sin(angle / 2)
        same(CFrame.new(0, 0, 0, axis.X * half, axis.Y * half, axis.Z * half, math.cos(angle / 2)), c.Rotation, "quaternion")
        for _, order in Enum.RotationOrder:GetEnumItems() do
            local x, y, z = c:ToEulerAngles(order)
            same(CFrame.fromEulerAngles(x, y, z, order), c.Rotation, order.Name)
        end
        same(CFrame.lookAlong(c.Position, c.LookVector, c.UpVector), c, "look along")
        same(c:Orthonormalize(), c, "orthonormal already")
        assert(c:Lerp(d, 0) == c and c:Lerp(d, 1) == d, "the ends of a way")
        same(c:Lerp(d, alpha), d:Lerp(c, 1 - alpha), "a way both ways")
        assert(math.abs(c:AngleBetween(c:Lerp(d, alpha)) - alpha * c:AngleBetween(d)) < 2e-3, "even turning")
        assert((c:PointToObjectSpace(c * point) - point).Magnitude < 2e-3 * (1 + point.Magnitude))
        assert((c:VectorToObjectSpace(c:VectorToWorldSpace(point)) - point).Magnitude < 1e-3 * (1 + point.Magnitude))
        """,
        list(place),
        list(turn),
        alpha,
    )


@given(r=st.integers(0, 255), g=st.integers(0, 255), b=st.integers(0, 255))
@quick
def test_colours_come_back_from_hsv_and_hex(any_studio: Studio, r: int, g: int, b: int) -> None:
    assert any_studio.command(
        """
        local color = Color3.fromRGB(...)
        return { color:ToHex(), Color3.fromHex(color:ToHex()) == color, Color3.fromHSV(color:ToHSV()):ToHex() }
        """,
        r,
        g,
        b,
    ) == [f"{r:02x}{g:02x}{b:02x}", True, f"{r:02x}{g:02x}{b:02x}"]


@given(
    moment=st.datetimes(timezones=st.just(dt.UTC))
    .filter(lambda m: m.year >= 1400)
    .map(lambda m: m.replace(microsecond=m.microsecond // 1000 * 1000))
)
@quick
def test_moments_have_the_dates_of_the_calendar(any_studio: Studio, moment: dt.datetime) -> None:
    parts = [moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second]
    said = any_studio.command(
        """
        local moment = DateTime.fromUniversalTime(...)
        local p = moment:ToUniversalTime()
        return {
            { p.Year, p.Month, p.Day, p.Hour, p.Minute, p.Second, p.Millisecond },
            moment:FormatUniversalTime("YYYY-MM-DD DDDD dddd MMM hh:mm:ss.SSS A", "en-us"),
            DateTime.fromIsoDate(moment:ToIsoDate()) == moment,
        }
        """,
        *parts,
        moment.microsecond // 1000,
    )
    written = moment.strftime("%m-%d %j %A %b %I:%M:%S.") + f"{moment.microsecond // 1000:03} {moment:%p}"
    assert said == [[*parts, moment.microsecond // 1000], f"{moment.year:04}-{written}", True]


@given(seed=st.integers(-(2**31), 2**31 - 1), low=st.integers(-100, 100), span=st.integers(0, 1000))
@quick
def test_a_generator_draws_what_luaus_own_draws(any_studio: Studio, seed: int, low: int, span: int) -> None:
    any_studio.command(
        """
        local seed, low, high = ...
        local random, twin = Random.new(seed), Random.new(seed):Clone()
        math.randomseed(seed)
        for _ = 1, 20 do
            local drawn = random:NextInteger(low, high)
            assert(drawn == math.random(low, high) and drawn == twin:NextInteger(low, high))
            assert(random:NextNumber() == math.random() and twin:NextNumber() < 1)
        end
        assert(Random.new(seed + 2 ^ 32):NextNumber() ~= Random.new(seed):NextNumber(), "seeds of more than 32 bits")
        local list = { 1, 2, 3, 4, 5 }
        random:Shuffle(list)
        table.sort(list)
        assert(table.concat(list) == "12345" and math.abs(random:NextUnitVector().Magnitude - 1) < 1e-5)
        """,
        seed,
        low,
        low + span,
    )


@given(
    points=st.lists(st.integers(1, 99), max_size=10).map(sorted),
    at=st.integers(0, 100),
)
@quick
def test_sequences_give_their_keypoints_back(any_studio: Studio, points: list[int], at: int) -> None:
    times = [0, *(point / 100 for point in points), 1]
    assert any_studio.command(
        """
        local times, at = ...
        local numbers, colors = {}, {}
        for index, time in times do
            numbers[index] = NumberSequenceKeypoint.new(time, index, 0.5)
            colors[index] = ColorSequenceKeypoint.new(time, Color3.new(time, 0, 1))
        end
        local sequence, gradient = NumberSequence.new(numbers), ColorSequence.new(colors)
        assert(#sequence.Keypoints == #times and sequence == NumberSequence.new(sequence.Keypoints))
        assert(gradient == ColorSequence.new(gradient.Keypoints) and not pcall(table.insert, gradient.Keypoints, 1))
        return sequence ~= NumberSequence.new(1)
        """,
        times,
        at,
    )


@given(x=st.integers(-200, 200), y=st.integers(-200, 200), z=st.integers(-200, 200))
@quick
def test_a_vector_of_quarters_is_found_among_keys_by_its_value(any_studio: Studio, x: int, y: int, z: int) -> None:
    assert any_studio.command(
        """
        local x, y, z = ...
        local grid = { [Vector3.new(x, y, z)] = "here" }
        return { grid[Vector3.new(x * 2, y * 2, z * 2) / 2], grid[Vector3.new(x + 0.25, y, z)] or "nobody" }
        """,
        x / 4,
        y / 4,
        z / 4,
    ) == ["here", "nobody"]


FORMS: list[values.Value] = [
    values.Vector2(1.5, -2),
    values.Vector3(1, 2, 0.25),
    values.Vector3int16(1, -2, 3),
    values.Color3(0.5, 0.25, 1),
    values.UDim(0.5, -3),
    values.UDim2(0.5, -3, 1, 20),
    values.NumberRange(1, 2),
    values.Rect(1, 2, 3, 4),
    values.Ray(1, 2, 3, 0, 1, 0),
    values.BrickColor(21),
    values.PhysicalProperties(0.75, 0.25, 0.5, 1, 2, 0.5),
    values.CFrame(1, 2, 3, (0, 0, 1, 0, 1, 0, -1, 0, 0)),
    values.NumberSequence(((0, 1, 0), (0.5, 2, 0.25), (1, 0, 0))),
    values.ColorSequence(((0, 1, 0, 0), (1, 0, 0, 1))),
    values.Faces(("Right", "Front")),
    values.Axes(("X", "Z")),
    values.Font("rbxasset://fonts/families/Arial.json", "Bold", "Italic"),
    values.EnumItem("Material", "Wood"),
    values.SecurityCapabilities(0b101),
    values.SecurityCapabilities(2**52 + 1),
    values.Content("rbxassetid://1"),
    values.Content(),
]


@pytest.mark.parametrize("value", FORMS, ids=lambda value: type(value).__name__)
def test_a_value_of_a_file_comes_back_from_the_engine(any_studio: Studio, value: values.Value) -> None:
    plain = values.to_plain(value)
    forms = any_studio.vm.require_file(PLAIN)
    back = any_studio.vm.plain(any_studio.vm.call(forms[b"returned"], plain)[0])
    assert values.from_plain(back) == value


def test_every_value_comes_back_from_its_plain_form(studio: Studio) -> None:
    forms = studio.vm.require_file(PLAIN)
    assert not studio.vm.plain(studio.vm.call(forms[b"lost"], studio.environment())[0])


# --- by hand --------------------------------------------------------------------------------------------------------

TEXTS = [
    ("Vector3.new(0.1, 0, -0)", "0.10000000149011612, 0, -0"),
    ("Vector3.new(0/0, 1/0, -1/0)", "nan, inf, -inf"),
    ("Vector3.new(1, 2, 3) // 2", "0, 1, 1"),
    ("Vector3.new(2, 4, 8) / Vector3.new(1, 2, 4)", "2, 2, 2"),
    ("1 / Vector3.new(1, 2, 4)", "1, 0.5, 0.25"),
    ("-Vector3.new(1, 2, 3)", "-1, -2, -3"),
    ("Vector3.xAxis:Cross(Vector3.yAxis)", "0, 0, 1"),
    ("Vector3.new(-2.6, 5.1, 0):Sign()", "-1, 1, 0"),
    ("Vector3.new(-2.6, 5.1, 8.8):Ceil()", "-2, 6, 9"),
    ("Vector3.new(-2.6, 5.1, 8.8):Floor()", "-3, 5, 8"),
    ("Vector3.new(1, 2, 1):Max(Vector3.new(2, 1, 2))", "2, 2, 2"),
    ("Vector3.FromNormalId(Enum.NormalId.Front)", "0, 0, -1"),
    ("Vector3.new(3, 4, 0).Magnitude", "5"),
    ("Vector3.xAxis:Angle(Vector3.yAxis, -Vector3.zAxis)", "-1.5707963705062866"),
    ("Vector2.new(0.1, 2)", "0.100000001, 2"),
    ("Vector2.new(1, 0):Angle(Vector2.new(0, -1), true)", "-1.5707963705062866"),
    ("Vector2.new(Vector2int16.new(1, 2))", "0, 0"),
    ("Vector2int16.new(1.7, 32768)", "1, -32768"),
    ("Vector3int16.new(7, 8, -9) / 2", "3, 4, -4"),
    ("Vector3int16.new(7, 8, -9) / Vector3int16.new(2, 2, 2)", "3, 4, -5"),
    ("2 * Vector2int16.new(1, 2)", "2, 4"),
    ("Region3int16.new(Vector3int16.new(1, 2, 3), Vector3int16.new(4, 5, 6))", "1, 2, 3; 4, 5, 6"),
    ("Region3.new(Vector3.zero, Vector3.new(2, 4, 6)).CFrame.Position", "1, 2, 3"),
    ("Region3.new(Vector3.one, Vector3.new(5, 6, 7)):ExpandToGrid(4).Size", "8, 8, 8"),
    ("CFrame.new(1, 2, 3)", "1, 2, 3, 1, 0, 0, 0, 1, 0, 0, 0, 1"),
    ("CFrame.Angles(0, math.pi / 2, 0) * Vector3.new(0, 0, -1)", "-1, 0, 4.371138828673793e-08"),
    ("CFrame.new(Vector3.zero, Vector3.new(0, 0, 5)).LookVector + Vector3.zero", "0, 0, 1"),
    ("CFrame.lookAt(Vector3.zero, Vector3.yAxis).UpVector + Vector3.zero", "1, 0, 0"),
    ("CFrame.fromRotationBetweenVectors(Vector3.xAxis, Vector3.zAxis):ToAxisAngle()", "0, -1, 0"),
    ("select(2, CFrame.fromEulerAnglesYXZ(0, math.rad(90), 0):ToOrientation())", "1.5707963705062866"),
    ("CFrame.identity:ToAxisAngle()", "1, 0, 0"),
    ("CFrame.new(1, 2, 3) - Vector3.one", "0, 1, 2, 1, 0, 0, 0, 1, 0, 0, 0, 1"),
    ("Color3.fromRGB(1, 2, 3)", "0.00392157, 0.00784314, 0.0117647"),
    ("Color3.new('Doge')", "0, 0, 0"),
    ("Color3.fromHex('f80'):ToHex()", "ff8800"),
    ("Color3.fromHSV(0.5, 1, 1)", "0, 1, 1"),
    ("Color3.new(0, 0, 0):Lerp(Color3.new(1, 0.5, 0), 0.5)", "0.5, 0.25, 0"),
    ("UDim.new(1 / 3, 5)", "0.333333343, 5"),
    ("UDim.new(0, 2 ^ 40) + UDim.new(0, -1.9)", "0, 2147483646"),
    ("UDim2.new(0.5, 10, 0, 0)", "{0.5, 10}, {0, 0}"),
    ("UDim2.fromScale(0.25, 1) + UDim2.fromOffset(3, 4)", "{0.25, 3}, {1, 4}"),
    ("-UDim2.new(0.5, 10, 1, 2)", "{-0.5, -10}, {-1, -2}"),
    ("UDim2.fromScale(0, 1):Lerp(UDim2.fromOffset(10, 20), 0.5)", "{0, 5}, {0.5, 10}"),
    ("BrickColor.new('Bright red')", "Bright red"),
    ("BrickColor.new(192).Name", "Reddish brown"),
    ("BrickColor.new('no such colour').Number", "194"),
    ("BrickColor.new(Color3.new(1, 0, 0)).Name", "Really red"),
    ("BrickColor.palette(0).Name .. BrickColor.palette(127).Name", "Earth greenReally black"),
    ("Rect.new(1, 2, 5, 9).Height", "7"),
    ("Ray.new(Vector3.zero, Vector3.new(0, 0, 2)):ClosestPoint(Vector3.new(3, 0, 5))", "0, 0, 5"),
    ("Ray.new(Vector3.zero, Vector3.zAxis):Distance(Vector3.new(3, 0, -4))", "5"),
    ("NumberRange.new(1, 2)", "1 2 "),
    ("NumberSequence.new(0.5)", "0 0.5 0 1 0.5 0 "),
    ("ColorSequence.new(Color3.new(1, 0, 0))", "0 1 0 0 0 1 1 0 0 0 "),
    (
        "TweenInfo.new(2, Enum.EasingStyle.Sine)",
        "Time:2 DelayTime:0 RepeatCount:0 Reverses:False EasingDirection:Out EasingStyle:Sine",
    ),
    ("PhysicalProperties.new(Enum.Material.Ice).FrictionWeight", "3"),
    ("PhysicalProperties.new(1000, -1, 2).Density", "100"),
    ("Axes.new(Enum.Axis.Z, Enum.NormalId.Left)", "X, Z"),
    ("Faces.new(Enum.NormalId.Top, Enum.NormalId.Right)", "Right, Top"),
    ("Font.fromEnum(Enum.Font.GothamBlack).Weight.Name", "Heavy"),
    ("Font.fromEnum(Enum.Font.SourceSansItalic).Style.Name", "Italic"),
    ("Font.fromName('Roboto').Family", "rbxasset://fonts/families/Roboto.json"),
    ("Font.fromId(5, Enum.FontWeight.Bold).Bold", "true"),
    ("Content.fromUri('').SourceType.Name", "None"),
    ("Content.fromAssetId(42).Uri", "rbxassetid://42"),
    ("PathWaypoint.new(Vector3.one).Action.Name", "Walk"),
    ("DateTime.fromUnixTimestampMillis(1234567)", "1234567"),
    ("DateTime.fromIsoDate('2020-01-02T10:30:45Z').UnixTimestamp", "1577961045"),
    ("DateTime.fromIsoDate('2020-01-02T12:30:45.5+02:00'):ToIsoDate()", "2020-01-02T10:30:45.500Z"),
    ("DateTime.fromIsoDate('2021-02-29T00:00:00Z')", "nil"),
    ("DateTime.fromUniversalTime(2020, 1, 1, 23, 90):ToIsoDate()", "2020-01-02T00:30:00Z"),
    ("DateTime.fromUniversalTime(2020, 1, 1, 2.5):ToUniversalTime().Minute", "0"),
    ("moment:FormatUniversalTime('LLLL', 'en-us')", "Thursday, September 4, 1986 8:30 PM"),
    ("moment:FormatUniversalTime('llll', 'en-us')", "Thu, Sep 4, 1986 8:30 PM"),
    ("moment:FormatUniversalTime('LTS l', 'en-us')", "8:30:25 PM 9/4/1986"),
    ("moment:FormatUniversalTime('LLLL', 'zh-cn')", "1986年9月4日星期四晚上8点30分"),
    ("moment:FormatUniversalTime('lll', 'zh-cn')", "1986年9月4日 20:30"),
    ("moment:FormatUniversalTime('LL', 'fr-fr')", "4 septembre 1986"),
    ("moment:FormatUniversalTime('[on] dd D, SS a', 'en-us')", "on Th 4, 00 pm"),
    ("Enum.KeyCode.A.EnumType", "KeyCode"),
    ("Enum.RaycastFilterType.Blacklist", "Enum.RaycastFilterType.Exclude"),
    ("Enum.Material.Plastic:IsA('Material')", "true"),
    ("Enum.Material:FromName('Nope')", "nil"),
    ("#Enum:GetEnums() > 100", "true"),
    ("RaycastParams.new().FilterType.Name", "Exclude"),
    (
        """(function()
            local params = RaycastParams.new()
            params:AddToFilter(workspace)
            return string.match(tostring(params), "^RaycastParams{FilterDescendantsInstances=%b{}")
        end)()""",
        "RaycastParams{FilterDescendantsInstances={Workspace}",
    ),
    ("OverlapParams.new().MaxParts", "0"),
    ("CatalogSearchParams.new().MaxPrice", "2147483647"),
    ("SecurityCapabilities.new(Enum.SecurityCapability.Basic):Contains(Enum.SecurityCapability.Basic)", "true"),
    ("type(Vector3.zero) .. typeof(vector.create(1, 2))", "vectorVector3"),
    ("vector.clamp(vector.create(5, -5, 0), -vector.one, vector.one)", "1, -1, 0"),
    ("typeof(workspace.ChildAdded)", "RBXScriptSignal"),
]


def test_values_are_written_as_studio_writes_them(studio: Studio) -> None:
    source = "\n".join(f"table.insert(said, tostring((select(1, {expression}))))" for expression, _ in TEXTS)
    said = studio.command(
        f"local said, moment = {{}}, DateTime.fromUniversalTime(1986, 9, 4, 20, 30, 25)\n{source}\nreturn said"
    )
    wrong = [(text, got, wanted) for (text, wanted), got in zip(TEXTS, said, strict=True) if got != wanted]
    assert wrong == []


REFUSALS = [
    ("Vector3.new(1, 2, 3).X = 1", "X cannot be assigned to"),
    ("return CFrame.new().Foo", "Foo is not a valid member of CFrame"),
    ("return CFrame.new().r00", "r00 is not a valid member of CFrame"),
    ("return Random.new(1).state", "state is not a valid member of Random"),
    ("Vector3.new = 1", "attempt to modify a readonly table"),
    ("Vector3.foo()", "attempt to call a nil value"),
    ("return Vector2.new() + 1", "attempt to perform arithmetic (add) on Vector2 and number"),
    ("return CFrame.new() * 2", "attempt to perform arithmetic (mul) on CFrame and number"),
    ("return CFrame.new() + CFrame.new()", "attempt to perform arithmetic (add) on CFrame"),
    ("return UDim.new() * UDim.new()", "attempt to perform arithmetic (mul) on UDim"),
    ("return Vector3.new() < Vector3.new()", "attempt to compare Vector3 < Vector3"),
    ("return Vector3.new() .. 'x'", "attempt to concatenate Vector3 with string"),
    ("return Color3.new()()", "attempt to call a Color3 value"),
    ("return #UDim2.new()", "attempt to get length of a UDim2 value"),
    ("for _ in Vector3.new() do end", "attempt to iterate over a Vector3 value"),
    ("return pairs(Vector3.new())", "table expected, got Vector3"),
    ("return Vector3.new():Dot(1)", "invalid argument #1 to 'Dot' (Vector3 expected, got number)"),
    ("return Vector3.new().Dot(1)", "Expected ':' not '.' calling member function Dot"),
    ("return CFrame.new(1)", "Invalid number of arguments: 1"),
    ("return CFrame.new('a')", "invalid argument #1 to 'new' (Vector3 expected, got string)"),
    ("return CFrame.new(1, 2, {})", "invalid argument #3 to 'new' (number expected, got table)"),
    ("return NumberRange.new(2, 1)", "NumberRange: invalid range"),
    ("return NumberSequence.new({})", "NumberSequence: requires at least 2 keypoints"),
    ("return ColorSequence.new({ 1, 2 })", "ColorSequence.new(): table of ColorSequenceKeypoints expected."),
    (
        "local k = NumberSequenceKeypoint.new return NumberSequence.new({ k(0, 1), k(0.6, 1), k(0.5, 1), k(1, 1) })",
        "NumberSequence: all keypoints must be ordered by time",
    ),
    (
        "local k = NumberSequenceKeypoint.new return NumberSequence.new({ k(0.5, 1), k(1, 1) })",
        "NumberSequence must start at time=0.0",
    ),
    (
        "return NumberSequence.new(table.create(21, NumberSequenceKeypoint.new(0, 1)))",
        "NumberSequence: max. number of keypoints exceeded.",
    ),
    ("return Color3.fromHex('xyz')", "Unable to convert characters to hex value"),
    ("return TweenInfo.new(1, 'Nope')", 'Invalid value "Nope" for enum EasingStyle'),
    ("return TweenInfo.new(1, Enum.Material.Wood)", "(Enum.EasingStyle expected, got Enum.Material)"),
    ("return Font.fromEnum(Enum.Font.Unknown)", "Enum.Font.Unknown"),
    ("return Font.fromName('Source Sans')", "alphabetical characters, digits"),
    ("return Random.new(1):NextInteger(2, 1)", "invalid argument #2 to 'NextInteger' (interval is empty)"),
    ("return DateTime.fromUniversalTime(2021, 2, 29)", "there is no day 29 of month 2 in the year 2021"),
    ("return DateTime.now():FormatLocalTime('L', 'xx')", "The locale 'xx' is not known outside Studio"),
    ("RaycastParams.new().FilterDescendantsInstances = { 1 }", "Instance expected, got number"),
    ("RaycastParams.new().Foo = 1", "Foo is not a valid member of RaycastParams"),
    (
        "FloatCurveKey.new(0, 1, Enum.KeyInterpolationMode.Linear).RightTangent = 1",
        "RightTangent can only be set on keys that use cubic interpolation",
    ),
    ("SharedTable.new({ f = print })", "A SharedTable cannot hold a value of type function"),
    ("SharedTable.new()[-1] = 1", "a non-negative integer below 2^32 expected, got -1"),
    ("SharedTable.cloneAndFreeze(SharedTable.new()).x = 1", "Cannot modify a frozen SharedTable"),
    ("return Enum.Material.Nope", 'Nope is not a valid member of "Enum.Material"'),
    ("Enum.Material.Wood.Name = 'x'", "Name cannot be assigned to"),
    ("return vector.dot(1, vector.one)", "invalid argument #1 to 'dot' (vector expected, got number)"),
]


def test_what_is_wrong_is_refused_in_studios_words(studio: Studio) -> None:
    source = "\n".join(f"table.insert(said, {{ pcall(function() {statement} end) }})" for statement, _ in REFUSALS)
    said = studio.command(f"local said = {{}}\n{source}\nreturn said")
    wrong = [
        (statement, answer)
        for (statement, words), answer in zip(REFUSALS, said, strict=True)
        if answer[0] or words not in answer[1]
    ]
    assert wrong == []


def test_values_are_equal_to_their_like_and_to_nothing_else(studio: Studio) -> None:
    assert studio.command("""
        local function values()
            return { Vector3.new(0.1, 1, 1), Vector2.one, CFrame.new(1, 2, 3), Color3.new(), UDim2.new(), UDim.new(),
                Vector3int16.new(1, 1, 1), NumberSequence.new(1), ColorSequence.new(Color3.new()), NumberRange.new(1),
                Enum.Material.Wood, DateTime.fromUnixTimestamp(1), Font.fromEnum(Enum.Font.Code), workspace, 1, "x" }
        end
        local strange = 0
        for i, a in values() do
            for j, b in values() do
                strange += if (a == b) == (i == j) then 0 else 1
            end
        end
        local own = { Random.new(1), RaycastParams.new(), SharedTable.new() }
        return strange, Random.new(1) == own[1], own[2] == RaycastParams.new(), own[3] == own[3],
            table.find(values(), CFrame.new(1, 2, 3))
    """) == (0, False, False, True, 3)


# --- stories --------------------------------------------------------------------------------------------------------


def test_a_filter_is_changed_in_place_and_its_list_is_a_copy(studio: Studio) -> None:
    assert studio.command("""
        local a, b = Instance.new("Folder"), Instance.new("Folder")
        local params, list = RaycastParams.new(), { a }
        params.FilterDescendantsInstances = list
        table.insert(list, b)
        params:AddToFilter({ b, b })
        params.FilterType, params.IgnoreWater = Enum.RaycastFilterType.Include, true
        return { #params.FilterDescendantsInstances, params.FilterType.Name, params ~= RaycastParams.new() }
    """) == [3, "Include", True]


def test_a_shared_table_holds_shares_and_walks_in_order(studio: Studio) -> None:
    assert studio.command("""
        local shared = SharedTable.new({ "a", "b", x = 1, deep = { n = 1 } })
        local before = SharedTable.increment(shared, "x", 2)
        SharedTable.update(shared, "x", function(x) return x * 10 end)
        local shallow, deep = SharedTable.clone(shared), SharedTable.cloneAndFreeze(shared, true)
        shared.deep.n = 5
        local walked = {}
        for key, value in shared do table.insert(walked, tostring(key)) end
        shared[2] = nil
        return { before, shared.x, shallow.deep.n, deep.deep.n, table.concat(walked, " "), SharedTable.size(shared),
            SharedTable.isFrozen(deep), typeof(shared), shared == SharedTable.clone(shared) }
    """) == [1, 30, 5, 1, "1 2 deep x", 3, True, "SharedTable", False]


def test_old_globals_do_what_they_did(studio: Studio) -> None:
    assert (
        studio.command("""
        local waited = {}
        spawn(function(elapsed, now) table.insert(waited, elapsed >= 0 and now > 0) end)
        delay(0.05, function(elapsed) table.insert(waited, elapsed >= 0.05) end)
        local elapsed, now = wait(0.1)
        return { waited[1], waited[2], elapsed >= 0.1, now >= 0.1, wait() > 0.033, version() == Version() }
    """)
        == [True] * 6
    )


def test_a_font_that_a_property_gave_is_a_copy(studio: Studio) -> None:
    assert studio.command("""
        local label = Instance.new("TextLabel")
        local font = Font.fromEnum(Enum.Font.Code)
        label.FontFace = font
        font.Bold = true
        label.FontFace.Style = Enum.FontStyle.Italic
        local mine = label.FontFace
        return { font.Weight.Name, mine.Weight.Name, mine.Style.Name, mine == Font.fromEnum(Enum.Font.Code) }
    """) == ["Bold", "Regular", "Normal", True]
