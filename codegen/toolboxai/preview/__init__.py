"""Pictures of interfaces that headless Studio lays out: one HTML page, and a PNG where Chromium is."""

from toolboxai.preview.chromium import find_chromium, photograph
from toolboxai.preview.gallery import own_sheet, project_sheets
from toolboxai.preview.page import Sheet, page

__all__ = ["Sheet", "find_chromium", "own_sheet", "page", "photograph", "project_sheets"]
