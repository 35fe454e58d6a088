"""Every constructor, constant, property, method, function and operator that the facts give a data type is there."""

from collections.abc import Iterator

import pytest

from toolboxai.roblox import api
from toolboxai.roblox.api import Facts
from toolboxai.studio.engines import available
from toolboxai.studio.studio import Studio

# What is handed over for a parameter of a type.
ARGUMENTS = {
    "Array": "{}",
    "Axis": "Enum.Axis.X",
    "CFrame": "CFrame.new(1, 2, 3)",
    "Color3": "Color3.new(1, 0, 0.5)",
    "Content": '"rbxasset://fonts/families/Arial.json"',
    "Font": "Enum.Font.Code",
    "FontStyle": "Enum.FontStyle.Italic",
    "FontWeight": "Enum.FontWeight.Bold",
    "EasingDirection": "Enum.EasingDirection.In",
    "EasingStyle": "Enum.EasingStyle.Sine",
    "InitialDockState": "Enum.InitialDockState.Left",
    "Instance": 'Instance.new("Folder")',
    "Instance?": 'Instance.new("Folder")',
    "Instance | Array": 'Instance.new("Folder")',
    "KeyInterpolationMode": "Enum.KeyInterpolationMode.Cubic",
    "Material": "Enum.Material.Wood",
    "NormalId": "Enum.NormalId.Top",
    "Object": 'Instance.new("Folder")',
    "PathWaypointAction": "Enum.PathWaypointAction.Jump",
    "RotationOrder": "Enum.RotationOrder.YXZ",
    "SecurityCapabilities": "SecurityCapabilities.new(Enum.SecurityCapability.Basic)",
    "SecurityCapability": "Enum.SecurityCapability.Basic",
    "SharedTable": "SharedTable.new({ a = 1 })",
    "Tuple": "Enum.NormalId.Top, Enum.NormalId.Left",
    "Tuple<CFrame>": "CFrame.new(1, 2, 3), CFrame.identity",
    "Tuple<Vector3>": "Vector3.new(1, 2, 3), Vector3.zero",
    "UDim": "UDim.new(0.5, 3)",
    "UDim2": "UDim2.new(0.5, 3, 1, 0)",
    "Vector2": "Vector2.new(1, 2)",
    "Vector2int16": "Vector2int16.new(1, 2)",
    "Vector3": "Vector3.new(1, 2, 3)",
    "Vector3int16": "Vector3int16.new(1, 2, 3)",
    "any": "true",
    "bool": "true",
    "boolean": "true",
    "boolean?": "true",
    "function": "function(value) return value end",
    "int64": "5",
    "number": "1",
    "string": '"text"',
    "string | number": '"a"',
    "table": "{ a = 1 }",
}
# Where a parameter's type does not say enough.
CALLS = {
    ("BrickColor", "new", 1, "string"): '"Bright red"',
    ("ColorSequence", "new", 1, "Array"): (
        "{ ColorSequenceKeypoint.new(0, Color3.new()), ColorSequenceKeypoint.new(1, Color3.new()) }"
    ),
    ("NumberSequence", "new", 1, "Array"): "{ NumberSequenceKeypoint.new(0, 1), NumberSequenceKeypoint.new(1, 1) }",
    ("Instance", "new", 2, "string"): '"Part", Instance.new("Folder")',
    ("Color3", "fromHex", 1, "string"): '"#ff8800"',
    ("DateTime", "fromIsoDate", 1, "string"): '"2020-01-02T10:30:45Z"',
    ("DateTime", "FormatUniversalTime", 2, "string"): '"LLLL", "en-us"',
    ("DateTime", "FormatLocalTime", 2, "string"): '"LT", "zh-cn"',
    ("DateTime", "fromUniversalTime", 7, "number"): "2020, 2, 29, 1, 2, 3, 4",
    ("DateTime", "fromLocalTime", 7, "number"): "2020, 2, 29, 1, 2, 3, 4",
    ("Enum", "FromName", 1, "string"): '"Wood"',
    ("Enum", "FromValue", 1, "number"): "256",
    ("PhysicalProperties", "new", 6, "number"): "1, 1, 1, 1, 1, 1",
    ("RBXScriptSignal", "Wait", 0, ""): None,
    ("Vector2", "Max", 1, "Tuple"): "Vector2.one, Vector2.zero",
    ("Vector2", "Min", 1, "Tuple"): "Vector2.one, Vector2.zero",
    ("User", "fromString", 1, "string"): "User.fromId(5):ToString()",
}
# A value of each type, where none of its constructors can make one or the first is not the best.
SAMPLES = {
    "CatalogSearchParams": "CatalogSearchParams.new()",
    "Content": 'Content.fromUri("rbxassetid://1")',
    "Enum": "Enum.Material",
    "EnumItem": "Enum.Material.Wood",
    "Enums": "Enum",
    "RBXScriptConnection": "workspace.ChildAdded:Connect(print)",
    "RBXScriptSignal": "workspace.ChildAdded",
    "RotationCurveKey": "RotationCurveKey.new(1, CFrame.identity, Enum.KeyInterpolationMode.Cubic)",
}
# Nothing outside Studio makes one of these.
UNMADE = {"AdReward", "Collection", "RaycastResult", "Secret"}


@pytest.fixture(scope="module", params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        yield opened


def _arguments(kind: str, member: Facts) -> str | None:
    parameters = member["parameters"]
    special = (kind, member["name"], len(parameters), parameters[0]["type"] if parameters else "")
    if special in CALLS:
        return CALLS[special]
    return ", ".join(ARGUMENTS[parameter["type"]] for parameter in parameters)


def _sample(kind: str, facts: Facts) -> str:
    if kind in SAMPLES:
        return SAMPLES[kind]
    constructor = facts["constructors"][0]
    return f"{kind}.{constructor['name']}({_arguments(kind, constructor)})"


def _plain_type(type_: str) -> str | None:
    """What `typeof` says of a value of that type, where the facts tell."""
    enum = type_.removeprefix("Enum.")
    if api.find_enum(enum) is not None and enum != "Font":
        return "EnumItem"
    known = {"bool": "boolean", "boolean": "boolean", "int64": "number", "Array": "table"}
    return known.get(type_, type_ if type_ in {"number", "string", *api.datatype_names()} else None)


def _checks(kind: str, facts: Facts) -> Iterator[tuple[str, str | None]]:
    """Expressions, each with what `typeof` says of its value."""
    constants = {constant["name"] for constant in facts.get("constants", ())}
    for constant in facts.get("constants", ()):
        yield f"{kind}.{constant['name']}", constant["type"]
    for constructor in facts.get("constructors", ()):
        yield f"{kind}.{constructor['name']}({_arguments(kind, constructor)})", kind
    for function in facts.get("functions", ()):
        result = function["returns"][0]
        yield f"{kind}.{function['name']}({_arguments(kind, function)})", _plain_type(result)
    sample = _sample(kind, facts)
    for property_ in facts.get("properties", ()):
        if property_["name"] not in constants:
            empty = property_["type"].endswith("?") or "Tangent" in property_["name"]
            # A font's family is written as the address that it is.
            type_ = "string" if (kind, property_["name"]) == ("Font", "Family") else property_["type"]
            yield f"({sample}).{property_['name']}", None if empty else _plain_type(type_)
    for method in facts.get("methods", ()):
        arguments = _arguments(kind, method)
        if arguments is not None:
            result = method["returns"][0] if method["returns"] else "()"
            yield f"({sample}):{method['name']}({arguments})", _plain_type(result)
    for operation in facts.get("math_operations", ()):
        left, right = ARGUMENTS[operation["type_a"]], ARGUMENTS[operation["type_b"]]
        yield f"{left} {operation['operation']} {right}", operation["return_type"]


@pytest.mark.parametrize("kind", [name for name in api.datatype_names() if name not in UNMADE])
def test_a_data_type_has_all_that_the_facts_give_it(studio: Studio, kind: str) -> None:
    facts = api.find_datatype(kind)
    assert facts is not None
    checks = list(_checks(kind, facts))
    assert checks
    source = "\n".join(
        f"table.insert(said, {{ pcall(function() return typeof((select(1, {expression}))) end) }})"
        for expression, _ in checks
    )
    said = studio.command(f"local said = {{}}\n{source}\nreturn said")
    wrong = [
        (expression, answer)
        for (expression, expected), (ok, answer) in zip(checks, said, strict=True)
        if not ok or (expected is not None and answer != expected)
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", [name for name in api.datatype_names() if name not in UNMADE])
def test_what_a_data_type_has_not_is_refused_by_name(studio: Studio, kind: str) -> None:
    facts = api.find_datatype(kind)
    assert facts is not None
    if kind in {"Instance", "SharedTable", "Enum", "Enums"}:
        pytest.skip("takes any key, or refuses in words of its own")
    ok, message = studio.command(f"return {{ pcall(function() return ({_sample(kind, facts)}).Fgh end) }}")
    assert not ok
    assert "Fgh is not a valid member of" in message
