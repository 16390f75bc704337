"""Carries what people write to the bot into their conversations.

Updates are fetched by long polling.  An update is confirmed to Telegram only when the gateway has taken it, so a crash
loses none; the gateway knows each by an id of its own and does nothing twice.  Chats do not wait for each other.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import structlog
import yaml
from telegram import Bot, CallbackQuery, Message, Update
from telegram.constants import ChatType
from telegram.error import Forbidden, TelegramError

from bot.telegram_door.chat_api import ChatApi, ConversationGone
from bot.telegram_door.chats import Chat, Chats
from bot.telegram_door.telling import Teller

log = structlog.get_logger("mulgil.telegram")

SENTENCES: dict[str, str] = yaml.safe_load(Path(__file__).with_name("sentences.yml").read_text(encoding="utf-8"))
_POLL_S, _PAUSE_S = 20, 0.2
_TRIES_WAIT_S = (0.5, 1.0, 2.0, 5.0)
_START = "/start"


class Door:
    """The way from Telegram to the chat API; `Teller` is the way back."""

    def __init__(self, bot: Bot, api: ChatApi, chats: Chats) -> None:
        self._bot, self._api, self._chats = bot, api, chats
        self._teller = Teller(bot, api, chats)
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._finished: set[int] = set()
        self._last_of_chat: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Carry until cancelled."""
        for chat in self._chats.all():
            self._teller.listen(chat)
        failures = 0
        try:
            while True:
                try:
                    offset = self._offset()
                    updates = await self._bot.get_updates(offset=offset, timeout=_POLL_S, read_timeout=_POLL_S + 10)
                    failures = 0
                except TelegramError as error:
                    log.warning("telegram_away", error=type(error).__name__)
                    await asyncio.sleep(_TRIES_WAIT_S[min(failures, len(_TRIES_WAIT_S) - 1)])
                    failures += 1
                    continue
                if not self._take(updates):
                    # Unfinished updates come again at once; a short pause keeps the loop from spinning.
                    await asyncio.sleep(_PAUSE_S)
        finally:
            for task in self._under_way.values():
                task.cancel()
            await self._teller.close()

    def _offset(self) -> int | None:
        """Everything below it is confirmed: no update that is still under way."""
        if self._under_way:
            return min(self._under_way)
        return max(self._finished) + 1 if self._finished else None

    def _take(self, updates: tuple[Update, ...]) -> bool:
        fresh = [u for u in updates if u.update_id not in self._under_way and u.update_id not in self._finished]
        for update in fresh:
            chat_id = update.effective_chat.id if update.effective_chat else 0
            before = self._last_of_chat.get(chat_id)
            task = asyncio.create_task(self._carry(update, before))
            self._under_way[update.update_id] = self._last_of_chat[chat_id] = task
        return bool(fresh)

    async def _carry(self, update: Update, before: asyncio.Task[None] | None) -> None:
        """Carry one update; those of one chat go one after the other."""
        if before:
            await asyncio.wait([before])
        try:
            for tries in range(1_000_000):
                try:
                    await self._handle(update)
                    break
                except (httpx.HTTPError, TelegramError) as error:
                    if isinstance(error, Forbidden):
                        break
                    log.warning("update_waits", error=type(error).__name__)
                    await asyncio.sleep(_TRIES_WAIT_S[min(tries, len(_TRIES_WAIT_S) - 1)])
                except Exception as error:
                    # One update that nobody can handle must not stop all others, nor be fetched for ever.
                    log.error("update_dropped", error=type(error).__name__)
                    break
        finally:
            self._under_way.pop(update.update_id, None)
            self._finished = {n for n in self._finished if n > update.update_id - 10_000} | {update.update_id}

    async def _handle(self, update: Update) -> None:
        chat = update.effective_chat
        if chat is None or chat.type != ChatType.PRIVATE:
            return
        if update.callback_query:
            await self._button(chat.id, update.update_id, update.callback_query)
        elif message := update.message or update.edited_message:
            await self._message(chat.id, update.update_id, message)

    async def _message(self, chat_id: int, update_id: int, message: Message) -> None:
        text = message.text or message.caption
        if not text:
            if message.contact:
                text = message.contact.phone_number
            else:
                await self._bot.send_message(chat_id, SENTENCES[_kind_of(message)])
                return
        known = self._chats.find(chat_id)
        chat = known or await self._open(chat_id)
        if text.strip() == _START:
            if known:
                await self._repeat_last(known)
            return
        await self._send(chat, {"message_id": self._message_id(update_id), "text": text})

    async def _button(self, chat_id: int, update_id: int, query: CallbackQuery) -> None:
        await query.answer()
        chat = self._chats.find(chat_id)
        message_id, _, number = (query.data or "").rpartition("#")
        if chat is None:
            await self._open(chat_id)
            return
        lines = await self._lines(chat)
        replies: list[dict[str, Any]] = next((m["quick_replies"] for m in lines if m["id"] == message_id), [])
        if not number.isdigit() or int(number) >= len(replies):
            await self._bot.send_message(chat_id, SENTENCES["old_button"])
            return
        await self._send(chat, {"message_id": self._message_id(update_id), "payload": replies[int(number)]["payload"]})

    async def _send(self, chat: Chat, message: dict[str, str]) -> None:
        self._teller.listen(chat)
        try:
            sent = await self._api.send(chat, message)
        except ConversationGone:
            self._chats.forget(chat.chat_id)
            chat = await self._open(chat.chat_id)
            if "payload" in message:
                return
            sent = await self._api.send(chat, message)
        if sent.problem:
            await self._bot.send_message(chat.chat_id, sent.problem)
        elif sent.messages and not any(m["asks"] or m["quick_replies"] for m in sent.messages):
            await self._last_words(chat, sent.messages)

    async def _last_words(self, chat: Chat, messages: list[dict[str, Any]]) -> None:
        """After an erasure no event comes any more: what the answer said is told from the answer."""
        try:
            await self._api.lines(chat)
        except ConversationGone:
            for message in messages:
                await self._bot.send_message(chat.chat_id, message["text"])
            self._chats.forget(chat.chat_id)

    async def _open(self, chat_id: int) -> Chat:
        conversation_id, token, messages = await self._api.open()
        chat = Chat(chat_id, conversation_id, token)
        self._chats.keep(chat)
        for message in messages:
            await self._teller.say(chat, message)
        kept = self._chats.find(chat_id) or chat
        self._teller.listen(kept)
        return kept

    async def _repeat_last(self, chat: Chat) -> None:
        lines = [m for m in await self._lines(chat) if m["role"] != "client"]
        if lines:
            await self._teller.say(chat, lines[-1])

    async def _lines(self, chat: Chat) -> list[dict[str, Any]]:
        try:
            return await self._api.lines(chat)
        except ConversationGone:
            self._chats.forget(chat.chat_id)
            await self._open(chat.chat_id)
            return []

    def _message_id(self, update_id: int) -> str:
        return f"tg-{self._bot.id}-{update_id}"


def _kind_of(message: Message) -> str:
    if message.photo or message.sticker or message.animation:
        return "photo"
    if message.voice or message.audio or message.video_note:
        return "voice"
    return "other"
