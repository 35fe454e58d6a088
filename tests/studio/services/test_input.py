"""Keys and the mouse: what they tell, who sees them first, and what is left of them."""

import pytest

from toolboxai.studio.studio import Studio


@pytest.fixture(autouse=True)
def heard(studio: Studio) -> None:
    studio.command("""
        _G.heard = {}
        local service = game:GetService("UserInputService")
        for _, event in { "InputBegan", "InputChanged", "InputEnded" } do
            _G[event] = _G[event] or service[event]:Connect(function(input, processed)
                local what = if input.KeyCode == Enum.KeyCode.None then input.UserInputType else input.KeyCode
                table.insert(_G.heard, `{event} {what.Name} {processed}`)
            end)
        end
    """)


def said(studio: Studio) -> list[str]:
    studio.step()
    return list(studio.command("return _G.heard") or ())


def test_a_key_is_down_until_it_is_let_go_and_is_one_object(studio: Studio) -> None:
    studio.act("Input", "press", "W")
    studio.act("Input", "press", "W")
    down, count = studio.command("""
        local service = game:GetService("UserInputService")
        _G.input = service:GetKeysPressed()[1]
        return service:IsKeyDown(Enum.KeyCode.W), #service:GetKeysPressed()
    """)
    assert (down, count) == (True, 1)
    studio.act("Input", "release", "W")
    state, down, last = studio.command("""
        local service = game:GetService("UserInputService")
        return _G.input.UserInputState.Name, service:IsKeyDown(Enum.KeyCode.W), service:GetLastInputType().Name
    """)
    assert (state, down, last) == ("End", False, "Keyboard")
    assert said(studio) == ["InputBegan W false", "InputEnded W false"]


def test_bound_actions_see_a_key_first_the_latest_and_most_important_before_others(studio: Studio) -> None:
    studio.command("""
        local service = game:GetService("ContextActionService")
        local function bind(name, answer, priority)
            service:BindActionAtPriority(name, function(_, state)
                table.insert(_G.heard, `{name} {state.Name}`)
                return answer
            end, false, priority, Enum.KeyCode.E)
        end
        bind("below", Enum.ContextActionResult.Sink, 1000)
        bind("first", Enum.ContextActionResult.Pass, 2000)
        bind("second", Enum.ContextActionResult.Pass, 2000)
        bind("never", nil, 500)
    """)
    assert studio.act("Input", "press", "E") is True
    assert said(studio) == ["second Begin", "first Begin", "below Begin", "InputBegan E true"]
    studio.command('table.clear(_G.heard) game:GetService("ContextActionService"):UnbindAction("below")')
    assert studio.act("Input", "release", "E") is True
    assert said(studio) == ["below Cancel", "second End", "first End", "never End", "InputEnded E true"]
    studio.command('game:GetService("ContextActionService"):UnbindAllActions()')
    assert studio.command('return next(game:GetService("ContextActionService"):GetAllBoundActionInfo())') is None


def test_what_is_bound_can_be_asked(studio: Studio) -> None:
    priority, touch, key, title, absent = studio.command("""
        local service = game:GetService("ContextActionService")
        service:BindAction("Jump", print, true, Enum.KeyCode.J, "k", Enum.UserInputType.MouseButton1)
        service:SetTitle("Jump", "Hop")
        local info = service:GetBoundActionInfo("Jump")
        service:UnbindAction("Jump")
        return info.priorityLevel, info.createTouchButton, info.inputTypes[2].Name, info.title,
            next(service:GetBoundActionInfo("Jump"))
    """)
    assert (priority, touch, key, title, absent) == (2000, True, "K", "Hop", None)


def test_the_mouse_moves_clicks_and_turns_its_wheel(studio: Studio) -> None:
    studio.command("""
        _G.began = nil
        game:GetService("UserInputService").InputBegan:Once(function(input)
            _G.began = { input.Position.X, input.Position.Y }
        end)
    """)
    studio.act("Input", "moveMouse", 30, 40)
    studio.act("Input", "button", 1, True)
    x, y, inset, down = studio.command("""
        local service = game:GetService("UserInputService")
        local place = service:GetMouseLocation()
        return place.X, place.Y, game:GetService("GuiService"):GetGuiInset().Y,
            service:IsMouseButtonPressed(Enum.UserInputType.MouseButton1)
    """)
    assert (x, y - inset, down) == (30, 40, True)
    studio.act("Input", "button", 1, False)
    studio.act("Input", "wheel", -1)
    assert said(studio) == [
        "InputChanged MouseMovement false",
        "InputBegan MouseButton1 false",
        "InputEnded MouseButton1 false",
        "InputChanged MouseWheel false",
    ]
    assert studio.command("return _G.began") == [30, 40]


def test_a_locked_mouse_stays_and_tells_its_delta(studio: Studio) -> None:
    studio.act("Input", "moveMouse", 100, 100)
    studio.step()
    studio.command('game:GetService("UserInputService").MouseBehavior = Enum.MouseBehavior.LockCenter')
    studio.act("Input", "moveMouse", 110, 95)
    studio.step()
    dx, dy, x = studio.command("""
        local service = game:GetService("UserInputService")
        local delta = service:GetMouseDelta()
        service.MouseBehavior = Enum.MouseBehavior.Default
        return delta.X, delta.Y, service:GetMouseLocation().X
    """)
    assert (dx, dy, x) == (10, -5, 100)


def test_leaving_the_window_lets_go_of_everything(studio: Studio) -> None:
    studio.act("Input", "press", "LeftShift")
    assert studio.command("""
        local input = game:GetService("UserInputService"):GetKeysPressed()[1]
        return input:IsModifierKeyDown(Enum.ModifierKey.Shift)
    """)
    studio.act("Input", "window", False)
    assert said(studio) == ["InputBegan LeftShift false", "InputEnded LeftShift false"]


def test_input_actions_add_up_their_bindings_and_sink_by_context(studio: Studio) -> None:
    studio.command("""
        local function action(priority, sink, kind, keys)
            local context = Instance.new("InputContext", workspace)
            context.Priority, context.Sink = priority, sink
            local action = Instance.new("InputAction", context)
            action.Type = kind
            local binding = Instance.new("InputBinding", action)
            for property, key in keys do
                binding[property] = key
            end
            action.StateChanged:Connect(function(value) table.insert(_G.heard, `{priority} {value}`) end)
            return action
        end
        local keys = Enum.KeyCode
        action(10, false, Enum.InputActionType.Bool, { KeyCode = keys.D })
        _G.walk = action(20, true, Enum.InputActionType.Direction2D, { Up = keys.W, Right = keys.D })
        action(30, false, Enum.InputActionType.Bool, { KeyCode = keys.D, PrimaryModifier = keys.LeftAlt })
    """)
    for key in ("W", "D"):
        studio.act("Input", "press", key)
    assert said(studio) == [
        "20 0, 1",
        "InputBegan W true",
        f"20 {studio.command('return tostring(_G.walk:GetState())')}",
        "InputBegan D true",
    ]
    assert studio.command("return _G.walk:GetState().Magnitude") == pytest.approx(1)
    for key in ("W", "D"):
        studio.act("Input", "release", key)
    assert studio.command("return _G.walk:GetState().Magnitude") == 0


def test_a_telephone_is_touched(studio: Studio) -> None:
    studio.act("Devices", "use", "phone")
    studio.command("""
        local service = game:GetService("UserInputService")
        for _, event in { "TouchStarted", "TouchMoved", "TouchEnded", "TouchTap" } do
            service[event]:Once(function(what)
                local place = if event == "TouchTap" then what[1] else what.Position
                table.insert(_G.heard, `{event} {place.X} {place.Y}`)
            end)
        end
    """)
    studio.act("Devices", "touch", 10, 20)
    studio.act("Devices", "slide", 12, 21)
    studio.act("Devices", "lift")
    assert said(studio) == [
        "InputBegan Touch false",
        "TouchStarted 10 20",
        "InputChanged Touch false",
        "TouchMoved 12 21",
        "InputEnded Touch false",
        "TouchEnded 12 21",
        "TouchTap 12 21",
    ]
    assert studio.command("""
        local service = game:GetService("UserInputService")
        return service.TouchEnabled, service.KeyboardEnabled, service.PreferredInput.Name
    """) == (True, False, "Touch")


def test_a_gamepad_is_connected_leaned_and_pressed(studio: Studio) -> None:
    studio.command("""
        game:GetService("UserInputService").GamepadConnected:Once(function(number)
            table.insert(_G.heard, number.Name)
        end)
    """)
    studio.act("Devices", "use", "console")
    studio.act("Devices", "stick", "Thumbstick1", 0.5, -1)
    studio.act("Input", "press", "ButtonA")
    assert said(studio) == ["Gamepad1", "InputChanged Thumbstick1 false", "InputBegan ButtonA false"]
    assert studio.command("""
        local service, pad = game:GetService("UserInputService"), Enum.UserInputType.Gamepad1
        local y = 0
        for _, input in service:GetGamepadState(pad) do
            y += input.Position.Y
        end
        return service:IsGamepadButtonDown(pad, Enum.KeyCode.ButtonA), y, #service:GetConnectedGamepads(),
            service:GamepadSupports(pad, Enum.KeyCode.ButtonX)
    """) == (True, -1, 1, True)
    studio.act("Input", "release", "ButtonA")
    studio.act("Devices", "use", "desktop")


def test_a_gamepad_selects_moves_and_presses(studio: Studio) -> None:
    studio.command("""
        local gui = Instance.new("ScreenGui")
        for index, place in { Vector2.new(0, 0), Vector2.new(100, 0), Vector2.new(0, 100), Vector2.new(400, 100) } do
            local button = Instance.new("TextButton")
            button.Name, button.Size = `B{index}`, UDim2.fromOffset(50, 50)
            button.Position = UDim2.fromOffset(place.X, place.Y)
            for _, event in { "SelectionGained", "SelectionLost", "Activated" } do
                button[event]:Connect(function() table.insert(_G.heard, `{button.Name} {event}`) end)
            end
            button.Parent = gui
        end
        gui.B4.NextSelectionLeft = gui.B1
        gui.SelectionChanged:Connect(function(own, before, now)
            table.insert(_G.heard, `{own} {before and before.Name} {now and now.Name}`)
        end)
        gui.Parent = game:GetService("StarterGui")
        _G.gui = gui
        game:GetService("GuiService").SelectedObject = gui.B1
    """)
    assert said(studio) == ["B1 SelectionGained", "false nil B1"]
    for key in ("DPadRight", "DPadDown", "DPadLeft"):
        studio.act("Input", "tap", key)
    studio.act("Input", "tap", "ButtonA")
    assert [line for line in said(studio)[2:] if not line.startswith("Input")] == [
        "B1 SelectionLost",
        "B2 SelectionGained",
        "false B1 B2",
        "B2 SelectionLost",
        "B3 SelectionGained",
        "false B2 B3",
        "B3 Activated",
    ]
    assert said(studio)[-1] == "InputEnded ButtonA true"
    studio.command("""
        _G.gui.B4.Position = UDim2.fromOffset(400, 0)
        game:GetService("GuiService").SelectedObject = _G.gui.B4
    """)
    studio.act("Input", "tap", "DPadLeft")
    assert (
        studio.command("""
        local service = game:GetService("GuiService")
        local name = service.SelectedObject.Name
        service.SelectedObject = nil
        return name
    """)
        == "B1"
    )
    assert said(studio)[-2:] == ["B1 SelectionLost", "false B1 nil"]


def test_a_click_by_name_on_the_screen_is_heard_by_the_service_and_lets_go_of_what_it_drags(studio: Studio) -> None:
    studio.command("""
        local screen = Instance.new("ScreenGui", game:GetService("CoreGui"))
        local bar = Instance.new("TextButton", screen)
        bar.Text, bar.Size = "Drag me", UDim2.fromOffset(100, 20)
        bar.Position = UDim2.fromOffset(-500, 0)
        bar.Activated:Connect(function()
            table.insert(_G.heard, "Activated")
        end)
    """)
    studio.click("Drag me")
    assert said(studio) == ["InputBegan MouseButton1 true", "Activated", "InputEnded MouseButton1 true"]
    place = 'return game:GetService("UserInputService"):GetMouseLocation().X'
    assert studio.command(place) == -450
    studio.act("Input", "moveMouse", 300, 300)
    studio.act("Input", "button", 1, True)
    studio.act("Input", "button", 1, False)
    assert said(studio)[-1] == "InputEnded MouseButton1 false"
