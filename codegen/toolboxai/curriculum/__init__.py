"""Lessons: load, render, run their checks, prove them."""
