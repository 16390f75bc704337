"""Drives the turns of one conversation through Rasa, one at a time and in order, until each is answered."""

import asyncio
import random
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from structlog import get_logger

from bot.gateway.alarm import Alarm
from bot.gateway.composing import Crisis, compose, read_crisis
from bot.gateway.conversation import Conversation, Turn
from bot.gateway.crisis import CrisisSpeaker
from bot.gateway.messages import BotMessage, Draft, Entry
from bot.gateway.rasa import Rasa, RasaAnswer, RasaFailed, join_bubbles
from bot.gateway.sentences import say
from bot.gateway.settings import Settings
from bot.gateway.writer import Writer

log = get_logger("gateway")
SEOUL = ZoneInfo("Asia/Seoul")
TURNS_IN_EPOCH = 20
CRISIS_WAITS_FOR_STORE_S = 0.3
LONGEST_PAUSE_S = 10.0
TRIES_BEFORE_SET_ASIDE = 8


class Driver:
    """The way of a turn from the queue to its answer."""

    def __init__(self, settings: Settings, rasa: Rasa, writer: Writer, speaker: CrisisSpeaker, alarm: Alarm) -> None:
        self._settings = settings
        self._rasa = rasa
        self._writer = writer
        self._speaker = speaker
        self._alarm = alarm

    def start(self, conversation: Conversation) -> None:
        """Make sure that somebody drives this conversation's queue."""
        if conversation.queue and (conversation.driver is None or conversation.driver.done()):
            conversation.driver = asyncio.create_task(self._drive(conversation), name=f"drive-{conversation.id}")

    async def greet(self, conversation: Conversation, *, before: str = "", timeout_s: float = 4.0) -> list[Entry]:
        """Let the dialogue open the conversation, after the sentence `before`; without Rasa the gateway opens it."""
        drafts = [Draft(text=before)] if before else []
        try:
            answer = await self._rasa.turn(
                sender=conversation.sender, message="/greet", timeout_s=timeout_s,
                metadata=self._metadata(conversation, message_id="greet", number=conversation.turn, dangers=[]),
            )  # fmt: skip
            conversation.state, conversation.held = answer.report.state, answer.report.held
            conversation.turns_in_epoch += 1
            drafts += [part.draft for part in answer.parts]
        except RasaFailed as error:
            log.warning("greeting_failed", conversation=conversation.id, reason=error.reason)
            conversation.next_epoch()
            drafts.append(Draft(text=say("opening_without_dialogue"), kind="question", asks="needs"))
        entries = [conversation.append_bot(draft, conversation.turn) for draft in join_bubbles(drafts)]
        conversation.asks = next((entry.asks for entry in reversed(entries) if entry.asks), None)
        return entries

    async def _drive(self, conversation: Conversation) -> None:
        while conversation.queue and not conversation.erased:
            turn = conversation.queue[0]
            try:
                answer = await self._ask(conversation, turn)
                await self._settle(conversation, turn, answer)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                # A mistake of ours in one turn must not leave the conversation silent for ever.
                log.error("turn_broke", conversation=conversation.id, turn=turn.number, error=type(error).__name__)
                await self._set_aside(conversation, turn)
            if conversation.queue and conversation.queue[0] is turn:
                conversation.queue.popleft()

    async def _ask(self, conversation: Conversation, turn: Turn) -> RasaAnswer | None:
        """Ask Rasa until it answers: twice within the time of one turn, then in the background with growing pauses.

        Returns None when Rasa answers everybody else and never this turn: it is set aside.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        turn.first_tried_at = turn.first_tried_at or started
        budget = self._settings.rasa_timeout_s
        while True:
            left = budget - (loop.time() - started) if turn.attempts < 2 else budget
            if conversation.turns_in_epoch >= TURNS_IN_EPOCH:
                conversation.next_epoch()
            dangers = [*conversation.pending_dangers, *turn.dangers]
            try:
                turn.attempts += 1
                answer = await self._rasa.turn(
                    sender=conversation.sender, message=turn.message, timeout_s=max(left, 0.1),
                    metadata=self._metadata(conversation, turn.message_id, turn.number, dangers, turn.identifiers),
                )  # fmt: skip
                conversation.turns_in_epoch += 1
                conversation.pending_dangers = conversation.pending_dangers[len(dangers) - len(turn.dangers) :]
                return answer
            except RasaFailed as error:
                conversation.next_epoch()
                log.warning(
                    "turn_failed", conversation=conversation.id, turn=turn.number, attempt=turn.attempts,
                    reason=error.reason,
                )  # fmt: skip
            if turn.attempts == 1 and budget - (loop.time() - started) > 0.5:
                continue
            if turn.attempts >= TRIES_BEFORE_SET_ASIDE and self._rasa.last_answer_at > turn.first_tried_at:
                return None
            for waiting in conversation.queue:
                waiting.delayed.set()
            pause = min(LONGEST_PAUSE_S, 0.5 * 2 ** min(turn.attempts - 2, 5))
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))

    def _metadata(
        self,
        conversation: Conversation,
        message_id: str,
        number: int,
        dangers: list[dict[str, str]],
        identifiers: list[dict[str, str]] | None = None,
    ) -> dict[str, Any]:
        here = datetime.now(SEOUL)
        return {
            "message_id": message_id, "turn": number, "asks": conversation.asks,
            "channel": conversation.channel, "center": conversation.center,
            "today": here.date().isoformat(), "now": here.isoformat(timespec="seconds"),
            "guard": dangers, "crisis": conversation.crisis,
            "identifiers": [{"kind": item["kind"], "token": item["token"]} for item in identifiers or []],
            "state": conversation.state, "held": conversation.held,
        }  # fmt: skip

    async def _settle(self, conversation: Conversation, turn: Turn, answer: RasaAnswer | None) -> None:
        """Say what the turn came to, once it is written."""
        if answer is None:
            await self._set_aside(conversation, turn)
            return
        handled = conversation.carded & self._speaker.goes_on_with
        asked = frozenset(conversation.carded)
        crisis = read_crisis(turn.dangers, answer.report.crisis, asked=asked, handled=frozenset(handled))
        alert = None
        if crisis and crisis.needs_alert:
            alert = await self._alarm.raise_alert(conversation, crisis.risks)
        if conversation.erased:
            return
        drafts = compose(answer.parts, crisis, alert, self._speaker, turn, conversation.channel)
        self.note_crisis(conversation, crisis)
        conversation.asks = next((draft.asks for draft in drafts if draft.asks), None)
        conversation.state, conversation.held = answer.report.state, answer.report.held
        if crisis and not self._writer.wipes(conversation, answer.report):
            # A crisis answer does not wait for a store that is slow or away.
            entries = [conversation.append_bot(draft, turn.number) for draft in drafts]
            turn.slot.decide(as_messages(entries))
            writing = asyncio.ensure_future(self._writer.write_turn(conversation, turn, answer.report, entries))
            try:
                await asyncio.wait({writing}, timeout=CRISIS_WAITS_FOR_STORE_S)
                self._give(conversation, turn, entries)
                await writing
            finally:
                writing.cancel()
            return
        entries = await self._writer.write_turn(conversation, turn, answer.report, drafts)
        self._give(conversation, turn, entries)

    async def _set_aside(self, conversation: Conversation, turn: Turn) -> None:
        log.error("turn_set_aside", conversation=conversation.id, turn=turn.number, attempts=turn.attempts)
        entries = await self._writer.write_set_aside(conversation, turn, [Draft(text=say("set_aside"))])
        self._give(conversation, turn, entries)

    def _give(self, conversation: Conversation, turn: Turn, entries: list[Entry]) -> None:
        turn.slot.resolve(as_messages(entries))
        turn.slot.turn = None
        conversation.publish(entries)
        if conversation.erased:
            conversation.end_listeners()

    def note_crisis(self, conversation: Conversation, crisis: Crisis | None) -> None:
        """Remember which crisis question stands, so that the dialogue can read the answer to it."""
        if crisis is None or crisis.step in ("continue", "not_meant"):
            conversation.crisis = None
            return
        risks = self._speaker.in_order(crisis.risks)
        conversation.carded.update(risks)
        conversation.crisis = {
            "step": crisis.step, "risks": list(risks), "yes_means": self._speaker.yes_means(crisis.step, risks),
        }  # fmt: skip


def as_messages(entries: list[Entry]) -> list[BotMessage]:
    """Return the public shape of entries, in order."""
    return [entry.as_bot_message() for entry in entries]
