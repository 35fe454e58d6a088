"""ReflectionService tells of the engine what its facts say, and no more than the asker may see."""

import pytest

from toolboxai.roblox import api
from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio


@pytest.fixture
def studio() -> Studio:
    return Studio()


def ask(studio: Studio, expression: str) -> object:
    return studio.command(f"local Reflection = game:GetService('ReflectionService') return {expression}")


def test_every_documented_class_is_listed_with_what_stands_above_and_below(studio: Studio) -> None:
    classes = studio.command("""
        local found = {}
        for _, class in game:GetService("ReflectionService"):GetClasses() do
            found[class.Name] = { class.Superclass or "", #class.Subclasses, class.Permits.New ~= nil }
        end
        return found
    """)
    known = [name for name in api.class_names() if "undocumented" not in api.own_class(name)]
    assert sorted(classes) == sorted(known)
    for name, (superclass, below, is_creatable) in classes.items():
        assert superclass == (api.own_class(name)["superclass"] or "")
        assert below == sum(api.own_class(other)["superclass"] == name for other in known)
        assert is_creatable == api.is_creatable(name)


def test_a_property_says_who_owns_it_what_it_holds_and_who_may_write_it(studio: Studio) -> None:
    assert studio.command("""
        local found = {}
        for _, property in game:GetService("ReflectionService"):GetPropertiesOfClass("Part") do
            found[property.Name] = { property.Owner, property.Type.ScriptType, property.Permits.Write ~= nil }
        end
        return found.Shape, found.Size, found.ClassName, found.Anchored, found.DataCost
    """) == (
        ["Part", "EnumItem", True],
        ["BasePart", "Vector3", True],
        ["Object", "string", False],
        ["BasePart", "boolean", True],
        None,
    )


def test_a_filter_leaves_out_what_it_says(studio: Studio) -> None:
    assert ask(studio, 'Reflection:GetPropertiesOfClass("Part", { ExcludeInherited = true })[1].Name') == "Shape"
    assert ask(studio, 'Reflection:GetClass("Part", { ExcludeDisplay = true }).Display') is None
    count = '#Reflection:GetPropertiesOfClass("Script", { Security = SecurityCapabilities.new(%s) })'
    assert ask(studio, count % "Enum.SecurityCapability.Plugin") > ask(studio, count % "")


def test_methods_and_events_have_their_parameters(studio: Studio) -> None:
    assert studio.command("""
        local Reflection = game:GetService("ReflectionService")
        local function named(list, name)
            for _, member in list do
                if member.Name == name then
                    return member
                end
            end
            return nil
        end
        local raycast = named(Reflection:GetMethodsOfClass("WorldRoot"), "Raycast")
        local touched = named(Reflection:GetEventsOfClass("Part"), "Touched")
        return raycast.Parameters[1].Name, raycast.Returns[1].Type.ScriptType, touched.Parameters[1].Type.InstanceType
    """) == ("origin", "RaycastResult?", "BasePart")


def test_what_is_no_class_has_nothing(studio: Studio) -> None:
    assert ask(studio, 'Reflection:GetClass("Prat")') is None
    with pytest.raises(LuauError, match="'Prat' is not a valid class name"):
        ask(studio, 'Reflection:GetPropertiesOfClass("Prat")')


def test_capabilities_are_sets(studio: Studio) -> None:
    assert studio.command("""
        local of, all = SecurityCapabilities.new, Enum.SecurityCapability
        local both = of(all.Plugin, all.Basic)
        return both == of(all.Basic, all.Plugin, all.Basic), both:Contains(all.Plugin), of():Contains(all.Plugin),
            tostring(both:Remove(all.Basic)), both:Add(of(all.UI)):Contains(both), tostring(of())
    """) == (True, True, False, "Plugin", True, "")
