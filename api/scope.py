"""Who asks, and whose rows they may reach. All reading of a centre's rows goes through `only`."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select


@dataclass(frozen=True)
class Scope:
    """The centre whose rows may be reached; `center_id` None means every centre."""

    center_id: str | None


EVERY_CENTER = Scope(None)


@dataclass(frozen=True)
class Caller:
    """Who asks: a service account, a signed-in user, or the system itself.

    Attributes:
        kind: `service`, `user` or `system`.
        id: The user's id, or the service account's name.
        role: `service`, `counselor`, `manager`, `admin` or `system`.
        scope: Whose rows they may reach.
        name: What to show on a page.
        origin: The network address, for the event log.
    """

    kind: Literal["service", "user", "system"]
    id: str
    role: str
    scope: Scope
    name: str = ""
    origin: str | None = None

    @property
    def user_id(self) -> str | None:
        """The id of a user; None for service accounts and the system."""
        return self.id if self.kind == "user" else None


SYSTEM = Caller("system", "system", "system", EVERY_CENTER)


def only[*Columns](statement: Select[*Columns], center: Any, scope: Scope) -> Select[*Columns]:
    """Narrow a query to the rows `scope` may reach. `center` is the column that holds the row's centre."""
    return statement if scope.center_id is None else statement.where(center == scope.center_id)
