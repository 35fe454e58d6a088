"""HttpService over real sockets: requests, streams, and Roblox's limits on both."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from websockets.asyncio.server import ServerConnection, serve

from toolboxai.studio.engines import available
from toolboxai.studio.host import LuauError
from toolboxai.studio.studio import Studio
from toolboxai.studio.world import World


class Echo(BaseHTTPRequestHandler):
    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        text = f"{self.command} {self.headers.get('X-Mark')} {self.headers.get('Content-Type')} ".encode() + body
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = answer  # noqa: N815 - names the base class chose

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        if message == "bye":
            await connection.close()
        else:
            await connection.send(message)


@pytest.fixture(scope="module")
def socket() -> Iterator[str]:
    ready = threading.Event()
    opened: list[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def run() -> None:
        stop = asyncio.Event()
        async with serve(echo, "127.0.0.1", 0) as server:
            opened.append((next(iter(server.sockets)).getsockname()[1], asyncio.get_running_loop(), stop))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()))  # cancels what a half-open connection left
    thread.start()
    assert ready.wait(10)
    port, loop, stop = opened[0]
    yield f"ws://127.0.0.1:{port}"
    loop.call_soon_threadsafe(stop.set)
    thread.join()


@pytest.fixture(params=available())
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    with Studio(request.param) as opened:
        yield opened


def test_requests_come_back_with_status_headers_and_body(studio: Studio, web: str) -> None:
    assert studio.command(
        """
        local http, url = game:GetService("HttpService"), ...
        local answer = http:RequestAsync({ Url = url, Method = "PUT", Headers = { ["X-Mark"] = "é" }, Body = "b" })
        local missing = http:RequestAsync({ Url = url .. "/missing" })
        return answer.Success, answer.StatusCode, answer.Body, answer.Headers["content-length"] or
            answer.Headers["Content-Length"], missing.Success, missing.StatusCode, http:PostAsync(url, "{}")
        """,
        web,
    )[:2] == (True, 200)
    assert studio.command('return game:GetService("HttpService"):PostAsync(..., "{}")', web) == (
        "POST None application/json {}"
    )
    with pytest.raises(LuauError, match="HTTP 404"):
        studio.command('return game:GetService("HttpService"):GetAsync(...)', web + "/missing")


def test_a_secret_is_sent_and_never_shown(studio: Studio, web: str) -> None:
    studio.act("Website", "secret", "key", "abc")
    assert studio.command(
        """
        local http, url = game:GetService("HttpService"), ...
        local secret = http:GetSecret("key"):AddPrefix("Bearer "):AddSuffix("!")
        local answer = http:RequestAsync({ Url = url, Headers = { ["X-Mark"] = secret } })
        return { answer.Body, tostring(secret), typeof(secret), pcall(function() return secret.text end) }
        """,
        web,
    )[:4] == ["GET Bearer abc! None ", "Secret", "Secret", False]
    with pytest.raises(LuauError, match="Can't find secret with given key: other"):
        studio.command('return game:GetService("HttpService"):GetSecret("other")')


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ('{ Url = "http://127.0.0.1:1/" }', "HTTP requests to port 1 are not allowed"),
        ('{ Url = "ftp://127.0.0.1/" }', "Invalid URL: ftp://127.0.0.1/"),
        ("{}", "Missing or invalid field 'Url'"),
        ('{ Url = "http://127.0.0.1:2000", Foo = 1 }', "'Foo' is not a field of the request"),
        ('{ Url = "http://127.0.0.1:2000", Body = "x" }', "A GET request may not have a Body"),
        ('{ Url = "http://127.0.0.1:2000", Headers = { ["Content-Length"] = "1" } }', "is not allowed!"),
        ('{ Url = "http://127.0.0.1:2000", Headers = { ["A"] = "1\\n2" } }', "line break"),
    ],
)
def test_a_request_that_roblox_would_refuse_is_refused(studio: Studio, options: str, message: str) -> None:
    with pytest.raises(LuauError) as caught:
        studio.command(f'game:GetService("HttpService"):RequestAsync({options})')
    assert message in str(caught.value)


def test_no_answer_is_an_error(studio: Studio) -> None:
    with pytest.raises(LuauError, match="HttpError: ConnectFail"):
        studio.command('game:GetService("HttpService"):GetAsync("http://127.0.0.1:1024")')


def test_five_hundred_requests_a_minute_are_the_limit() -> None:
    with Studio() as studio:
        assert (
            studio.command("""
            local http, refused = game:GetService("HttpService"), 0
            for index = 1, 502 do
                task.spawn(function()
                    local ok, message = pcall(http.GetAsync, http, "http://127.0.0.1:1024")
                    refused += if string.find(message, "Number of requests exceeded limit") then 1 else 0
                end)
            end
            return refused
        """)
            == 2
        )


def test_scripts_of_the_place_need_the_setting(studio: Studio) -> None:
    studio.command("""
        local script = Instance.new("Script", game.ServerScriptService)
        script.Name = "Asks"
        script.Source = 'game:GetService("HttpService"):GetAsync("http://127.0.0.1:2000")'
    """)
    studio.run("ServerScriptService.Asks")
    assert studio.output[0].text == (
        "ServerScriptService.Asks:1: Http requests are not enabled. Enable via game settings"
    )


def test_clients_send_no_requests_even_with_the_setting() -> None:
    place = """
        game:GetService("HttpService").HttpEnabled = true
        local asks = Instance.new("LocalScript", game:GetService("StarterPlayer").StarterPlayerScripts)
        asks.Name = "Asks"
        asks.Source = 'game:GetService("HttpService"):GetAsync("http://127.0.0.1:2000")'
    """
    with World(place) as world:
        ann = world.join("Ann")
        world.step()
        assert ann.errors == ["Players.Ann.PlayerScripts.Asks:1: Http requests can only be executed by game server"]


STREAM = """
    local http, url = game:GetService("HttpService"), ...
    local client = http:CreateWebStreamClient(Enum.WebStreamClientType.WebSocket, { Url = url, Headers = {} })
    _G.client, _G.heard = client, { client.ConnectionState.Name }
    client.Opened:Connect(function(status) table.insert(_G.heard, "opened " .. status) client:Send("é") end)
    client.MessageReceived:Connect(function(text) table.insert(_G.heard, "message " .. text) end)
    client.Error:Connect(function(status) table.insert(_G.heard, "error") end)
    client.Closed:Connect(function() table.insert(_G.heard, "closed " .. client.ConnectionState.Name) end)
"""


def test_a_stream_opens_carries_messages_and_closes(studio: Studio, socket: str) -> None:
    studio.command(STREAM, socket)
    studio.run_until("#_G.heard == 3")
    studio.command('_G.client:Send("bye")')
    studio.run_until("#_G.heard == 4")
    assert studio.command("return _G.heard") == ["Connecting", "opened 101", "message é", "closed Closed"]
    with pytest.raises(LuauError, match="the connection is closed, not open"):
        studio.command('_G.client:Send("x")')


def test_a_stream_that_finds_nobody_says_so(studio: Studio) -> None:
    studio.command(STREAM, "ws://127.0.0.1:1024")
    studio.run_until("#_G.heard == 2")
    assert studio.command("return _G.heard, _G.client.ConnectionState.Name") == (["Connecting", "error"], "Error")


def test_six_streams_are_the_limit_and_closing_frees_one(studio: Studio, socket: str) -> None:
    source = """
        local http, url = game:GetService("HttpService"), ...
        local function open()
            return http:CreateWebStreamClient(Enum.WebStreamClientType.WebSocket, { Url = url })
        end
        local clients = {}
        for index = 1, 6 do clients[index] = open() end
        local ok, message = pcall(open)
        clients[1]:Close()
        return ok, message, (pcall(open))
    """
    ok, message, again = studio.command(source, socket)
    assert (ok, again) == (False, True)
    assert "the limit of 6 clients is reached" in message
