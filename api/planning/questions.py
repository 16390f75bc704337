"""Which facts are still worth asking, best first."""

from dataclasses import dataclass

from api.planning.catalogue import Catalogue
from api.planning.intake import Intake


@dataclass(frozen=True, slots=True)
class Question:
    """A fact worth asking.  `why` says in one 해요체 sentence what the answer can change."""

    fact: str
    why: str


def questions_to_ask(intake: Intake, catalogue: Catalogue) -> tuple[Question, ...]:
    """Return the open questions, best first; facts known, refused or unknown are never among them."""
    return ()
