"""The template environment: Jinja with delimiters that no Luau text has; a value becomes a literal, never code.

Autoescape works as it does for HTML: what an expression yields is written as a literal of the template's language (by
its file suffix: Luau, TOML or Markdown), what a macro yields is template text and stands as it is. The two cannot be
mixed (no ``~``, ``+`` or formatting over template text), there is no ``safe``, and each literal of a Luau template is
checked after rendering: it must stand as one expression of the parsed text, not in a string, a comment or half a word.
"""

import traceback
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from toolboxai.emit.placement import COMMENT, END, LITERAL, MARKS, MisplacedError, placed
from toolboxai.emit.text import markdown_literal, plain_literal, toml_literal
from toolboxai.errors import ToolboxError
from toolboxai.luau.literal import LiteralError, LuaLiteral, LuaName, lua_literal

SUFFIX = ".jinja"
TEMPLATES = Path(__file__).parents[1] / "templates"

Values = Mapping[str, Any]

_FILTERS = (
    "abs", "batch", "capitalize", "count", "default", "dictsort", "first", "float", "groupby", "int", "items", "last",
    "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "round", "select", "selectattr", "slice",
    "sort", "sum", "title", "trim", "unique", "upper",
)  # fmt: skip
_LITERALS: dict[str, Callable[[Any], str]] = {
    ".luau": lua_literal,
    ".toml": toml_literal,
    ".md": markdown_literal,
    ".txt": plain_literal,
}


class TemplateError(ToolboxError):
    """A template that cannot be read or rendered: its name, its line (0 where none is known) and the reason."""

    def __init__(self, template: str, line: int, reason: str, *, remedy: str = "") -> None:
        super().__init__(f"{template}:{line}: {reason}" if line else f"{template}: {reason}", remedy=remedy)
        self.template = template
        self.line = line
        self.reason = reason


def _source(template: str, text: str) -> tuple[str, str, Callable[[], bool]]:
    """What Jinja wants of a loader: the text, its file name for tracebacks, whether it is current."""
    if found := next((mark for mark in MARKS if mark in text), None):
        reason = f"it holds the private character U+{ord(found):04X}"
        raise TemplateError(template, 0, reason, remedy="remove it; it marks values while a template renders")
    return text.replace("\r\n", "\n"), template, lambda: True


class _Loader(jinja2.BaseLoader):
    """Templates of one folder; a name that leads out of it, by ``..`` or by a link, is refused."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def get_source(self, _: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        parts = PurePosixPath(template).parts
        if not parts or "\\" in template or ":" in template or template.startswith("/") or ".." in parts:
            raise TemplateError(template, 0, "the name leads out of the template folder", remedy="use a name below it")
        path = (self.folder / template).resolve()
        if not path.is_relative_to(self.folder):
            raise TemplateError(
                template, 0, "a link leads out of the template folder", remedy="put the file itself there"
            )
        try:
            text = path.read_bytes().decode()
        except UnicodeDecodeError as error:
            raise TemplateError(template, 0, f"not UTF-8 at byte {error.start}", remedy="save it as UTF-8") from error
        except OSError as error:
            raise jinja2.TemplateNotFound(template) from error
        return _source(template, text)


class _Texts(jinja2.BaseLoader):
    """Templates that were read already, by name."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def get_source(self, _: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        text = self.texts.get(template)
        if text is None:
            raise jinja2.TemplateNotFound(template)
        return _source(template, text)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Refuses every operation that would make new template text out of template text and a value."""

    intercepted_binops = frozenset("+*%")

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        if isinstance(left, Markup) or isinstance(right, Markup):
            raise LiteralError(
                f"{operator} cannot work on what a macro or a block gave", remedy="write the two one after the other"
            )
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not isinstance(obj, Markup) and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        held = getattr(value, "__self__", None)
        return None if isinstance(held, Markup) else super().wrap_str_format(value)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all((nodes.Concat, nodes.EvalContextModifier)):
            reason = (
                "~ would mix values with template text" if isinstance(node, nodes.Concat) else "no autoescape blocks"
            )
            raise jinja2.TemplateSyntaxError(reason, node.lineno, name, filename)
        return tree


def _join(values: Any, separator: str = "") -> str:
    parts = list(values)
    if any(isinstance(part, Markup) for part in parts):
        raise LiteralError("join cannot work on what a macro or a block gave", remedy="write them in a for loop")
    return str.join(separator, [str(part) for part in parts])


def _comment(text: Any) -> Markup:
    """The text as comment lines, two dashes included."""
    # A line may be anything: the space keeps `--[[` from opening, and every line has its own dashes.
    lines = ["".join(c if c.isprintable() else " " for c in line).rstrip() for line in str(text).splitlines()]
    text = "\n".join(f"-- {line}".rstrip() for line in lines or [""])
    return Markup(f"{COMMENT}{text}{END}")  # noqa: S704 - this makes it safe


def _plain(value: Any) -> Any:
    """Only data reaches a template: no object with methods, and no string that claims to be markup."""
    match value:
        case None | bool() | int() | float() | bytes() | LuaLiteral():
            return value
        case str():
            return str.__str__(value) if type(value) is str else "".join(value)
        case list() | tuple():
            return [_plain(held) for held in value]
        case dict():
            return {_plain(key): _plain(held) for key, held in value.items()}
        case _:
            raise LiteralError(f"a {type(value).__name__} cannot go into a template", remedy="pass plain data")


class Environment:
    """The templates of one folder, or texts by template name."""

    def __init__(self, templates: Path | Mapping[str, str] = TEMPLATES) -> None:
        self._templates = templates
        self._loader = _Loader(templates) if isinstance(templates, Path) else _Texts(templates)
        self._sandboxes: dict[str, _Sandbox] = {}

    def names(self, below: str = "") -> list[str]:
        """Every template's name, sorted; ``below`` a folder."""
        if isinstance(self._templates, Path):
            folder = self._templates
            found = [path.relative_to(folder).as_posix() for path in (folder / below).rglob(f"*{SUFFIX}")]
        else:
            found = [name for name in self._templates if name.startswith(f"{below}/" if below else "")]
        return sorted(name for name in found if not PurePosixPath(name).name.startswith("_"))

    def render(self, name: str, values: Values) -> bytes:
        """The text of template ``name`` (``plugin/Window.luau.jinja``) as UTF-8 with LF.

        The same values give the same bytes. Raises `TemplateError`.
        """
        language = PurePosixPath(name.removesuffix(SUFFIX)).suffix
        if language not in _LITERALS or not name.endswith(SUFFIX):
            known = ", ".join(f"*{suffix}{SUFFIX}" for suffix in _LITERALS)
            raise TemplateError(name, 0, "no literals are known for this kind of file", remedy=f"name it {known}")
        try:
            text = self._sandbox(language).get_template(name).render(_plain(dict(values)))
            return (placed(text) if language == ".luau" else text).encode()
        except (jinja2.TemplateError, LiteralError, RecursionError, ArithmeticError, TypeError, ValueError) as error:
            _refuse(name, error)

    def render_tree(self, below: str, values: Values) -> dict[str, bytes]:
        """Every template below a folder by its file's path there; names that start with ``_`` are parts of others."""
        prefix = f"{below}/"
        return {n.removeprefix(prefix).removesuffix(SUFFIX): self.render(n, values) for n in self.names(below)}

    def _sandbox(self, language: str) -> _Sandbox:
        if language not in self._sandboxes:
            self._sandboxes[language] = _build(self._loader, language)
        return self._sandboxes[language]


def _build(loader: jinja2.BaseLoader, language: str) -> _Sandbox:
    literal = _LITERALS[language]

    def finalize(value: Any) -> Markup:
        if isinstance(value, Markup):
            return value
        if isinstance(value, jinja2.Undefined):
            str(value)  # A strict one raises with its name.
        if isinstance(value, LuaName):
            return Markup(str(value))  # noqa: S704 - an identifier, checked when it was made
        text = literal(value)
        return Markup(f"{LITERAL}{text}{END}" if language == ".luau" else text)  # noqa: S704 - a literal is the escape

    sandbox = _Sandbox(
        variable_start_string="<$",
        variable_end_string="$>",
        block_start_string="<$%",
        block_end_string="%$>",
        comment_start_string="<$#",
        comment_end_string="#$>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        finalize=finalize,
        loader=loader,
        auto_reload=False,
    )
    sandbox.filters = {name: sandbox.filters[name] for name in _FILTERS} | {"join": _join}
    if language == ".luau":
        sandbox.filters |= {"name": LuaName, "comment": _comment}
    sandbox.globals = {name: sandbox.globals[name] for name in ("range", "dict", "namespace")}
    return sandbox


def _refuse(name: str, error: Exception) -> NoReturn:
    """Raises the fault for what went wrong, at the line of the innermost template on the way."""
    template, line, reason, remedy = name, 0, str(error), getattr(error, "remedy", "")
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.endswith(SUFFIX):
            template, line = frame.filename, frame.lineno or 0
    match error:
        case jinja2.TemplateSyntaxError():
            template, line, reason = error.name or name, error.lineno, error.message or reason
            remedy = _syntax_remedy(reason)
        case jinja2.TemplateNotFound():
            reason, remedy = (
                f"there is no template {error.name!r}",
                "check the name; it is relative to the template folder",
            )
        case jinja2.UndefinedError():
            remedy = "pass the value, or correct the name"
        case jinja2.exceptions.SecurityError():
            remedy = "templates may not reach into objects or into template text"
        case MisplacedError():
            template, line = name, 0
        case RecursionError():
            reason, remedy = "it includes or calls itself without end", "break the circle"
    raise TemplateError(template, line, reason, remedy=remedy) from error


def _syntax_remedy(reason: str) -> str:
    if reason.startswith("~"):
        return "add strings with +, and write template text and values one after the other"
    if "filter" in reason:
        return f"the filters are {', '.join(sorted((*_FILTERS, 'comment', 'join', 'name')))}"
    return "a value is <$ value $>, a statement <$% if x %$>, a comment <$# text #$>"


_SHIPPED = Environment()


def render(name: str, values: Values) -> bytes:
    """The text of a shipped template; see `Environment.render`."""
    return _SHIPPED.render(name, values)
