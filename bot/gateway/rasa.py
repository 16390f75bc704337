"""The one door to Rasa: sends a turn, checks that what comes back is a turn (seams 1 and 2)."""

import asyncio
from typing import Any, Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.gateway.messages import Draft, Kind, QuickReply, only_one_asks

OWN_BUBBLE: frozenset[str] = frozenset({"plan", "summary", "handoff", "crisis"})


class RasaFailed(Exception):
    """The turn has failed.  `reason` is a word for the log and never holds what was said."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CrisisReading(BaseModel):
    """What the dialogue reads of a danger; the sentences to it are the gateway's."""

    step: Literal["first", "doubt", "safe", "unsafe", "continue", "not_meant"]
    risks: list[str] = Field(default_factory=list)
    evidence: str = ""
    for_another: bool = False


class ContactReading(BaseModel):
    """Which masked identifier is the contact the client wants to be reached at."""

    token: str
    message_id: str


class Delivery(BaseModel):
    """Whether the intake of this turn has reached the api, and its body if it has not."""

    state: Literal["delivered", "pending"]
    turn: int = 0
    body: dict[str, Any] | None = None


class TurnReport(BaseModel):
    """The `turn` item: exactly one in every answer of a turn that worked."""

    model_config = ConfigDict(extra="ignore")
    state: dict[str, Any] | None = None
    held: dict[str, Any] | None = None
    consent: Literal["yes", "no"] | None = None
    sensitive_consent: Literal["yes", "no"] | None = None
    crisis: CrisisReading | None = None
    hold: list[str] = Field(default_factory=list)
    release: list[str] = Field(default_factory=list)
    redact: list[str] = Field(default_factory=list)
    contact: ContactReading | None = None
    delivery: Delivery | None = None
    end: Literal["finished", "refused", "erased", "under_14"] | None = None


class _MessageNote(BaseModel):
    kind: Kind | None = None
    asks: str | None = None
    data: dict[str, Any] | None = None
    belongs: bool = False


class Part(BaseModel):
    """One thing Rasa said, before parts are joined into bubbles.

    `belongs`: the dialogue says that this part is to be heard even in a crisis turn.
    """

    draft: Draft
    belongs: bool = False


class RasaAnswer(BaseModel):
    """A turn that worked: what to say, and the report."""

    parts: list[Part]
    report: TurnReport


def read_answer(items: Any) -> RasaAnswer:
    """Check and read the list that the REST channel answers with.

    Raises:
        RasaFailed: Empty, of another shape, or without exactly one `turn` item.
    """
    if not isinstance(items, list):
        raise RasaFailed("not_a_list")
    if not items:
        raise RasaFailed("empty")
    parts: list[Part] = []
    reports: list[TurnReport] = []
    try:
        for item in items:
            custom = item.get("custom") if isinstance(item, dict) else None
            text = item.get("text") if isinstance(item, dict) else None
            if isinstance(text, str) and text.strip():
                replies = tuple(QuickReply.model_validate(button) for button in item.get("buttons") or ())
                kind: Kind = "question" if replies else "info"
                parts.append(Part(draft=Draft(text=text.strip(), kind=kind, quick_replies=replies)))
            if isinstance(custom, dict) and "turn" in custom:
                reports.append(TurnReport.model_validate(custom["turn"]))
            if isinstance(custom, dict) and "message" in custom:
                if not parts:
                    raise RasaFailed("note_without_text")
                parts[-1] = _with_note(parts[-1], _MessageNote.model_validate(custom["message"]))
    except ValidationError as error:
        raise RasaFailed(f"shape:{'.'.join(str(p) for p in error.errors()[0]['loc'])}") from None
    except (AttributeError, TypeError):
        raise RasaFailed("shape") from None
    if len(reports) != 1:
        raise RasaFailed("no_turn_item" if not reports else "two_turn_items")
    return RasaAnswer(parts=parts, report=reports[0])


def _with_note(part: Part, note: _MessageNote) -> Part:
    draft = part.draft
    kind = note.kind or ("question" if note.asks else draft.kind)
    noted = draft.model_copy(update={"kind": kind, "asks": note.asks, "data": note.data})
    return Part(draft=noted, belongs=note.belongs)


def join_bubbles(drafts: list[Draft]) -> list[Draft]:
    """Join info texts with the question after them; `plan`, `summary`, `handoff` and `crisis` keep their own bubble.

    Returns:
        Bubbles in the order spoken, at most one of them with `asks`.

    >>> [b.text for b in join_bubbles([Draft(text="네, 적었어요."), Draft(text="어디에 사세요?", kind="question")])]
    ['네, 적었어요. 어디에 사세요?']
    """
    bubbles: list[Draft] = []
    waiting: list[Draft] = []
    for draft in drafts:
        if draft.kind in OWN_BUBBLE:
            if waiting:
                bubbles.append(_joined(waiting))
                waiting = []
            bubbles.append(draft)
        elif draft.kind == "question":
            bubbles.append(_joined([*waiting, draft]))
            waiting = []
        else:
            waiting.append(draft)
    if waiting:
        bubbles.append(_joined(waiting))
    return only_one_asks(bubbles)


def _joined(drafts: list[Draft]) -> Draft:
    last = drafts[-1]
    between = "\n" if any("\n" in draft.text for draft in drafts) else " "
    replies = last.quick_replies or next((d.quick_replies for d in reversed(drafts) if d.quick_replies), ())
    data = next((draft.data for draft in reversed(drafts) if draft.data), None)
    text = between.join(draft.text for draft in drafts)
    return last.model_copy(update={"text": text, "quick_replies": replies, "data": data})


class Rasa:
    """Talks to Rasa's REST channel.  Holds nothing about conversations."""

    def __init__(self, client: httpx.AsyncClient, base_url: str) -> None:
        self._client = client
        self._url = f"{base_url}/webhooks/rest/webhook"
        self.last_answer_at = float("-inf")  # loop time of the last turn that worked, for any conversation

    async def turn(self, *, sender: str, message: str, metadata: dict[str, Any], timeout_s: float) -> RasaAnswer:
        """Send one turn and return what Rasa made of it.

        Raises:
            RasaFailed: No answer in `timeout_s`, no connection, a status other than 200, or not a turn.
        """
        body = {"sender": sender, "message": message, "metadata": metadata}
        try:
            async with asyncio.timeout(timeout_s):
                response = await self._client.post(self._url, json=body, timeout=None)
        except TimeoutError:
            raise RasaFailed("slow") from None
        except httpx.HTTPError as error:
            raise RasaFailed(type(error).__name__) from None
        if response.status_code != 200:
            raise RasaFailed(f"status_{response.status_code}")
        try:
            items = response.json()
        except ValueError:
            raise RasaFailed("not_json") from None
        answer = read_answer(items)
        self.last_answer_at = asyncio.get_running_loop().time()
        return answer
