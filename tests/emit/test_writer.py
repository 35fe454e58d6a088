"""The one writer: inside its folder, whole or not at all, and nobody else's files."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from toolboxai.emit.writer import MANIFEST, UnwritablePathError, WriteError, content_hash, write_file, write_tree

name = st.sampled_from(["a", "b.luau", "C", "c", "deep", "x.y", "é", "con", "..", "a ", "nul.txt"])
path = st.lists(name, min_size=1, max_size=3).map("/".join)


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@settings(max_examples=80, deadline=None)
@given(
    first=st.dictionaries(path, st.binary(max_size=4), max_size=5),
    second=st.dictionaries(path, st.binary(max_size=4), max_size=5),
)
@example(first={"a": b"1"}, second={"a/a": b"2"})
@example(first={"a/deep/a": b"1", "c": b""}, second={"a": b"2"})
def test_after_each_write_the_folder_holds_that_tree_or_the_one_before(
    tmp_path_factory: pytest.TempPathFactory, first: dict[str, bytes], second: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("tree")
    (folder / "mine.txt").write_bytes(b"mine")
    held: dict[str, bytes] = {}
    for files in (first, second):
        try:
            write_tree(folder, files)
            held = files
        except UnwritablePathError:
            pass  # then the tree is the one before
        found = tree(folder)
        assert found.pop("mine.txt") == b"mine"
        manifest = found.pop(MANIFEST, None)
        assert found == held
        assert manifest is None or json.loads(manifest)["files"] == {p: content_hash(d) for p, d in held.items()}


@pytest.mark.parametrize(
    "bad",
    ["../out", "a/../../out", "/out", "a//b", "", "a/", ".", "C:/out", "C:out", "a\\b", "\\\\host\\share\\x", "con", "CON.txt",
     "aux.luau", "a/nul", "COM1", "lpt9.x", "a.", "a ", " a", "a\0b", "a\nb", "a?b", "x" * 300, MANIFEST, "\ud800"],
)  # fmt: skip
def test_a_path_that_would_leave_or_that_some_system_lacks_is_refused_before_anything_is_written(
    tmp_path: Path, bad: str
) -> None:
    with pytest.raises(UnwritablePathError) as refusal:
        write_tree(tmp_path / "tree", {"good.txt": b"1", bad: b"2"})
    assert refusal.value.remedy or str(refusal.value)
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("files", [("a.txt", "A.txt"), ("a", "a/b"), ("a/b", "A"), ("x/b", "X/c"), ("Manifest.json",)])
def test_paths_that_are_one_where_case_does_not_count_are_refused(tmp_path: Path, files: tuple[str, ...]) -> None:
    with pytest.raises(UnwritablePathError):
        write_tree(tmp_path, dict.fromkeys(files, b""))
    assert tree(tmp_path) == {}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_on_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "tree" / "file").symlink_to(tmp_path / "elsewhere" / "file")
    for bad in ("link/x", "file"):
        with pytest.raises(UnwritablePathError, match="is a link"):
            write_tree(tmp_path / "tree", {bad: b"1"})
    assert tree(tmp_path / "elsewhere") == {}


def test_files_no_longer_emitted_go_with_their_folders_and_edited_ones_stay(tmp_path: Path) -> None:
    write_tree(tmp_path, {"old/deep/a.txt": b"1", "b.txt": b"1", "keep.txt": b"1"})
    (tmp_path / "b.txt").write_bytes(b"edited by hand")
    changed = write_tree(tmp_path, {"keep.txt": b"1"})
    assert tree(tmp_path).keys() == {"b.txt", "keep.txt", MANIFEST}
    assert not (tmp_path / "old").exists()
    assert sorted(p.relative_to(tmp_path).as_posix() for p in changed) == [MANIFEST, "old/deep/a.txt"]


def test_a_manifest_that_names_files_outside_deletes_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"x")
    folder = tmp_path / "tree"
    write_tree(folder, {"a": b"1"})
    listed = {"../precious": content_hash(b"x"), str(tmp_path / "precious"): content_hash(b"x")}
    (folder / MANIFEST).write_text(json.dumps({"files": listed}))
    write_tree(folder, {"a": b"1"})
    assert (tmp_path / "precious").read_bytes() == b"x"


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b'{"files": 3}', b'{"files": {"a": 1}}', b"\xff"])
def test_a_damaged_manifest_is_written_anew(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(damaged)
    write_tree(tmp_path, {"a": b"1"})
    assert json.loads((tmp_path / MANIFEST).read_bytes())["files"] == {"a": content_hash(b"1")}


def test_an_unchanged_tree_is_not_touched(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a": b"1"})
    before = (tmp_path / "a").stat().st_mtime_ns
    assert write_tree(tmp_path, {"a": b"1"}) == []
    assert (tmp_path / "a").stat().st_mtime_ns == before


def test_a_fault_in_the_middle_takes_everything_back(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.txt": b"1", "gone.txt": b"1"})
    before = tree(tmp_path)
    (tmp_path / "z.txt").mkdir()  # the last file cannot take its place
    (tmp_path / "z.txt" / "inside").write_bytes(b"")
    with pytest.raises(WriteError, match="cannot write below") as fault:
        write_tree(tmp_path, {"a.txt": b"2", "new/b.txt": b"2", "z.txt": b"2"})
    assert fault.value.remedy
    after = tree(tmp_path)
    assert after.pop("z.txt/inside") == b""
    assert after == before
    assert not (tmp_path / "new").exists()


def test_one_file_is_written_whole_or_left(tmp_path: Path) -> None:
    write_file(tmp_path / "new" / "f.rbxmx", b"1")
    write_file(tmp_path / "new" / "f.rbxmx", b"2")
    assert tree(tmp_path) == {"new/f.rbxmx": b"2"}
    with pytest.raises(WriteError):
        write_file(tmp_path / "new" / "f.rbxmx" / "below", b"3")
    assert tree(tmp_path) == {"new/f.rbxmx": b"2"}


@pytest.mark.parametrize(("before", "after"), [("a", "a/a"), ("a/a", "a")])
def test_a_file_that_makes_way_for_a_folder_comes_back_after_a_fault(tmp_path: Path, before: str, after: str) -> None:
    write_tree(tmp_path, {before: b"1"})
    (tmp_path / "z").mkdir()  # somebody's folder, where the last file would go
    held = tree(tmp_path)
    with pytest.raises(WriteError):
        write_tree(tmp_path, {after: b"2", "z": b"3"})
    assert tree(tmp_path) == held
