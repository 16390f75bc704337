"""The api process in the tests: the real app on a real port, and small makers for what is sent to it."""

import copy
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from argon2 import PasswordHasher

from api import security
from api.app import create_app
from api.db import Database
from api.models import Center, User
from api.settings import Settings
from api.vault import new_keyset

SERVICE_TOKEN = "service-token-of-the-tests-0123456789"
PASSWORD = "a password of the tests"
# Hashing is slow on purpose. The tests hash in earnest, with Argon2id's lowest cost.
security._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
_HASH = security.hash_password(PASSWORD)
CENTER, OTHER_CENTER = "demo", "elsewhere"
STAFF = {
    "counselor": ("counselor", CENTER),
    "colleague": ("counselor", CENTER),
    "manager": ("manager", CENTER),
    "admin": ("admin", CENTER),
    "stranger": ("counselor", OTHER_CENTER),
    "other_manager": ("manager", OTHER_CENTER),
    "other_admin": ("admin", OTHER_CENTER),
}


@dataclass
class House:
    """A running api process."""

    url: str
    settings: Settings
    database: Database
    http: httpx.Client
    tokens: dict[str, str] = field(default_factory=dict)

    def as_service(self, **headers: str) -> dict[str, str]:
        """Headers of the service account."""
        return {"Authorization": f"Bearer {SERVICE_TOKEN}", **headers}

    def as_user(self, login: str) -> dict[str, str]:
        """Headers of a signed-in user; each signs in once, because checking a password is slow on purpose."""
        if login not in self.tokens:
            answer = self.http.post("/api/v1/sessions", json={"login": login, "password": PASSWORD})
            assert answer.status_code == 201, answer.text
            self.tokens[login] = answer.json()["token"]
        return {"Authorization": f"Bearer {self.tokens[login]}"}

    def get(self, path: str, **params: Any) -> httpx.Response:
        """GET as the service account."""
        return self.http.get(path, params=params, headers=self.as_service())

    def put_intake(self, conversation_id: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        """Send an intake as the action server does."""
        path = f"/api/v1/conversations/{conversation_id}/intake"
        return self.http.put(path, json=body, headers=self.as_service(**headers))


@contextmanager
def running_house(folder: Path, database_url: str, env: str = "production") -> Iterator[House]:
    """Start the app on a free port of loopback and stop it afterwards."""
    keyset = folder / "keyset.json"
    keyset.write_text(new_keyset(), encoding="utf-8")
    settings = Settings.from_environment({
        "MULGIL_ENV": env, "MULGIL_DATA_DIR": str(folder), "MULGIL_DATABASE_URL": database_url,
        "MULGIL_SERVICE_TOKEN": SERVICE_TOKEN, "MULGIL_SECRET_KEY": "secret-key-of-the-tests-0123456789",
        "MULGIL_KEYSET_FILE": str(keyset),
    })  # fmt: skip
    app = create_app(settings)
    _add_staff(app.state.database)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        with httpx.Client(base_url=url, timeout=20) as http:
            yield House(url, settings, app.state.database, http)
    finally:
        server.should_exit = True
        thread.join(10)


def _add_staff(database: Database) -> None:
    with database.writing() as db:
        if db.get(Center, OTHER_CENTER) is not None:
            return
        db.add(Center(id=OTHER_CENTER, label="다른 센터", data={}))
        db.flush()
        for login, (role, center) in STAFF.items():
            db.add(User(login=login, name=login, role=role, center_id=center, password_hash=_HASH))


def new_conversation() -> str:
    """An id no other test uses."""
    return str(uuid.uuid4())


def make_intake(turn: int = 1, **changes: Any) -> dict[str, Any]:
    """A client of 34 in arrears with the rent, who has agreed; a test states only the fact it is about."""
    body: dict[str, Any] = {
        "turn": turn,
        "channel": "web",
        "center": CENTER,
        "client_ref": None,
        "consent": consents(),
        "needs": [
            {"id": "housing", "state": "confirmed", "evidence": "월세가 밀렸어요", "score": 0.93, "message_id": "m-1"},
            {"id": "job_matching", "state": "said", "evidence": "일하고 싶어요", "score": 0.9, "message_id": "m-1"},
        ],
        "facts": {
            "age": {"value": 34, "state": "told", "message_id": "m-2"},
            "region": {"value": "서울 노원구", "state": "told", "message_id": "m-2"},
            "income_band": {"value": None, "state": "refused", "message_id": "m-3"},
        },
        "risks": [],
        "goal": "제 힘으로 월세를 내고 싶어요",
        "status": "submitted",
        "questions_asked": 3,
    }
    return {**copy.deepcopy(body), **changes}


def told(value: Any, message_id: str = "m-2") -> dict[str, Any]:
    """A told fact."""
    return {"value": value, "state": "told", "message_id": message_id}


def said(need: str, evidence: str = "", **changes: Any) -> dict[str, Any]:
    """A need the client named."""
    return {"id": need, "state": "said", "evidence": evidence, "score": 0.9, "message_id": "m-1", **changes}


SENSITIVE_YES = {"answer": "yes", "message_id": "m-sensitive", "version": "2026-11-24"}
SENSITIVE_NO = {"answer": "no", "message_id": "m-sensitive-no", "version": "2026-11-24"}


def consents(sensitive: dict[str, Any] | None = None, message_id: str = "m-consent") -> dict[str, Any]:
    """General consent, and the second one as given."""
    return {"general": {"answer": "yes", "message_id": message_id, "version": "2026-11-24"}, "sensitive": sensitive}
