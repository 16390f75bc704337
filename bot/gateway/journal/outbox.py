"""All the SQL about the outbox: what the api has yet to receive."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.gateway.journal.tables import outbox as table
from bot.gateway.messages import now

# Alerts go first of all.  The intake goes before messages and contact: the api knows a conversation by its intake.
RANKS = {"alert": 0, "erasure": 1, "intake": 2, "messages": 3, "contact": 4}


@dataclass(frozen=True)
class Parcel:
    """One row that waits: `body` in clear, or `sealed` under the keyset."""

    conversation_id: str
    kind: str
    key: str
    body: dict[str, Any]
    sealed: bytes | None


def add(
    db: Connection, conversation_id: str, kind: str, *, key: str, body: dict[str, Any], sealed: bytes | None = None
) -> None:
    """Add a row; one with the same key is left as it is (it is the same thing)."""
    if db.execute(select(table.c.id).where(table.c.key == key)).first() is None:
        db.execute(
            insert(table).values(
                conversation_id=conversation_id, kind=kind, key=key, rank=RANKS[kind],
                body=json.dumps(body, ensure_ascii=False), sealed=sealed, created_at=now().isoformat(),
            )
        )  # fmt: skip


def replace_intake(db: Connection, conversation_id: str, *, turn: int, body: dict[str, Any]) -> None:
    """Keep only the latest undelivered intake of a conversation."""
    drop_intake(db, conversation_id, up_to_turn=turn)
    newer = select(table.c.id).where(table.c.conversation_id == conversation_id, table.c.kind == "intake")
    if db.execute(newer).first() is None:
        add(db, conversation_id, "intake", key=f"intake:{conversation_id}:{turn}", body={"turn": turn, "intake": body})


def drop_intake(db: Connection, conversation_id: str, *, up_to_turn: int) -> None:
    """Forget undelivered intakes of a conversation that a later one has overtaken."""
    mine = (table.c.conversation_id == conversation_id) & (table.c.kind == "intake")
    for row_id, body in db.execute(select(table.c.id, table.c.body).where(mine)).all():
        if json.loads(body)["turn"] <= up_to_turn:
            db.execute(delete(table).where(table.c.id == row_id))


def drop_all_but_alerts(db: Connection, conversation_id: str) -> None:
    """Forget everything of a conversation that waits, except alerts (they hold no word of the client)."""
    db.execute(delete(table).where(table.c.conversation_id == conversation_id, table.c.kind != "alert"))


def waiting(db: Connection, *, except_conversations: Collection[str], parked: bool, limit: int) -> list[Parcel]:
    """Return at most one row a conversation, alerts first, then by rank and age; alerts come in any case."""
    query = select(table).where(table.c.parked <= int(parked)).order_by(table.c.rank, table.c.id).limit(limit * 20)
    chosen: dict[str, Parcel] = {}
    for row in db.execute(query):
        lane = f"alert:{row.key}" if row.kind == "alert" else row.conversation_id
        if lane not in chosen and lane not in except_conversations:
            body = json.loads(row.body or "{}")
            chosen[lane] = Parcel(row.conversation_id, row.kind, row.key, body, row.sealed)
        if len(chosen) >= limit:
            break
    return list(chosen.values())


def take_out(db: Connection, key: str) -> None:
    """Remove a row that the api has; by its key, because SQLite gives the number of a deleted row out again."""
    db.execute(delete(table).where(table.c.key == key))


def park(db: Connection, key: str) -> None:
    """Set a row aside that the api refuses for good, so that it does not hold up the others; it is never deleted."""
    db.execute(update(table).where(table.c.key == key).values(parked=1))


def count(db: Connection) -> int:
    """Return how many rows wait."""
    return int(db.execute(select(func.count()).select_from(table)).scalar_one())


def holds(db: Connection, conversation_id: str) -> bool:
    """Say whether something of this conversation, alerts aside, waits to be posted."""
    mine = (table.c.conversation_id == conversation_id) & (table.c.kind != "alert") & (table.c.parked == 0)
    return db.execute(select(table.c.id).where(mine).limit(1)).first() is not None
