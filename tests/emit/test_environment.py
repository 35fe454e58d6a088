"""Templates: values become literals wherever they stand, and what would not be one is refused."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from toolboxai.emit import Environment, TemplateError, render
from toolboxai.luau import syntax
from toolboxai.luau.parser import parse

anything = st.text() | st.integers(-(2**53), 2**53) | st.floats() | st.binary() | st.booleans() | st.none()


def give(template: str, /, suffix: str = ".luau", **values: Any) -> str:
    return Environment({f"t{suffix}.jinja": template}).render(f"t{suffix}.jinja", values).decode()


def fault(template: str, /, **values: Any) -> TemplateError:
    with pytest.raises(TemplateError) as raised:
        give(template, **values)
    return raised.value


# --- laws -------------------------------------------------------------------------------------------------------------

PLACES = [
    "local x = <$ x $>\n",
    "f(1, <$ x $>, 2)\n",
    "local t = { <$ x $>, [1] = <$ x $>, k = <$ x $> }\n",
    "local s = `a {<$ x $>} b`\n",
    'local s = "a" .. <$ x $> .. "b"\n',
    "local n = 1 - <$ x $> - 2\n",
    "<$% macro m(v) %$>f(<$ v $>)<$% endmacro %$>\n<$ m(x) $>\n",
    "<$% set block %$>f(<$ x $>)<$% endset %$>\n<$ block $>\n",
    "<$% for i in [x, x] %$>\nf(<$ i $>)\n<$% endfor %$>\n",
    "<$% if true %$>\nreturn <$ x $>\n<$% endif %$>\n",
    "<$ x | comment $>\nlocal y = 1\n",
    "local x = <$ [x] | first $>\n",
    "local x = <$ [x, x] | join('') $>\n",
    "local x = <$ {'a': x} | items | list | length $>\n",
]
BAD_PLACES = ['local s = "<$ x $>"\n', "-- <$ x $>\n", "--[[ <$ x $> ]]\n", "local s = [[<$ x $>]]\n",
              "local s = `<$ x $>`\n", 'local s = "<$ x | comment $>"\n', "return <$ x | comment $> + 1\n"]  # fmt: skip


def shape(source: str) -> list[Any]:
    """The program without its values: node kinds, names and fields, in order."""
    chunk = parse(source)
    assert not chunk.problems, source
    values = (syntax.Nil, syntax.Boolean, syntax.Number, syntax.String)
    found: list[Any] = []
    for node in syntax.walk(chunk.block):
        match node:
            case syntax.Unary(operand=syntax.Number()) | syntax.Group():
                found.append("value")
            case syntax.Binary(operator="/", left=left, right=syntax.Number()) if not isinstance(left, syntax.Name):
                continue  # (0 / 0), (1 / 0)
            case _ if isinstance(node, values):
                found.append("value")
            case syntax.Name():
                found.append(node.name)
            case _:
                found.append(type(node).__name__)
    return [kind for index, kind in enumerate(found) if kind != "value" or index == 0 or found[index - 1] != "value"]


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=60, deadline=None)
@given(x=st.text() | st.binary())
def test_a_value_never_changes_the_program_around_it(place: str, x: Any) -> None:
    if isinstance(x, bytes) and "comment" in place:
        return
    assert shape(give(place, x=x)) == shape(give(place, x="v"))


@pytest.mark.parametrize("place", BAD_PLACES)
@settings(max_examples=40, deadline=None)
@given(x=anything)
def test_a_value_where_it_would_not_be_one_is_refused(place: str, x: Any) -> None:
    assert fault(place, x=x).remedy


@settings(max_examples=60, deadline=None)
@given(x=st.integers(max_value=-1) | st.floats(max_value=-1e-9, allow_infinity=False))
def test_a_negative_number_never_opens_a_comment_nor_binds_too_weakly(x: float) -> None:
    if isinstance(x, int) and int(float(x)) != x:
        return
    assert give("return 5 - <$ x $>", x=x)
    assert fault("return 5 -<$ x $>", x=x)
    assert fault("return <$ x $> ^ 2", x=x)
    assert fault("local word<$ x $> = 1", x=1)


@settings(max_examples=40, deadline=None)
@given(values=st.dictionaries(st.sampled_from("abc"), st.recursive(anything, st.lists, max_leaves=5)))
def test_rendering_is_pure(values: dict[str, Any]) -> None:
    template = "<$% for k in ['a', 'b', 'c'] %$>\n<$% if k is defined %$>\nf(<$ k $>)\n<$% endif %$>\n<$% endfor %$>"
    assert give(template, **values) == give(template, **values)


@settings(max_examples=60, deadline=None)
@given(
    value=st.text()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.booleans()
    | st.lists(st.text() | st.integers(-(2**60), 2**60))
)
def test_a_toml_value_reads_back(value: Any) -> None:
    if isinstance(value, str):
        value = value.replace("\r", "")
    written = give("x = <$ x $>\n", suffix=".toml", x=value)
    assert tomllib.loads(written) == {"x": value}


def test_two_hash_seeds_give_the_same_bytes() -> None:
    program = (
        "import sys, hashlib\n"
        "from toolboxai.emit.generated import generated\n"
        "from toolboxai.emit.plugin import plugin_bytes\n"
        "from toolboxai.emit.environment import Environment\n"
        "tree = Environment().render_tree('lesson', {'id': 'x', 'title': 'X'})\n"
        "print(hashlib.sha256(repr((generated(), tree)).encode() + plugin_bytes()).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program], env=_environment(seed), check=True, capture_output=True, text=True
        ).stdout
        for seed in ("1", "4242")
    }
    assert len(digests) == 1


def _environment(seed: str) -> dict[str, str]:
    return {**os.environ, "PYTHONHASHSEED": seed}


# --- stories ----------------------------------------------------------------------------------------------------------


def test_macro_output_is_not_quoted_twice() -> None:
    template = "<$% macro row(name) %$>{ name = <$ name $> }<$% endmacro %$>\nreturn { <$ row(a) $>, <$ row(b) $> }"
    assert give(template, a='say "hi"', b="]]") == 'return { { name = "say \\"hi\\"" }, { name = "]]" } }'


def test_luau_that_looks_like_jinja_is_left_alone() -> None:
    source = (
        'local t = {{1}, {2}}\nlocal n = #t\nlocal f = g<<number>>(1)\nlocal s = `{ {1} }`\nlocal p = "%}" .. "{%"\n'
    )
    assert give(source) == source


def test_a_block_line_leaves_no_blank_line() -> None:
    assert give("a()\n<$% if yes %$>\n\tb()\n<$% endif %$>\nc()\n", yes=True) == "a()\n\tb()\nc()\n"


def test_comment_lines_hold_any_text() -> None:
    written = give("<$ text | comment $>\nreturn 1\n", text="one\n[[two]]\n\n--]] three\r\nfour\x0bfive")
    assert written.splitlines() == ["-- one", "-- [[two]]", "--", "-- --]] three", "-- four", "-- five", "return 1"]


def test_a_string_that_claims_to_be_markup_is_only_a_string() -> None:
    assert give("return <$ x $>", x=Markup('os.exit("no")')) == 'return "os.exit(\\"no\\")"'


def test_names_are_checked_identifiers() -> None:
    assert give("local <$ 'count' | name $> = 1") == "local count = 1"
    assert "no Luau identifier" in str(fault("\nlocal <$ x | name $> = 1", x="a = os.exit() --"))


# --- edges ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "line", "reason"),
    [
        ("return 1\nreturn <$ missing $>", 2, "'missing' is undefined"),
        ("return 1\n\n<$% if %$>", 3, "Expected an expression"),
        ("<$% for x in y %$>", 1, "Unexpected end of template"),
        ("\nreturn <$ 1 // 0 $>", 2, "integer division or modulo by zero|integer division by zero"),
        ("<$ x | safe $>", 1, "No filter named 'safe'"),
        ("<$ x | tojson $>", 1, "No filter named 'tojson'"),
        ("<$ x.__class__ $>", 1, "unsafe"),
        ("<$ ''.format.__globals__ $>", 1, "unsafe"),
        ("<$ x.append(1) $>", 1, "unsafe|no attribute"),
        ("<$% macro m() %$>a<$% endmacro %$>\n<$ m() ~ x $>", 2, "mix values with template text"),
        ("<$% macro m() %$>a<$% endmacro %$>\n<$ m() + x $>", 2, "what a macro or a block gave"),
        ("<$% macro m() %$>a<$% endmacro %$>\n<$ m() * 2 $>", 2, "what a macro or a block gave"),
        ("<$% macro m() %$>%s<$% endmacro %$>\n<$ m() % x $>", 2, "what a macro or a block gave"),
        ("<$% macro m() %$>{}<$% endmacro %$>\n<$ m().format(x) $>", 2, "unsafe"),
        ("<$% macro m() %$>{}<$% endmacro %$>\n<$ m()['format'](x) $>", 2, "unsafe"),
        ("<$% macro m() %$>{}<$% endmacro %$>\n<$ [m(), x] | join $>", 2, "what a macro or a block gave"),
        ("<$% autoescape false %$><$ x $><$% endautoescape %$>", 1, "no autoescape blocks"),
        ("\n<$% include 'gone.luau.jinja' %$>", 2, "there is no template 'gone.luau.jinja'"),
        ("<$% include 't.luau.jinja' %$>", 1, "calls itself without end"),
        ("return <$ [x, none] $>", 1, r"\[1\] is None"),
    ],
)
def test_a_template_error_names_its_place_and_reason(template: str, line: int, reason: str) -> None:
    found = fault(template, x="v")
    assert (found.template, found.line) == ("t.luau.jinja", line)
    assert re.search(reason, found.reason), found.reason


def test_an_object_is_no_value() -> None:
    assert "cannot go into a template" in str(fault("return 1", x=object()))


def test_a_template_of_an_unknown_language_is_refused() -> None:
    with pytest.raises(TemplateError, match="no literals are known"):
        Environment({"t.html.jinja": "x"}).render("t.html.jinja", {})


@pytest.mark.parametrize(
    "name",
    [
        "../secret.luau.jinja",
        "/etc/secret.luau.jinja",
        "a/../../secret.luau.jinja",
        "..\\secret.luau.jinja",
        "c:secret.luau.jinja",
    ],
)
def test_a_template_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.luau.jinja").write_text("return 1")
    folder = tmp_path / "templates"
    folder.mkdir()
    with pytest.raises(TemplateError, match="leads out of the template folder"):
        Environment(folder).render(name, {})
    (folder / "t.luau.jinja").write_text(f"<$% include {name!r} %$>")
    with pytest.raises(TemplateError, match="leads out of the template folder"):
        Environment(folder).render("t.luau.jinja", {})


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.luau.jinja").write_text("return 1")
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "t.luau.jinja").symlink_to(tmp_path / "secret.luau.jinja")
    with pytest.raises(TemplateError, match="link leads out"):
        Environment(folder).render("t.luau.jinja", {})


def test_a_template_from_windows_gives_the_same_text(tmp_path: Path) -> None:
    (tmp_path / "t.luau.jinja").write_bytes(b"<$% if true %$>\r\nreturn <$ x $>\r\n<$% endif %$>\r\n")
    assert Environment(tmp_path).render("t.luau.jinja", {"x": "a\r\n"}) == b'return "a\\r\\n"\n'


def test_a_template_that_is_not_utf8_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "t.luau.jinja").write_bytes(b"return '\xff'")
    with pytest.raises(TemplateError, match="not UTF-8 at byte 8"):
        Environment(tmp_path).render("t.luau.jinja", {})


def test_markdown_values_are_words() -> None:
    assert give("# <$ x $>\n", suffix=".md", x="a *b*\n# c <i>") == "# a \\*b\\* \\# c \\<i\\>\n"


def test_broken_luau_still_has_its_values_checked() -> None:
    assert give("print(<$ x $>\n", x="a b") == 'print("a b"\n'
    assert fault('print("<$ x $>\n', x="a b")


def test_shipped_templates_render() -> None:
    assert render(
        "plugin/Config.luau.jinja", {"product": "P", "version": "1", "protocol": 1, "address": "a", "port": 1}
    )
