"""The tables of the record, one file each; importing this package registers them all on `Base.metadata`."""

from api.models.alert import Alert
from api.models.base import Base, new_id, utc_now
from api.models.catalogue_item import CatalogueItem
from api.models.catalogue_version import CatalogueVersion
from api.models.center import Center
from api.models.client import Client
from api.models.consent import Consent
from api.models.conversation import Conversation
from api.models.erasure import Erasure
from api.models.event import Event
from api.models.idempotency_key import IdempotencyKey
from api.models.intake import Intake
from api.models.intake_fact import IntakeFact
from api.models.intake_need import IntakeNeed
from api.models.intake_risk import IntakeRisk
from api.models.login_session import LoginSession
from api.models.message import Message
from api.models.outgoing import Outgoing
from api.models.plan import Plan
from api.models.plan_step import PlanStep
from api.models.sealed import Sealed
from api.models.user import User

__all__ = [
    "Alert",
    "Base",
    "CatalogueItem",
    "CatalogueVersion",
    "Center",
    "Client",
    "Consent",
    "Conversation",
    "Erasure",
    "Event",
    "IdempotencyKey",
    "Intake",
    "IntakeFact",
    "IntakeNeed",
    "IntakeRisk",
    "LoginSession",
    "Message",
    "Outgoing",
    "Plan",
    "PlanStep",
    "Sealed",
    "User",
    "new_id",
    "utc_now",
]
