"""What a player's own methods do that no other file tells of."""

from toolboxai.studio.world import World


def test_friends_who_play_here_are_online() -> None:
    with World() as world:
        world.join("Ann", userId=7, friends=[8, 9])
        world.join("Bob", userId=8)
        world.step(0.1)
        online = "return function(name) local f = game.Players[name]:GetFriendsOnlineAsync() return #f, f[1] and f[1].UserName end"
        assert world.server.run(f"return ((function() {online} end)())('Ann')") == (1, "Bob")
        assert world.server.run(f"return ((function() {online} end)())('Bob')") == (0, None)


def test_an_appearance_is_taken_off() -> None:
    with World() as world:
        world.join("Ann")
        world.step(0.1)
        assert (
            world.server.run("""
            local player = game.Players.Ann
            for _, class in { "Shirt", "Pants", "Accessory", "Configuration" } do Instance.new(class, player.Character) end
            player:ClearCharacterAppearance()
            local left = {}
            for _, class in { "Shirt", "Pants", "Accessory", "Configuration", "Humanoid" } do
                if player.Character:FindFirstChildOfClass(class) then table.insert(left, class) end
            end
            return table.concat(left, " ")
        """)
            == "Configuration Humanoid"
        )
