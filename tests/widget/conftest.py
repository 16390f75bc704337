"""A real Chromium, a chat service that says what a test tells it to, and a window on the demo page."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from starlette.types import ASGIApp

from bot.widget import build
from tests.widget.chat_stand_in import ChatStandIn

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DESKTOP = {"width": 1280, "height": 900}
expect.set_options(timeout=10_000)


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """The window as a centre gets it; building twice does nothing."""
    build.main()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an app on a free loopback port."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="critical", lifespan="off", timeout_graceful_shutdown=0
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@dataclass
class Window:
    """The chat window on a page, as a client uses it.

    Attributes:
        complaints: What the browser complained about: errors, refused scripts.
    """

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    @property
    def field(self) -> Locator:
        """Where the client writes."""
        return self.page.get_by_label("하고 싶은 말")

    @property
    def messages(self) -> Locator:
        """All messages of the log."""
        return self.page.get_by_role("log").locator(".message")

    @property
    def last(self) -> Locator:
        """The newest message."""
        return self.messages.last

    def button(self, name: str) -> Locator:
        """The button of exactly this name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def says(self, text: str) -> None:
        """Write and send by Enter."""
        self.field.fill(text)
        self.field.press("Enter")

    def hears(self, text: str) -> None:
        """Wait until the newest message holds these words."""
        expect(self.last).to_contain_text(text)

    def focused(self) -> str:
        """What has the focus inside the window: its id, else its words."""
        return str(
            self.page.evaluate(
                "(() => { const one = document.querySelector('mulgil-chat').shadowRoot.activeElement;"
                " return one ? one.id || one.textContent.trim() : ''; })()"
            )
        )

    def kept(self) -> dict[str, str]:
        """What the browser keeps for this page."""
        found: dict[str, str] = self.page.evaluate("({...sessionStorage, ...localStorage})")
        return found


@pytest.fixture
def service() -> ChatStandIn:
    return ChatStandIn()


@pytest.fixture
def address(service: ChatStandIn) -> Iterator[str]:
    with served(service.app()) as url:
        yield url


@pytest.fixture
def opens(chromium: Browser, address: str) -> Iterator[Callable[..., Window]]:
    """Opens windows of any shape on the demo page."""
    contexts: list[BrowserContext] = []

    def open_window(url: str = address, **shape: Any) -> Window:
        context = chromium.new_context(locale="ko-KR", reduced_motion="reduce", **{"viewport": DESKTOP, **shape})
        contexts.append(context)
        window = Window(context.new_page(), url)
        window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
        window.page.on("console", lambda line: window.complaints.append(line.text) if line.type == "error" else None)
        window.page.goto(url)
        return window

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture
def window(opens: Callable[..., Window]) -> Window:
    """The demo page on a desktop, its conversation begun."""
    one = opens()
    one.hears("어떤 일로 오셨어요?")
    return one
