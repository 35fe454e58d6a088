"""Files and what they hold: bytes in, the same bytes out, and the smallest change between two texts."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peers.operations import ALPHABET
from toolboxai.roblox.project import ScriptFile
from toolboxai_server.realtime import ot
from toolboxai_server.sync import text_files
from toolboxai_server.sync.difference import changed_bytes, difference
from toolboxai_server.sync.kept import keep
from toolboxai_server.sync.mirror import replace_if_same
from toolboxai_server.sync.mirrored import Mirrored

contents = st.lists(st.sampled_from(["a", "é", "🙂", "\n", "\r\n", "\r", "\ufeff", "end\n", "\n\n"]), max_size=12).map(
    lambda pieces: "".join(pieces).encode()
)


@given(contents)
def test_a_file_that_is_read_and_written_again_is_the_same_to_the_byte(raw: bytes):
    text, form = text_files.decode(raw)
    assert form.encode(text) == raw
    assert text_files.decode(form.encode(text)) == (text, form) or not form.crlf


@given(contents, st.booleans(), st.booleans())
def test_any_text_survives_any_form_of_file(text: bytes, bom: bool, crlf: bool):
    raw = text_files.Form(bom, crlf).encode(text)
    if crlf and b"\n" in text:
        got, _ = text_files.decode(raw)
        assert got == text or (not bom and text.startswith("\ufeff".encode()))


@given(st.text(ALPHABET, max_size=20), st.text(ALPHABET, max_size=20))
def test_a_difference_leads_from_one_text_to_the_other(old: str, new: str):
    before, after = old.encode(), new.encode()
    operation = difference(before, after)
    assert ot.apply(operation, before) == after
    assert operation == ot.normal(operation)
    assert (changed_bytes(before, after) == 0) == (before == after)


def test_a_difference_is_small():
    old = "".join(f"line {number} 🙂\n" for number in range(2000)).encode()
    new = old.replace("line 3 🙂".encode(), "line 3 🙃".encode()).replace(b"line 1990 ", b"line 1990 and ")
    operation = difference(old, new)
    assert ot.apply(operation, old) == new
    assert sum(len(part) for part in operation if isinstance(part, bytes)) <= 4 + 4
    assert sum(-part for part in operation if isinstance(part, int) and part < 0) <= 4


def test_a_file_is_replaced_whole_with_its_mode_and_through_its_link(tmp_path: Path):
    file, link = tmp_path / "a.luau", tmp_path / "link.luau"
    file.write_bytes(b"old")
    file.chmod(0o640)
    link.symlink_to(file)
    text_files.replace(link, b"new")
    assert (file.read_bytes(), file.stat().st_mode & 0o777, link.is_symlink()) == (b"new", 0o640, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.luau", "link.luau"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "a.luau"
    file.write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for write in (text_files.replace, text_files.create):
        with pytest.raises(OSError, match="No space"):
            write(file, b"new")
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.luau"]


def test_a_new_file_overwrites_nothing(tmp_path: Path):
    file = tmp_path / "folder" / "a.luau"
    text_files.create(file, b"first")
    with pytest.raises(FileExistsError):
        text_files.create(file, b"second")
    assert file.read_bytes() == b"first"
    assert [path.name for path in file.parent.iterdir()] == ["a.luau"]


def test_texts_kept_in_one_second_lie_side_by_side(tmp_path: Path):
    paths = [keep(tmp_path, "Server.Ma in/../é", text) for text in (b"one", b"two", b"three")]
    assert [path.read_bytes() for path in paths] == [b"one", b"two", b"three"]
    assert {path.parent for path in paths} == {tmp_path / "kept"}


def test_a_file_that_changed_this_very_moment_is_not_written_over(tmp_path: Path):
    file = tmp_path / "A.luau"
    file.write_bytes(b"someone's own\r\n")
    script = ScriptFile(("Workspace", "A"), "ModuleScript", file)
    held = Mirrored("id", script, "A.luau", 1, b"as it was\n")
    assert not replace_if_same(held, b"from Studio\n", 1000)
    assert file.read_bytes() == b"someone's own\r\n"
    held.text = b"someone's own\n"
    assert replace_if_same(held, b"from Studio\n", 1000)
    assert file.read_bytes() == b"from Studio\r\n"
