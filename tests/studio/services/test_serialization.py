"""Instances as buffers, and bytes as other bytes."""

import base64
import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolboxai.roblox.modelfile import read_model
from toolboxai.studio.engines import available
from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio


@pytest.fixture(scope="module", params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        opened.command("""
            _G.service, _G.encoding = game:GetService("SerializationService"), game:GetService("EncodingService")
        """)
        yield opened


def test_a_tree_comes_back_as_it_was_with_what_points_inside_it(studio: Studio) -> None:
    assert studio.command("""
        local model = Instance.new("Model")
        local part = Instance.new("Part", model)
        part.Position, part.Color = Vector3.new(1, 2, 3), Color3.fromRGB(255, 0, 0)
        part:SetAttribute("far", math.huge)
        part:SetAttribute("place", CFrame.new(1, 2, 3))
        part:AddTag("hot")
        model.PrimaryPart = part
        local pointer, outside = Instance.new("ObjectValue"), Instance.new("ObjectValue")
        pointer.Value, outside.Value = part, workspace
        local hidden = Instance.new("Folder", model)
        hidden.Archivable = false
        Instance.new("Script", part).Source = "print('é')"
        local made = _G.service:DeserializeInstancesAsync(
            _G.service:SerializeInstancesAsync({ model, pointer, outside }))
        local copy = made[1].PrimaryPart
        return #made, copy ~= part, tostring(copy.Position), copy.Color == part.Color, copy:GetAttribute("far") == math.huge,
            copy:GetAttribute("place") == CFrame.new(1, 2, 3), copy:HasTag("hot"), copy.Script.Source,
            made[2].Value == copy, made[3].Value, #made[1]:GetChildren(), made[1].Parent
    """) == (3, True, "1, 2, 3", True, True, True, True, "print('é')", True, None, 1, None)


def test_the_buffer_is_a_model_file(studio: Studio) -> None:
    text = studio.command("""
        local value = Instance.new("StringValue")
        value.Name, value.Value = "Kept", "text"
        return buffer.tostring(_G.encoding:Base64Encode(_G.service:SerializeInstancesAsync({ value })))
    """)
    (item,) = read_model(base64.b64decode(text))
    assert (item.class_name, item.name, item.properties["Value"]) == ("StringValue", "Kept", "text")


@given(data=st.binary(max_size=64))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_encodings_are_those_of_the_libraries_and_go_back(studio: Studio, data: bytes) -> None:
    text = base64.b64encode(data).decode()
    same, digest = studio.command(
        """
        local encoding, given = _G.encoding, buffer.fromstring((...))
        local data = encoding:Base64Decode(given)
        local packed = encoding:CompressBuffer(data, Enum.CompressionAlgorithm.Zstd, 3)
        local again = encoding:DecompressBuffer(packed, Enum.CompressionAlgorithm.Zstd)
        local digest = encoding:ComputeBufferHash(data, Enum.HashAlgorithm.Sha256)
        return buffer.tostring(encoding:Base64Encode(again)) == (...) and
            encoding:GetDecompressedBufferSize(packed, Enum.CompressionAlgorithm.Zstd) == buffer.len(data),
            buffer.tostring(encoding:Base64Encode(digest))
        """,
        text,
    )
    assert same
    assert base64.b64decode(digest) == hashlib.sha256(data).digest()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("_G.service:SerializeInstancesAsync({ workspace })", "a Workspace cannot be serialized"),
        ("_G.service:SerializeInstancesAsync({ 5 })", "item 1 is no Instance"),
        ("_G.service:DeserializeInstancesAsync(buffer.fromstring('junk'))", "DeserializeInstancesAsync: buffer:1:1"),
        ("_G.encoding:Base64Decode(buffer.fromstring('!'))", "EncodingService:Base64Decode: "),
        ("_G.encoding:CompressBuffer(buffer.create(1), Enum.CompressionAlgorithm.Zstd, 99)", "level must be between"),
        ("_G.encoding:DecompressBuffer(buffer.create(4), Enum.CompressionAlgorithm.Zstd)", "DecompressBuffer: "),
    ],
)
def test_refusals(studio: Studio, source: str, message: str) -> None:
    with pytest.raises(LuauError) as refusal:
        studio.command(source)
    assert message in str(refusal.value)


def test_json_holds_buffers(studio: Studio) -> None:
    assert studio.command("""
        local http = game:GetService("HttpService")
        local text = http:JSONEncode({ list = { buffer.fromstring("hello") }, plain = "buffer" })
        local back = http:JSONDecode(text)
        local packed = http:JSONDecode('{"m":null,"t":"buffer","zbase64":"' ..
            buffer.tostring(_G.encoding:Base64Encode(_G.encoding:CompressBuffer(buffer.fromstring("zz"),
            Enum.CompressionAlgorithm.Zstd))) .. '"}')
        return buffer.tostring(back.list[1]), back.plain, buffer.tostring(packed)
    """) == ("hello", "buffer", "zz")
