"""Purchases: prompts that a player answers, receipts until they are granted, and what is owned."""

from collections.abc import Iterator

import pytest

from toolboxai.studio.host import LuauError
from toolboxai.studio.universe import Universe
from toolboxai.studio.world import World

PLACE = "game.Players.CharacterAutoLoads = false"

SHOP = """
    local market = game:GetService("MarketplaceService")
    _G.receipts, _G.finished, _G.grant = {}, {}, false
    market.ProcessReceipt = function(info)
        table.insert(_G.receipts, info)
        return if _G.grant then Enum.ProductPurchaseDecision.PurchaseGranted
            else Enum.ProductPurchaseDecision.NotProcessedYet
    end
    market.PromptProductPurchaseFinished:Connect(function(user, product, bought)
        table.insert(_G.finished, `{user} {product} {bought}`)
    end)
    market.PromptGamePassPurchaseFinished:Connect(function(player, pass, bought)
        table.insert(_G.finished, `{player} {pass} {bought}`)
    end)
"""


@pytest.fixture
def world() -> Iterator[World]:
    with World(PLACE) as opened:
        opened.server.run(SHOP)
        yield opened


def test_a_receipt_is_asked_about_until_it_is_granted(world: World) -> None:
    world.server.act("Market", "sell", "Product", 7, {"Name": "Coins", "PriceInRobux": 25})
    ann = world.join("Ann", userId=12)
    world.server.run('game:GetService("MarketplaceService"):PromptProductPurchase(game.Players.Ann, 7)')
    assert world.server.act("Market", "prompts") == ["Ann Product 7"]
    world.server.act("Market", "buy", "Ann")
    world.step()
    info = world.server.get("_G.receipts[1]")
    assert (info["PlayerId"], info["ProductId"], info["CurrencySpent"]) == (12, 7, 25)
    assert world.server.get("_G.finished") == ["12 7 true"]
    ann.leave()
    world.server.run("_G.grant = true")
    world.join("Ann", userId=12)
    world.step()
    assert world.server.get("#_G.receipts") == 2
    assert world.server.get("_G.receipts[1].PurchaseId == _G.receipts[2].PurchaseId")
    world.players["Ann"].leave()
    world.join("Ann", userId=12)
    assert world.server.get("#_G.receipts") == 2


def test_a_receipt_waits_for_another_server() -> None:
    universe = Universe()
    with World(PLACE, universe=universe) as first:
        first.join("Ann", userId=3)
        first.server.run('game:GetService("MarketplaceService"):PromptProductPurchase(game.Players.Ann, 7)')
        first.server.act("Market", "buy", "Ann")
    with World(PLACE, universe=universe) as second:
        second.server.run(SHOP)
        second.join("Ann", userId=3)
        assert second.server.get("_G.receipts[1].ProductId") == 7


def test_a_client_asks_for_its_own_player_and_hears_the_end(world: World) -> None:
    ann = world.join("Ann", userId=5)
    world.join("Ben", userId=6)
    ann.run("""
        local market = game:GetService("MarketplaceService")
        market.PromptGamePassPurchaseFinished:Connect(function(player, pass, bought)
            _G.heard = `{player == game.Players.LocalPlayer} {pass} {bought}`
        end)
        market:PromptGamePassPurchase(game.Players.LocalPlayer, 99)
    """)
    world.step()
    assert world.server.act("Market", "prompts") == ["Ann GamePass 99"]
    world.server.act("Market", "buy", "Ann")
    world.step()
    world.step()
    assert ann.get("_G.heard") == "true 99 true"
    assert world.server.get("_G.finished") == ["Ann 99 true"]
    owns = 'game:GetService("MarketplaceService"):UserOwnsGamePassAsync({}, 99)'
    assert world.server.get(owns.format(5)) is True
    assert world.server.get(owns.format(6)) is False
    with pytest.raises(LuauError, match="Local scripts can only prompt the local player"):
        ann.run('game:GetService("MarketplaceService"):PromptPurchase(game.Players.Ben, 1)')


def test_a_cancelled_prompt_sells_nothing(world: World) -> None:
    world.join("Ann", userId=5)
    world.server.run('game:GetService("MarketplaceService"):PromptProductPurchase(game.Players.Ann, 7)')
    world.server.act("Market", "cancel", "Ann")
    world.step()
    assert world.server.get("_G.finished") == ["5 7 false"]
    assert world.server.get("#_G.receipts") == 0


def test_what_is_on_sale_can_be_asked_and_the_rest_is_refused(world: World) -> None:
    world.server.act("Market", "sell", "GamePass", 4, {"Name": "VIP", "PriceInRobux": 100})
    name, price, sale = world.server.run("""
        local info = game:GetService("MarketplaceService"):GetProductInfoAsync(4, Enum.InfoType.GamePass)
        return info.Name, info.PriceInRobux, info.IsForSale
    """)
    assert (name, price, sale) == ("VIP", 100, True)
    with pytest.raises(LuauError, match="HTTP 400"):
        world.server.run('game:GetService("MarketplaceService"):GetProductInfoAsync(4)')
