"""Which chat is in which conversation, and up to which message a chat has been told.

Kept in one small SQLite file that only the owner may read: chat ids, the conversation's key, and a message id.
No word of a client is ever in it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
create table if not exists chat (
    bot_id integer not null,
    chat_id integer not null,
    conversation_id text not null,
    token text not null,
    told_up_to text not null default '',
    primary key (bot_id, chat_id)
)
"""


@dataclass(frozen=True)
class Chat:
    """A private chat and its conversation; `told_up_to` is the id of the last message that Telegram took."""

    chat_id: int
    conversation_id: str
    token: str
    told_up_to: str = ""


class Chats:
    """The door's memory.  A private chat's id is the same for every bot, so the bot's own id is part of the key."""

    def __init__(self, file: Path, bot_id: int) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._bot_id = bot_id
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma secure_delete=on")
        self._db.execute(_SCHEMA)

    def find(self, chat_id: int) -> Chat | None:
        """Return the chat, or None when it has no conversation."""
        row = self._db.execute(
            "select chat_id, conversation_id, token, told_up_to from chat where bot_id = ? and chat_id = ?",
            (self._bot_id, chat_id),
        ).fetchone()
        return Chat(*row) if row else None

    def all(self) -> Iterator[Chat]:
        """Every chat that has a conversation."""
        rows = self._db.execute(
            "select chat_id, conversation_id, token, told_up_to from chat where bot_id = ?", (self._bot_id,)
        ).fetchall()
        return (Chat(*row) for row in rows)

    def keep(self, chat: Chat) -> None:
        """Write the chat's present conversation over an earlier one."""
        self._db.execute(
            "insert or replace into chat values (?, ?, ?, ?, ?)",
            (self._bot_id, chat.chat_id, chat.conversation_id, chat.token, chat.told_up_to),
        )

    def told(self, chat: Chat, message_id: str) -> None:
        """Note that Telegram took this message; a chat that meanwhile has another conversation is left alone."""
        self._db.execute(
            "update chat set told_up_to = ? where bot_id = ? and chat_id = ? and conversation_id = ?",
            (message_id, self._bot_id, chat.chat_id, chat.conversation_id),
        )

    def forget(self, chat_id: int) -> None:
        """Drop the chat's conversation: it was erased, or Telegram says that the client blocked the bot."""
        self._db.execute("delete from chat where bot_id = ? and chat_id = ?", (self._bot_id, chat_id))

    def close(self) -> None:
        """Close the file."""
        self._db.close()
