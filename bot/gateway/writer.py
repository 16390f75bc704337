"""Writes turns: what may stand in the journal after a yes, and what must leave it after a no (seam 3)."""

import asyncio
import random
from collections.abc import Callable
from typing import Any, Literal

from sqlalchemy import Connection
from structlog import get_logger

from bot.gateway.conversation import Conversation, Turn
from bot.gateway.journal import outbox, records
from bot.gateway.journal.engine import Journal, JournalAway
from bot.gateway.messages import Draft, Entry
from bot.gateway.rasa import TurnReport
from bot.gateway.readers import CONTACT_KINDS
from bot.gateway.sentences import say
from bot.gateway.vault import Vault

log = get_logger("gateway")


class Writer:
    """The only one who changes the journal's conversations.

    Args:
        wake_outbox: Called when something new waits for the api.
    """

    def __init__(self, journal: Journal, vault: Vault, wake_outbox: Callable[[], None]) -> None:
        self._journal = journal
        self._vault = vault
        self._wake_outbox = wake_outbox

    async def keep(self, conversation: Conversation, turn: Turn) -> None:
        """Keep a client's message before Rasa sees it.  Before the yes that is memory, after it the journal.

        Raises:
            JournalAway: It could not be written; the client must be told so.
        """
        if conversation.writes:
            sealed = self._seal_turn(conversation, turn)
            await self._journal.run(
                records.keep_client_message, conversation.id, turn.entry,
                fingerprint=turn.slot.fingerprint, sealed=sealed,
            )  # fmt: skip
            turn.kept = True

    def _seal_turn(self, conversation: Conversation, turn: Turn) -> bytes:
        identifiers = [item for item in turn.identifiers if item["kind"] in CONTACT_KINDS]
        value = {"text": turn.entry.text, "message": turn.message, "dangers": turn.dangers, "identifiers": identifiers}
        return self._vault.seal(value, place=f"messages:{conversation.id}:{turn.message_id}")

    def wipes(self, conversation: Conversation, report: TurnReport) -> bool:
        """Whether this turn takes everything away: an erasure, or a no where it was not no before."""
        refuses = report.consent == "no" or report.end in ("refused", "under_14")
        return report.end == "erased" or (refuses and conversation.consent != "no")

    async def write_turn(
        self, conversation: Conversation, turn: Turn, report: TurnReport, said: list[Draft] | list[Entry]
    ) -> list[Entry]:
        """Write what a turn came to, in one commit, and return the entries to say.  Waits until it is written.

        `said` are drafts, or entries that are in the conversation already.
        """
        if self.wipes(conversation, report):
            return await self._wipe(conversation, turn, report, said)
        conversation.consent = report.consent or conversation.consent
        conversation.sensitive_consent = report.sensitive_consent or conversation.sensitive_consent
        conversation.status = "finished" if report.end == "finished" else "open"
        entries = _entries(conversation, turn, said)
        rewritten = self._withhold(conversation, report)
        if not conversation.writes:
            return entries
        contact = self._contact(conversation, report)
        waiting = [other for other in conversation.queue if other is not turn and not other.kept]
        not_yet = {id(other.entry) for other in conversation.queue if other is not turn}
        fresh: list[Entry] = []

        def work(db: Connection) -> None:
            fresh[:] = [entry for entry in self._all_unsaved(conversation, turn) if id(entry) not in not_yet]
            records.add_entries(db, conversation.id, fresh, say("withheld"))
            records.rewrite_words(db, conversation.id, [turn.entry, *rewritten], say("withheld"))
            self._close_turns(db, conversation, turn, [entry.id for entry in entries])
            for other in waiting:
                records.keep_client_message(
                    db, conversation.id, other.entry,
                    fingerprint=other.slot.fingerprint, sealed=self._seal_turn(conversation, other),
                )  # fmt: skip
            records.save_dialogue(
                db, conversation.id, state=report.state, consent=conversation.consent,
                sensitive_consent=conversation.sensitive_consent, status=conversation.status, turn=turn.number,
            )  # fmt: skip
            self._add_parcels(db, conversation, turn, report, [*fresh, turn.entry, *rewritten], contact)

        await self._until_written(conversation, turn, work)
        for other in waiting:
            other.kept = True
        turn.kept = True
        done = {entry.id for entry in fresh} | {other.message_id for other in waiting}
        conversation.unsaved = [entry for entry in conversation.unsaved if entry.id not in done]
        if report.hold or report.redact:
            await self._wipe_traces(conversation)
        self._wake_outbox()
        return entries

    def _all_unsaved(self, conversation: Conversation, turn: Turn) -> list[Entry]:
        if turn.kept:
            return list(conversation.unsaved)
        # The first turn with a yes: everything said so far may be written now.
        return list(conversation.entries)

    def _close_turns(self, db: Connection, conversation: Conversation, turn: Turn, given: list[str]) -> None:
        for message_id, slot in conversation.slots.items():
            if slot is turn.slot:
                answer = given if slot.given is None else [message.id for message in slot.given]
                records.close_turn(db, conversation.id, message_id, fingerprint=slot.fingerprint, answer=answer)
            elif slot.given is not None and not turn.kept and slot.turn is None:
                answer = [message.id for message in slot.given]
                records.close_turn(db, conversation.id, message_id, fingerprint=slot.fingerprint, answer=answer)
        if turn.message_id not in conversation.slots:
            records.close_turn(db, conversation.id, turn.message_id, fingerprint=turn.slot.fingerprint, answer=given)

    def _withhold(self, conversation: Conversation, report: TurnReport) -> list[Entry]:
        """Mark entries as held, released or redacted, the bot's answers of the same turn included."""
        changed: dict[str, Entry] = {}
        marks: tuple[tuple[list[str], Literal["held", "redacted"] | None], ...]
        marks = ((report.hold, "held"), (report.release, None), (report.redact, "redacted"))
        for ids, mark in marks:
            turns = {entry.turn for entry in conversation.entries if entry.role == "client" and entry.id in ids}
            for entry in conversation.entries:
                if entry.turn not in turns or entry.turn == 0 or entry.withheld == mark:
                    continue
                if entry.role == "client" and entry.id not in ids:
                    continue
                if entry.withheld == "redacted" or (mark is None and entry.withheld != "held"):
                    continue
                entry.withheld = mark
                if mark == "redacted":
                    entry.text, entry.data = say("redacted"), None
                changed[entry.id] = entry
        return list(changed.values())

    def _contact(self, conversation: Conversation, report: TurnReport) -> tuple[str, bytes, str] | None:
        if report.contact is None:
            return None
        key = (report.contact.message_id, report.contact.token)
        identifier = conversation.identifiers.get(key)
        if identifier is None:
            log.warning("contact_unknown", conversation=conversation.id, message=report.contact.message_id)
            return None
        parcel_key = f"contact:{conversation.id}:{report.contact.message_id}:{identifier['kind']}"
        return parcel_key, self._vault.seal(identifier["value"], place=parcel_key), report.contact.message_id

    def _add_parcels(
        self, db: Connection, conversation: Conversation, turn: Turn, report: TurnReport,
        entries: list[Entry], contact: tuple[str, bytes, str] | None,
    ) -> None:  # fmt: skip
        delivery = report.delivery
        if delivery and delivery.state == "delivered":
            outbox.drop_intake(db, conversation.id, up_to_turn=delivery.turn or turn.number)
        elif delivery and delivery.body is not None:
            outbox.replace_intake(db, conversation.id, turn=delivery.turn or turn.number, body=delivery.body)
        may_go = [entry.id for entry in entries if entry.withheld != "held"]
        ids = list(dict.fromkeys(may_go))
        if ids:
            key = f"messages:{conversation.id}:{turn.message_id}"
            outbox.add(db, conversation.id, "messages", key=key, body={"ids": ids})
        if contact:
            outbox.add(
                db, conversation.id, "contact", key=contact[0], body={"message_id": contact[2]}, sealed=contact[1]
            )

    async def _wipe(
        self, conversation: Conversation, turn: Turn, report: TurnReport, said: list[Draft] | list[Entry]
    ) -> list[Entry]:
        erased = report.end == "erased"
        # From here on nothing more of this conversation is written, whoever else is at work on it.
        conversation.consent, conversation.sensitive_consent = "no", None
        await self._until_written(conversation, turn, lambda db: records.wipe(db, conversation.id, erased=erased))
        await self._wipe_traces(conversation)
        for other in conversation.queue:
            other.kept = False
        conversation.forget_words(but=turn.slot)
        conversation.erased = erased
        conversation.status = report.end or "refused"
        conversation.held = report.held
        entries = _entries(conversation, turn, said)
        conversation.unsaved = []
        self._wake_outbox()
        log.info("words_wiped", conversation=conversation.id, end=conversation.status)
        return entries

    async def erase(self, conversation: Conversation) -> None:
        """Erase a conversation at the client's word: rows and memory, now.

        Raises:
            JournalAway: Nothing was erased; the client must be told so.
        """
        consent, conversation.consent = conversation.consent, None
        try:
            await self._journal.run(records.wipe, conversation.id, erased=True)
        except JournalAway:
            conversation.consent = consent
            raise
        conversation.erased = True
        conversation.status = "erased"
        conversation.consent, conversation.sensitive_consent, conversation.state = None, None, None
        await self._wipe_traces(conversation)
        self._wake_outbox()

    async def write_set_aside(self, conversation: Conversation, turn: Turn, drafts: list[Draft]) -> list[Entry]:
        """Close a turn that Rasa never answers; its words stay kept and go to the api, where a person reads them."""
        report = TurnReport(state=conversation.state, held=conversation.held)
        return await self.write_turn(conversation, turn, report, drafts)

    async def save_spoken(self, conversation: Conversation, turn: Turn | None, entries: list[Entry]) -> None:
        """Write messages that went out while the turn is still open: a delay, a crisis answer, a counselor's words."""
        if not conversation.writes:
            return

        def work(db: Connection) -> None:
            if not conversation.writes:
                return
            records.add_entries(db, conversation.id, entries, say("withheld"))
            if turn is not None and turn.kept:
                records.note_answer(db, conversation.id, turn.message_id, [entry.id for entry in entries])
            ids = [entry.id for entry in entries]
            outbox.add(db, conversation.id, "messages", key=f"messages:{conversation.id}:{ids[0]}", body={"ids": ids})

        try:
            await self._journal.run(work)
        except JournalAway as error:
            log.warning("spoken_not_saved", conversation=conversation.id, error=str(error))
            return
        saved = {entry.id for entry in entries}
        conversation.unsaved = [entry for entry in conversation.unsaved if entry.id not in saved]
        self._wake_outbox()

    async def _until_written(self, conversation: Conversation, turn: Turn, work: Callable[[Connection], Any]) -> None:
        pause = 0.3
        while True:
            try:
                await self._journal.run(work)
                return
            except JournalAway as error:
                log.warning("turn_not_written", conversation=conversation.id, turn=turn.number, error=str(error))
                turn.delayed.set()
            await asyncio.sleep(pause * random.uniform(0.7, 1.0))
            pause = min(pause * 2, 5.0)

    async def _wipe_traces(self, conversation: Conversation) -> None:
        for pause in (0.05, 0.2, 1.0, 0.0):
            try:
                await self._journal.wipe_traces()
                return
            except JournalAway:
                await asyncio.sleep(pause)
        log.error("traces_remain", conversation=conversation.id)


def _entries(conversation: Conversation, turn: Turn, said: list[Draft] | list[Entry]) -> list[Entry]:
    return [item if isinstance(item, Entry) else conversation.append_bot(item, turn.number) for item in said]
