"""What a student hears: each verdict says what to do next."""

import pytest

from toolboxai.curriculum import Catalogue, check, render
from toolboxai.errors import ToolboxError
from toolboxai.protocol import LessonAttempt, LessonScript


@pytest.fixture(scope="module")
def lesson():
    return Catalogue.of().lesson("output-print")


def attempt(source, path=("ServerScriptService", "Radio")):
    return [LessonScript(list(path), "Script", source)]


def test_the_solution_passes_with_its_output(lesson):
    rendering = render(lesson, "guided", 4)
    verdict = check(lesson, "guided", 4, attempt(rendering.text("solution.luau")))
    assert verdict.passed
    assert verdict.outcome == "finished"
    assert verdict.message == "All checks passed. Well done!"
    assert [result.passed for result in verdict.checks] == [True, True, True]
    assert verdict.output[-1] == "Lift off!"


def test_a_half_done_attempt_keeps_what_it_has(lesson):
    robot = render(lesson, "guided", 4).values["robot"]
    verdict = check(lesson, "guided", 4, attempt(f'print("Hello, I am {robot}!")'))
    assert [result.passed for result in verdict.checks] == [True, False, False]
    assert verdict.message == verdict.checks[1].message
    assert "I live on" in verdict.message


def test_an_error_at_run_is_told_with_its_line_and_the_rest_is_still_checked(lesson):
    robot = render(lesson, "guided", 4).values["robot"]
    verdict = check(lesson, "guided", 4, attempt(f'print("Hello, I am {robot}!")\nPrint("oh")'))
    assert (verdict.passed, verdict.outcome) == (False, "error")
    assert verdict.message == "Your script stopped at line 2. Print is written with small letters: print"
    assert verdict.checks[0].passed


def test_a_right_answer_that_ends_in_an_error_does_not_pass(lesson):
    source = render(lesson, "guided", 4).text("solution.luau") + "\nerror('oops')\n"
    verdict = check(lesson, "guided", 4, attempt(source))
    assert (verdict.passed, verdict.outcome) == (False, "error")
    assert all(result.passed for result in verdict.checks)


def test_a_syntax_error_is_told_with_its_line(lesson):
    verdict = check(lesson, "guided", 4, attempt('print("one")\nprint("two)\n'))
    assert (verdict.passed, verdict.outcome) == (False, "error")
    assert verdict.message.startswith("Line 2: ")


def test_a_missing_and_a_huge_script_are_told(lesson):
    missing = check(lesson, "guided", 4, attempt("", ("Workspace", "Radio")))
    assert "I cannot find the script Radio in ServerScriptService" in missing.message
    huge = check(lesson, "guided", 4, attempt("-" * 10_000_000))
    assert "200,000" in huge.message


def test_an_endless_loop_runs_out_of_time_and_the_next_attempt_is_judged(lesson):
    verdict = check(lesson, "guided", 4, attempt("while true do end"))
    assert (verdict.passed, verdict.outcome) == (False, "out of time")
    assert "task.wait" in verdict.message
    assert check(lesson, "guided", 4, attempt(render(lesson, "guided", 4).text("solution.luau"))).passed


def test_too_much_memory_is_told(lesson):
    verdict = check(
        lesson, "guided", 4, attempt('local t = {} while true do t[#t + 1] = string.rep("x", 100000) .. #t end')
    )
    assert not verdict.passed
    assert verdict.outcome in {"out of memory", "out of time", "error"}


def test_a_loop_that_waits_is_no_endless_loop(lesson):
    source = render(lesson, "guided", 4).text("solution.luau")
    for endless in ("while true do task.wait() end", "coroutine.yield()", "while task.wait(0.1) do print('tick') end"):
        verdict = check(lesson, "guided", 4, attempt(f"{source}\n{endless}\n"))
        assert verdict.passed, verdict


def test_a_catalogue_judges_an_attempt_by_the_lessons_id():
    scripts = attempt(render(Catalogue.of().lesson("output-print"), "supported", 1).text("starter.luau"))
    verdict = Catalogue.of().check("output-print", LessonAttempt("supported", 1, scripts))
    assert not verdict.passed


def test_an_unknown_level_is_a_fault(lesson):
    with pytest.raises(ToolboxError, match="support level"):
        check(lesson, "hard", 1, attempt(""))
