"""A judgement in a child, as students get it."""

import pytest

from toolboxai.curriculum.attempt import judge as judge_job
from toolboxai.curriculum.examiner import Job


@pytest.fixture
def judge():
    def judge(checks, source, seconds=1.0):
        return judge_job(Job(["ServerScriptService", "Main"], source, checks, seconds))

    return judge
