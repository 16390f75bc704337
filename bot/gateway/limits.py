"""How often a conversation and an address may write.  Danger is answered before anyone asks here."""

import ipaddress

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from bot.gateway.errors import GatewayError
from bot.gateway.settings import Settings


class RateLimits:
    """Counts in memory, per conversation and per address.

    Addresses of this machine are not counted: the Telegram door and a reverse proxy stand there, and one address
    would then be everybody.
    """

    def __init__(self, settings: Settings) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._of_conversation = RateLimitItemPerMinute(settings.messages_per_minute)
        self._of_address = RateLimitItemPerMinute(settings.messages_per_minute_per_address)
        self._new_of_address = RateLimitItemPerMinute(settings.conversations_per_minute_per_address)

    async def check_message(self, conversation_id: str, address: str) -> None:
        """Count one message.

        Raises:
            GatewayError: 429, with the seconds to wait.
        """
        await self._check(self._of_conversation, "conversation", conversation_id)
        if _counts(address):
            await self._check(self._of_address, "address", address)

    async def check_new_conversation(self, address: str) -> None:
        """Count one new conversation of an address.

        Raises:
            GatewayError: 429, with the seconds to wait.
        """
        if _counts(address):
            await self._check(self._new_of_address, "new", address)

    async def _check(self, item: RateLimitItemPerMinute, *key: str) -> None:
        if not await self._limiter.hit(item, *key):
            raise GatewayError(429, "too_many", retry_after_s=10, seconds=10)


def _counts(address: str) -> bool:
    try:
        return not ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
