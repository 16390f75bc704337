"""Tells a chat what its conversation says, in order, each message once, however Telegram behaves.

The gateway keeps every message to a client; the id of the last one that Telegram took is kept here.  Together they are
the outbox: after a crash, a 429 or an outage the events are simply read on from there.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.telegram_door.chat_api import ChatApi, ConversationGone
from bot.telegram_door.chats import Chat, Chats

log = structlog.get_logger("mulgil.telegram")

_WAIT_S = (1.0, 2.0, 5.0, 10.0, 30.0)
_A_ROW = 2
_LONG_TITLE = 12


class Teller:
    """One listening task for each chat that has a conversation."""

    def __init__(self, bot: Bot, api: ChatApi, chats: Chats) -> None:
        self._bot, self._api, self._chats = bot, api, chats
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._conversations: dict[int, str] = {}

    def listen(self, chat: Chat) -> None:
        """Listen for this chat's conversation; a task for an earlier conversation of the chat ends."""
        task = self._tasks.get(chat.chat_id)
        if task and not task.done() and self._conversations.get(chat.chat_id) == chat.conversation_id:
            return
        if task:
            task.cancel()
        self._conversations[chat.chat_id] = chat.conversation_id
        self._tasks[chat.chat_id] = asyncio.create_task(self._tell(chat))

    async def say(self, chat: Chat, message: dict[str, Any]) -> None:
        """Send one message until Telegram takes it, then note that it did.

        Raises:
            Forbidden: The client blocked the bot; there is no second try.
        """
        for tries in range(1_000_000):
            try:
                await self._bot.send_message(chat.chat_id, message["text"], reply_markup=_buttons(message))
                break
            except RetryAfter as limit:
                seconds = limit.retry_after
                await asyncio.sleep(seconds.total_seconds() if hasattr(seconds, "total_seconds") else float(seconds))
            except (Forbidden, BadRequest):
                raise
            except TelegramError as error:
                log.warning("telegram_away", error=type(error).__name__)
                await asyncio.sleep(_WAIT_S[min(tries, len(_WAIT_S) - 1)])
        self._chats.told(chat, message["id"])

    async def close(self) -> None:
        """End all listening."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _tell(self, chat: Chat) -> None:
        failures = 0
        while True:
            kept = self._chats.find(chat.chat_id)
            if kept is None or kept.conversation_id != chat.conversation_id:
                return
            try:
                async for message in self._api.events(kept, kept.told_up_to):
                    failures = 0
                    await self.say(kept, message)
            except ConversationGone:
                # What was said last ("지웠어요") has been told by then or is gone with the conversation.
                self._chats.forget(chat.chat_id)
                return
            except Forbidden:
                log.info("chat_blocked_the_bot")
                self._chats.forget(chat.chat_id)
                return
            except BadRequest as error:
                log.error("telegram_refused_a_message", error=type(error).__name__)
            except (httpx.HTTPError, ValueError) as error:
                log.debug("events_interrupted", error=type(error).__name__)
            await asyncio.sleep(_WAIT_S[min(failures, len(_WAIT_S) - 1)])
            failures += 1


def _buttons(message: dict[str, Any]) -> InlineKeyboardMarkup | None:
    """Quick replies as buttons.  A button carries the message's id and its own number: Telegram allows 64 bytes."""
    replies = message.get("quick_replies") or []
    if not replies:
        return None
    buttons = [InlineKeyboardButton(r["title"], callback_data=f"{message['id']}#{i}") for i, r in enumerate(replies)]
    rows: list[list[InlineKeyboardButton]] = []
    for button in buttons:
        wide = len(button.text) > _LONG_TITLE
        if rows and not wide and len(rows[-1]) < _A_ROW and len(rows[-1][0].text) <= _LONG_TITLE:
            rows[-1].append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows)
