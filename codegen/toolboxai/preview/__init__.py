"""Pictures of interfaces that headless Studio lays out: one HTML page, and a PNG where Chromium is."""

from toolboxai.preview.chromium import find_chromium, photograph
from toolboxai.preview.page import page

__all__ = ["find_chromium", "page", "photograph"]
