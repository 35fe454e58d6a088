"""Services' members with one thing to say each: a chunk, and what it gives."""

from collections.abc import Iterator
from typing import Any

import pytest

from studio.members import ENGINES, WORDS, studios
from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio


@pytest.fixture(scope="module", params=ENGINES)
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    yield from studios(request.param)


TRACK = """
local model = make("Model", { Parent = workspace })
local track = make("AnimationController", { Parent = model }):LoadAnimation(make("Animation", { AnimationId = "rbxassetid://7" }))
"""
TABLE = """
local t = make("LocalizationTable", { SourceLocaleId = "en" })
t:SetEntries({ { Key = "hi", Source = "Hello", Values = { de = "Hallo", fr = "Salut" } }, { Key = "bye", Source = "Bye" } })
"""
DOCUMENT = """
local script = make("Script", { Parent = workspace, Source = "one\\ntwo\\nthree" })
S("ScriptEditorService"):OpenScriptDocumentAsync(script)
local document = S("ScriptEditorService"):FindScriptDocument(script)
"""
SCREEN = 'local gui = make("ScreenGui", { Parent = S("StarterGui") }) '

ANSWERS: dict[str, tuple[str, Any]] = {
    # --- headsets, gamepads, what a desktop lacks
    "VRService.VREnabled": ("return S('VRService').VREnabled, S('VRService').ThirdPersonFollowCamEnabled", (False, False)),
    "VRService:GetUserCFrame": (
        ("local vr, head = S('VRService'), Enum.UserCFrame.Head return vr:GetUserCFrame(head) == CFrame.identity, "
        "vr:GetUserCFrameEnabled(head), vr:RecenterUserHeadCFrame(), vr:RequestNavigation(CFrame.identity, head)"),
        (True, False, None),
    ),
    "VRService:SetTouchpadMode": (
        ("local vr, left = S('VRService'), Enum.VRTouchpad.Left local before = vr:GetTouchpadMode(left).Name "
        "vr:SetTouchpadMode(left, Enum.VRTouchpadMode.ABXY) "
        "return before, vr:GetTouchpadMode(left).Name, vr:GetTouchpadMode(Enum.VRTouchpad.Right).Name"),
        ("Touch", "ABXY", "Touch"),
    ),
    "HapticService": (
        ("local h, pad, motor = S('HapticService'), Enum.UserInputType.Gamepad1, Enum.VibrationMotor.Large "
        "h:SetMotor(pad, motor, 1) return h:IsVibrationSupported(pad), h:IsMotorSupported(pad, motor), h:GetMotor(pad, motor)"),
        (False, False, 0),
    ),
    "HapticEffect": (
        ("local e = make('HapticEffect') return e:Play(), e:Stop(), e:SetWaveformKeys({ FloatCurveKey.new(0, 1, "
        "Enum.KeyInterpolationMode.Linear) }), e.Looped"),
        (None, None, None, False),
    ),
    "GamepadService": (
        ("local g = S('GamepadService') g:EnableGamepadCursor(nil) local on = g.GamepadCursorEnabled g:DisableGamepadCursor() "
        "return on, g.GamepadCursorEnabled"),
        (True, False),
    ),
    "VoiceChatService": (
        "local v = S('VoiceChatService') return v:IsVoiceEnabledForUserIdAsync(1), #v:GetChatGroupsAsync({})[1]",
        (False, 0),
    ),
    "UserInputService devices": (
        ("local u = S('UserInputService') return u.MouseEnabled, u.GamepadEnabled, u.AccelerometerEnabled, u.GyroscopeEnabled, "
        "u.VREnabled, #u:GetNavigationGamepads(), #u:GetSupportedGamepadKeyCodes(Enum.UserInputType.Gamepad1), "
        "u:GetGamepadConnected(Enum.UserInputType.Gamepad1), u:IsNavigationGamepad(Enum.UserInputType.Gamepad1)"),
        (True, False, False, False, False, 0, 0, False, False),
    ),
    "UserInputService keyboard": (
        ("local u = S('UserInputService') return u.OnScreenKeyboardVisible, u.OnScreenKeyboardSize == Vector2.zero, "
        "u.OnScreenKeyboardPosition == Vector2.zero, u:GetStringForKeyCode(Enum.KeyCode.A), "
        "u:GetStringForKeyCode(Enum.KeyCode.F1), u:GetImageForKeyCode(Enum.KeyCode.ButtonA), #u:GetMouseButtonsPressed(), "
        "u:GetFocusedTextBox(), u.MouseIconEnabled, u.MouseDeltaSensitivity, u.UserHeadCFrame == CFrame.identity, "
        "u:GetUserCFrame(Enum.UserCFrame.Head) == CFrame.identity, u:RecenterUserHeadCFrame(), "
        "u:SetNavigationGamepad(Enum.UserInputType.Gamepad1, true)"),
        (False, True, True, "A", "", "", 0, None, True, 1, True, True, None),
    ),
    "VirtualInput": (
        ("local u = S('UserInputService') local hand = u:CreateVirtualInput() hand:SendMousePosition(Vector2.new(30, 90)) "
        "return u:GetMouseLocation().X, u:GetMouseLocation().Y"),
        (30, 90),
    ),
    # --- people elsewhere
    "SocialService": (
        ("local s, closed = S('SocialService'), {} local user = make('Folder') s.PhoneBookPromptClosed:Connect(function() "
        "table.insert(closed, 'book') end) return s:GetPlayersByPartyId('x')[1], #s:GetPartyAsync('x')"),
        (None, 0),
    ),
    "ExperienceNotificationService": (
        ("local e, closed = S('ExperienceNotificationService'), false e.OptInPromptClosed:Connect(function() closed = true end) "
        "e:PromptOptIn() task.wait() return e:CanPromptOptInAsync(), closed"),
        (True, True),
    ),
    "UserService": ("return #S('UserService'):GetUserInfosByUserIdsAsync({ 1, 2 })", 0),
    "GroupService": (
        ("local g = S('GroupService') return g:GetRolesInGroupAsync(1, 2).IsMember, #g:GetRolesInGroupAsync(1, 2).Roles, "
        "g:PromptJoinAsync(2).Name"),
        (False, 0, "None"),
    ),
    "BadgeService": ("local b = S('BadgeService') return b:IsDisabled(3), b:IsLegal(3)", (False, True)),
    "Chat callbacks": (
        ("local c, kind = S('Chat'), Enum.ChatCallbackType.OnCreatingChatWindow c:RegisterChatCallback(kind, function(x) "
        "return x + 1 end) return c:InvokeChatCallback(kind, 1), "
        "c:CanUserChatAsync(1), c:CanUsersChatAsync(1, 2), c:SetBubbleChatSettings({})"),
        (2, True, True),
    ),
    "TextChatService": (
        "local t = S('TextChatService') return t.ChatVersion.Name, t:CanUserChatAsync(1), t:CanUsersChatAsync(1, 2)",
        ("TextChatService", True, True),
    ),
    "TeleportService settings": (
        ("local t = S('TeleportService') t:SetTeleportSetting('mode', 'hard') return t:GetTeleportSetting('mode'), "
        "t:GetTeleportSetting('other'), t:GetArrivingTeleportGui(), t:SetTeleportGui(make('ScreenGui'))"),
        ("hard", None, None),
    ),
    "TeleportOptions": (
        ("local o = make('TeleportOptions') o:SetTeleportData({ 1 }) return o:GetTeleportData()[1], "
        "#S('TeleportService'):ReserveServerAsync(1) > 0"),
        (1, True),
    ),
    # --- Roblox's windows
    "GuiService switches": (
        ("local g = S('GuiService') local before = g:GetEmotesMenuOpen() g:SetEmotesMenuOpen(true) g:SetInspectMenuEnabled(false) "
        "g:SetGameplayPausedNotificationEnabled(false) return before, g:GetEmotesMenuOpen(), g:GetInspectMenuEnabled(), "
        "g:GetGameplayPausedNotificationEnabled(), g:CloseInspectMenu()"),
        (False, True, False, False),
    ),
    "GuiService values": (
        ("local g = S('GuiService') return g.MenuIsOpen, g.IsModalDialog, g.IsWindows, g.ReducedMotionEnabled, "
        "g.PreferredTransparency, g.PreferredTextSize.Name, g.ViewportDisplaySize.Name, g:IsTenFootInterface(), "
        "g.AutoSelectGuiEnabled, g.GuiNavigationEnabled, g.TouchControlsEnabled, g.CoreGuiNavigationEnabled"),
        (False, False, True, False, 1, "Medium", "Medium", False, True, True, True, True),
    ),
    "GuiService insets": (
        ("local g = S('GuiService') local bar, area = g.TopbarInset, g:GetInsetArea(Enum.ScreenInsets.CoreUISafeInsets) "
        "return bar.Height, area.Min.Y, area.Max == bar.Max + Vector2.new(0, area.Height), "
        "g:GetInsetArea(Enum.ScreenInsets.None).Min.Y"),
        (58, 58, True, 0),
    ),
    "GuiService notifications": (
        ("local g = S('GuiService') local id = g:SendNotification({ Title = 'a', Text = 'b' }) "
        "return g:DismissNotification(id), g:DismissNotification(id)"),
        (True, False),
    ),
    "SelectionGroups": (
        ("local g, f = S('GuiService'), make('Frame') make('TextButton', { Parent = f }) g:AddSelectionParent('a', f) "
        "g:AddSelectionTuple('b', f) return g:RemoveSelectionGroup('a'), #f:GetChildren()"),
        (None, 1),
    ),
    "UserGameSettings": (
        ("local u = UserSettings():GetService('UserGameSettings') local before = u:GetOnboardingCompleted('x') "
        "u:SetOnboardingCompleted('x') return before, u:GetOnboardingCompleted('x'), u:InFullScreen(), u:InStudioMode(), "
        "u:GetCameraYInvertValue(), u:SetCameraYInvertVisible(), u:SetGamepadCameraSensitivityVisible()"),
        (False, True, False, True, 1, None),
    ),
    "UserSettings": (
        ("local s = UserSettings() local u = s:GetService('UserGameSettings') u.MouseSensitivity = 3 s:Reset() "
        "return u.MouseSensitivity ~= 3, s:IsUserFeatureEnabled('x'), s:FindService('Nothing')"),
        (True, False, None),
    ),
    # --- text
    "TextService": (
        ("local t = S('TextService') local info = t:GetFamilyInfoAsync('rbxasset://fonts/families/GothamSSm.json') "
        "return info.Name, names(info.Faces), t:GetTextSizeOffsetAsync(14, Font.fromEnum(Enum.Font.Code))"),
        ("GothamSSm", "Regular SemiBold Bold", 0),
    ),
    "TextFilterResult": ("return S('TextService'):FilterStringAsync('hi', 1):GetChatForUserAsync(1)", "hi"),
    "ChatWindowConfiguration": (
        "local w = S('TextChatService').ChatWindowConfiguration w.TextSize = 31 return w:DeriveNewMessageProperties().TextSize",
        31,
    ),
    "LocalizationTable reads": (
        TABLE + "return t:GetString('de', 'hi'), t:GetString('it', 'hi'), t:GetString('de', 'none'), "
        "#S('LocalizationService'):GetTableEntries(t), S('LocalizationService').RobloxLocaleId, "
        "S('LocalizationService').SystemLocaleId, #S('LocalizationService'):GetCorescriptLocalizations()",
        ("Hallo", None, None, 2, "en-us", "en-us", 0),
    ),
    "LocalizationTable entries": (
        TABLE + "t:SetEntryValue('hi', '', '', 'it', 'Ciao') t:SetEntryContext('hi', '', '', 'greeting') "
        "t:SetEntryExample('hi', '', '', 'Hello, Ann') t:SetEntrySource('hi', '', '', 'Hi') t:SetEntryKey('bye', '', '', 'end') "
        "t:RemoveEntryValue('hi', '', '', 'fr') t:RemoveTargetLocale('de') local e = t:GetEntries() "
        "return e[1].Values.it, e[1].Context, e[1].Example, e[1].Source, e[2].Key, e[1].Values.fr, e[1].Values.de",
        ("Ciao", "greeting", "Hello, Ann", "Hi", "end", None, None),
    ),
    "LocalizationTable removes": (
        TABLE + "t:RemoveEntry('hi', '', '') local left = #t:GetEntries() t:RemoveKey('bye') local none = #t:GetEntries() "
        "t:SetEntry('new', 'de', 'neu') return left, none, t:GetString('de', 'new')",
        (1, 0, "neu"),
    ),
    "LocalizationTable contents": (
        TABLE + "local text, other = t:GetContents(), make('LocalizationTable') other:SetContents(text) "
        "return other:GetString('fr', 'hi')",
        "Salut",
    ),
    # --- sound and light
    "older names of colours": (
        ("local blue = BrickColor.new('Bright blue') local t, b = make('TextLabel', { TextColor = blue }), make('SelectionBox', "
        "{ Color = blue, SurfaceColor = BrickColor.new('Lime green') }) local s = make('Sparkles', { Color = Color3.new(1, 0, 0) }) "
        "return t.TextColor3 == blue.Color, t.TextColor.Name, b.Color3 == blue.Color, b.SurfaceColor3:ToHex(), s.SparkleColor:ToHex()"),
        (True, "Bright blue", True, "00ff00", "ff0000"),
    ),
    "older names of a sound's distances": (
        ("local s = make('Sound') local default = s.MaxDistance s.MaxDistance = 50 s.MinDistance = 3 "
        "return default, s.RollOffMaxDistance, s.RollOffMinDistance, s.EmitterSize"),
        (10000, 50, 3, 3),
    ),
    "Sound": (
        ("local s = make('Sound', { SoundId = 'rbxassetid://1', Pitch = 2, Parent = workspace }) s:Play() s:Pause() "
        "local paused = s.IsPaused s:Resume() return paused, s.IsPaused, s.IsLoaded, s.Pitch, s.PlaybackLoudness"),
        (True, False, True, 2, 0),
    ),
    "SoundService": (
        ("local s, part = S('SoundService'), make('Part') s:SetListener(Enum.ListenerType.ObjectCFrame, part) "
        "local kind, what = s:GetListener() local sound = make('Sound', { Parent = workspace }) s:PlayLocalSound(sound) "
        "return kind.Name, what == part, sound.IsPlaying, s:GetMixerTime() >= 0"),
        ("ObjectCFrame", True, True, True),
    ),
    "AudioPlayer": ("local a = make('AudioPlayer') a:Play() local on = a.IsPlaying a:Stop() return a.IsReady, on, a.IsPlaying", (True, True, False)),
    "AssetService audio": ("return S('AssetService'):GetAudioMetadataAsync({ 7 })[1].AssetId", 7),
    "Lighting moon": ("local l = S('Lighting') return l:GetMoonDirection() == -l:GetSunDirection(), l:GetMoonPhase()", (True, 0.75)),
    "ParticleEmitter": ("local p = make('ParticleEmitter') return p:Emit(5), p:Clear(), p.Rate", (None, None, 20)),
    "Trail and Beam": ("return make('Trail'):Clear(), make('Beam'):SetTextureOffset(0.5)", None),
    "WireframeHandleAdornment": (
        ("local w = make('WireframeHandleAdornment') return w:AddLine(Vector3.zero, Vector3.one), w:AddLines({}), "
        "w:AddPath({}, true), w:AddText(Vector3.zero, 'x'), w:Clear(), w.Thickness"),
        (None, None, None, None, None, 1),
    ),
    # --- the place
    "DataModel": (
        ("local before = game.PlaceId game:SetPlaceId(5) game:SetUniverseId(6) local place, universe = game.PlaceId, game.GameId "
        "game:SetPlaceId(before) return place, universe, #game:GetJobsInfo(), game:IsLoaded(), game:FindService('Chat') ~= nil"),
        (5, 6, 0, True, True),
    ),
    "CollectionService:GetCollection": (
        "make('VehicleSeat', { Parent = workspace }) return #S('CollectionService'):GetCollection('VehicleSeat')",
        1,
    ),
    "MaterialService": (
        ("local m = S('MaterialService') local variant = make('MaterialVariant', { Name = 'Moss', BaseMaterial = Enum.Material.Grass, "
        "Parent = m }) m:SetBaseMaterialOverride(Enum.Material.Grass, 'Moss') "
        "return m:GetMaterialVariant(Enum.Material.Grass, 'Moss') == variant, m:GetMaterialVariant(Enum.Material.Wood, 'Moss'), "
        "m:GetBaseMaterialOverride(Enum.Material.Grass)"),
        (True, None, "Moss"),
    ),
    "SharedTableRegistry": (
        ("local r = S('SharedTableRegistry') local own = SharedTable.new({ a = 1 }) r:SetSharedTable('mine', own) "
        "return r:GetSharedTable('mine').a, r:GetSharedTable('new') == r:GetSharedTable('new')"),
        (1, True),
    ),
    "Teams": (
        "local t = S('Teams') make('Team', { Parent = t, Name = 'Red' }) t:RebalanceTeams() return names(t:GetTeams())",
        "Red",
    ),
    "Stats": (
        ("local s = S('Stats') return s:GetMemoryUsageMbForTag(Enum.DeveloperMemoryTag.LuaHeap) > 0, "
        "s:GetMemoryUsageMbForTag(Enum.DeveloperMemoryTag.Sounds), table.find(s:GetMemoryCategoryNames(), 'LuaHeap') ~= nil"),
        (True, 0, True),
    ),
    "Terrain": ("return workspace.Terrain.IsSmooth", True),
    "Actor": (
        ("local a, got = make('Actor'), {} a:BindToMessageParallel('x', function(v) table.insert(got, v) end) "
        "a:SendMessage('x', 4) task.wait() return got[1]"),
        4,
    ),
    "EncodingService:ComputeStringHash": (
        ("return (string.gsub(S('EncodingService'):ComputeStringHash('abc', Enum.HashAlgorithm.Md5), '.', function(c) "
        "return string.format('%02x', string.byte(c)) end))"),
        "900150983cd24fb0d6963f7d28e17f72",
    ),
    "HttpService:UrlEncode": (
        ("local h = S('HttpService') local id = h:GenerateGUID(false) return h:UrlEncode('a b/ü'), #id, "
        "string.match(h:GenerateGUID(), '^{.+}$') ~= nil"),
        ("a%20b%2F%C3%BC", 36, True),
    ),
    "ContentProvider": (
        ("local c, seen = S('ContentProvider'), nil c:GetAssetFetchStatusChangedSignal('rbxassetid://9'):Connect(function(status) "
        "seen = status.Name end) c:Preload('rbxassetid://9') task.wait() return seen, c.RequestQueueSize, c.BaseUrl"),
        ("Success", 0, "https://www.roblox.com/"),
    ),
    "InsertService": (
        "local i = S('InsertService') return i:GetLatestAssetVersionAsync(3), i:ApproveAssetId(3), i:ApproveAssetVersionId(3)",
        (3, None),
    ),
    "ReplicatedFirst": ("return S('ReplicatedFirst'):RemoveDefaultLoadingScreen()", None),
    "ScriptContext": ("return S('ScriptContext'):SetTimeout(5)", None),
    "GlobalDataStore": (
        ("local store, seen = S('DataStoreService'):GetGlobalDataStore(), nil store:OnUpdate('k', function(v) seen = v end) "
        "local started = os.time() store:SetAsync('k', 3) task.wait() local _, info = store:GetAsync('k') "
        "return seen, info.UpdatedTime >= info.CreatedTime"),
        (3, True),
    ),
    "DataStoreOptions": (
        ("local o = make('DataStoreOptions') o:SetExperimentalFeatures({ v2 = true }) "
        "local s = S('DataStoreService'):GetDataStore('opt', nil, o) s:SetAsync('k', 1) "
        "S('DataStoreService'):SetRateLimitForRequestType(Enum.DataStoreRequestType.GetAsync, 100, 10) "
        "return (s:GetVersionAtTimeAsync('k', DateTime.now().UnixTimestampMillis + 1000))"),
        1,
    ),
    "cursors of pages": (
        (
            "local s = S('DataStoreService'):GetDataStore('many') for i = 1, 3 do s:SetAsync(`k{i}`, i) end local first = s:ListKeysAsync('', 2) "
            "local rest = s:ListKeysAsync('', 2, first.Cursor) return #first:GetCurrentPage(), rest:GetCurrentPage()[1].KeyName, rest.IsFinished"
        ),
        (2, "k3", True),
    ),
    "MemoryStoreHashMap": (
        "local m = S('MemoryStoreService'):GetHashMap('list') m:SetAsync('a', 1, 60) return m:ListItemsAsync(5):GetCurrentPage()[1].key",
        "a",
    ),
    # --- parts and what is in them
    "Attachment world axes": (
        ("local part = make('Part', { CFrame = CFrame.new(1, 2, 3) * CFrame.Angles(0, math.pi / 2, 0) }) "
        "local a = make('Attachment', { Parent = part, Position = Vector3.new(0, 1, 0) }) "
        "a.WorldCFrame = CFrame.new(4, 5, 6) local at = a.WorldPosition == Vector3.new(4, 5, 6) "
        "return at, a.WorldOrientation == Vector3.zero, a.WorldRotation == Vector3.zero, "
        "a.WorldSecondaryAxis:FuzzyEq(Vector3.yAxis, 1e-5), a.WorldCFrame.Position == a.WorldPosition"),
        (True, True, True, True, True),
    ),
    "Accoutrement": (
        ("local hat = make('Accessory') hat.AttachmentPos = Vector3.new(0, 2, 0) hat.AttachmentForward = Vector3.xAxis "
        "return hat.AttachmentPoint.Position.Y, hat.AttachmentForward == Vector3.xAxis, hat.AttachmentUp == Vector3.yAxis, "
        "hat.AttachmentRight == Vector3.xAxis"),
        (2, True, True, True),
    ),
    "Tool grip": (
        ("local tool = make('Tool') tool.Grip = CFrame.new(0, 1, 0) tool.GripPos = Vector3.new(3, 0, 0) "
        "return tool.GripPos.X, tool.GripForward == -Vector3.zAxis, tool.GripRight == Vector3.xAxis, tool.GripUp == Vector3.yAxis"),
        (3, True, True, True),
    ),
    "Bone": (
        ("local part = make('Part', { Position = Vector3.new(0, 10, 0) }) local bone = make('Bone', { Parent = part, "
        "CFrame = CFrame.new(1, 0, 0) }) bone.Transform = CFrame.new(0, 0, 5) local low = make('Bone', { Parent = bone }) "
        "return bone.TransformedCFrame.Position == Vector3.new(1, 0, 5), low.TransformedWorldCFrame.Position == Vector3.new(1, 10, 5)"),
        (True, True),
    ),
    "Motor": ("local m = make('Motor') m:SetDesiredAngle(1.5) return m.DesiredAngle", 1.5),
    "Constraint forces": (
        "local rod = make('RodConstraint') return rod:GetDebugAppliedForce(0) == Vector3.zero, rod:GetDebugAppliedTorque(0) == Vector3.zero",
        (True, True),
    ),
    "VehicleSeat": (
        "local s = make('VehicleSeat') s.Throttle = 1 s.SteerFloat = -0.5 return s.ThrottleFloat, s.Steer, s.AreHingesDetected",
        (1, -1, 0),
    ),
    "MeshPart:ApplyMesh": (
        "local from, to = make('MeshPart'), make('MeshPart') from.TextureID = 'rbxassetid://2' to:ApplyMesh(from) return to.TextureID",
        "rbxassetid://2",
    ),
    "MakeJoints": (
        ("return make('Part'):MakeJoints(), make('Model'):MakeJoints(), workspace:MakeJoints({}), workspace:JoinToOutsiders({}, "
        "Enum.JointCreationMode.All), #workspace:GetDescendants() > 0"),
        (None, None, None, None, True),
    ),
    "Camera angles": (
        ("local c = workspace.CurrentCamera c.FieldOfView = 60 local d, m = c.DiagonalFieldOfView, c.MaxAxisFieldOfView "
        "c.MaxAxisFieldOfView = m c.DiagonalFieldOfView = d return math.round(c.FieldOfView), d > m, m > 60, c.NearPlaneZ"),
        (60, True, True, pytest.approx(-0.1)),
    ),
    "Path and PathfindingService": (
        ("local p = S('PathfindingService') make('Part', { Parent = workspace, Anchored = true, Size = Vector3.new(60, 1, 60), "
        "Position = Vector3.new(500, 0, 0) }) local path = p:FindPathAsync(Vector3.new(490, 1, 0), Vector3.new(510, 1, 0)) "
        "local raw, smooth = p:ComputeRawPathAsync(Vector3.new(490, 1, 0), Vector3.new(500, 1, 0), 512), "
        "p:ComputeSmoothPathAsync(Vector3.new(490, 1, 0), Vector3.new(500, 1, 0), 512) "
        "return path.Status.Name, #path:GetPointCoordinates() == #path:GetWaypoints(), path:CheckOcclusionAsync(1), "
        "raw.Status.Name, smooth.Status.Name"),
        ("Success", True, -1, "Success", "Success"),
    ),
    "DragDetector": (
        ("local d = make('DragDetector', { Parent = make('Part', { CFrame = CFrame.Angles(0, math.pi / 2, 0) }) }) "
        "d:SetDragStyleFunction(function() return CFrame.identity end) d:SetPermissionPolicyFunction(function() return true end) "
        "d:RestartDrag() return d.WorldSecondaryAxis.Magnitude, typeof(d:GetReferenceFrame())"),
        (1, "CFrame"),
    ),
    # --- animations
    "AnimationTrack": (
        TRACK + "track:Play() track:AdjustSpeed(2) track:AdjustWeight(0.5) track:SetParameter('lean', 0.5) "
        "return track.Speed, track.WeightTarget, track.WeightCurrent, track:GetParameter('lean'), track:GetParameter('none'), "
        "next(track:GetParameterDefaults())",
        (2, 0.5, 0.5, 0.5, None, None),
    ),
    "Animator": (
        TRACK + "track:Play() local animator = model.AnimationController.Animator animator:StepAnimations(0.1) "
        "return animator:GetTrackByAnimationId('rbxassetid://7') == track, animator:GetTrackByAnimationId('rbxassetid://8')",
        (True, None),
    ),
    "KeyframeSequence": (
        ("local s, k, p, sub, mark = make('KeyframeSequence'), make('Keyframe', { Time = 0.5, Name = 'Half' }), make('Pose'), "
        "make('Pose'), make('KeyframeMarker') s:AddKeyframe(k) k:AddPose(p) p:AddSubPose(sub) k:AddMarker(mark) "
        "local before = { #s:GetKeyframes(), #k:GetPoses(), #p:GetSubPoses(), #k:GetMarkers() } "
        "p:RemoveSubPose(sub) k:RemoveMarker(mark) k:RemovePose(p) s:RemoveKeyframe(k) "
        "return table.concat(before), #s:GetKeyframes(), #k:GetPoses(), #p:GetSubPoses(), #k:GetMarkers()"),
        ("1111", 0, 0, 0, 0),
    ),
    "KeyframeSequenceProvider": (
        ("local provider, s = S('KeyframeSequenceProvider'), make('KeyframeSequence', { Name = 'Wave' }) "
        "local clips = S('AnimationClipProvider') local ids = { provider:RegisterActiveKeyframeSequence(s), "
        "clips:RegisterAnimationClip(s), clips:RegisterActiveAnimationClip(s) } local found = {} "
        "for _, id in ids do table.insert(found, provider:GetKeyframeSequence(id)) end "
        "table.insert(found, provider:GetKeyframeSequenceAsync(ids[1])) table.insert(found, clips:GetAnimationClipAsync(ids[2])) "
        "table.insert(found, clips:GetAnimationClip(ids[3])) return names(found), found[1] ~= s"),
        ("Wave Wave Wave Wave Wave Wave", True),
    ),
    "EulerRotationCurve": (
        ("local c = make('EulerRotationCurve') c:X():InsertKey(FloatCurveKey.new(0, 1, Enum.KeyInterpolationMode.Constant)) "
        "return c:GetAnglesAtTime(0)[1]"),
        1,
    ),
    # --- interfaces
    "UIPageLayout": (
        SCREEN + "local f = make('Frame', { Parent = gui }) local pages = make('UIPageLayout', { Parent = f, Animated = false }) "
        "local a, b = make('Frame', { Name = 'A', Parent = f }), make('Frame', { Name = 'B', Parent = f }) "
        "local first = pages.CurrentPage.Name pages:JumpTo(b) local second = pages.CurrentPage.Name pages:Previous() "
        "local third = pages.CurrentPage.Name pages:JumpToIndex(1) local fourth = pages.CurrentPage.Name pages:ApplyLayout() "
        "gui:Destroy() return first, second, third, fourth",
        ("A", "B", "A", "B"),
    ),
    "GuiObject tweens": (
        SCREEN + "local f = make('Frame', { Parent = gui }) local size, place = UDim2.fromOffset(10, 10), UDim2.fromOffset(5, 5) "
        "local done local began = f:TweenSizeAndPosition(size, place, nil, nil, 0.1, false, function(status) done = status.Name end) "
        "local again = f:TweenSize(place, nil, nil, 0.1, false) task.wait(0.2) local both = f.Size == size and f.Position == place "
        "local third = f:TweenPosition(size, Enum.EasingDirection.In, Enum.EasingStyle.Linear, 0.1, true) task.wait(0.2) "
        "local there = f.Position == size gui:Destroy() return began, again, done, both, third, there",
        (True, False, "Completed", True, True, True),
    ),
    "ScrollingFrame": (
        SCREEN + "local f = make('ScrollingFrame', { Parent = gui, Size = UDim2.fromOffset(100, 100), "
        "CanvasSize = UDim2.fromOffset(0, 300) }) f:ResetScrollVelocity() local velocity = f:GetScrollVelocity() == Vector2.zero "
        "local canvas, window, turned = f.AbsoluteCanvasSize.Y, f.AbsoluteWindowSize.Y, f.AbsoluteRotation gui:Destroy() "
        "return velocity, canvas, window, turned",
        (True, 300, 100, 0),
    ),
    "Path2D": (
        SCREEN + "local f = make('Frame', { Parent = gui, Size = UDim2.fromOffset(100, 100) }) local p = make('Path2D', { Parent = f }) "
        "p:SetControlPoints({ Path2DControlPoint.new(UDim2.new()), Path2DControlPoint.new(UDim2.fromOffset(10, 0)) }) "
        "local tangent = p:GetTangentOnCurveArcLength(0.5) gui:Destroy() return p:GetMaxControlPoints(), tangent == Vector2.xAxis",
        (250, True),
    ),
    "StyleQuery": (
        ("local q = make('StyleQuery') q:SetConditions({ MinSize = Vector2.new(1, 2) }) q:SetCondition('AspectRatioRange', "
        "NumberRange.new(1)) local all = q:GetConditions() return q:GetCondition('MinSize') == Vector2.new(1, 2), "
        "all.AspectRatioRange == NumberRange.new(1)"),
        (True, True),
    ),
    "StyleRule transitions": (
        ("local r, info = make('StyleRule'), TweenInfo.new(2) r:SetPropertyTransition('Size', info) "
        "r:SetDefaultPropertyTransition(info) local one = r:GetPropertyTransitions().Size "
        "r:SetPropertyTransitions({ Position = info }) return one.Time, r:GetPropertyTransitions().Size, "
        "r:GetPropertyTransitions().Position.Time, r:GetDefaultPropertyTransition().Time"),
        (2, None, 2, 2),
    ),
    # --- Studio
    "StudioService": (
        ("local s = S('StudioService') return s:GetUserId(), s.GridSize, s.RotateIncrement, s.DraggerSolveConstraints, "
        "s.StudioLocaleId, string.match(s:GetClassIcon('Part').Image, 'Part%.png$'), #s:PromptImportFilesAsync({ 'png' })"),
        (1, 1, 15, True, "en_US", "Part.png", 0),
    ),
    "StudioTestService": (
        "local s = S('StudioTestService') return s:CanLeaveTest(), s:LeaveTest()",
        False,
    ),
    "TestService": (
        ("local t = S('TestService') t:Message('a') t:Checkpoint('b') local ok = pcall(t.Fail, t, 'no') "
        "t:Warn(false, 'careful') return ok, t.WarnCount, t:isFeatureEnabled('x'), t:Done()"),
        (False, 1, False),
    ),
    "ChangeHistoryService": (
        ("local c = S('ChangeHistoryService') c:ResetWaypoints() local none = c:GetCanUndo() c:SetEnabled(true) "
        "local id = c:TryBeginRecording('move') local under = c:IsRecordingInProgress(id) make('Folder', { Parent = workspace }) "
        "c:FinishRecording(id, Enum.FinishRecordingOperation.Commit) local can, name = c:GetCanUndo() "
        "c:ResetWaypoints() return none, under, c:IsRecordingInProgress(), can, name, (c:GetCanUndo())"),
        (False, True, False, True, "move", False),
    ),
    "ScriptDocument selections": (
        DOCUMENT + "document:RequestSetSelectionAsync(2, 3, 1, 2) local l, c, al, ac = document:GetSelection() "
        "local sl, sc = document:GetSelectionStart() local el, ec = document:GetSelectionEnd() "
        "local text, has = document:GetSelectedText(), document:HasSelectedText() document:ForceSetSelectionAsync(1, 1) "
        "local none = document:HasSelectedText() return `{l}:{c} {al}:{ac} {sl}:{sc} {el}:{ec}`, text, has, none",
        ("2:3 1:2 1:2 2:3", "ne\ntw", True, False),
    ),
    "ScriptDocument edits": (
        DOCUMENT + "local ok = document:ReviewableTextEditsAsync({ { newText = 'ONE', startLine = 1, startCharacter = 1, "
        "endLine = 1, endCharacter = 4 } }) local line = document:GetLine(1) local closed = document:CloseAsync() "
        "return ok, line, closed, S('ScriptEditorService'):FindScriptDocument(script)",
        (True, "ONE", True, None),
    ),
    "InstanceFileSyncService": (
        "local i = S('InstanceFileSyncService') return #i:GetAllInstances(), i:GetSyncedInstance('a/b')",
        (0, None),
    ),
    "BasePart's older names": (
        ("local p = make('Part', { Size = Vector3.new(2, 4, 6), Material = Enum.Material.Wood }) local now = p.CurrentPhysicalProperties "
        "p.RotVelocity = Vector3.yAxis return p.SpecificGravity == now.Density, p.Friction == now.Friction, p.Elasticity == now.Elasticity, "
        "p.ExtentsSize == p.Size, p.ExtentsCFrame == p.CFrame, p.CenterOfMass == Vector3.zero, p.ResizeIncrement, p.ResizeableFaces.Top, "
        "p.ReceiveAge, p.AssemblyAngularVelocity == Vector3.yAxis"),
        (True, True, True, True, True, True, 1, True, 0, True),
    ),
    "BasePart's collision group": (
        ("local s = S('PhysicsService') s:RegisterCollisionGroup('Balls') local p = make('Part', { CollisionGroup = 'Balls' }) "
        "local number = p.CollisionGroupId p.CollisionGroupId = 0 local first = p.CollisionGroup p.CollisionGroupId = number "
        "return number > 0, first, p.CollisionGroup"),
        (True, "Default", "Balls"),
    ),
    "Humanoid": (
        ("local h = make('Humanoid', { Health = 80 }) h.MaxHealth = 50 local p = make('Part') h.WalkToPart = p h.WalkToPoint = Vector3.xAxis "
        "return h.Health, h.WalkToPart == p, h.WalkToPoint == Vector3.xAxis, h.MoveDirection == Vector3.zero"),
        (50, True, True, True),
    ),
    "EditableImages": (
        ("local s = S('AssetService') local image = s:CreateEditableImage({ Size = Vector2.new(2, 2) }) "
        "image:DrawRectangle(Vector2.zero, Vector2.one, Color3.new(1, 0, 0), 0, Enum.ImageCombineType.Overwrite) "
        "local copy = s:CreateEditableImageAsync(Content.fromObject(image)) "
        "return copy ~= image, buffer.readu8(copy:ReadPixelsBuffer(Vector2.zero, Vector2.one), 0)"),
        (True, 255),
    ),
    "keyframes by name": (
        ("local s = make('KeyframeSequence') s:AddKeyframe(make('Keyframe', { Time = 0.5, Name = 'Half' })) "
        "local id = S('KeyframeSequenceProvider'):RegisterKeyframeSequence(s) local model = make('Model', { Parent = workspace }) "
        "local track = make('AnimationController', { Parent = model }):LoadAnimation(make('Animation', { AnimationId = id })) "
        "return track:GetTimeOfKeyframe('Half')"),
        0.5,
    ),
    "a plugin's tools": (
        ("local plugin = PluginManager():CreatePlugin() plugin:Activate(false) local on = plugin:IsActivated() plugin:Deactivate() "
        "plugin:SelectRibbonTool(Enum.RibbonTool.Move, UDim2.new()) return on, plugin:IsActivated(), plugin:GetSelectedRibbonTool().Name, "
        "plugin:GetJoinMode().Name, plugin:GetStudioUserId(), plugin.CollisionEnabled, plugin.GridSize, "
        "plugin:PromptSaveSelectionAsync('x'), plugin:OpenWikiPage('x'), plugin:SaveSelectedToRoblox()"),
        (True, False, "Move", "Surface", 1, True, 1, False, None),
    ),
    "a plugin's windows": (
        ("local plugin = PluginManager():CreatePlugin() local button = plugin:CreateToolbar('T'):CreateButton('b', 'tip', '') "
        "button:SetActive(true) local menu = plugin:CreatePluginMenu('menu', 'Menu') "
        "menu:AddAction(plugin:CreatePluginAction('act', 'Act', 'tip')) local ok, why = pcall(menu.AddAction, menu, menu) "
        "local window = plugin:CreateDockWidgetPluginGui('w', DockWidgetPluginGuiInfo.new()) "
        "return typeof(window:GetRelativeMousePosition()), ok, string.match(why, 'PluginAction expected') ~= nil"),
        ("Vector2", False, True),
    ),
    "Plugin:OpenScript": (
        ("local script = make('Script', { Parent = workspace, Source = 'one\\ntwo' }) PluginManager():CreatePlugin():OpenScript(script, 2) "
        "return S('ScriptEditorService'):FindScriptDocument(script):GetSelection()"),
        (2, 1, 2, 1),
    ),
    "ScriptEditorService callbacks": (
        (
            "local s = S('ScriptEditorService') local function register() "
            "s:RegisterAutocompleteCallback('mine', 1, function(_, response) return response end) end "
            "register() local twice = pcall(register) s:DeregisterAutocompleteCallback('mine') return twice, (pcall(register))"
        ),
        (False, True),
    ),
    "DistributedGameTime": ("return workspace.DistributedGameTime >= 0", True),
    "PluginManager": ("return typeof(PluginManager():CreatePlugin())", "Instance"),
}  # fmt: skip

REFUSALS = {
    "GuiService:InspectPlayerFromUserId": (
        "S('GuiService'):InspectPlayerFromUserId(1)",
        "headless Studio has no inspect menu",
    ),
    "UserInputService:GetDeviceAcceleration": ("S('UserInputService'):GetDeviceAcceleration()", "has no such sensor"),
    "UserInputService:GetDeviceGravity": ("S('UserInputService'):GetDeviceGravity()", "has no such sensor"),
    "UserInputService:GetDeviceRotation": ("S('UserInputService'):GetDeviceRotation()", "has no such sensor"),
    "UserSettings():GetService": ("UserSettings():GetService('Nothing')", "'Nothing' is not a valid Service name"),
    "settings():GetFFlag": ("settings():GetFFlag('Nothing')", "Flag 'Nothing' does not exist"),
    "settings():GetFVariable": ("settings():GetFVariable('Nothing')", "Flag 'Nothing' does not exist"),
    "AssetService:LoadAssetAsync": ("S('AssetService'):LoadAssetAsync(1)", "User is not authorized to access Asset."),
    "InsertService:LoadAssetVersion": (
        "S('InsertService'):LoadAssetVersion(1)",
        "User is not authorized to access Asset.",
    ),
    "GroupService:GetEnemiesAsync": ("S('GroupService'):GetEnemiesAsync(1)", "HTTP 400 (Bad Request)"),
    "UIPageLayout:JumpTo": ("make('UIPageLayout'):JumpTo(nil)", "Argument 1 missing or nil"),
    "TextService:GetFamilyInfoAsync": ("S('TextService'):GetFamilyInfoAsync('')", "the family is empty"),
    "HapticService:SetMotor": ("S('HapticService'):SetMotor('x')", "Unable to cast string to token"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_member_says_its_one_thing(studio: Studio, name: str) -> None:
    chunk, expected = ANSWERS[name]
    assert studio.command(WORDS + chunk) == expected


@pytest.mark.parametrize("name", REFUSALS)
def test_what_cannot_be_is_refused(studio: Studio, name: str) -> None:
    chunk, message = REFUSALS[name]
    with pytest.raises(LuauError) as caught:
        studio.command(WORDS + chunk)
    assert message in str(caught.value)
