"""Runs other people's Luau tests in headless Studio: finds the files, runs each case within a time limit."""
