"""Members of parts, models, the world and humanoids with one thing to say each: a chunk, and what it gives."""

from collections.abc import Iterator
from typing import Any

import pytest

from studio.members import ENGINES, WORDS, studios
from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio


@pytest.fixture(scope="module", params=ENGINES)
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    yield from studios(request.param)


@pytest.fixture(autouse=True)
def _swept(studio: Studio) -> None:
    studio.command("workspace:ClearAllChildren() Instance.new('Camera', workspace)")


BOX = "local box = make('Part', { Size = Vector3.new(2, 4, 6), Position = Vector3.new(0, 10, 0), Parent = workspace }) "
MODEL = BOX + "local model = make('Model', { Parent = workspace }) box.Parent = model model.PrimaryPart = box "
WALL = "local wall = make('Part', { Anchored = true, Size = Vector3.new(1, 20, 20), Position = Vector3.new(10, 0, 0), Parent = workspace }) "
RIG = (
    "local rig = S('Players'):CreateHumanoidModelFromDescriptionAsync(make('HumanoidDescription'), Enum.HumanoidRigType.R15) "
    "rig.Parent = workspace local humanoid = rig.Humanoid "
)

ANSWERS: dict[str, tuple[str, Any]] = {
    # --- parts
    "impulses at a place": (
        BOX + "local mass = box:GetMass() box:ApplyImpulseAtPosition(Vector3.xAxis * mass, box.Position + Vector3.yAxis) "
        "local straight, turning = box.AssemblyLinearVelocity, box.AssemblyAngularVelocity box.AssemblyAngularVelocity = Vector3.zero "
        "box:ApplyAngularImpulse(Vector3.yAxis) return straight:FuzzyEq(Vector3.xAxis, 1e-4), turning.Z < 0, "
        "box.AssemblyAngularVelocity.Y > 0, box:GetVelocityAtPosition(box.Position):FuzzyEq(Vector3.xAxis, 1e-4)",
        (True, True, True, True),
    ),
    "torque and acceleration are each other's inverse": (
        BOX + "local turn = Vector3.new(1, 2, 3) return box:TorqueToAngularAcceleration(box:AngularAccelerationToTorque(turn))"
        ":FuzzyEq(turn, 1e-4)",
        True,
    ),
    "network owners": (
        BOX + "local may = box:CanSetNetworkOwnership() local auto = box:GetNetworkOwnershipAuto() box:SetNetworkOwner(nil) "
        "local set = box:GetNetworkOwnershipAuto() box:SetNetworkOwnershipAuto() return may, auto, set, box:GetNetworkOwnershipAuto()",
        (True, True, False, True),
    ),
    "roots and frames": (
        BOX + "local other = make('Part', { Parent = workspace, Position = Vector3.new(0, 20, 0) }) "
        "local apart = make('NoCollisionConstraint', { Part0 = box, Part1 = other, Parent = workspace }) "
        "return box:GetRootPart() == box, box:GetRenderCFrame() == box.CFrame, box:GetNoCollisionConstraints()[1] == apart",
        (True, True, True),
    ),
    "Resize": (BOX + "return box:Resize(Enum.NormalId.Top, 2), box.Size.Y, box.Position.Y", (True, 6, 11)),
    # --- attachments and constraints
    "axes of attachments": (
        BOX + "local a = make('Attachment', { Parent = box }) a:SetAxis(Vector3.yAxis) a:SetSecondaryAxis(Vector3.zAxis) "
        "return a:GetAxis():FuzzyEq(Vector3.yAxis, 1e-5), a:GetSecondaryAxis():FuzzyEq(Vector3.zAxis, 1e-5)",
        (True, True),
    ),
    "what hangs between attachments": (
        BOX + "local a = make('Attachment', { Parent = box }) local b = make('Attachment', { Parent = box, Position = Vector3.zAxis * 3 }) "
        "local function between(class) return make(class, { Attachment0 = a, Attachment1 = b, Parent = box }) end "
        "local rod, rope, spring = between('RodConstraint'), between('RopeConstraint'), between('SpringConstraint') "
        "return rod.CurrentDistance, rope.CurrentDistance, spring.CurrentLength, #a:GetConstraints()",
        (3, 3, 3, 3),
    ),
    # --- models
    "measures of models": (
        MODEL + "return model:GetExtentsSize() == box.Size, model:GetModelSize() == box.Size, model:GetModelCFrame().Position == box.Position, "
        "model:GetPrimaryPartCFrame() == box.CFrame",
        (True, True, True, True),
    ),
    "models are turned upright": (
        (
            MODEL + "box.CFrame *= CFrame.Angles(0, 1, 0) model:ResetOrientationToIdentity() local first = box.CFrame.Rotation "
            "box.CFrame *= CFrame.Angles(0, 1, 0) model:SetIdentityOrientation() local own = box.CFrame.Rotation "
            "box.CFrame *= CFrame.Angles(0, 1, 0) model:ResetOrientationToIdentity() model:moveTo(Vector3.new(5, 30, 5)) "
            "return first:FuzzyEq(CFrame.identity, 1e-5), own:FuzzyEq(first, 1e-5), box.CFrame.Rotation:FuzzyEq(own, 1e-5), "
            "box.Position:FuzzyEq(Vector3.new(5, 30, 5), 1e-4)"
        ),
        (True, False, True, True),
    ),
    # --- the world
    "the clockwork": (
        BOX + "return workspace:GetNumAwakeParts() >= 0, workspace:GetPhysicsThrottling(), workspace:GetRealPhysicsFPS(), "
        "workspace:PGSIsEnabled(), math.abs(workspace:GetServerTimeNow() - os.time()) < 2",
        (True, 100, 60, True, True),
    ),
    "what is listed lets go of the rest": (
        BOX + "local other = make('Part', { Parent = workspace, Position = Vector3.new(0, 20, 0) }) "
        "local weld = make('WeldConstraint', { Part0 = box, Part1 = other, Parent = box }) workspace:UnjoinFromOutsiders({ box }) "
        "return weld.Parent, #box:GetJoints()",
        (None, 0),
    ),
    "casts of boxes and balls": (
        WALL + "local ball = workspace:Spherecast(Vector3.zero, 1, Vector3.xAxis * 20) "
        "local block = workspace:Blockcast(CFrame.identity, Vector3.one * 4, Vector3.xAxis * 20) "
        "return ball.Instance == wall, math.round(ball.Distance * 10) / 10, math.round(block.Distance * 10) / 10",
        (True, 8.5, 7.5),
    ),
    "older rays": (
        WALL + "local ray = Ray.new(Vector3.zero, Vector3.xAxis * 20) local hit, place = workspace:findPartOnRay(ray) "
        "local none, far = workspace:FindPartOnRayWithIgnoreList(ray, { wall }) return hit == wall, place.X, none, far.X",
        (True, 9.5, None, 20),
    ),
    "older regions": (
        WALL + "local region = Region3.new(Vector3.new(8, -2, -2), Vector3.new(12, 2, 2)) return workspace:findPartsInRegion3(region)[1] == wall, "
        "#workspace:FindPartsInRegion3WithIgnoreList(region, { wall }), workspace:IsRegion3EmptyWithIgnoreList(region, { wall }), "
        "workspace:ArePartsTouchingOthers({ wall })",
        (True, 0, True, False),
    ),
    "StepPhysics": (
        BOX + "workspace:StepPhysics(0.1, { box }) return box.Position.Y < 10",
        True,
    ),
    "collision groups by their older names": (
        ("local s, part = S('PhysicsService'), make('Part') local id = s:CreateCollisionGroup('Doors') s:SetPartCollisionGroup(part, 'Doors') "
        "local contains, name = s:CollisionGroupContainsPart('Doors', part), s:GetCollisionGroupName(id) s:RenameCollisionGroup('Doors', 'Gates') "
        "local same, count = s:GetCollisionGroupId('Gates') == id, #s:GetCollisionGroups() s:RemoveCollisionGroup('Gates') "
        "return contains, name, same, count - #s:GetRegisteredCollisionGroups(), s:GetMaxCollisionGroups()"),
        (True, "Doors", True, 1, 32),
    ),
    # --- terrain
    "cells of the terrain": (
        ("local t = workspace.Terrain local cell = t:WorldToCell(Vector3.new(5, -1, 9)) return cell == Vector3.new(1, -1, 2), "
        "t:WorldToCellPreferSolid(Vector3.new(5, 0, 0)).X, t:WorldToCellPreferEmpty(Vector3.new(5, 0, 0)).X, "
        "t:CellCenterToWorld(1, 0, 0).X, t:CellCornerToWorld(1, 0, 0).X"),
        (True, 1, 1, 6, 4),
    ),
    "shapes of the terrain": (
        ("local t = workspace.Terrain t:Clear() t:FillRegion(Region3.new(Vector3.zero, Vector3.one * 8), 4, Enum.Material.Grass) "
        "local box = t:CountCells() t:FillCylinder(CFrame.new(40, 8, 0), 8, 8, Enum.Material.Rock) local round = t:CountCells() "
        "t:FillWedge(CFrame.new(80, 8, 0), Vector3.one * 16, Enum.Material.Sand) local all = t:CountCells() t:Clear() "
        "return box, round > box, all > round, t:CountCells()"),
        (8, True, True, 0),
    ),
    "colours of the terrain": (
        "local t = workspace.Terrain t:SetMaterialColor(Enum.Material.Grass, Color3.new(1, 0, 0)) return t:GetMaterialColor(Enum.Material.Grass).R",
        1,
    ),
    "colours of a new terrain": (
        "local t = workspace.Terrain return t:GetMaterialColor(Enum.Material.Snow):ToHex(), t:GetMaterialColor(Enum.Material.Mud):ToHex()",
        ("c3c7da", "3a2e24"),
    ),
    # --- the camera
    "the camera turns, glides and looks": (
        MODEL + "local c = workspace.CurrentCamera c.CFrame = CFrame.new(0, 0, 50) c:SetRoll(0.5) local roll = c:GetRoll() c:SetRoll(0) "
        "c:ZoomToExtents(model:GetBoundingBox()) local far = (c.CFrame.Position - box.Position).Magnitude > 3 "
        "return math.round(roll * 10) / 10, far, c:GetRenderCFrame() == c.CFrame",
        (0.5, True, True),
    ),
    "Camera:Interpolate": (
        ("S('RunService'):Run() local c = workspace.CurrentCamera local done = false c.InterpolationFinished:Connect(function() done = true end) "
        "c:Interpolate(CFrame.new(0, 5, 0), CFrame.new(0, 5, -10), 0.1) task.wait(0.3) S('RunService'):Stop() "
        "return done, c.CFrame.Position:FuzzyEq(Vector3.new(0, 5, 0), 1e-4)"),
        (True, True),
    ),
    # --- humanoids
    "limbs": (
        RIG + "return humanoid:GetLimb(rig.LeftHand).Name, humanoid:GetBodyPartR15(rig.LeftFoot).Name, humanoid:GetMoveVelocity() == Vector3.zero, "
        "humanoid:GetRelativeVelocityAtFloor() == Vector3.zero",
        ("LeftArm", "LeftFoot", True, True),
    ),
    "bodies are built of attachments": (
        RIG + "rig.Head.Neck:Destroy() humanoid:BuildRigFromAttachments() local neck = rig.Head:FindFirstChild('Neck') ~= nil "
        "local hand = rig.LeftHand:Clone() local ok = humanoid:ReplaceBodyPartR15(Enum.BodyPartR15.LeftHand, hand) "
        "return neck, ok, rig.LeftHand == hand",
        (True, True, True),
    ),
    "looks": (
        RIG + "local look = make('HumanoidDescription', { TorsoColor = Color3.new(0, 1, 0) }) humanoid:ApplyDescription(look) "
        "local first = rig.UpperTorso.Color == look.TorsoColor look.TorsoColor = Color3.new(0, 0, 1) humanoid:ApplyDescriptionReset(look) "
        "humanoid:ApplyDescriptionAsync(look) humanoid:ApplyDescriptionResetAsync(look) make('Accessory', { Parent = rig }) "
        "humanoid:RemoveAccessories() return first, rig.UpperTorso.Color == look.TorsoColor, "
        "humanoid:GetAppliedDescription().TorsoColor == look.TorsoColor, #humanoid:GetAccessories()",
        (True, True, True, 0),
    ),
    "emotes": (
        RIG + "local look = make('HumanoidDescription') look:SetEmotes({ Wave = { 1 } }) look:AddEmote('Bow', 2) look:RemoveEmote('Wave') "
        "look:SetEquippedEmotes({ 'Bow' }) look:SetAccessories({ { AssetId = 5, AccessoryType = Enum.AccessoryType.Hat } }, true) "
        "humanoid:ApplyDescription(look) return look:GetEmotes().Bow[1], look:GetEmotes().Wave, look:GetEquippedEmotes()[1].Slot, "
        "look.HatAccessory, humanoid:PlayEmoteAsync('Bow')",
        (2, None, 1, "5", True),
    ),
    "humanoids by older names": (
        RIG + "humanoid:takeDamage(10) local track = humanoid:loadAnimation(make('Animation')) humanoid:ChangeState(Enum.HumanoidStateType.Physics) "
        "return humanoid.Health, typeof(track), humanoid:GetState().Name",
        (90, "Instance", "Physics"),
    ),
    "models of people": (
        ("local p = S('Players') local one, two = p:CreateHumanoidModelFromUserId(1), p:CreateHumanoidModelFromUserIdAsync(1) "
        "local looks = { p:GetHumanoidDescriptionFromUserId(1), p:GetHumanoidDescriptionFromUserIdAsync(1), "
        "p:GetHumanoidDescriptionFromOutfitId(1), p:GetHumanoidDescriptionFromOutfitIdAsync(1) } "
        "local picture, ready = p:GetUserThumbnailAsync(1, Enum.ThumbnailType.HeadShot, Enum.ThumbnailSize.Size48x48) "
        "return one.Humanoid.RigType.Name, two:IsA('Model'), #looks, picture, ready, #p:getPlayers(), p:playerFromCharacter(one)"),
        ("R15", True, 4, "rbxthumb://type=HeadShot&id=1&w=48&h=48", True, 0, None),
    ),
    # --- every instance
    "who is above": (
        MODEL + "local actor = make('Actor', { Parent = workspace }) model.Parent = actor return box:FindFirstAncestor('Model') == model, "
        "box:FindFirstAncestorOfClass('Actor') == actor, box:FindFirstAncestorWhichIsA('PVInstance') == model, "
        "box:FindFirstAncestorWhichIsA('Part'), box:GetActor() == actor, actor:FindFirstDescendant('Part') == box, "
        "actor:FindFirstDescendant('None')",
        (True, True, True, None, True, True, None),
    ),
    "debug ids": (
        BOX + "local other = make('Part') return box:GetDebugId() == box:GetDebugId(), box:GetDebugId() ~= other:GetDebugId(), "
        "string.match(box:GetDebugId(), '^%d+_%d+$') ~= nil",
        (True, True, True),
    ),
    # --- interfaces by older names
    "older names of texts": (
        ("local gui = make('ScreenGui', { Parent = S('StarterGui') }) local found = {} for _, class in { 'TextLabel', 'TextButton', 'TextBox' } do "
        "local text = make(class, { Parent = gui, Size = UDim2.fromOffset(50, 20), Text = 'a long text, too long', FontSize = Enum.FontSize.Size18, "
        "TextWrap = true, LineHeight = 9 }) table.insert(found, `{text.TextSize} {text.TextWrapped} {text.LineHeight} {text.TextFits}`) "
        "if class ~= 'TextBox' then table.insert(found, text.LocalizedText == text.Text) end end gui:Destroy() "
        "return found[1], found[2], found[3], found[4], found[5]"),
        ("18 true 3 false", True, "18 true 3 false", True, "18 true 3 false"),
    ),
    "older names of colours": (
        ("local f = make('Frame', { BackgroundColor = BrickColor.new('Really red'), BorderColor = BrickColor.new('Really blue') }) "
        "return f.BackgroundColor3 == Color3.new(1, 0, 0), f.BorderColor3 == Color3.new(0, 0, 1), f.BackgroundColor.Name, f.BorderColor.Name"),
        (True, True, "Really red", "Really blue"),
    ),
    "cells of grids": (
        ("local gui = make('ScreenGui', { Parent = S('StarterGui') }) local grid = make('UIGridLayout', { Parent = gui, "
        "CellSize = UDim2.fromOffset(30, 20) }) make('Frame', { Parent = gui }) local size = grid.AbsoluteCellSize gui:Destroy() return size.X, size.Y"),
        (30, 20),
    ),
    "statistics": (
        BOX + "local s = S('Stats') local none = 0 for _, name in { 'ContactsCount', 'DataReceiveKbps', 'DataSendKbps', 'MovingPrimitivesCount', "
        "'PhysicsReceiveKbps', 'PhysicsSendKbps', 'PhysicsStepTime', 'PhysicsStepTimeMs', 'RenderCPUFrameTime', 'RenderGPUFrameTime', "
        "'SceneDrawcallCount', 'SceneTriangleCount', 'ShadowsDrawcallCount', 'ShadowsTriangleCount', 'UI2DDrawcallCount', 'UI2DTriangleCount', "
        "'UI3DDrawcallCount', 'UI3DTriangleCount' } do none += s[name] end local before = s.PrimitivesCount box:Destroy() return none, before - s.PrimitivesCount, s.FrameTime >= 0, "
        "s.HeartbeatTime * 1000 == s.HeartbeatTimeMs, s.MemoryTrackingEnabled",
        (0, 1, True, True, False),
    ),
    "Studio's theme by its older name": (
        "return settings().Studio['UI Theme'].Name == settings().Studio.Theme.Name",
        True,
    ),
}  # fmt: skip

REFUSALS = {
    "an unknown user's name": ("S('Players'):GetUserIdFromNameAsync('Nobody')", "Unknown user"),
    "an unknown user's friends": ("S('Players'):GetFriendsAsync(1)", "Unknown user"),
    "an emote that there is not": (
        RIG + "humanoid:PlayEmoteAsync('Fly')",
        "Emote name not found in HumanoidDescription's emotes: Fly",
    ),
    "a look that nobody sees": (
        "make('Humanoid'):ApplyDescription(make('HumanoidDescription'))",
        "DataModel was not available",
    ),
    "owners of what stands": (
        WALL + "wall:SetNetworkOwner(nil)",
        "Network Ownership API cannot be called on Anchored parts or parts welded to Anchored parts.",
    ),
    "a group that there is not": (
        "S('PhysicsService'):SetPartCollisionGroup(make('Part'), 'None')",
        "'None' does not exist",
    ),
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
