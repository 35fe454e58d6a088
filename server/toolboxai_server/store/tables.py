"""The database's tables."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData()

documents = Table(
    "documents",
    metadata,
    Column("id", String, primary_key=True),
    Column("path", String, nullable=False),  # JSON: the names below `game`
    Column("live_path", String, unique=True),  # `path` while the document lives, null once it is removed
    Column("class_name", String, nullable=False),
    Column("head", Integer, CheckConstraint("head >= 0"), nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("document", ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),  # the document's after this change
    Column("client", String, nullable=False),
    Column("seq", Integer),  # null for the disk, which resends nothing
    Column("digest", LargeBinary),  # of base and operation as the client sent them
    Column("operation", LargeBinary, nullable=False),  # JSON, as transformed
    Column("at", Float, nullable=False),
    UniqueConstraint("client", "document", "seq"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("document", ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("text", LargeBinary, nullable=False),
)

files = Table(
    "files",
    metadata,
    Column("document", ForeignKey("documents.id"), primary_key=True),
    Column("file", String, nullable=False, unique=True),  # below the project's folder, with `/`
    Column("revision", Integer, nullable=False),  # every edit that the file held is in this revision
    Column("text", LargeBinary),  # what the file held, where that is not the text of `revision`
)

grants = Table(
    "grants",
    metadata,
    Column("id", String, primary_key=True),
    Column("client", String, nullable=False),
    Column("created", Float, nullable=False),
    Column("revoked", Float),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("grant", ForeignKey("grants.id"), nullable=False, index=True),
    Column("expires", Float, nullable=False),
    Column("used", Float),
)

pairings = Table(
    "pairings",
    metadata,
    Column("device_digest", LargeBinary, primary_key=True),
    Column("user_digest", LargeBinary, unique=True, nullable=False),
    Column("client", String, nullable=False),
    Column("expires", Float, nullable=False),
    Column("approved", Float),
)
