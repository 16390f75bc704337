"""The demo's staff and clients, for a first look; never in production."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from api.alerts.schemas import AlertIn
from api.alerts.usecases import keep_alert
from api.clock import seoul_date
from api.conversations import records as conversations
from api.conversations.schemas import MessageIn
from api.conversations.usecases import keep_contact, keep_messages
from api.db import Database
from api.intakes.schemas import IntakeIn
from api.intakes.usecases import receive_intake
from api.models import User, utc_now
from api.scope import SYSTEM
from api.security import hash_password
from api.settings import Settings
from api.users.records import find_login

Story = dict[str, Any]
STORIES = Path(__file__).parent / "demo_clients.yml"
DEMO_CENTER = "demo"
CONSENT_VERSION = "2026-11-24"
# Shown on the demo's login page, so no secret.
DEMO_LOGINS = (
    {"login": "counselor@mulgil.demo", "password": "mulgil-demo-counselor", "role": "counselor", "name": "한상담"},
    {"login": "manager@mulgil.demo", "password": "mulgil-demo-manager", "role": "manager", "name": "나팀장"},
    {"login": "admin@mulgil.demo", "password": "mulgil-demo-admin", "role": "admin", "name": "오관리"},
)


def seed_demo(database: Database, settings: Settings) -> None:
    """Add the demo's users and intakes that are not there yet. An erased demo client stays erased.

    Raises:
        ValueError: These are settings of production.
    """
    if not settings.is_demo:
        raise ValueError("A production record is never seeded.")
    with database.writing() as db:
        for account in DEMO_LOGINS:
            if find_login(db, account["login"]) is None:
                db.add(
                    User(
                        login=account["login"],
                        name=account["name"],
                        role=account["role"],
                        center_id=DEMO_CENTER,
                        password_hash=hash_password(account["password"]),
                    )
                )
        now = utc_now()
        for client in yaml.safe_load(STORIES.read_text(encoding="utf-8"))["clients"]:
            known = conversations.find(db, client["id"]) is not None
            if not known and conversations.erased_consents(db, client["id"]) is None:
                _add_client(db, client, now)


def _add_client(db: Session, client: Story, now: datetime) -> None:
    """Let the client's story through the same use cases that a real conversation goes through."""
    conversation_id, end = client["id"], now - timedelta(hours=client["hours_ago"])
    body = IntakeIn.model_validate(_body(client))
    receive_intake(db, conversation_id, body, SYSTEM, house_center=DEMO_CENTER, now=end, today=seoul_date(end))
    keep_messages(db, conversation_id, [MessageIn.model_validate(m) for m in _messages(client, end)])
    keep_contact(db, conversation_id, client["contact"], None, SYSTEM)
    if "risks" in client:
        alert = AlertIn(
            id=f"{conversation_id}-alert",
            conversation_id=conversation_id,
            risks=[risk["id"] for risk in client["risks"]],
            channel=client["channel"],
            center=DEMO_CENTER,
            at=end - timedelta(minutes=9),
        )
        keep_alert(db, alert, SYSTEM, house_center=DEMO_CENTER)


def _body(client: Story) -> dict[str, Any]:
    lines = [next(iter(line)) for line in client["talk"]]

    def answer_to(question: str) -> dict[str, Any] | None:
        if question not in lines:
            return None
        answer = _id(client, lines.index(question) + 1)
        return {"answer": "yes", "version": CONSENT_VERSION, "message_id": answer}

    told = {
        fact: {"value": row["value"], "state": "told", "message_id": _said(client, row["said_in"])}
        for fact, row in client["facts"].items()
    }
    refused = {fact: {"value": None, "state": "refused", "message_id": None} for fact in client.get("refused", [])}
    return {
        "turn": lines.count("client"),
        "channel": client["channel"],
        "center": DEMO_CENTER,
        "client_ref": client["id"],
        "consent": {"general": answer_to("consent"), "sensitive": answer_to("sensitive_consent")},
        "needs": [{**need, "message_id": _said(client, need["said_in"])} for need in client["needs"]],
        "facts": told | refused,
        "risks": [{**risk, "message_id": _said(client, risk["said_in"])} for risk in client.get("risks", [])],
        "goal": client["goal"],
        "status": "submitted",
        "questions_asked": sum(
            text.endswith("?") for line in client["talk"] for who, text in line.items() if who == "bot"
        ),
    }


def _messages(client: Story, end: datetime) -> list[dict[str, Any]]:
    count = len(client["talk"])
    return [
        {
            "id": _id(client, number),
            "role": "client" if who == "client" else "bot",
            "text": text,
            "kind": None if who == "client" else "question",
            "asks": who if who in ("consent", "sensitive_consent") else None,
            "at": end - timedelta(minutes=count - number),
        }
        for number, line in enumerate(client["talk"])
        for who, text in line.items()
    ]


def _id(client: Story, number: int) -> str:
    return f"{client['id']}-{number + 1:02d}"


def _said(client: Story, number: int) -> str:
    """The id of the client's line with this number, counted from 1."""
    spoken = [place for place, line in enumerate(client["talk"]) if "client" in line]
    return _id(client, spoken[number - 1])
