"""Which conversations live in memory, and how one is read back from the journal."""

import asyncio
import json
from collections.abc import Iterable

from structlog import get_logger

from bot.gateway.conversation import Conversation, Slot, Turn
from bot.gateway.journal import records
from bot.gateway.journal.engine import Journal
from bot.gateway.messages import BotMessage, Entry
from bot.gateway.sentences import say
from bot.gateway.vault import Vault

log = get_logger("gateway")


class Registry:
    """Holds the living conversations by id; reads one back when it is asked for."""

    def __init__(self, journal: Journal, vault: Vault, boot: int) -> None:
        self._journal = journal
        self._vault = vault
        self.boot = boot
        self.living: dict[str, Conversation] = {}
        self._reading: dict[str, asyncio.Task[Conversation | None]] = {}

    def add(self, conversation: Conversation) -> None:
        """Take in a new conversation."""
        conversation.touched_at = asyncio.get_running_loop().time()
        self.living[conversation.id] = conversation

    async def find(self, conversation_id: str) -> Conversation | None:
        """Return a conversation, from memory or from the journal; None if there is no such id.

        Raises:
            JournalAway: It is not in memory and the journal cannot be read.
        """
        found = self.living.get(conversation_id)
        if found is None:
            task = self._reading.get(conversation_id)
            if task is None:
                task = asyncio.create_task(self._read(conversation_id))
                self._reading[conversation_id] = task
                task.add_done_callback(lambda _: self._reading.pop(conversation_id, None))
            found = await asyncio.shield(task)
        if found is not None:
            found.touched_at = asyncio.get_running_loop().time()
        return found

    async def _read(self, conversation_id: str) -> Conversation | None:
        stored = await self._journal.run(records.find_conversation, conversation_id)
        if stored is None:
            return None
        conversation = self._rebuild(stored)
        return self.living.setdefault(conversation_id, conversation)

    def _rebuild(self, stored: records.StoredConversation) -> Conversation:
        row = stored.row
        conversation = Conversation(
            id=row["id"], token_hash=row["token_hash"], channel=row["channel"], center=row["center"], boot=self.boot,
            consent=row["consent"], sensitive_consent=row["sensitive_consent"], status=row["status"] or "open",
            turn=row["turn"], state=json.loads(row["state"]) if row["state"] else None,
            erased=row["erased_at"] is not None, forgotten=row["consent"] != "yes",
            epoch=0, touched_at=asyncio.get_running_loop().time(),
        )  # fmt: skip
        if conversation.erased:
            conversation.status = "erased"
        conversation.entries = stored.entries
        conversation.last_seq = stored.entries[-1].seq if stored.entries else 0
        for entry in stored.entries:
            if entry.withheld == "held":
                entry.text = say("lost_withheld")
        by_id = {entry.id: entry for entry in stored.entries}
        for client_row in stored.client_rows:
            self._add_slot(conversation, client_row, by_id)
        said = [entry for entry in stored.entries if entry.role == "bot"]
        conversation.asks = next((e.asks for e in reversed(said) if e.turn == said[-1].turn and e.asks), None)
        conversation.crisis = None
        clients = [entry for entry in stored.entries if entry.role == "client" and entry.withheld is None]
        conversation.previous_text = clients[-1].text if clients else ""
        conversation.turn = max([conversation.turn, *(entry.turn for entry in stored.entries)])
        return conversation

    def _add_slot(self, conversation: Conversation, row: records.ClientRow, by_id: dict[str, Entry]) -> None:
        slot = Slot(row.fingerprint, asyncio.get_running_loop().create_future())
        conversation.slots[row.entry.id] = slot
        if row.answer is not None:
            slot.resolve(_messages(row.answer, by_id))
        if row.turn_state != "open":
            slot.resolve([])
            return
        if row.sealed is None:
            return
        kept = self._vault.unseal(row.sealed, place=f"messages:{conversation.id}:{row.entry.id}")
        row.entry.text = kept["text"]
        turn = Turn(
            number=row.entry.turn, message_id=row.entry.id, entry=row.entry, message=kept["message"], slot=slot,
            dangers=kept["dangers"], identifiers=kept["identifiers"], kept=True,
        )  # fmt: skip
        slot.turn = turn
        conversation.queue.append(turn)
        conversation.remember_identifiers(row.entry.id, kept["identifiers"])

    def forget_idle(self, *, unsaid_s: float, said_s: float) -> int:
        """Let go of conversations nobody has used for a while; return how many.

        Args:
            unsaid_s: Seconds after which words that are only in memory (no yes, or held) are forgotten for good.
            said_s: Seconds after which a conversation that stands in the journal leaves memory.
        """
        now_s = asyncio.get_running_loop().time()
        gone = 0
        for conversation in list(self.living.values()):
            busy = conversation.queue or conversation.listeners or (conversation.unsaved and conversation.writes)
            holds = conversation.held or any(entry.withheld == "held" for entry in conversation.entries)
            only_here = not conversation.writes or holds
            idle_s = now_s - conversation.touched_at
            if conversation.listeners and not conversation.queue and not conversation.writes and idle_s > unsaid_s:
                conversation.end_listeners()
                busy = False
            if not busy and idle_s > (unsaid_s if only_here else said_s):
                del self.living[conversation.id]
                gone += 1
        return gone


def _messages(ids: Iterable[str], by_id: dict[str, Entry]) -> list[BotMessage]:
    return [by_id[message_id].as_bot_message() for message_id in ids if message_id in by_id]
