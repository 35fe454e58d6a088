"""What a student's script finds when it is judged: all of the engine, though nothing can be read any more."""

CHECKS = """
return function(lesson)
	lesson.check("ran", function()
		lesson.expect(workspace:GetAttribute("Done") == true, "It did not come to its end.")
	end)
end
"""


def test_every_part_of_the_engine_is_at_hand(judge):
    script = """
        local floor = Instance.new("Part")
        floor.Anchored, floor.Size, floor.Parent = true, Vector3.new(20, 2, 20), workspace
        assert(workspace:Raycast(Vector3.new(0, 20, 0), Vector3.new(0, -40, 0)).Instance == floor)
        game:GetService("CollectionService"):AddTag(floor, "floor")
        local tween = game:GetService("TweenService"):Create(floor, TweenInfo.new(0.1), { Transparency = 1 })
        tween:Play()
        tween.Completed:Wait()
        local double = Instance.new("BindableFunction")
        double.OnInvoke = function(n) return n * 2 end
        assert(double:Invoke(4) == 8 and Random.new(1):NextInteger(1, 1) == 1)
        local gui = Instance.new("ScreenGui", game:GetService("StarterGui"))
        local label = Instance.new("TextLabel", gui)
        label.Text, label.Size = "Hello", UDim2.fromScale(0.5, 0.5)
        assert(label.AbsoluteSize.X > 0 and label.TextBounds.X > 0)
        game:GetService("DataStoreService"):GetDataStore("coins"):SetAsync("a", 1)
        Instance.new("Humanoid"):TakeDamage(5)
        game:GetService("HttpService"):JSONEncode({ 1 })
        workspace:SetAttribute("Done", true)
    """
    judgement = judge(CHECKS, script)
    assert judgement.verdict.passed, judgement.verdict.message
