"""Lessons over HTTP, from the catalogue that ships, judged where a student's code can harm nobody."""

import pytest

from peers.server import running
from peers.studio import Studio, pair


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory):
    project = tmp_path_factory.mktemp("lessons") / "game"
    with running(project) as server, Studio(server.port, pair(server.port, project).access_token) as connected:
        yield connected


def attempt(bundle: dict, source: str | None = None) -> dict:
    scripts = [{**script, "source": script["source"] if source is None else source} for script in bundle["scripts"]]
    return {"level": bundle["level"], "seed": bundle["seed"], "scripts": scripts}


def test_a_lesson_is_listed_fetched_and_checked(studio: Studio):
    lessons = studio.http.get("/api/lessons").json()["lessons"]
    assert {"output-print", "instances-parents", "properties"} <= {lesson["id"] for lesson in lessons}
    got = studio.http.get("/api/lessons/output-print", params={"level": "guided", "seed": 3})
    assert got.status_code == 200, got.text
    bundle = got.json()
    assert bundle["steps"]
    assert bundle["hash"] == studio.http.get("/api/lessons/output-print?level=guided&seed=3").json()["hash"]
    verdict = studio.post("/api/lessons/output-print/check", attempt(bundle)).json()
    assert verdict["passed"] is False
    assert any(check["message"] for check in verdict["checks"])


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/lessons/nowhere?level=guided", 404, "unknown_lesson"),
        ("/api/lessons/output-print?level=hardest", 422, "lesson"),
        ("/api/lessons/output-print?level=guided&seed=-1", 400, "seed"),
        ("/api/lessons/output-print?level=guided&seed=99999999999999999999999", 400, "seed"),
        ("/api/lessons/..%2f..%2fsecrets?level=guided", 404, ""),
    ],
)
def test_what_is_no_lesson_level_or_seed_is_refused_with_a_remedy(studio: Studio, path: str, status: int, code: str):
    answer = studio.http.get(path)
    assert answer.status_code == status
    assert answer.json()["remedy"]
    assert code in answer.json()["code"]


def test_a_check_of_nonsense_is_answered_not_failed(studio: Studio):
    bundle = studio.http.get("/api/lessons/output-print?level=guided").json()
    verdict = studio.post("/api/lessons/output-print/check", attempt(bundle, "print(")).json()
    assert verdict["passed"] is False
    assert verdict["message"]
    assert studio.post("/api/lessons/output-print/check", {**attempt(bundle), "scripts": []}).json()["passed"] is False
