"""The parts of the gateway, put together once and handed to the routes."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import httpx
from structlog import get_logger

from bot.gateway.alarm import Alarm
from bot.gateway.crisis import CrisisSpeaker, load_crisis
from bot.gateway.desk import Desk
from bot.gateway.driver import Driver
from bot.gateway.fetching import Fetcher
from bot.gateway.health import Health
from bot.gateway.journal import records
from bot.gateway.journal.engine import Journal, JournalAway, migrate, open_engine
from bot.gateway.limits import RateLimits
from bot.gateway.messages import now
from bot.gateway.posting import Outbox
from bot.gateway.rasa import Rasa
from bot.gateway.readers import FindDanger, Mask, Readers
from bot.gateway.registry import Registry
from bot.gateway.settings import Settings
from bot.gateway.vault import Vault
from bot.gateway.writer import Writer

log = get_logger("gateway")
JANITOR_EVERY_S = 60.0


@dataclass
class House:
    """Everything a route may ask for."""

    settings: Settings
    journal: Journal
    registry: Registry
    rasa: Rasa
    driver: Driver
    desk: Desk
    writer: Writer
    outbox: Outbox
    speaker: CrisisSpeaker
    readers: Readers
    limits: RateLimits
    health: Health
    fetcher: Fetcher
    api: httpx.AsyncClient
    front: httpx.AsyncClient
    workers: list[asyncio.Task[None]]

    @classmethod
    async def open(cls, settings: Settings, *, find_danger: FindDanger, mask: Mask) -> "House":
        """Build the parts, bring the journal up to date and start the workers.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: The journal cannot be opened; the process must not start.
        """
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = open_engine(settings.journal)
        await asyncio.to_thread(migrate, engine)
        journal = Journal(engine)
        boot = await journal.run(records.count_start)
        keyset = settings.keyset_file or settings.data_dir / "journal-keyset.json"
        vault = Vault.open(keyset, may_create=settings.env == "demo")
        inner = httpx.AsyncClient(limits=httpx.Limits(max_connections=64), trust_env=False)
        api = httpx.AsyncClient(
            base_url=settings.api_url, headers=_service_headers(settings), trust_env=False,
            timeout=httpx.Timeout(5.0, connect=2.0), limits=httpx.Limits(max_connections=32),
        )  # fmt: skip
        front = httpx.AsyncClient(
            base_url=settings.api_url, trust_env=False, follow_redirects=False,
            timeout=httpx.Timeout(None, connect=2.0, pool=2.0), limits=httpx.Limits(max_connections=400),
        )  # fmt: skip
        outbox = Outbox(journal, vault, api)
        speaker = load_crisis()
        rasa = Rasa(inner, settings.rasa_url)
        alarm = Alarm(outbox, wait_s=settings.alert_wait_s)
        writer = Writer(journal, vault, outbox.wake)
        driver = Driver(settings, rasa, writer, speaker, alarm)
        readers = Readers(find_danger, mask)
        limits = RateLimits(settings)
        registry = Registry(journal, vault, boot)
        desk = Desk(settings, readers, writer, driver, speaker, alarm, limits)
        health = Health(settings, journal, rasa, inner, api)
        fetcher = Fetcher(journal, registry, writer, api)
        house = cls(
            settings, journal, registry, rasa, driver, desk, writer, outbox, speaker, readers, limits, health, fetcher,
            api, front, [],
        )  # fmt: skip
        await house._drive_open_turns()
        house.workers = [asyncio.create_task(work) for work in (outbox.work(), fetcher.work(), house._keep_tidy())]
        log.info("gateway_started", boot=boot)
        return house

    async def _drive_open_turns(self) -> None:
        for conversation_id in await self.journal.run(records.conversations_with_open_turns):
            conversation = await self.registry.find(conversation_id)
            if conversation is not None:
                log.info("open_turns_found", conversation=conversation_id, turns=len(conversation.queue))
                self.driver.start(conversation)

    async def _keep_tidy(self) -> None:
        """Forget what is idle in memory, and what is too old in the journal."""
        while True:
            await asyncio.sleep(JANITOR_EVERY_S)
            self.registry.forget_idle(unsaid_s=self.settings.forget_after_minutes * 60.0, said_s=1800.0)
            try:
                before = now() - timedelta(days=self.settings.retention_days)
                gone = await self.journal.run(records.drop_older_than, before)
                if gone:
                    await self.journal.wipe_traces()
                    log.info("old_conversations_dropped", count=gone)
            except JournalAway as error:
                log.warning("tidying_waits", error=str(error))

    def end_streams(self) -> None:
        """Let every event stream end; clients come back with `Last-Event-ID`."""
        for conversation in self.registry.living.values():
            conversation.end_listeners()

    async def close(self) -> None:
        """Stop the workers and close what is open.  Open turns stay in the journal and are driven at the next start."""
        self.end_streams()
        for conversation in self.registry.living.values():
            if conversation.driver is not None:
                conversation.driver.cancel()
        for worker in self.workers:
            worker.cancel()
        for worker in self.workers:
            with suppress(asyncio.CancelledError):
                await worker
        for client in (self.api, self.front):
            await client.aclose()
        await asyncio.to_thread(self.journal.close)


def _service_headers(settings: Settings) -> dict[str, str]:
    token = settings.service_token.get_secret_value() if settings.service_token else ""
    return {"Authorization": f"Bearer {token}"} if token else {}
