"""The wire, declared once: what plugin and server say to each other.

Every socket message is one text frame of JSON with a ``type``. Luau types and validators are emitted from these
declarations (`toolboxai.emit`), so a field added here is a field there.

An *operation* is a JSON array over a whole text: a positive integer keeps that many bytes, a negative one removes
them, a string is inserted. Normal form: no zero, no empty string, no two neighbours of one kind, an insertion before
a removal at the same place, a final keep written out; kept and removed bytes add up to the length of the text it
applies to. Every boundary is a UTF-8 character boundary. Where two operations insert at one place, the one that the
server ordered first stands on the left.
"""

from typing import Annotated

from msgspec import Meta, Struct

PROTOCOL = 1
"""The version both sides must share; `hello` with another is answered with `bye`."""

Count = Annotated[int, Meta(ge=0)]
Operation = list[int | str]


class _Body(Struct, frozen=True, rename=None, omit_defaults=False):
    """What HTTP carries."""


class _Message(Struct, frozen=True, tag_field="type", tag=lambda name: name.lower()):
    """What a socket carries."""


# --- pairing (HTTP, RFC 8628 in spirit) -------------------------------------------------------------------------------


class PairStart(_Body, frozen=True):
    """POST /api/pair -> PairStarted. `client` is what the owner sees: "Studio on LAPTOP, place Obby"."""

    client: str


class PairStarted(_Body, frozen=True):
    """`user_code` is shown (ABCD-2345), `device_code` polls; seconds for both times."""

    user_code: str
    device_code: str
    expires_in: Count
    interval: Count


class PairPoll(_Body, frozen=True):
    """POST /api/pair/token -> Tokens, or 202 Problem `pending`, or 410 Problem `expired`."""

    device_code: str


class PairApprove(_Body, frozen=True):
    """POST /api/pair/approve with the owner's secret as bearer -> PairApproved."""

    user_code: str


class PairApproved(_Body, frozen=True):
    client: str


class Tokens(_Body, frozen=True):
    """`access_token` goes into `Authorization: Bearer`; a refresh token works once."""

    access_token: str
    refresh_token: str
    expires_in: Count


class Refresh(_Body, frozen=True):
    """POST /api/token -> Tokens, or 401 Problem."""

    refresh_token: str


class Problem(_Body, frozen=True):
    """Every refusal over HTTP: a stable code, a sentence, what to do."""

    code: str
    message: str
    remedy: str = ""


# --- documents --------------------------------------------------------------------------------------------------------


class Document(_Body, frozen=True):
    """A live script: `path` is its names below `game` ("ServerScriptService", "Main")."""

    id: str
    path: list[str]
    class_name: str
    revision: Count


class ReadDocuments(_Body, frozen=True):
    """POST /api/documents/read -> DocumentTexts: bulk text goes over HTTP, not the socket."""

    documents: list[str]


class DocumentText(_Body, frozen=True):
    id: str
    revision: Count
    text: str


class DocumentTexts(_Body, frozen=True):
    documents: list[DocumentText]


class NewDocument(_Body, frozen=True):
    """POST /api/documents -> 201 Document; 409 Problem `exists` where the path has one: nothing is overwritten."""

    path: list[str]
    class_name: str
    text: str


class KeepDocument(_Body, frozen=True):
    """POST /api/documents/keep: the side that lost a first-contact choice, stored beside the project before it goes."""

    id: str
    text: str


# --- lessons ----------------------------------------------------------------------------------------------------------


class LessonSummary(_Body, frozen=True):
    id: str
    title: str
    summary: str
    age_group: str
    concepts: list[str]


class Lessons(_Body, frozen=True):
    """GET /api/lessons"""

    lessons: list[LessonSummary]


class LessonScript(_Body, frozen=True):
    """One script of a lesson, where it goes below `game`."""

    path: list[str]
    class_name: str
    source: str


class LessonBundle(_Body, frozen=True):
    """GET /api/lessons/{id}?level=&seed= : what a student gets; `hash` names its content."""

    id: str
    title: str
    story: str
    steps: list[str]
    hints: list[str]
    level: str
    seed: Count
    scripts: list[LessonScript]
    hash: str


class LessonAttempt(_Body, frozen=True):
    """POST /api/lessons/{id}/check -> Verdict: the student's scripts as they stand."""

    level: str
    seed: Count
    scripts: list[LessonScript]


class CheckResult(_Body, frozen=True):
    name: str
    passed: bool
    message: str


class Verdict(_Body, frozen=True):
    """`outcome` is `finished`, `error`, `out of time`, `out of memory` or `too much output`."""

    passed: bool
    outcome: str
    checks: list[CheckResult]
    output: list[str]
    message: str


# --- socket, plugin to server -----------------------------------------------------------------------------------------


class Hello(_Message, frozen=True):
    """First message. `client` names this run of the plugin: 4 to 64 letters, digits, - or _.

    It outlives a reconnect: with `seq` it makes resending safe. Two open Studios have two names; an older socket of the
    same client gets `bye`.
    """

    protocol: Count
    client: str


class Open(_Message, frozen=True):
    """Follow `document` from `revision` on: every later change comes, own ones too (as `acknowledged`)."""

    document: str
    revision: Count


class Edit(_Message, frozen=True):
    """`seq` counts a client's edits of one document from 1; one edit a document is in flight at a time.

    An edit is resent exactly as it was first sent: same base, same operation. The server may acknowledge it twice.
    """

    document: str
    base: Count
    seq: Count
    operation: Operation


class Ping(_Message, frozen=True):
    at: float


# --- socket, server to plugin -----------------------------------------------------------------------------------------


class Welcome(_Message, frozen=True):
    session: str
    project: str
    documents: list[Document]


class Changed(_Message, frozen=True):
    """`revision` is the document's after this change; `client` is "disk" for a file's."""

    document: str
    revision: Count
    client: str
    operation: Operation


class Acknowledged(_Message, frozen=True):
    """The edit is committed and stands as `revision`."""

    document: str
    seq: Count
    revision: Count


class Refused(_Message, frozen=True):
    """The edit `seq` was not taken; the client keeps its text and says why."""

    document: str
    seq: Count
    code: str
    message: str
    remedy: str


class Added(_Message, frozen=True):
    document: Document


class Removed(_Message, frozen=True):
    """Its file went away: the script stays in Studio, no longer linked."""

    document: str


class Pong(_Message, frozen=True):
    at: float


class Bye(_Message, frozen=True):
    """Last message of every socket the server closes: `Closed` carries no code in Studio."""

    code: str
    message: str
    remedy: str


ClientMessage = Hello | Open | Edit | Ping
ServerMessage = Welcome | Changed | Acknowledged | Refused | Added | Removed | Pong | Bye
HTTP_BODIES = (
    PairStart, PairStarted, PairPoll, PairApprove, PairApproved, Tokens, Refresh, Problem, Document, ReadDocuments,
    DocumentText, DocumentTexts, NewDocument, KeepDocument, LessonSummary, Lessons, LessonScript, LessonBundle,
    LessonAttempt, CheckResult, Verdict,
)  # fmt: skip
