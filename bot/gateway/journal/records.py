"""All the SQL about conversations and messages.  Each function runs inside one transaction of `Journal.run`."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from bot.gateway.journal import outbox
from bot.gateway.journal.tables import conversations, marks, messages
from bot.gateway.journal.tables import outbox as outbox_rows
from bot.gateway.messages import Entry, QuickReply, now


@dataclass(frozen=True)
class ClientRow:
    """A client's message as the journal has it: what dedupe and an open turn need beside the entry."""

    entry: Entry
    fingerprint: str
    turn_state: str
    sealed: bytes | None
    answer: tuple[str, ...] | None


@dataclass(frozen=True)
class StoredConversation:
    """One conversation read back: the row, its entries in order, and its client messages."""

    row: dict[str, Any]
    entries: list[Entry]
    client_rows: list[ClientRow]


def add_conversation(db: Connection, *, id: str, token_hash: str, channel: str, center: str) -> None:
    """Write a new conversation: id, token hash, channel, centre, times."""
    at = now().isoformat()
    row = {"id": id, "token_hash": token_hash, "channel": channel, "center": center, "created_at": at, "updated_at": at}
    db.execute(insert(conversations).values(**row))


def find_conversation(db: Connection, conversation_id: str) -> StoredConversation | None:
    """Read one conversation with everything kept of it, or None if there is no such id."""
    row = db.execute(select(conversations).where(conversations.c.id == conversation_id)).mappings().one_or_none()
    if row is None:
        return None
    kept = select(messages).where(messages.c.conversation_id == conversation_id).order_by(messages.c.seq)
    entries: list[Entry] = []
    client_rows: list[ClientRow] = []
    for line in db.execute(kept).mappings():
        entry = _entry(dict(line))
        entries.append(entry)
        if entry.role == "client":
            answer = None if line["answer"] is None else tuple(json.loads(line["answer"]))
            client_rows.append(
                ClientRow(entry, line["fingerprint"] or "", line["turn_state"] or "done", line["sealed"], answer)
            )
    return StoredConversation(dict(row), entries, client_rows)


def conversations_with_open_turns(db: Connection) -> list[str]:
    """Return the ids of conversations in which a turn has not been answered, oldest first."""
    query = (
        select(messages.c.conversation_id, messages.c.at).where(messages.c.turn_state == "open").order_by(messages.c.at)
    )
    return list(dict.fromkeys(row[0] for row in db.execute(query)))


def keep_client_message(db: Connection, conversation_id: str, entry: Entry, *, fingerprint: str, sealed: bytes) -> None:
    """Keep a client's message before Rasa sees it; its words only sealed until it is known that they may be written."""
    open_turn = {"text": "", "turn_state": "open", "sealed": sealed, "fingerprint": fingerprint}
    row = {**_row(conversation_id, entry), **open_turn}
    # A first try may have been committed after its caller had given up waiting: then this one takes its place.
    drop_message(db, conversation_id, entry.id)
    db.execute(insert(messages).values(**row))
    touch(db, conversation_id)


def drop_message(db: Connection, conversation_id: str, message_id: str) -> None:
    """Delete one message."""
    db.execute(delete(messages).where(messages.c.conversation_id == conversation_id, messages.c.id == message_id))


def touch(db: Connection, conversation_id: str) -> None:
    """Note that the conversation is alive."""
    db.execute(update(conversations).where(conversations.c.id == conversation_id).values(updated_at=now().isoformat()))


def add_entries(db: Connection, conversation_id: str, entries: Iterable[Entry], placeholder: str) -> None:
    """Write entries that are not there yet; the words of withheld ones are replaced by `placeholder`."""
    there = set(db.execute(select(messages.c.id).where(messages.c.conversation_id == conversation_id)).scalars())
    rows = [_row(conversation_id, entry, placeholder) for entry in entries if entry.id not in there]
    if rows:
        db.execute(insert(messages), rows)


def rewrite_words(db: Connection, conversation_id: str, entries: Iterable[Entry], placeholder: str) -> None:
    """Write again the words of entries that were held, released or redacted."""
    for entry in entries:
        row = _row(conversation_id, entry, placeholder)
        words = {name: row[name] for name in ("text", "quick_replies", "data", "withheld")}
        db.execute(
            update(messages)
            .where(messages.c.conversation_id == conversation_id, messages.c.id == entry.id)
            .values(**words)
        )


def close_turn(
    db: Connection, conversation_id: str, message_id: str, *, fingerprint: str, answer: Sequence[str] | None
) -> None:
    """Mark a client's message as answered; forget its sealed words.  `answer` None leaves what was answered before."""
    values: dict[str, Any] = {"turn_state": "done", "sealed": None, "fingerprint": fingerprint}
    if answer is not None:
        values["answer"] = json.dumps(list(answer))
    db.execute(
        update(messages)
        .where(messages.c.conversation_id == conversation_id, messages.c.id == message_id)
        .values(**values)
    )


def note_answer(db: Connection, conversation_id: str, message_id: str, answer: Sequence[str]) -> None:
    """Note which messages the client was given in answer, while the turn itself stays open."""
    db.execute(
        update(messages)
        .where(messages.c.conversation_id == conversation_id, messages.c.id == message_id)
        .values(answer=json.dumps(list(answer)))
    )


def save_dialogue(db: Connection, conversation_id: str, **values: Any) -> None:
    """Write what the dialogue returned: `state` as a dict, and consent, status, turn."""
    if "state" in values:
        values["state"] = None if values["state"] is None else json.dumps(values["state"], ensure_ascii=False)
    db.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(**values, updated_at=now().isoformat())
    )


def wipe(db: Connection, conversation_id: str, *, erased: bool) -> None:
    """Delete every word of a conversation, what waits for the api included, and tell the api to do the same.

    The row stays with id, token hash, channel, centre and times; alerts, which hold no words, stay in the outbox.
    """
    db.execute(delete(messages).where(messages.c.conversation_id == conversation_id))
    outbox.drop_all_but_alerts(db, conversation_id)
    outbox.add(db, conversation_id, "erasure", key=f"erasure:{conversation_id}:{now().timestamp():.6f}", body={})
    at = now().isoformat()
    db.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(
            consent=None, sensitive_consent=None, status=None, turn=0, state=None,
            erased_at=at if erased else None, updated_at=at,
        )
    )  # fmt: skip


def has_consented(db: Connection) -> bool:
    """Return whether any living conversation may receive a counselor's message."""
    living = select(conversations.c.id).where(conversations.c.consent == "yes", conversations.c.erased_at.is_(None))
    return db.execute(living.limit(1)).first() is not None


def drop_older_than(db: Connection, moment: datetime) -> int:
    """Delete conversations that nobody has touched since `moment` and that owe the api nothing; return how many."""
    owing = select(outbox_rows.c.conversation_id)
    old = (
        select(conversations.c.id)
        .where(conversations.c.updated_at < moment.isoformat(), conversations.c.id.not_in(owing))
        .where(conversations.c.id.not_in(select(messages.c.conversation_id).where(messages.c.turn_state == "open")))
    )
    ids = list(db.execute(old).scalars())
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        db.execute(delete(messages).where(messages.c.conversation_id.in_(some)))
        db.execute(delete(conversations).where(conversations.c.id.in_(some)))
    return len(ids)


def words_of(db: Connection, conversation_id: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return messages as the api takes them (seam 4), oldest first; held ones are left out."""
    query = (
        select(messages)
        .where(messages.c.conversation_id == conversation_id, messages.c.id.in_(list(ids)))
        .where(or_(messages.c.withheld.is_(None), messages.c.withheld == "redacted"))
        .order_by(messages.c.seq)
    )
    bodies = []
    for line in db.execute(query).mappings():
        body = {name: line[name] for name in ("id", "role", "text", "kind", "asks", "at")}
        if line["withheld"] == "redacted":
            body["redacted"] = True
        bodies.append(body)
    return bodies


def read_mark(db: Connection, name: str) -> str | None:
    """Return the mark called `name`."""
    return db.execute(select(marks.c.value).where(marks.c.name == name)).scalar_one_or_none()


def set_mark(db: Connection, name: str, value: str) -> None:
    """Set the mark called `name`."""
    if db.execute(update(marks).where(marks.c.name == name).values(value=value)).rowcount == 0:
        db.execute(insert(marks).values(name=name, value=value))


def count_start(db: Connection) -> int:
    """Count one more start of the gateway and return the count, from 1."""
    starts = int(read_mark(db, "starts") or 0) + 1
    set_mark(db, "starts", str(starts))
    return starts


def _row(conversation_id: str, entry: Entry, placeholder: str = "") -> dict[str, Any]:
    may_write = entry.withheld != "held"
    replies = [reply.model_dump() for reply in entry.quick_replies]
    return {
        "conversation_id": conversation_id,
        "id": entry.id,
        "seq": entry.seq,
        "role": entry.role,
        "text": entry.text if may_write else placeholder,
        "kind": entry.kind,
        "asks": entry.asks,
        "quick_replies": json.dumps(replies, ensure_ascii=False) if replies else None,
        "data": json.dumps(entry.data, ensure_ascii=False) if entry.data and may_write else None,
        "at": entry.at.isoformat(),
        "turn": entry.turn,
        "withheld": entry.withheld,
    }


def _entry(line: dict[str, Any]) -> Entry:
    return Entry(
        id=line["id"],
        seq=line["seq"],
        role=line["role"],
        text=line["text"],
        kind=line["kind"],
        asks=line["asks"],
        quick_replies=tuple(QuickReply(**reply) for reply in json.loads(line["quick_replies"] or "[]")),
        data=json.loads(line["data"]) if line["data"] else None,
        at=datetime.fromisoformat(line["at"]),
        turn=line["turn"],
        withheld=line["withheld"],
    )
