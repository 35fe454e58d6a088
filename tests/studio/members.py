"""What tables of members are asked with: a Studio, and words for chunks. `S` is a service by name, `make` an instance."""

from collections.abc import Iterator

import pytest

from toolboxai.studio.engines import available
from toolboxai.studio.studio import Studio

# What a member says is the engine's own doing, whatever runs it: the slower ones are for the longer suite.
ENGINES = [available()[0], *(pytest.param(engine, marks=pytest.mark.corpus) for engine in available()[1:])]
WORDS = "local S, make, names = shared.S, shared.make, shared.names\n"
_PRELUDE = """
function shared.S(name) return game:GetService(name) end
function shared.make(class, values)
    local made = Instance.new(class)
    for name, value in values or {} do made[name] = value end
    return made
end
function shared.names(list)
    local found = {}
    for _, each in list do table.insert(found, if typeof(each) == "string" then each else each.Name) end
    return table.concat(found, " ")
end
"""


def studios(engine: str) -> Iterator[Studio]:
    with Studio(engine) as opened:
        opened.command(_PRELUDE)
        yield opened
