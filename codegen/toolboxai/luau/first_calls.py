"""Which call of a function ends an endless recursion: the first that it comes to, whichever of them goes on.

Luau counts calls, those of library functions too: where no more fit, the last function has already failed at its first.
Built-in functions with an instruction of their own take no room.
"""

from collections.abc import Callable, Iterable, Sequence

from toolboxai.luau import syntax as s

_JUNCTIONS = frozenset({"and", "or"})
_OPERATIONS = (s.Binary, s.Unary, s.Field, s.Index, s.Table)


class FirstCalls:
    """Reads a function in the order in which it runs.

    ``line_of`` gives the author's line of an offset, ``is_built_in`` says whether a call needs no room. ``blamed`` has
    for the line of a call that of the first call which surely ran before it, and for another that of the next call.
    """

    def __init__(self, line_of: Callable[[int], int], is_built_in: Callable[[s.Call], bool]) -> None:
        self.blamed: dict[int, int] = {}
        self._line_of = line_of
        self._is_built_in = is_built_in
        self._first = 0
        self._waiting: list[int] = []

    def block(self, block: s.Block, *, sure: bool = True) -> None:
        """``sure`` where it runs whenever what stands before it does."""
        first = self._first
        for statement in block.statements:
            self._statement(statement)
        if not sure:
            self._first = first

    def _statement(self, node: s.Statement) -> None:
        if isinstance(node, s.Do):
            self.block(node.body)
        elif isinstance(node, s.Repeat):
            self.block(node.body)
            self._expression(node.condition)
        elif isinstance(node, s.If):
            self._choice(node.branches, node.otherwise)
        elif isinstance(node, (s.While, s.NumericFor, s.GenericFor)):
            self._expressions(part for part in s.children(node) if part is not node.body)
            self._called(node.start, takes_room=False)
            self.block(node.body, sure=False)
        elif not isinstance(node, (s.LocalFunction, s.FunctionStatement)):
            self._expressions(s.children(node))

    def _choice(
        self,
        branches: Sequence[tuple[s.Expression, s.Block | s.Expression]],
        otherwise: s.Block | s.Expression | None,
    ) -> None:
        """Only the first condition is sure to be looked at."""
        self._expression(branches[0][0])
        first, waiting, self._waiting = self._first, self._waiting, []
        self._chosen(branches[0][1])
        for condition, chosen in branches[1:]:
            self._expression(condition)
            self._chosen(chosen)
        if otherwise is not None:
            self._chosen(otherwise)
        self._first, self._waiting = first, waiting + self._waiting

    def _chosen(self, part: s.Block | s.Expression) -> None:
        if isinstance(part, s.Block):
            self.block(part, sure=False)
        else:
            first = self._first
            self._expression(part)
            self._first = first

    def _expressions(self, nodes: Iterable[s.Node]) -> None:
        for node in nodes:
            self._expression(node)

    def _expression(self, node: s.Node) -> None:
        if isinstance(node, s.Function):
            return
        if isinstance(node, s.IfExpression):
            self._choice(node.branches, node.otherwise)
        elif isinstance(node, s.Binary) and node.operator in _JUNCTIONS:
            self._expression(node.left)
            first = self._first
            self._expression(node.right)
            self._first = first
        else:
            self._expressions(s.children(node))
            if isinstance(node, s.Call):
                self._called(node.function.end - 1, takes_room=not self._is_built_in(node))
            elif isinstance(node, s.MethodCall):
                self._called(node.name.start, takes_room=True)
            elif isinstance(node, s.InterpolatedString) and node.expressions:
                self._called(node.start, takes_room=True)  # it is a call of string.format
            elif isinstance(node, _OPERATIONS):
                self._called(node.end - 1, takes_room=False)

    def _called(self, place: int, *, takes_room: bool) -> None:
        line = self._line_of(place)
        if not self._first and not takes_room:
            self._waiting.append(line)
            return
        if not self._first:
            self._first = line
            for waiting in self._waiting:
                self.blamed.setdefault(waiting, line)
            self._waiting.clear()
        self.blamed.setdefault(line, self._first)
