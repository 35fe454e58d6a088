"""One warm runtime for a module's judgements."""

import pytest

from toolboxai.curriculum.attempt import Runtime
from toolboxai.curriculum.examiner import Job


@pytest.fixture(scope="module")
def runtime():
    with Runtime() as runtime:
        yield runtime


@pytest.fixture
def judge(runtime):
    def judge(checks, source, seconds=1.0):
        return runtime.judge(Job(["ServerScriptService", "Main"], source, checks, seconds))

    return judge
