"""Takes pictures of HTML pages with the Chromium that is on the machine, through its own command line."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from toolboxai.errors import ToolboxError

#: Names the browser to take pictures with.
VARIABLE = "TOOLBOXAI_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_PATIENCE = 60.0


class ChromiumError(ToolboxError):
    """The browser took no picture."""


def find_chromium() -> str | None:
    """The browser: what the environment names, or the first of its usual names on the path."""
    named = os.environ.get(VARIABLE)
    if named:
        return named
    return next((found for found in map(shutil.which, _NAMES) if found), None)


def photograph(browser: str, html: Path, png: Path, size: tuple[int, int], *, scale: float = 1) -> None:
    """Writes what the page looks like at that size, in CSS pixels, as a PNG of ``scale`` times as many."""
    width, height = size
    run_chromium(
        browser,
        html,
        f"--screenshot={png.absolute()}",
        f"--force-device-scale-factor={scale:g}",
        f"--window-size={width},{height}",
    )
    if not png.exists():
        raise ChromiumError(f"{browser} took no picture of {html}", remedy=f"Set {VARIABLE} to another Chromium.")


def run_chromium(browser: str, html: Path, *options: str) -> str:
    """Opens the page without a window, with a profile that goes away again; what the browser prints."""
    with tempfile.TemporaryDirectory(prefix="toolboxai-chromium-", ignore_cleanup_errors=True) as profile:
        command = [browser, "--headless=new", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                   "--disable-extensions", "--disable-background-networking", "--disable-dev-shm-usage",
                   "--allow-file-access-from-files", f"--user-data-dir={profile}", *_unboxed(), *options,
                   html.absolute().as_uri()]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603 - a list
        except (OSError, subprocess.TimeoutExpired) as fault:
            remedy = f"Set {VARIABLE} to another Chromium."
            raise ChromiumError(f"{browser} could not be run: {fault}", remedy=remedy) from fault
    return done.stdout.decode(errors="replace")


def _unboxed() -> list[str]:
    """Chromium's sandbox refuses to run for root, as whom containers run; the page is of our own making."""
    return ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
