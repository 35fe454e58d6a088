# The contributor's commands; CI calls the same. `just` comes with `uv sync --group check`.

uv := env("UV", "uv")
run := uv + " run --group check"

# what StyLua formats
luau := "sdk_lua plugin codegen/toolboxai/preview codegen/toolboxai/studio/engine codegen/toolboxai/studio/runtime/luau codegen/toolboxai/testing/framework codegen/toolboxai/curriculum/harness.luau"

# everything that reads the code without running it
check: drift
    {{run}} ruff check
    {{run}} ruff format --check
    {{run}} mypy
    {{run}} lint-imports
    {{run}} bandit -q -r codegen server -c pyproject.toml
    {{run}} pip-audit --progress-spinner off --skip-editable
    {{run}} python tests/project/check_wheels.py
    npm --prefix tests/corpus install --no-audit --no-fund --silent
    tests/corpus/node_modules/.bin/stylua --check {{luau}}

# the whole suite, with nothing else installed
test *arguments:
    {{uv}} run pytest {{arguments}}

# real Luau from npm, and the real compiler and VM as referee (needs node)
corpus:
    npm --prefix tests/corpus install --no-audit --no-fund --silent
    {{uv}} run pytest -m corpus tests

# each figure beside its peer, in one run
bench:
    #!/usr/bin/env bash
    set -euo pipefail
    npm --prefix tests/corpus install --no-audit --no-fund --silent
    for script in benchmarks/*.py; do
        echo "== $script"
        {{uv}} run --group bench python "$script"
    done

# hypothesis and atheris, so many minutes for each target of tests/soak/targets.py
soak minutes="10":
    #!/usr/bin/env bash
    set -euo pipefail
    for target in $({{uv}} run python tests/soak/targets.py); do
        {{uv}} run --group soak python tests/soak/by_hypothesis.py "$target" {{minutes}}
        if {{uv}} run --group soak python -c "import atheris" 2> /dev/null; then
            {{uv}} run --group soak python tests/soak/by_atheris.py "$target" {{minutes}}
        else
            echo "$target: no atheris here (it has wheels for Linux only): not run under it"
        fi
    done

# hostile programs, every kind on every engine in both ways: no hang, no lost worker
soak-untrusted runs="1100":
    {{uv}} run python tests/studio/soak_untrusted.py --runs {{runs}}

# are the generated files what the templates give?
drift:
    {{run}} python -m toolboxai.emit.drift --check

# write the pictures of the plugin's window anew (needs Chromium)
pictures:
    cd tests && {{run}} python -m preview.pictures

# write the generated files anew
golden:
    {{run}} python -m toolboxai.emit.drift

# format Python and Luau
format:
    {{run}} ruff format
    {{run}} ruff check --fix
    tests/corpus/node_modules/.bin/stylua {{luau}}

# the built wheel, in an empty environment and an empty folder
wheel:
    {{run}} python tests/project/check_wheel.py
