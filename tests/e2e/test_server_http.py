"""What a running server refuses, and how: over HTTP, before and on the socket."""

import json
import secrets
import socket
import stat
import time
from pathlib import Path

import httpx
import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from peers.server import ServerProcess, running
from peers.studio import Studio, pair, wait_until
from toolboxai import protocol

HELLO = {"type": "hello", "protocol": 1, "client": "test-client"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    project = tmp_path_factory.mktemp("http") / "game"
    with running(project, TOOLBOXAI_MESSAGE_BYTES="100000", TOOLBOXAI_DOCUMENT_BYTES="50000") as process:
        yield process


@pytest.fixture(scope="module")
def tokens(server: ServerProcess) -> protocol.Tokens:
    return pair(server.port, server.project)


@pytest.fixture
def http(server: ServerProcess):
    with httpx.Client(base_url=f"http://localhost:{server.port}", timeout=10) as client:
        yield client


def dial(server: ServerProcess, token: str = "", path: str = "/ws/roblox", **headers: str):
    given = {"Authorization": f"Bearer {token}"} if token else {}
    return connect(
        f"ws://127.0.0.1:{server.port}{path}", additional_headers={**given, **headers}, compression=None, max_size=None
    )


def last_words(server: ServerProcess, token: str, *frames: str | bytes) -> dict:
    """Say these frames; return the last thing that the server says before it closes."""
    heard = {}
    with dial(server, token) as open_socket:
        try:
            for frame in frames:
                open_socket.send(frame)
            while True:
                heard = json.loads(open_socket.recv(timeout=10))
        except ConnectionClosed:
            return heard


# --- who may speak ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "localhost", "127.0.0.1:1", "localhost.evil:{port}", ""]
)
@pytest.mark.parametrize("path", ["/healthz", "/api/pair", "/ws/roblox"])
def test_a_host_that_is_no_loopback_name_with_our_port_is_refused(http: httpx.Client, server, host: str, path: str):
    answer = http.get(path, headers={"host": host.format(port=server.port)})
    assert (answer.status_code, answer.json()["code"]) == (421, "host")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1", "https://localhost:{port}"])
def test_a_page_of_another_origin_is_refused(http: httpx.Client, server, origin: str):
    origin = origin.format(port=server.port)
    assert http.get("/healthz", headers={"origin": origin}).status_code == 403
    with pytest.raises(InvalidStatus) as refused, dial(server, "x", Origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_our_own_names_and_origins_are_served_on_both_loopbacks(server):
    for name in ("localhost", "127.0.0.1", "[::1]"):
        address = f"http://{name}:{server.port}"
        answer = httpx.get(f"{address}/healthz", headers={"origin": address})
        assert answer.status_code == 200
        assert answer.json()["state"] == "ok"
        assert "secret" not in answer.text


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.e30"])
def test_an_upgrade_without_a_good_token_is_answered_401_before_it_is_accepted(server, token: str):
    with pytest.raises(InvalidStatus) as refused, dial(server, token):
        pass
    assert refused.value.response.status_code == 401
    assert refused.value.response.headers["www-authenticate"] == "Bearer"
    assert json.loads(refused.value.response.body)["remedy"]


def test_a_token_in_the_address_is_not_taken(server, tokens):
    for name in ("token", "access_token", "authorization"):
        with pytest.raises(InvalidStatus) as refused, dial(server, path=f"/ws/roblox?{name}={tokens.access_token}"):
            pass
        assert refused.value.response.status_code == 401


def _forged(server: ServerProcess, **changes: object) -> str:
    (path,) = (server.project / ".toolboxai" / "keys").glob("*.pem")
    now = int(time.time())
    claims = {"iss": "toolboxai", "aud": "game", "sub": "g", "iat": now, "exp": now + 60, "jti": "j", **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    key = load_pem_private_key(path.read_bytes(), None)
    return jwt.encode(claims, key, algorithm="ES256", headers={"kid": path.stem})  # type: ignore[arg-type]


def test_a_token_that_is_over_for_another_project_or_unsigned_is_refused(server, http, tokens):
    good = _forged(server)
    assert http.get("/healthz").status_code == 200
    read = {"documents": []}
    assert http.post("/api/documents/read", json=read, headers={"authorization": f"Bearer {good}"}).status_code == 200
    header, claims, _ = tokens.access_token.split(".")
    unsigned = jwt.encode({"sub": "g", "aud": "game", "iss": "toolboxai"}, None, algorithm="none")
    weak = jwt.encode({"sub": "g", "aud": "game", "iss": "toolboxai", "exp": time.time() + 60}, "s" * 32, "HS256")
    bad = [
        _forged(server, exp=int(time.time()) - 1), _forged(server, aud="other"), _forged(server, iss="other"),
        _forged(server, exp=None), _forged(server, sub=None), f"{header}.{claims}.AAAA", unsigned, weak,
    ]  # fmt: skip
    for token in bad:
        answer = http.post("/api/documents/read", json=read, headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 401, jwt.decode(token, options={"verify_signature": False})
        assert answer.json()["remedy"]


def test_every_address_with_documents_or_lessons_needs_a_token(http):
    for method, path in [
        ("POST", "/api/documents"), ("POST", "/api/documents/read"), ("POST", "/api/documents/keep"),
        ("GET", "/api/lessons"), ("GET", "/api/lessons/x"), ("POST", "/api/lessons/x/check"),
    ]:  # fmt: skip
        assert http.request(method, path, json={}).status_code == 401, path


# --- pairing ----------------------------------------------------------------------------------------------------------


def test_a_code_waits_until_its_owner_approves_it_and_works_once(server, http):
    started = http.post("/api/pair", json={"client": "Studio <b>\x00on</b> LAPTOP"}).json()
    assert started["user_code"][4] == "-"
    assert not set(started["user_code"]) & set("ILO01")
    poll = {"device_code": started["device_code"]}
    waiting = http.post("/api/pair/token", json=poll)
    assert (waiting.status_code, waiting.json()["code"]) == (202, "pending")
    typed = {"user_code": started["user_code"].lower().replace("-", " ")}
    for wrong in ("", "Bearer", "Bearer x", f"Basic {'x' * 43}"):
        assert http.post("/api/pair/approve", json=typed, headers={"authorization": wrong}).status_code == 401
    owner = {"authorization": f"Bearer {(server.project / '.toolboxai' / 'owner.secret').read_text()}"}
    assert http.post("/api/pair/approve", json=typed, headers=owner).json()["client"] == "Studio <b>on</b> LAPTOP"
    again = http.post("/api/pair/approve", json=typed, headers=owner)
    assert (again.status_code, again.json()["code"]) == (404, "unknown_code")
    assert http.post("/api/pair/token", json=poll).status_code == 200
    over = http.post("/api/pair/token", json=poll)
    assert (over.status_code, over.json()["code"]) == (410, "expired")
    assert http.post("/api/pair/token", json={"device_code": "never was"}).status_code == 410


def test_secrets_are_in_private_files_and_in_no_log(server, tokens):
    state = server.project / ".toolboxai"
    for path in (state / "owner.secret", *(state / "keys").iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert (state / ".gitignore").read_text() == "*\n"
    said = server.said()
    raw = b"".join(path.read_bytes() for path in state.glob("state.db*"))
    for secret in (tokens.access_token, tokens.refresh_token, (state / "owner.secret").read_text()):
        assert secret not in said
        assert secret.encode() not in raw


def test_a_refresh_token_used_twice_ends_the_pairing_and_its_sockets(server, http):
    first = pair(server.port, server.project)
    second = http.post("/api/token", json={"refresh_token": first.refresh_token})
    assert second.status_code == 200
    access = second.json()["access_token"]
    with Studio(server.port, access) as studio:
        reused = http.post("/api/token", json={"refresh_token": first.refresh_token})
        assert reused.status_code == 401
        assert studio.closed.wait(5)
        assert studio.heard[-1].code == "revoked"
    assert http.post("/api/token", json={"refresh_token": second.json()["refresh_token"]}).status_code == 401
    with pytest.raises(InvalidStatus) as refused, dial(server, access):
        pass
    assert refused.value.response.status_code == 401


def test_a_socket_ends_with_bye_when_its_token_does(server):
    words = last_words(server, _forged(server, exp=int(time.time()) + 1), json.dumps(HELLO))
    assert (words["type"], words["code"]) == ("bye", "expired")


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (["{"], "message"),
        (["[]"], "message"),
        (['{"type": "nonsense"}'], "message"),
        (['{"type": "ping", "at": 1}'], "hello"),
        ([json.dumps({**HELLO, "protocol": 2})], "protocol"),
        ([json.dumps({**HELLO, "client": "disk"})], "client"),
        ([json.dumps({**HELLO, "client": "a b<script>"})], "client"),
        ([json.dumps(HELLO), json.dumps(HELLO)], "hello"),
        ([json.dumps(HELLO), b"\x00\x01"], "binary"),
        ([json.dumps(HELLO), "[" * 50_000], "message"),
        ([json.dumps(HELLO), "x" * 100_001], "too_large"),
        ([json.dumps(HELLO), '{"type": "edit", "document": "d", "base": -1, "seq": 1, "operation": []}'], "message"),
        ([json.dumps(HELLO), '{"type": "edit", "document": "d", "base": 0, "seq": 1, "operation": [1.5]}'], "message"),
        ([json.dumps(HELLO), '{"type": "ping", "at": "now"}'], "message"),
    ],
)
def test_a_bad_message_ends_the_socket_with_a_bye_that_says_why(server, tokens, frames, code: str):
    words = last_words(server, tokens.access_token, *frames)
    assert (words["type"], words["code"]) == ("bye", code)
    assert words["message"]


def test_bad_edits_are_refused_one_by_one_and_the_socket_lives_on(server, tokens):
    with Studio(server.port, tokens.access_token) as studio:
        document = studio.document("ServerScriptService", "Hello").id
        editor = studio.open(document)
        length = len(editor.text)
        cases = [
            ("unknown_document", protocol.Edit("none", 0, 1, [1])),
            ("not_open", protocol.Edit("never opened", 0, 1, [1])),
            ("seq", protocol.Edit(document, 0, 0, [length])),
            ("seq", protocol.Edit(document, 0, 2**60, [length])),
            ("ahead", protocol.Edit(document, 99, 1, [length])),
            ("operation", protocol.Edit(document, 0, 1, [length + 1])),
            ("operation", protocol.Edit(document, 0, 1, [2**70])),
            ("operation", protocol.Edit(document, 0, 1, [0, length])),
            ("operation", protocol.Edit(document, 0, 1, [1, 1, length - 2])),
            ("too_large", protocol.Edit(document, 0, 1, ["x" * 60_000, length])),
        ]
        for code, edit in cases:
            studio.say(edit)
            wait_until(lambda: len(studio.messages(protocol.Refused)) == 1, what=code)
            (refused,) = studio.messages(protocol.Refused)
            assert refused.code in {code, "not_open"} if code == "unknown_document" else refused.code == code
            assert refused.remedy
            studio.heard.clear()
        studio.insert(document, 0, "-- fine\n")
        wait_until(studio.settled)


def test_a_reused_seq_is_refused_with_other_content_and_acknowledged_with_the_same(server, tokens):
    with Studio(server.port, tokens.access_token) as studio:
        document = studio.document("ServerScriptService", "Hello").id
        editor = studio.open(document)
        edit = protocol.Edit(document, editor.revision, 7, ["-- once\n", len(editor.text)])
        for _ in range(3):
            studio.say(edit)
        wait_until(lambda: len(studio.messages(protocol.Acknowledged)) == 3)
        assert len({message.revision for message in studio.messages(protocol.Acknowledged)}) == 1
        studio.say(msgspec.structs.replace(edit, operation=["-- other\n", len(editor.text)]))
        studio.say(msgspec.structs.replace(edit, seq=6))
        wait_until(lambda: len(studio.messages(protocol.Refused)) == 2)
        assert {message.code for message in studio.messages(protocol.Refused)} == {"seq_reused"}
        got = studio.post("/api/documents/read", {"documents": [document]}).json()["documents"][0]["text"]
        assert got.count("-- once") == 1
        assert "-- other" not in got


def test_the_same_client_twice_leaves_the_newer_socket(server, tokens):
    first = Studio(server.port, tokens.access_token, "same-client")
    with first as older, Studio(server.port, tokens.access_token, "same-client") as newer:
        assert older.closed.wait(5)
        assert older.heard[-1].code == "replaced"
        newer.say(protocol.Ping(12.5))
        wait_until(lambda: newer.messages(protocol.Pong))


def test_a_reader_that_never_reads_is_dropped_and_nobody_waits_for_it(tmp_path: Path):
    project = tmp_path / "game"
    with running(project, TOOLBOXAI_OUTBOX_MESSAGES="50") as server:
        token = pair(server.port, project).access_token
        with Studio(server.port, token) as writer, socket.create_connection(("127.0.0.1", server.port)) as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            document = writer.document("ServerScriptService", "Hello").id
            writer.open(document)
            key = "dGhlIHNhbXBsZSBub25jZQ=="
            deaf.sendall(
                f"GET /ws/roblox HTTP/1.1\r\nHost: localhost:{server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
            )
            deaf.recv(15)
            for message in (protocol.Hello(1, "deaf-client"), protocol.Open(document, 0)):
                deaf.sendall(_masked(msgspec.json.encode(message)))
            wait_until(lambda: "deaf-client connected" in server.said())
            text = "x" * 100_000
            for _ in range(150):
                writer.insert(document, 0, text)
                wait_until(writer.settled)
                writer.replace(document, 0, len(text), "")
                wait_until(writer.settled)
                if "deaf-client left" in server.said():
                    break
            wait_until(lambda: "deaf-client left" in server.said())
            assert httpx.get(f"http://localhost:{server.port}/healthz").json()["connected"] == 1


def _masked(payload: bytes) -> bytes:
    assert len(payload) < 126
    return bytes([0x81, 0x80 | len(payload), 0, 0, 0, 0]) + payload


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=6,
)
_ADDRESSES = [
    "/api/pair/token",
    "/api/token",
    "/api/documents",
    "/api/documents/read",
    "/api/documents/keep",
    "/healthz",
    "/api/lessons/x/check",
    "/nowhere",
    "/api/lessons/..%2f..%2fetc",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), address=st.sampled_from(_ADDRESSES), method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]))
def test_no_body_makes_the_server_fail(tokens, http, data, address: str, method: str):
    field = st.sampled_from(
        ["path", "class_name", "text", "documents", "id", "level", "seed", "scripts", "device_code", "refresh_token"]
    )
    body = data.draw(
        st.binary(max_size=40) | st.dictionaries(field, _JSON, max_size=4).map(lambda value: json.dumps(value).encode())
    )
    answer = http.request(method, address, content=body, headers={"authorization": f"Bearer {tokens.access_token}"})
    assert answer.status_code < 500, (address, body, answer.text)
    if answer.status_code >= 400:
        assert answer.json()["message"]


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"\x00\xff\r\n\r\n",
        b"POST /api/pair HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET /ws/roblox HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    ],
)
def test_raw_nonsense_is_refused_and_the_server_lives_on(server, http, raw: bytes):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as wire:
        wire.sendall(raw)
        assert b" 4" in wire.recv(4096).split(b"\r\n")[0]
    assert http.get("/healthz").status_code == 200


def test_a_body_that_is_too_large_is_refused_with_413(http, tokens):
    headers = {"authorization": f"Bearer {tokens.access_token}"}
    path = ["ServerScriptService", secrets.token_hex(4)]
    body = {"path": path, "class_name": "Script", "text": "x" * 60_000}
    assert http.post("/api/documents", json=body, headers=headers).status_code == 413
    assert http.post("/api/pair", content=b"x" * 20_000).status_code == 413
    big = (b"x" * 1_000_000 for _ in range(13))
    assert http.post("/api/documents/read", content=big, headers=headers).status_code == 413


def test_guessing_and_polling_without_pause_is_slowed_down(http):
    poll = {"device_code": http.post("/api/pair", json={"client": "x"}).json()["device_code"]}
    assert {http.post("/api/pair/token", json=poll).status_code for _ in range(8)} == {202, 429}
    approve = {"user_code": "AAAA-2222"}
    answers = [http.post("/api/pair/approve", json=approve, headers={"authorization": "Bearer x"}) for _ in range(30)]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {
        (401, "owner"),
        (429, "slow_down"),
    }
