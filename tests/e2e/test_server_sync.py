"""Files and Studio stay the same, whoever changes them, also while the server was down."""

from pathlib import Path

import pytest

from peers.server import ServerProcess, running
from peers.studio import Studio, pair, wait_until
from toolboxai import protocol

MAIN = ("ServerScriptService", "Main")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "game"
    folder.mkdir()
    source = folder / "src" / "ServerScriptService"
    source.mkdir(parents=True)
    (folder / "default.project.json").write_text(
        '{"name": "game", "tree": {"$className": "DataModel", "ServerScriptService": {"$path": "src/ServerScriptService"}}}'
    )
    (source / "Main.server.luau").write_bytes("print('🙂')\n".encode())
    return folder


@pytest.fixture
def main(project: Path) -> Path:
    return project / "src" / "ServerScriptService" / "Main.server.luau"


@pytest.fixture
def server(project: Path):
    with running(project) as process:
        yield process


@pytest.fixture
def studio(server: ServerProcess):
    with Studio(server.port, pair(server.port, server.project).access_token) as studio:
        yield studio


def text_of(path: Path) -> str:
    return path.read_bytes().decode()


def test_a_script_and_its_file_follow_each_other(studio: Studio, main: Path):
    document = studio.document(*MAIN).id
    studio.open(document)
    studio.insert(document, 0, "-- studio 🎈\n")
    wait_until(lambda: text_of(main) == "-- studio 🎈\nprint('🙂')\n")
    main.write_bytes("-- studio 🎈\nprint('🙃')\n".encode())
    wait_until(lambda: studio.text(document) == "-- studio 🎈\nprint('🙃')\n")


def test_two_studios_and_the_disk_edit_one_line_with_emoji_at_once(project: Path, main: Path):
    # scripts rest long enough that the file is edited before the server writes it
    with running(project, TOOLBOXAI_SETTLE_MILLISECONDS="300") as server:
        token = pair(server.port, project).access_token
        with Studio(server.port, token) as one, Studio(server.port, token) as two:
            document = one.document(*MAIN).id
            one.open(document)
            two.open(document)

            def same() -> bool:
                texts = {one.text(document), two.text(document), text_of(main)}
                return one.settled() and two.settled() and len(texts) == 1

            expected = []
            for round_number in range(3):
                for number in range(5):
                    one.insert(document, 0, f"1🎈{round_number}{number};")
                    two.insert(document, len(two.editors[document].text), f"2🎉{round_number}{number};")
                    expected += [f"1🎈{round_number}{number};", f"2🎉{round_number}{number};"]
                expected.append(f"d👾{round_number};")
                main.write_bytes(main.read_bytes().replace(b"print", f"d👾{round_number};print".encode()))
                wait_until(lambda: same() and expected[-1] in text_of(main))  # noqa: B023 - called in this round
            text = text_of(main)
            assert {piece: text.count(piece) for piece in expected} == dict.fromkeys(expected, 1)


def test_line_ends_and_byte_order_mark_stay_the_files_own(studio: Studio, main: Path):
    main.write_bytes(b"\xef\xbb\xbflocal a\r\nlocal b\r\n")
    document = studio.document(*MAIN).id
    studio.open(document)
    wait_until(lambda: studio.text(document) == "local a\nlocal b\n")
    studio.insert(document, 8, "local c\n")
    wait_until(lambda: main.read_bytes() == b"\xef\xbb\xbflocal a\r\nlocal c\r\nlocal b\r\n")


def test_files_come_and_go(studio: Studio, main: Path):
    new = main.with_name("Other.luau")
    new.write_text("return 1\n")
    wait_until(lambda: any(m.document.path[-1] == "Other" for m in studio.messages(protocol.Added)))
    added = studio.messages(protocol.Added)[-1].document
    assert added.class_name == "ModuleScript"
    new.replace(main.with_name("Renamed.luau"))
    wait_until(lambda: any(m.document == added.id for m in studio.messages(protocol.Removed)))
    wait_until(lambda: studio.messages(protocol.Added)[-1].document.path[-1] == "Renamed")


def test_a_new_script_of_studio_becomes_a_file_and_overwrites_nothing(studio: Studio, main: Path):
    body = {"path": ["ServerScriptService", "Fresh"], "class_name": "ModuleScript", "text": "return '🙂'"}
    made = studio.post("/api/documents", body)
    assert made.status_code == 201
    assert text_of(main.with_name("Fresh.luau")) == "return '🙂'"
    again = studio.post("/api/documents", {**body, "text": "other"})
    assert (again.status_code, again.json()["code"]) == (409, "exists")
    for name in ("CON", "fresh", "a/b", "..", "", "x" * 300):
        refused = studio.post("/api/documents", {**body, "path": ["ServerScriptService", name]})
        assert refused.status_code in {409, 422}, name
        assert refused.json()["remedy"], name
    assert text_of(main.with_name("Fresh.luau")) == "return '🙂'"


def test_a_file_that_is_not_utf8_or_too_large_is_said_once_and_left_alone(
    server: ServerProcess, studio: Studio, main: Path
):
    bad = main.with_name("Bad.luau")
    bad.write_bytes(b"caf\xe9")
    large = main.with_name("Large.luau")
    large.write_bytes(b"x" * 10_000_000)
    wait_until(lambda: "Bad.luau" in server.said() and "Large.luau" in server.said())
    main.write_bytes(b"\xff\xfe")
    wait_until(lambda: "Main.server.luau" in server.said())
    document = studio.document(*MAIN).id
    studio.open(document)
    studio.insert(document, 0, "-- kept\n")
    wait_until(studio.settled)
    assert main.read_bytes() == b"\xff\xfe"
    main.write_bytes("print('🙂')\n-- file\n".encode())
    wait_until(lambda: text_of(main) == "-- kept\nprint('🙂')\n-- file\n")
    assert server.said().count("Bad.luau") == 1
    assert server.said().count("Large.luau") == 1
    assert bad.read_bytes() == b"caf\xe9"
    assert large.stat().st_size == 10_000_000


def test_both_sides_changed_while_the_server_was_down(project: Path, main: Path):
    with running(project) as server:
        token = pair(server.port, project).access_token
        with Studio(server.port, token) as studio:
            document = studio.document(*MAIN).id
            studio.open(document)
            studio.insert(document, 0, "-- one\n")
            wait_until(lambda: "-- one" in text_of(main))
            server.kill()
            main.write_bytes(text_of(main).encode() + b"-- disk\n")
            studio.insert(document, 0, "-- offline\n")
            with running(project) as again:
                studio.connect(again.port)
                wait_until(lambda: studio.settled() and studio.text(document) == text_of(main))
                assert text_of(main) == "-- offline\n-- one\nprint('🙂')\n-- disk\n"


def test_a_file_deleted_while_its_script_had_more_is_kept(studio: Studio, project: Path, main: Path):
    document = studio.document(*MAIN).id
    studio.open(document)
    studio.insert(document, 0, "-- only in studio\n")
    wait_until(studio.settled)
    main.unlink()
    wait_until(lambda: studio.messages(protocol.Removed))
    kept = list((project / ".toolboxai" / "kept").iterdir()) if (project / ".toolboxai" / "kept").exists() else []
    assert main.exists() or (kept and "only in studio" in text_of(kept[0]))


def test_the_losing_side_of_a_choice_is_kept(studio: Studio, project: Path):
    document = studio.document(*MAIN).id
    assert studio.post("/api/documents/keep", {"id": document, "text": "print('studio 🙂')"}).status_code == 204
    (kept,) = (project / ".toolboxai" / "kept").iterdir()
    assert text_of(kept) == "print('studio 🙂')"
    assert studio.post("/api/documents/keep", {"id": "none", "text": ""}).status_code == 404


def test_whatever_happened_to_files_while_nobody_looked_loses_nothing(project: Path, main: Path):
    names = ("Deleted", "Renamed", "Retyped", "Broken", "Rewritten", "Untouched")
    files = {name: main.with_name(f"{name}.luau") for name in names}
    for file in files.values():
        file.write_bytes(b"local a = 1\n")
    # nothing that Studio types reaches a file before the kill
    with running(project, TOOLBOXAI_SETTLE_MILLISECONDS="5000") as server:
        token = pair(server.port, project).access_token
        with Studio(server.port, token) as studio:
            before = {name: studio.document("ServerScriptService", name).id for name in names}
            for name in names:
                studio.open(before[name])
                studio.insert(before[name], 0, f"-- typed in {name} 🎈\n")
            wait_until(studio.settled)
            server.kill()
    files["Deleted"].unlink()
    files["Renamed"].rename(main.with_name("NewName.luau"))
    files["Retyped"].rename(main.with_name("Retyped.server.luau"))
    files["Broken"].write_bytes(b"\xff")
    files["Rewritten"].write_bytes(b"local a = 2\n")
    with running(project) as server, Studio(server.port, token) as studio:
        assert studio.welcome is not None
        now = {document.path[-1]: document for document in studio.welcome.documents}
        assert set(now) == {"Main", "NewName", "Retyped", "Broken", "Rewritten", "Untouched"}
        assert now["Retyped"].class_name == "Script"
        assert {name for name in names if name in now and now[name].id == before[name]} == {
            "Broken",
            "Rewritten",
            "Untouched",
        }
        assert text_of(files["Rewritten"]) == "-- typed in Rewritten 🎈\nlocal a = 2\n"
        assert text_of(files["Untouched"]) == "-- typed in Untouched 🎈\nlocal a = 1\n"
        assert files["Broken"].read_bytes() == b"\xff"
        kept = {path.name.split("-", 2)[2]: text_of(path) for path in (project / ".toolboxai" / "kept").iterdir()}
        for name in ("Deleted", "Renamed", "Retyped"):
            assert kept[f"ServerScriptService_{name}.luau"] == f"-- typed in {name} 🎈\nlocal a = 1\n"
        assert kept["ServerScriptService_Rewritten-disk.luau"] == "local a = 2\n"
        files["Broken"].write_bytes(b"local a = 1\n")
        wait_until(lambda: text_of(files["Broken"]) == "-- typed in Broken 🎈\nlocal a = 1\n")
        assert server.said().count("kept in .toolboxai/kept/") == 4


def test_a_project_file_that_breaks_is_said_and_what_was_served_is_served_on(
    server: ServerProcess, studio: Studio, project: Path, main: Path
):
    document = studio.document(*MAIN).id
    studio.open(document)
    good = (project / "default.project.json").read_bytes()
    (project / "default.project.json").write_bytes(b"{")
    wait_until(lambda: "default.project.json" in server.said())
    studio.insert(document, 0, "-- still here\n")
    wait_until(lambda: text_of(main).startswith("-- still here\n"))
    (project / "default.project.json").write_bytes(good.replace(b'"ServerScriptService": {', b'"ServerStorage": {'))
    wait_until(lambda: studio.messages(protocol.Removed))
    wait_until(lambda: [m.document.path for m in studio.messages(protocol.Added)] == [["ServerStorage", "Main"]])
    assert text_of(main).startswith("-- still here\n")


def test_a_file_that_cannot_be_merged_within_the_limit_waits_until_it_can(project: Path, main: Path):
    limits = {"TOOLBOXAI_DOCUMENT_BYTES": "2000", "TOOLBOXAI_SETTLE_MILLISECONDS": "500"}
    with (
        running(project, **limits) as server,
        Studio(server.port, pair(server.port, project).access_token) as studio,
    ):
        document = studio.document(*MAIN).id
        studio.open(document)
        studio.insert(document, 0, "s" * 1200)
        wait_until(studio.settled)
        main.write_bytes(main.read_bytes() + b"d" * 1200)
        wait_until(lambda: "at most 2,000 bytes" in server.said())
        assert main.stat().st_size == 1200 + len("print('🙂')\n".encode())
        main.write_bytes("print('🙂')\nless\n".encode())
        wait_until(lambda: text_of(main) == "s" * 1200 + "print('🙂')\nless\n" == studio.text(document))
