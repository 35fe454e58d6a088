"""Shows that every run-time dependency, an extra's too, has wheels for Windows and both macOS: `just check`."""

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

PLATFORMS = {
    "Windows": ["win_amd64"],
    "macOS arm64": ["macosx_11_0_arm64", "macosx_12_0_arm64"],
    "macOS x86_64": ["macosx_10_12_x86_64", "macosx_10_13_x86_64", "macosx_11_0_x86_64"],
}
PYTHON = "3.11"
ROOT = Path(__file__).parents[2]


def download(platforms: list[str], requirements: list[str], constraints: Path, folder: Path) -> list[str]:
    """The wheels pip finds for one platform; raises CalledProcessError where a dependency has none."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--only-binary=:all:"]
    command += ["--python-version", PYTHON, "--dest", str(folder), "-c", str(constraints)]
    for platform in platforms:
        command += ["--platform", platform]
    subprocess.run([*command, *requirements], check=True)
    return sorted(path.name for path in folder.iterdir())


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    requirements = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["luau"]
    for name, platforms in PLATFORMS.items():
        with tempfile.TemporaryDirectory() as scratch:
            constraints = Path(scratch, "constraints.txt")
            constraints.write_text("\n".join(project["tool"]["uv"]["constraint-dependencies"]))
            wheels = download(platforms, requirements, constraints, Path(scratch, "wheels"))
        built = sum("-any.whl" not in wheel for wheel in wheels)
        print(f"{name}: {len(wheels)} wheels, {built} of them built for the platform", flush=True)


if __name__ == "__main__":
    main()
