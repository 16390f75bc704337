"""The house around the gateway for its tests: Rasa, the api and the gateway on real ports."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.gateway.app import create_app
from bot.gateway.settings import Settings
from tests.bot.gateway.servers import FakeApi, FakeRasa, GatewayProcess, Served, served


class Client:
    """A client of the chat API with one conversation."""

    def __init__(self, url: str, **body: Any) -> None:
        self.http = httpx.Client(base_url=url, timeout=15, trust_env=False)
        opened = self.http.post("/chat/conversations", json=body or {"channel": "web"})
        assert opened.status_code == 201, opened.text
        self.opening = opened.json()["messages"]
        self.id = opened.json()["conversation_id"]
        self.token = opened.json()["token"]
        self.headers = {"Authorization": f"Bearer {self.token}"}
        self.path = f"/chat/conversations/{self.id}"

    def at(self, url: str) -> "Client":
        """Go on at another address (the gateway was started again)."""
        self.http.close()
        self.http = httpx.Client(base_url=url, timeout=15, trust_env=False)
        return self

    def post(self, text: str | None = None, *, payload: str | None = None, id: str = "") -> httpx.Response:
        """Send one message and return the whole response."""
        body = {"message_id": id or uuid.uuid4().hex}
        body |= {"text": text} if text is not None else {"payload": payload or ""}
        return self.http.post(f"{self.path}/messages", json=body, headers=self.headers)

    def say(self, text: str | None = None, *, payload: str | None = None, id: str = "") -> list[dict[str, Any]]:
        """Send one message and return the bot's answer."""
        response = self.post(text, payload=payload, id=id)
        assert response.status_code == 200, response.text
        return response.json()["messages"]

    def agree(self, story: str = "애 맡길 데가 없어서 일을 못 구해요") -> "Client":
        """Tell a story and say yes."""
        self.say(story)
        self.say(payload="/affirm")
        return self

    def so_far(self) -> dict[str, Any]:
        """Read the conversation so far."""
        response = self.http.get(self.path, headers=self.headers)
        assert response.status_code == 200, response.text
        return response.json()

    def texts(self) -> list[str]:
        """Read what was said so far."""
        return [message["text"] for message in self.so_far()["messages"]]


@pytest.fixture(scope="session")
def rasa_server() -> Iterator[tuple[FakeRasa, Served]]:
    fake = FakeRasa()
    with served(fake.app) as server:
        yield fake, server


@pytest.fixture(scope="session")
def api_server() -> Iterator[tuple[FakeApi, Served]]:
    fake = FakeApi()
    with served(fake.app) as server:
        yield fake, server


@pytest.fixture
def rasa(rasa_server: tuple[FakeRasa, Served]) -> FakeRasa:
    fake, fake.server = rasa_server
    fake.start_afresh()
    return fake


@pytest.fixture
def api(api_server: tuple[FakeApi, Served]) -> FakeApi:
    fake, fake.server = api_server
    fake.start_afresh()
    return fake


@pytest.fixture
def make_settings(tmp_path: Path, rasa: FakeRasa, api: FakeApi) -> Callable[..., Settings]:
    def make(**values: Any) -> Settings:
        given = {"data_dir": tmp_path, "rasa_url": rasa.server.url, "api_url": api.server.url, "widget_dir": tmp_path}
        return Settings(**(given | values))

    return make


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gateway")


@pytest.fixture(scope="session")
def shared_gateway(
    data_dir: Path, rasa_server: tuple[FakeRasa, Served], api_server: tuple[FakeApi, Served]
) -> Iterator[Served]:
    urls = {"rasa_url": rasa_server[1].url, "api_url": api_server[1].url}
    with served(create_app(Settings(data_dir=data_dir, widget_dir=data_dir, **urls))) as server:
        yield server


@pytest.fixture
def gateway(shared_gateway: Served, rasa: FakeRasa, api: FakeApi) -> Served:
    return shared_gateway


@pytest.fixture
def client(gateway: Served) -> Client:
    return Client(gateway.url)


@pytest.fixture
def process(tmp_path: Path, rasa: FakeRasa, api: FakeApi) -> Iterator[GatewayProcess]:
    own = GatewayProcess(tmp_path, rasa.server.url, api.server.url).start()
    yield own
    own.kill()


def files_with(folder: Path, words: str) -> list[str]:
    """Return the names of files under a folder that hold these words, in UTF-8 or as JSON escapes."""
    wanted = (words.encode(), words.encode("unicode_escape"), words.encode("utf-16-le"))
    return [str(p) for p in folder.rglob("*") if p.is_file() and any(w in p.read_bytes() for w in wanted)]
