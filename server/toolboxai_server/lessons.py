"""Lessons over HTTP: the list, what a student gets, and the verdict on an attempt."""

import asyncio
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from toolboxai import protocol
from toolboxai.curriculum.catalogue import Catalogue, UnknownLessonError
from toolboxai.errors import ToolboxError
from toolboxai_server.announce import Announce
from toolboxai_server.answers import answer, bearer, body
from toolboxai_server.auth.tokens import Tokens
from toolboxai_server.problems import Refusal

T = TypeVar("T")
_BODY_BYTES = 4 * 1024 * 1024
_LARGEST_SEED = 2**53
_WAITING_FOR_EACH = 8


class LessonRoutes:
    """The project's lessons; checks run in child processes, a few at a time, and never on the event loop."""

    def __init__(self, project: Path, tokens: Tokens, checks: int, announce: Announce) -> None:
        self._project = project
        self._tokens = tokens
        self._announce = announce
        self._waiting = 0
        self._most_waiting = checks * (1 + _WAITING_FOR_EACH)
        self._workers = ThreadPoolExecutor(checks, thread_name_prefix="toolboxai-lessons")
        self._catalogue = Catalogue()

    async def start(self) -> None:
        """Load the lessons; tells of those that do not load and goes on with the rest."""
        self._catalogue = await asyncio.to_thread(Catalogue.of, self._project)
        for problem in self._catalogue.problems:
            self._announce("lesson", f"{problem.path}:{problem.line}: {problem.message}. {problem.remedy}".rstrip())

    def stop(self) -> None:
        self._workers.shutdown(wait=False, cancel_futures=True)

    def routes(self) -> list[Route]:
        return [
            Route("/api/lessons", self.all, methods=["GET"]),
            Route("/api/lessons/{id}", self.one, methods=["GET"]),
            Route("/api/lessons/{id}/check", self.check, methods=["POST"]),
        ]

    async def all(self, request: Request) -> Response:
        self._tokens.verify(bearer(request))
        return answer(protocol.Lessons(self._catalogue.summaries()))

    async def one(self, request: Request) -> Response:
        self._tokens.verify(bearer(request))
        level = request.query_params.get("level", "")
        seed = request.query_params.get("seed", "0")
        if not seed.isascii() or not seed.isdigit() or int(seed[:20]) > _LARGEST_SEED:
            raise Refusal("seed", "The seed is not a whole number from 0 on.", "Leave it out, or name a number.")
        render = partial(self._catalogue.bundle, request.path_params["id"], level, int(seed))
        return answer(await _refusing(asyncio.to_thread(render)))

    async def check(self, request: Request) -> Response:
        self._tokens.verify(bearer(request))
        attempt = await body(request, protocol.LessonAttempt, _BODY_BYTES)
        if self._waiting >= self._most_waiting:
            raise Refusal("busy", "Too many checks wait.", "Try again in a moment.", status=429)
        judge = partial(self._catalogue.check, request.path_params["id"], attempt)
        self._waiting += 1
        try:
            judging = asyncio.get_running_loop().run_in_executor(self._workers, judge)
            return answer(await _refusing(judging))
        finally:
            self._waiting -= 1


async def _refusing(work: Awaitable[T]) -> T:
    """What the catalogue answers; its own faults become refusals."""
    try:
        return await work
    except UnknownLessonError as fault:
        raise Refusal("unknown_lesson", f"{fault}.", fault.remedy, status=404) from fault
    except ToolboxError as fault:
        raise Refusal("lesson", f"{fault}.", fault.remedy, status=422) from fault
