"""`python -m bot.telegram_door`: joins when a bot token is set."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal

from telegram import Bot

from bot.telegram_door.chat_api import ChatApi
from bot.telegram_door.chats import Chats
from bot.telegram_door.door import Door
from bot.telegram_door.settings import Settings


async def serve(settings: Settings) -> None:
    """Run the door until it is told to stop."""
    bot = Bot(settings.token, base_url=f"{settings.base_url}/bot", base_file_url=f"{settings.base_url}/file/bot")
    async with bot:
        chats = Chats(settings.data_dir / "telegram.db", bot.id)
        api = ChatApi(settings.gateway_url, settings.center)
        task = asyncio.create_task(Door(bot, api, chats).run())
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await api.close()
        chats.close()


def main() -> None:
    """Read the settings and serve."""
    # httpx logs addresses at INFO, and the Bot API's addresses hold the token.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    asyncio.run(serve(Settings.from_environment()))


if __name__ == "__main__":
    main()
