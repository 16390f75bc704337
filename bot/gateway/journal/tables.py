"""The journal's tables.  docs/architecture.md, seam 3, says what may stand in them and when."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Before the yes only the first six columns hold anything.  Times are ISO 8601 in UTC: both databases sort them alike.
conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("token_hash", String(64), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("center", String(80), nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("updated_at", String(40), nullable=False),
    Column("erased_at", String(40)),
    Column("consent", String(3)),
    Column("sensitive_consent", String(3)),
    Column("status", String(20)),
    Column("turn", Integer, nullable=False, server_default="0"),
    Column("state", Text),
)

# `turn_state` is set on the client's messages only: open until Rasa has answered the turn and it is written.
# `sealed` holds the words of an open turn under the keyset, because it is not known yet whether they may be written.
messages = Table(
    "messages",
    metadata,
    Column("conversation_id", String(64), ForeignKey("conversations.id"), primary_key=True),
    Column("id", String(80), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("role", String(10), nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("asks", String(60)),
    Column("quick_replies", Text),
    Column("data", Text),
    Column("at", String(40), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("withheld", String(10)),
    Column("turn_state", String(10)),
    Column("sealed", LargeBinary),
    Column("fingerprint", String(64)),
    Column("answer", Text),
    UniqueConstraint("conversation_id", "seq"),
)
Index("ix_messages_turn_state", messages.c.turn_state)

# What the api has yet to receive.  `key` is the idempotency key; a second row with the same key replaces the first.
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("conversation_id", String(64), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("key", String(160), nullable=False, unique=True),
    Column("rank", Integer, nullable=False),
    Column("body", Text),
    Column("sealed", LargeBinary),
    Column("created_at", String(40), nullable=False),
    Column("parked", Integer, nullable=False, server_default="0"),
)
Index("ix_outbox_conversation_id", outbox.c.conversation_id)

# Small facts about the gateway itself: how often it has started, how far it has fetched.
marks = Table(
    "marks",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)
