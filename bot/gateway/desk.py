"""The desk where clients' messages arrive: limit, dedupe, danger first, mask, keep, hand on, answer in time."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from structlog import get_logger

from bot.gateway.alarm import Alarm
from bot.gateway.composing import Crisis, read_crisis
from bot.gateway.conversation import Conversation, Slot, Turn
from bot.gateway.crisis import Alert, CrisisSpeaker
from bot.gateway.driver import CRISIS_WAITS_FOR_STORE_S, Driver
from bot.gateway.errors import GatewayError
from bot.gateway.journal.engine import JournalAway
from bot.gateway.messages import BotMessage, Draft, new_message_id
from bot.gateway.readers import MaskFailed, Readers, says_nothing, without_broken_characters, without_slash
from bot.gateway.sentences import say
from bot.gateway.settings import Settings
from bot.gateway.vault import fingerprint
from bot.gateway.writer import Writer

log = get_logger("gateway")
MOST_WAITING_TURNS = 50
STORE_WAIT_S = 0.8


class Limits(Protocol):
    """Says whether one more message of this conversation is too many."""

    async def check_message(self, conversation_id: str, address: str) -> None:
        """Raise GatewayError 429 if it is."""


@dataclass(frozen=True)
class Incoming:
    """One message as the client sent it: exactly one of `text` and `payload`."""

    message_id: str
    text: str | None
    payload: str | None
    address: str = ""


class Desk:
    """Takes a message and gives its answer: the same one for the same `message_id`, whatever happens."""

    def __init__(
        self, settings: Settings, readers: Readers, writer: Writer, driver: Driver,
        speaker: CrisisSpeaker, alarm: Alarm, limits: Limits,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._readers = readers
        self._writer = writer
        self._driver = driver
        self._speaker = speaker
        self._alarm = alarm
        self._limits = limits
        self._tasks: set[asyncio.Task[None]] = set()

    async def receive(self, conversation: Conversation, token: str, incoming: Incoming) -> list[BotMessage]:
        """Answer one message.

        Raises:
            GatewayError: It is refused; nothing of it is kept, and the same `message_id` may come again.
        """
        what, words = ("text", incoming.text) if incoming.text is not None else ("payload", incoming.payload or "")
        print_ = fingerprint(token, what, words)
        slot = conversation.slots.get(incoming.message_id)
        if slot is not None:
            if slot.fingerprint != print_:
                raise GatewayError(422, "message_id_reused")
            if not slot.answer.done() and slot.turn is not None:
                self._later(self._wait(conversation, slot, slot.turn, self._settings.answer_within_s))
            return await asyncio.shield(slot.answer)
        slot = Slot(print_, asyncio.get_running_loop().create_future())
        conversation.slots[incoming.message_id] = slot
        self._later(self._work(conversation, slot, incoming))
        return await asyncio.shield(slot.answer)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        # The work goes on even if the client hangs up: what was accepted is answered.
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, conversation: Conversation, slot: Slot, incoming: Incoming) -> None:
        try:
            dangers: list[dict[str, str]] = []
            if incoming.text is not None:
                dangers = await self._readers.danger(incoming.text, conversation.previous_text)
            if dangers:
                await self._answer_danger(conversation, slot, incoming, dangers)
            else:
                turn = await self._accept(conversation, slot, incoming, [])
                if turn is not None:
                    await self._wait(conversation, slot, turn, self._settings.answer_within_s)
        except GatewayError as error:
            self._refuse(conversation, slot, incoming, error)
        except Exception as error:
            log.error("desk_broke", conversation=conversation.id, error=type(error).__name__)
            self._refuse(conversation, slot, incoming, GatewayError(500, "unexpected"))

    def _refuse(self, conversation: Conversation, slot: Slot, incoming: Incoming, error: GatewayError) -> None:
        if conversation.slots.get(incoming.message_id) is slot and not slot.answer.done():
            del conversation.slots[incoming.message_id]
        slot.refuse(error)

    async def _accept(
        self, conversation: Conversation, slot: Slot, incoming: Incoming, dangers: list[dict[str, str]]
    ) -> Turn | None:
        """Check, mask, keep and queue one message, in the order of arrival.

        Returns:
            The turn; None if the message has been answered without one.
        """
        if conversation.erased:
            raise GatewayError(410, "erased")
        self._check_shape(incoming)
        if not dangers:
            await self._limits.check_message(conversation.id, incoming.address)
        async with conversation.accepting:
            if conversation.erased:
                raise GatewayError(410, "erased")
            if len(conversation.queue) >= MOST_WAITING_TURNS and not dangers:
                raise GatewayError(429, "too_many_waiting", retry_after_s=10)
            if conversation.forgotten and not dangers:
                await self._start_again(conversation, slot)
                return None
            conversation.forgotten = False
            turn = await self._as_turn(conversation, slot, incoming, dangers)
            if turn is None:
                return None
            try:
                await self._writer.keep(conversation, turn)
            except JournalAway:
                conversation.entries = [entry for entry in conversation.entries if entry is not turn.entry]
                raise GatewayError(503, "not_stored", retry_after_s=3) from None
            if conversation.erased:
                raise GatewayError(410, "erased")
            if not turn.kept:
                conversation.unsaved.append(turn.entry)
            slot.turn = turn
            conversation.queue.append(turn)
            if conversation.queue[0].delayed.is_set():
                turn.delayed.set()
            self._driver.start(conversation)
            return turn

    def _check_shape(self, incoming: Incoming) -> None:
        if incoming.text is None:
            return
        if len(incoming.text) > self._settings.text_limit_chars:
            raise GatewayError(413, "too_long", limit=f"{self._settings.text_limit_chars:,}")
        if says_nothing(without_broken_characters(incoming.text)):
            raise GatewayError(422, "empty_text")

    async def _as_turn(
        self, conversation: Conversation, slot: Slot, incoming: Incoming, dangers: list[dict[str, str]]
    ) -> Turn | None:
        identifiers: list[dict[str, str]] = []
        if incoming.payload is not None:
            title = conversation.offers(incoming.payload)
            if title is None:
                raise GatewayError(422, "payload_not_offered")
            shown, message = title, incoming.payload
        else:
            text = without_broken_characters(incoming.text or "")
            try:
                masked = await self._readers.mask(text, conversation.previous_text)
            except MaskFailed:
                if not dangers:
                    await self._give_now(conversation, slot, [Draft(text=say("mask_failed"))], None, STORE_WAIT_S)
                return None
            shown, identifiers = masked.text, masked.identifiers
            message = without_slash(shown)
            conversation.previous_text = text
        conversation.turn += 1
        entry = conversation.append_client(incoming.message_id, shown, conversation.turn)
        conversation.remember_identifiers(incoming.message_id, identifiers)
        return Turn(
            number=conversation.turn, message_id=incoming.message_id, entry=entry, message=message, slot=slot,
            dangers=await self._readers.masked_evidence(dangers), identifiers=identifiers,
        )  # fmt: skip

    async def _start_again(self, conversation: Conversation, slot: Slot) -> None:
        """Say honestly that what was said before a restart is gone, and ask the opening question again."""
        conversation.forgotten = False
        entries = await self._driver.greet(conversation, before=say("forgotten"))
        slot.resolve([entry.as_bot_message() for entry in entries])
        conversation.publish(entries)

    async def _give_now(
        self, conversation: Conversation, slot: Slot, drafts: list[Draft], turn: Turn | None, store_wait_s: float
    ) -> None:
        """Answer while the turn itself is open.  The answer is fixed first, then written, then given.

        Written before it is given, the same `message_id` has the same answer even after a crash in between; a store
        that is slow is not waited for longer than `store_wait_s`.
        """
        number = turn.number if turn else conversation.turn
        entries = [conversation.append_bot(draft, number) for draft in drafts]
        if not slot.decide([entry.as_bot_message() for entry in entries]):
            gone = {entry.id for entry in entries}
            conversation.entries = [entry for entry in conversation.entries if entry.id not in gone]
            conversation.unsaved = [entry for entry in conversation.unsaved if entry.id not in gone]
            return
        saving = asyncio.ensure_future(self._writer.save_spoken(conversation, turn, entries))
        await asyncio.wait({saving}, timeout=store_wait_s)
        slot.resolve([])
        conversation.publish(entries)
        await saving

    async def _wait(self, conversation: Conversation, slot: Slot, turn: Turn, within_s: float) -> None:
        """Wait for the turn's answer; if it takes too long, say so and let the answer come later."""
        await _answered_or_delayed(slot, turn, within_s)
        if slot.given is None and not slot.answer.done():
            sentence = "delayed_stored" if turn.kept else "delayed_not_stored"
            await self._give_now(conversation, slot, [Draft(text=say(sentence))], turn, STORE_WAIT_S)

    async def _answer_danger(
        self, conversation: Conversation, slot: Slot, incoming: Incoming, dangers: list[dict[str, str]]
    ) -> None:
        """Give the crisis answer: with the dialogue's reading if it comes soon, without it if not."""
        due = asyncio.get_running_loop().time() + self._settings.danger_wait_s
        crisis = read_crisis(dangers, None) or Crisis("doubt", tuple(danger["risk"] for danger in dangers))
        alarm: asyncio.Future[Alert] | None = None
        if crisis.needs_alert:
            alarm = asyncio.ensure_future(self._alarm.raise_alert(conversation, crisis.risks))
        accepting = asyncio.ensure_future(self._accept_in_danger(conversation, slot, incoming, dangers))
        await asyncio.wait({accepting}, timeout=self._settings.danger_wait_s)
        turn = accepting.result() if accepting.done() else None
        if turn is not None:
            left = max(0.0, due - asyncio.get_running_loop().time())
            await _answered_or_delayed(slot, turn, left)
        alert: Alert | None = None
        if alarm is not None and slot.given is None:
            left = max(0.05, due - asyncio.get_running_loop().time())
            done, _ = await asyncio.wait({alarm}, timeout=left)
            alert = alarm.result() if done else "failed"
        if slot.given is None:
            await self._speak(conversation, slot, turn or slot.turn, crisis, alert)
        if await accepting is None:
            # Rasa has not heard of it: the next turn tells.
            conversation.pending_dangers += await self._readers.masked_evidence(dangers)

    async def _speak(
        self, conversation: Conversation, slot: Slot, turn: Turn | None, crisis: Crisis, alert: Alert | None
    ) -> None:
        words = turn.dangers[0]["evidence"] if turn and turn.dangers else ""
        draft = self._speaker.say(crisis.step, crisis.risks, alert=alert, words=words, channel=conversation.channel)
        self._driver.note_crisis(conversation, crisis)
        slot.spoken = (crisis.step, crisis.risks)
        if conversation.erased:
            entry = conversation.append_bot(draft, conversation.turn)
            conversation.entries.remove(entry)
            conversation.unsaved.remove(entry)
            slot.resolve([entry.as_bot_message()])
            return
        await self._give_now(conversation, slot, [draft], turn, CRISIS_WAITS_FOR_STORE_S)

    async def _accept_in_danger(
        self, conversation: Conversation, slot: Slot, incoming: Incoming, dangers: list[dict[str, str]]
    ) -> Turn | None:
        """Accept the message if it can be; whatever stands against that, the crisis answer goes out."""
        try:
            return await self._accept(conversation, slot, incoming, dangers)
        except GatewayError as error:
            log.warning("danger_without_turn", conversation=conversation.id, code=error.code)
        except Exception as error:
            log.error("danger_accept_broke", conversation=conversation.id, error=type(error).__name__)
        return None

    async def crisis_only(self, text: str, conversation: Conversation | None) -> BotMessage | None:
        """Return the crisis answer to a message that cannot be taken in; None if there is no danger in it."""
        dangers = await self._readers.danger(text, "")
        crisis = read_crisis(dangers, None)
        if crisis is None:
            return None
        alert: Alert | None = None
        if crisis.needs_alert:
            alert = "failed" if conversation is None else await self._alarm.raise_alert(conversation, crisis.risks)
        channel = conversation.channel if conversation else "web"
        draft = self._speaker.say(crisis.step, crisis.risks, alert=alert, channel=channel)
        return BotMessage(id=new_message_id(), **draft.model_dump())

    async def erase(self, conversation: Conversation) -> None:
        """Erase a conversation: its driver stops, whoever waits hears that it is gone.

        Raises:
            GatewayError: 503, nothing was erased.
        """
        async with conversation.accepting:
            try:
                await self._writer.erase(conversation)
            except JournalAway:
                raise GatewayError(503, "not_erased", retry_after_s=3) from None
            if conversation.driver is not None:
                conversation.driver.cancel()
            conversation.queue.clear()
            slots = list(conversation.slots.values())
            conversation.forget_words()
            conversation.slots.clear()
            for slot in slots:
                slot.refuse(GatewayError(410, "erased"))
            conversation.end_listeners()


async def _answered_or_delayed(slot: Slot, turn: Turn, within_s: float) -> None:
    delayed = asyncio.ensure_future(turn.delayed.wait())
    waited_for: set[asyncio.Future[Any]] = {slot.answer, delayed}
    try:
        await asyncio.wait(waited_for, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        delayed.cancel()
