"""Codes, tokens, keys and limits, with a clock that the test holds."""

from pathlib import Path

import jwt
import pytest
from sqlalchemy import create_engine

from toolboxai.errors import ToolboxError
from toolboxai_server.auth.keys import SigningKeys
from toolboxai_server.auth.limits import RateLimit
from toolboxai_server.auth.pairing import Pairing, normal_code
from toolboxai_server.auth.tokens import Tokens
from toolboxai_server.problems import Refusal
from toolboxai_server.store.migrations import migrate


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def connection():
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        migrate(opened)
        yield opened
    engine.dispose()


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    return SigningKeys(tmp_path / "keys")


@pytest.fixture
def tokens(keys: SigningKeys, clock: Clock) -> Tokens:
    return Tokens(keys, "game", access_seconds=60, refresh_seconds=1000, clock=clock)


@pytest.fixture
def pairing(tokens: Tokens, clock: Clock) -> Pairing:
    return Pairing(tokens, seconds=100, interval=2, clock=clock)


def refused(code: str):
    return pytest.raises(Refusal, check=lambda refusal: refusal.code == code)


def test_a_code_runs_out_whether_approved_or_not(connection, pairing: Pairing, clock: Clock):
    waiting, approved = pairing.start(connection, "a"), pairing.start(connection, "b")
    assert pairing.approve(connection, approved.user_code).client == "b"
    clock.now += 101
    with refused("unknown_code"):
        pairing.approve(connection, waiting.user_code)
    for started in (waiting, approved):
        with refused("expired"):
            pairing.poll(connection, started.device_code)


def test_codes_are_kept_as_digests(connection, pairing: Pairing):
    started = pairing.start(connection, "a")
    rows = str(connection.exec_driver_sql("select * from pairings").all())
    assert started.user_code not in rows
    assert started.device_code not in rows


def test_only_so_many_codes_wait_at_once(connection, pairing: Pairing, clock: Clock):
    with refused("busy"):
        for _ in range(100):
            pairing.start(connection, "a")
    clock.now += 101
    pairing.start(connection, "a")


@pytest.mark.parametrize("typed", ["ABCD-2345", "abcd2345", " abcd 2345\n", "ABCD:2345"])
def test_a_code_may_be_typed_as_people_type(typed: str):
    assert normal_code(typed) == "ABCD-2345"


def test_an_access_token_ends_and_a_refresh_token_works_once(connection, tokens: Tokens, clock: Clock):
    first = tokens.grant(connection, "a")
    assert tokens.seconds_left(tokens.verify(first.access_token)) == 60
    clock.now += 60
    with refused("expired"):
        tokens.verify(first.access_token)
    second = tokens.refresh(connection, first.refresh_token)
    grant = tokens.verify(second.access_token).id
    assert tokens.refresh(connection, first.refresh_token) == grant
    with refused("revoked"):
        tokens.verify(second.access_token)
    with refused("refresh_token"):
        tokens.refresh(connection, second.refresh_token)


def test_a_refresh_token_that_is_over_or_unknown_is_refused(connection, tokens: Tokens, clock: Clock):
    first = tokens.grant(connection, "a")
    clock.now += 1001
    with refused("refresh_token"):
        tokens.refresh(connection, first.refresh_token)
    with refused("refresh_token"):
        tokens.refresh(connection, "made up")


def test_a_new_key_signs_and_the_old_one_still_verifies(tmp_path: Path, connection, clock: Clock):
    keys = SigningKeys(tmp_path / "keys")
    tokens = Tokens(keys, "game", access_seconds=60, refresh_seconds=1000, clock=clock)
    before = tokens.grant(connection, "a").access_token
    kid = keys.rotate()
    after = tokens.grant(connection, "a").access_token
    assert jwt.get_unverified_header(after)["kid"] == kid != jwt.get_unverified_header(before)["kid"]
    again = Tokens(SigningKeys(tmp_path / "keys"), "game", access_seconds=60, refresh_seconds=1000, clock=clock)
    assert again.verify(before)
    assert again.verify(after)
    (tmp_path / "keys" / f"{jwt.get_unverified_header(before)['kid']}.pem").unlink()
    without = Tokens(SigningKeys(tmp_path / "keys"), "game", access_seconds=60, refresh_seconds=1000, clock=clock)
    assert without.verify(after)
    with refused("access_token"):
        without.verify(before)


def test_a_damaged_key_file_is_named(tmp_path: Path):
    (tmp_path / "0001-x.pem").write_text("not a key")
    with pytest.raises(ToolboxError, match=r"0001-x\.pem") as fault:
        SigningKeys(tmp_path)
    assert fault.value.remedy


def test_revoked_grants_are_remembered_over_a_restart(keys: SigningKeys, connection, tokens: Tokens, clock: Clock):
    access = tokens.grant(connection, "a").access_token
    tokens.revoke(connection, tokens.verify(access).id)
    again = Tokens(keys, "game", access_seconds=60, refresh_seconds=1000, clock=clock)
    again.load(connection)
    with refused("revoked"):
        again.verify(access)


def test_a_limit_lets_a_burst_through_then_one_at_a_time(clock: Clock):
    limit = RateLimit(per_second=0.5, burst=3, clock=clock)
    for _ in range(3):
        limit.check("one")
    with refused("slow_down"):
        limit.check("one")
    limit.check("other")
    clock.now += 2
    limit.check("one")
    with refused("slow_down"):
        limit.check("one")
