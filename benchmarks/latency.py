"""How long an edit takes from one Studio to the other, beside a bare relay of the same frames in the same run.

    python benchmarks/latency.py [--edits 2000] [--every-ms 5]

Three processes on loopback: the server (or the relay), and this one with both clients. The server orders and commits
each edit to disk before anyone hears of it; the relay only passes frames on.
"""

import argparse
import asyncio
import json
import multiprocessing
import statistics
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as relay

from toolboxai_server import load_settings, serve

_WARM_UP = 50
Times = tuple[list[float], list[float]]


def _run_server(project: Path, ready: Connection) -> None:
    serve(load_settings(project, {}, port=0), ready=ready.send)


def _run_relay(ready: Connection) -> None:
    peers: set[ServerConnection] = set()

    async def pass_on(peer: ServerConnection) -> None:
        peers.add(peer)
        async for frame in peer:
            for other in peers - {peer}:
                await other.send(frame)
            await peer.send('{"type":"acknowledged"}')

    async def main() -> None:
        async with relay(pass_on, "127.0.0.1", 0, compression=None) as server:
            ready.send(server.sockets[0].getsockname()[1])
            await server.serve_forever()

    asyncio.run(main())


def _pair(port: int, project: Path) -> str:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
        started = http.post("/api/pair", json={"client": "benchmark"}).json()
        owner = {"authorization": f"Bearer {(project / '.toolboxai' / 'owner.secret').read_text()}"}
        http.post("/api/pair/approve", json={"user_code": started["user_code"]}, headers=owner).raise_for_status()
        poll = {"device_code": started["device_code"]}
        return str(http.post("/api/pair/token", json=poll).raise_for_status().json()["access_token"])


async def _hello(connection: ClientConnection, client: str) -> tuple[str, int]:
    await connection.send(json.dumps({"type": "hello", "protocol": 1, "client": client}))
    document = json.loads(await connection.recv())["documents"][0]
    await connection.send(json.dumps({"type": "open", "document": document["id"], "revision": document["revision"]}))
    return document["id"], document["revision"]


async def _server_times(port: int, token: str, text_bytes: int, edits: int, pause: float) -> Times:
    dial = {"additional_headers": {"Authorization": f"Bearer {token}"}, "compression": None}
    async with (
        connect(f"ws://127.0.0.1:{port}/ws/roblox", **dial) as one,
        connect(f"ws://127.0.0.1:{port}/ws/roblox", **dial) as two,
    ):
        document, revision = await _hello(one, "bench-one")
        await _hello(two, "bench-two")

        def frame(number: int) -> str:
            edit = {"type": "edit", "document": document, "base": revision + number, "seq": number + 1}
            return json.dumps({**edit, "operation": ["x", text_bytes + number]})

        return await _times(one, two, frame, edits, pause)


async def _relay_times(port: int, edits: int, pause: float) -> Times:
    address = f"ws://127.0.0.1:{port}"
    async with connect(address, compression=None) as one, connect(address, compression=None) as two:

        def frame(number: int) -> str:
            edit = {"type": "edit", "document": "relayed", "base": number, "seq": number + 1}
            return json.dumps({**edit, "operation": ["x", number]})

        return await _times(one, two, frame, edits, pause)


async def _times(one: ClientConnection, two: ClientConnection, frame, edits: int, pause: float):
    """Milliseconds from sending to the other's hearing, and to the own acknowledgement."""
    heard, acknowledged = [], []

    async def acknowledgement(sent: float) -> None:
        await one.recv()
        acknowledged.append((time.perf_counter() - sent) * 1000)

    for number in range(edits + _WARM_UP):
        sent = time.perf_counter()
        await one.send(frame(number))
        mine = asyncio.create_task(acknowledgement(sent))
        await two.recv()
        heard.append((time.perf_counter() - sent) * 1000)
        await mine
        await asyncio.sleep(pause)
    return heard[_WARM_UP:], acknowledged[_WARM_UP:]


def _report(name: str, times: list[float]) -> float:
    times = sorted(times)
    p99 = times[int(len(times) * 0.99)]
    print(f"{name:42} p50 {statistics.median(times):6.2f} ms   p99 {p99:6.2f} ms   worst {times[-1]:6.2f} ms")
    return p99


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=2000)
    parser.add_argument("--every-ms", type=float, default=5)
    arguments = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    pause = arguments.every_ms / 1000
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "game"
        ours, theirs = context.Pipe()
        for target, given in ((_run_server, (project, theirs)), (_run_relay, (theirs,))):
            process = context.Process(target=target, args=given)
            process.start()
            port = ours.recv()
            try:
                if target is _run_server:
                    size = len((project / "src" / "ServerScriptService" / "Hello.server.luau").read_bytes())
                    token = _pair(port, project)
                    times = asyncio.run(_server_times(port, token, size, arguments.edits, pause))
                    edit_p99 = _report("edit, client to other client (committed)", times[0])
                    _report("edit, client to its acknowledgement", times[1])
                else:
                    times = asyncio.run(_relay_times(port, arguments.edits, pause))
                    relay_p99 = _report("bare relay of the same frames", times[0])
            finally:
                process.terminate()
                process.join()
    print(f"p99 is {edit_p99 / relay_p99:.1f} times the bare relay's; promised: at most 15 ms")


if __name__ == "__main__":
    main()
