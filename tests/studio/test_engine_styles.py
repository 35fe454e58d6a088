"""Style sheets and rules: they keep what they are told."""

from collections.abc import Iterator

import pytest

from toolboxai.studio.engines import available
from toolboxai.studio.studio import Studio


@pytest.fixture(scope="module", params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        yield opened


def test_style_rules_keep_their_properties_and_copies_go_their_own_way(studio: Studio) -> None:
    assert studio.command("""
        local sheet, rule, base = Instance.new("StyleSheet"), Instance.new("StyleRule"), Instance.new("StyleSheet")
        local changes = 0
        sheet.StyleRulesChanged:Connect(function() changes += 1 end)
        sheet:InsertStyleRule(rule, 5)
        rule:SetProperties({ Size = 1 })
        sheet:SetDerives({ base })
        local copied = sheet:Clone():GetStyleRules()[1]
        copied:SetProperty("Size", 2)
        sheet:SetStyleRules({})
        task.wait()
        return rule:GetProperty("Size"), copied:GetProperties().Size, copied.Priority, #sheet:GetStyleRules(), changes,
            sheet:GetDerives()[1] == base
    """) == (1, 2, 5, 0, 2, True)
