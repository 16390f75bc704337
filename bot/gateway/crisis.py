"""Composes what is said in a danger, from bot/crisis.yml and nothing else.  Needs no store and no model."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.gateway.messages import Draft, QuickReply

CRISIS_FILE = Path(__file__).resolve().parents[1] / "crisis.yml"
Step = Literal["first", "doubt", "safe", "unsafe", "continue", "not_meant"]
Alert = Literal["sent", "failed"]
_QUOTED_LETTERS = 12


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hotline(_Strict):
    """A number to call, as the chat window shows it."""

    number: str
    label: str
    href: str


class Reviewer(_Strict):
    """Who signs for the sentences; `state` says honestly whether that has happened."""

    role: str
    name: str | None
    reviewed_on: str | None
    state: str


class RiskSentences(_Strict):
    """The sentences to one risk."""

    first: str
    emergency: str
    lines: tuple[str, ...]
    question: str
    yes_means: Literal["safe", "unsafe"]
    doubt: str
    unsafe: str
    numbers: tuple[str, ...]
    hide: bool
    goes_on: bool = False


class _Together(_Strict):
    emergency: str


class StepSentences(_Strict):
    """Sentences that do not depend on the risk."""

    doubt_quoted: str
    doubt_plain: str
    for_another: str
    for_another_question: str
    person: str
    alert_sent: str
    alert_failed: str
    safe: str
    safe_not_sent: str
    continue_: str = Field(alias="continue")
    not_meant: str
    still_there: str
    hide: str


class CrisisFile(_Strict):
    """bot/crisis.yml, checked: every risk has its sentences, every number is a hotline."""

    version: str
    language: str
    reviewed_by: tuple[Reviewer, Reviewer]
    hotlines: tuple[Hotline, ...]
    order: tuple[str, ...]
    risks: dict[str, RiskSentences]
    together: _Together
    steps: StepSentences
    still_there_numbers: dict[str, str]
    quick_replies: dict[str, tuple[QuickReply, ...]]

    @model_validator(mode="after")
    def _fits_together(self) -> "CrisisFile":
        if set(self.order) != set(self.risks) or set(self.still_there_numbers) != set(self.risks):
            raise ValueError("order, risks and still_there_numbers must name the same risks.")
        known = {line.number for line in self.hotlines}
        for risk, sentences in self.risks.items():
            if missing := set(sentences.numbers) - known:
                raise ValueError(f"'{risk}' names numbers that are no hotlines: {sorted(missing)}.")
        return self


def load_crisis(path: Path = CRISIS_FILE) -> "CrisisSpeaker":
    """Read and check the crisis file.

    Raises:
        pydantic.ValidationError: The file does not fit together; the gateway must not start.
    """
    return CrisisSpeaker(CrisisFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))))


class CrisisSpeaker:
    """Says the reviewed sentences.  Unknown risk ids count as self_harm, the most careful reading."""

    def __init__(self, file: CrisisFile) -> None:
        self.file = file
        self.goes_on_with = frozenset(risk for risk, sentences in file.risks.items() if sentences.goes_on)
        self._hotlines = {line.number: line for line in file.hotlines}

    def in_order(self, risks: Iterable[str]) -> tuple[str, ...]:
        """Return known risks, each once, the leading one first; never empty."""
        wanted = {risk if risk in self.file.risks else "self_harm" for risk in risks} or {"self_harm"}
        return tuple(risk for risk in self.file.order if risk in wanted)

    def yes_means(self, step: Step, risks: Iterable[str]) -> str | None:
        """Return what a "네" to the question of this step says: safe, unsafe or danger; None if nothing was asked."""
        if step == "first":
            return self.file.risks[self.in_order(risks)[0]].yes_means
        return {"doubt": "danger", "unsafe": "safe"}.get(step)

    def say(
        self,
        step: Step,
        risks: Iterable[str],
        *,
        alert: Alert | None = None,
        words: str = "",
        for_another: bool = False,
        channel: str = "web",
    ) -> Draft:
        """Compose the one message of this step.

        Args:
            step: Where the talk about the danger stands.
            risks: Every risk there is; 112 and 119 stand on top when there are several.
            alert: Whether the api has the alert; None when none was due.
            words: The client's own (masked) words to quote when in doubt; cut to twelve letters.
            for_another: The danger is somebody else's.
            channel: "web" has a button that hides the window.

        Returns:
            A draft of kind "crisis" that asks for no fact, with the numbers in text and in `data`.
        """
        ordered = self.in_order(risks)
        sentences = getattr(self, f"_{step}")(ordered, alert=alert, words=words, for_another=for_another)
        hides = channel == "web" and step in ("first", "unsafe") and any(self.file.risks[r].hide for r in ordered)
        if hides:
            sentences.append(self.file.steps.hide)
        replies = self.file.quick_replies.get(step, ())
        return Draft(
            text="\n".join(sentences),
            kind="crisis",
            quick_replies=replies,
            data=self._card(step, ordered, alert=alert, hides=hides),
        )

    def _card(self, step: Step, risks: Sequence[str], *, alert: Alert | None, hides: bool) -> dict[str, Any]:
        numbers = list(dict.fromkeys(number for risk in risks for number in self.file.risks[risk].numbers))
        if len(risks) > 1:
            numbers = ["112", "119", *(number for number in numbers if number not in ("112", "119"))]
        hotlines = [self._hotlines[number].model_dump() for number in numbers]
        return {"step": step, "hotlines": hotlines, "alert": alert, "hide": hides, "version": self.file.version}

    def _contacts(self, risks: Sequence[str]) -> list[str]:
        emergency = self.file.together.emergency if len(risks) > 1 else self.file.risks[risks[0]].emergency
        lines = [line for risk in risks for line in self.file.risks[risk].lines]
        return [emergency, *dict.fromkeys(lines)]

    def _alert(self, alert: Alert | None) -> list[str]:
        steps = self.file.steps
        return [] if alert is None else [steps.alert_sent if alert == "sent" else steps.alert_failed]

    def _first(self, risks: Sequence[str], *, alert: Alert | None, words: str, for_another: bool) -> list[str]:
        top = self.file.risks[risks[0]]
        steps = self.file.steps
        opening = steps.for_another if for_another else top.first
        question = steps.for_another_question if for_another else top.question
        return [opening, *self._contacts(risks), *self._alert(alert), steps.person, question]

    def _doubt(self, risks: Sequence[str], *, alert: Alert | None, words: str, for_another: bool) -> list[str]:
        steps = self.file.steps
        quoted = " ".join(words.split())
        if len(quoted) > _QUOTED_LETTERS:
            quoted = ""
        opening = steps.doubt_quoted.format(words=quoted) if quoted else steps.doubt_plain
        return [opening, *self._contacts(risks), steps.person, self.file.risks[risks[0]].doubt]

    def _unsafe(self, risks: Sequence[str], *, alert: Alert | None, words: str, for_another: bool) -> list[str]:
        return [self.file.risks[risks[0]].unsafe, *self._alert(alert)]

    def _safe(self, risks: Sequence[str], *, alert: Alert | None, words: str, for_another: bool) -> list[str]:
        steps = self.file.steps
        return [steps.safe_not_sent if alert == "failed" else steps.safe, self._still_there(risks)]

    def _continue(self, risks: Sequence[str], *, alert: Alert | None, words: str, for_another: bool) -> list[str]:
        return [self.file.steps.continue_, self._still_there(risks)]

    def _not_meant(self, risks: Sequence[str], *, alert: Alert | None, words: str, for_another: bool) -> list[str]:
        return [self.file.steps.not_meant, self._still_there(risks)]

    def _still_there(self, risks: Sequence[str]) -> str:
        return self.file.steps.still_there.format(numbers=self.file.still_there_numbers[risks[0]])
