"""Takes in what a message tells, whatever else the turn does: danger, needs, facts, contact.

Every action that answers a client's message calls `take_in` first, so that a need told beside a question, or a
danger inside a complaint, is never lost.  Nothing is said here; what changed is noted in the turn's moment:
`added`, `dropped`, `noted`, `fixed` (fact ids), `crisis`.
"""

from __future__ import annotations

import re
from typing import Any

from actions.cues import OPENING_FOR_WORK, PERSON, PRIVATE_MATTER, QUESTION, SOON, SWEARING, WORDS_OF
from actions.turn import Turn
from actions.wording import need_word
from api.planning.catalogue import Catalogue

CONTROL = {"consent", "sensitive_consent", "needs", "confirm_summary"}
# Dangers that stop every question until the client wants to go on; said again, they are answered again.
GRAVE = {"self_harm", "violence", "harm_to_others"}
# The reader was trained on whole stories.  A reply to a question about a fact names a need only when it does not
# answer that question and the reader is this sure; a danger it sees there must be surer, too.
SURE_NEED = 0.9
SURE_RISK = 0.9
# Held-out messages, guard and model together: 52 of 65 dangers seen, 4 of 555 others asked about at .5 (at .3: 54, 6).
LEAST_RISK_IN_A_STORY, LEAST_RISK_IN_AN_ANSWER = 0.5, 0.7
LIKELY_NEED = 0.6  # Below it a need is a guess, which the summary puts before the client.
LONGEST_FREE_ANSWER = 60
SHORTEST_DANGER = 4
LONG_ANSWER = 20
TELLING = {"state_needs", "correct", "ask_human", "ask_service", "nlu_fallback", "complaint"}
LEAVING = {"wait", "stop", "erase_data", "ask_human", "thanks", "greet", "small_talk", "off_topic", "complaint"}
FREE_TEXT = {"desired_job", "goal", "preferred_time"}
WORDS_BEFORE = 16
NAMELESS = {"그거", "그건", "그것", "이거", "이건", "쪽은", "하는", "있는", "그냥", "아까", "에서", "이나", "지원"}
LEAVE_OUT = re.compile(r"빼|뺄|뺍|됐[고어]요?\b|필요 ?없|안 ?해도|안 ?할래|관두|그만두고 싶지")
CORRECTION = re.compile(r"아니라|아니고|아니에요|아니다|정정|고쳐|고칠|바꿔|잘못|다시 ?보니|말고|틀렸|착각")
CONTACT_CUE = re.compile(r"연락|전화|번호|문자|메일|카톡")
NEVER_TAKEN = {"rrn", "foreigner", "passport", "licence", "card"}
CONTACT_KINDS = {"phone", "email", "messenger"}
# Facts that say a need by themselves; the client confirms them with the summary.
IMPLIED = (
    ("availability", {"part_time", "weekday_daytime", "evening", "weekend", "remote"}, "flexible_work"),
    ("digital", {"needs_help"}, "digital_skills"),
    ("mobility", {"limited"}, "transportation"),
)
EMPLOYED = {"employed", "on_leave"}


def take_in(turn: Turn) -> None:
    """Move everything the message tells into the memory; note what changed."""
    _danger(turn)
    _facts(turn)
    _contact(turn)
    _needs(turn)
    _implied_status(turn)
    _implied_needs(turn)
    if turn.heard.identifiers and any(i["kind"] in NEVER_TAKEN for i in turn.heard.identifiers):
        turn.moment["identifier"] = True


def _danger(turn: Turn) -> None:
    seen: dict[str, str] = {}
    answering = _is_answering_a_fact(turn)
    for risk in turn.heard.risks:
        score = float(risk.get("score", 0))
        least = LEAST_RISK_IN_AN_ANSWER if answering else LEAST_RISK_IN_A_STORY
        worded = risk["id"] not in WORDS_OF or WORDS_OF[risk["id"]].search(turn.heard.text)
        if len(turn.heard.text) < SHORTEST_DANGER or score < least or not worded or turn.memory.paused:
            continue
        # What only the model saw is asked about gently before it is taken as certain.
        seen[risk["id"]] = "sure" if score >= SURE_RISK else "doubt"
    for risk in turn.heard.guard:
        if seen.get(risk["risk"]) != "sure":
            seen[risk["risk"]] = risk["certainty"]
    memory = turn.memory
    _catch_up(turn)
    known = {r["id"] for r in memory.risks}
    asked = set((memory.paused or {}).get("risks", []))
    if (memory.paused or {}).get("step") == "doubt" and turn.heard.intent == "deny":
        # «아니요, 때린 적은 없어요» names what it denies.
        seen = {risk: how for risk, how in seen.items() if risk not in asked}
    told_again = {r["risk"] for r in turn.heard.guard if r["certainty"] == "sure" and r["risk"] in GRAVE & seen.keys()}
    doubted = set(memory.doubts_cleared)
    fresh = {r for r in seen if (r not in known and r not in asked and r not in doubted) or r in told_again}
    if not fresh:
        return
    certain = {r for r in fresh if seen[r] == "sure"}
    for new in sorted(certain - known):
        memory.risks.append({"id": new, "message_id": turn.heard.message_id})
    step = "first" if certain else "doubt"
    memory.paused = {"step": step, "risks": sorted(certain or fresh)}
    turn.moment["crisis"] = dict(memory.paused)


def _catch_up(turn: Turn) -> None:
    """Learn of a danger that the gateway met while this dialogue was away."""
    memory, crisis = turn.memory, turn.heard.crisis
    if not crisis or memory.paused:
        return
    unknown = set(crisis["risks"]) - {r["id"] for r in memory.risks} - set(memory.doubts_cleared)
    if unknown:
        memory.paused = {"step": crisis["step"], "risks": sorted(crisis["risks"])}
        if crisis["step"] != "doubt":
            memory.risks += [{"id": risk, "message_id": turn.heard.message_id} for risk in sorted(unknown)]


def _is_answering_a_fact(turn: Turn) -> bool:
    """True when a fact was asked and this message answers it rather than telling something of its own."""
    heard = turn.heard
    if heard.asks is None or heard.asks in CONTROL:
        return False
    return heard.intent not in TELLING or (heard.asks in heard.facts and len(heard.text) < LONG_ANSWER)


def _needs(turn: Turn) -> None:
    memory, heard = turn.memory, turn.heard
    answering = _is_answering_a_fact(turn)
    told_besides = heard.asks not in heard.facts
    wants_out = bool(LEAVE_OUT.search(heard.text)) and heard.intent in TELLING | {"deny", "refuse", "answer"}
    for taken_back in heard.negated:
        if wants_out or (heard.intent == "correct" and not answering):
            _drop(turn, taken_back)
    asked_freely = heard.asks in FREE_TEXT and not is_plain_answer(turn)
    for need in heard.needs:
        least = LIKELY_NEED if asked_freely and _is_not_about_work(turn, need["id"]) else SURE_NEED
        sure = float(need.get("score", 0)) >= least
        if need["id"] in heard.negated or (answering and not (sure and told_besides)):
            continue
        # «이력서는 됐고 면접만요»: only the need whose own clause is taken back goes.
        if wants_out and need["id"] in memory.need_ids() and LEAVE_OUT.search(need.get("evidence") or heard.text):
            _drop(turn, need["id"])
        else:
            score = float(need.get("score", 0))
            _add(turn, need["id"], "said" if score >= LIKELY_NEED else "inferred", need.get("evidence", ""), score)
    bare = not heard.needs and not memory.needs and heard.asks == "needs" and len(heard.text) <= LONG_ANSWER
    if bare and not wants_out and OPENING_FOR_WORK.search(heard.text):
        _add(turn, "job_matching", "said", heard.text, 0.0)
    if wants_out and not turn.moment.get("dropped"):
        # What this very message states stays: «맡길 데도 없고요. 이력서는 됐고» leaves out the papers only.
        stated = {need["id"] for need in heard.needs}
        others = [need for need in memory.need_ids() if need not in stated]
        for named in named_needs(heard.text, others, turn.catalogue):
            _drop(turn, named)


def named_needs(text: str, needs: list[str], catalogue: Catalogue) -> list[str]:
    """Which of these needs the words just before «빼 주세요» name, by their label or the word we use for them.

    >>> from api.catalogue.files import load_catalogue
    >>> named_needs("훈련 쪽은 빼 주세요", ["debt", "vocational_training"], load_catalogue())
    ['vocational_training']
    """
    found = LEAVE_OUT.search(text)
    before = text[max(0, (found.start() if found else 0) - WORDS_BEFORE) : found.start() if found else 0].split()
    stems = {word[:length] for word in before for length in (2, 3, 4) if len(word) >= length}
    return [n for n in needs if any(s in catalogue.needs[n].label + need_word(n) for s in stems - NAMELESS)]


def _add(turn: Turn, need: str, state: str, evidence: str, score: float) -> None:
    memory = turn.memory
    waiting = memory.pending.get("needs", [])
    known = next((n for n in [*memory.needs, *waiting] if n["id"] == need), None)
    if known is not None:
        if known["state"] == "inferred" and state == "said":
            # What was a guess has now been said; the summary need not ask about it in doubt.
            known.update(
                state=state, evidence=evidence.strip(" .,"), score=round(score, 3), message_id=turn.heard.message_id
            )
        return
    entry = {
        "id": need,
        "state": state,
        "evidence": evidence.strip(" .,"),
        "score": round(score, 3),
        "message_id": turn.heard.message_id,
    }
    if turn.catalogue.needs[need].sensitive and not memory.has_sensitive_consent:
        if memory.sensitive_consent is None:
            _wait_for_consent(turn, needs=[entry])
        return
    memory.declined = [d for d in memory.declined if d != need]
    memory.needs.append(entry)
    turn.moment.setdefault("added", []).append(need)


def _drop(turn: Turn, need: str) -> None:
    memory = turn.memory
    if need in memory.need_ids():
        memory.needs = [n for n in memory.needs if n["id"] != need]
        turn.moment.setdefault("dropped", []).append(need)
        if need not in memory.declined:
            memory.declined.append(need)
    waiting = memory.pending.get("needs", [])
    if any(n["id"] == need for n in waiting):
        memory.pending["needs"] = [n for n in waiting if n["id"] != need]


def _facts(turn: Turn) -> None:
    memory, heard = turn.memory, turn.heard
    undo: dict[str, Any] = {}
    for fact, value in heard.facts.items():
        if fact not in turn.catalogue.facts or fact in CONTROL or fact == "contact":
            continue
        if heard.intent in LEAVING and fact != heard.asks:
            continue
        if fact in FREE_TEXT and not heard.is_quick_reply and (fact != heard.asks or not is_plain_answer(turn)):
            continue
        if value is None:
            if fact == heard.asks or fact in memory.facts:
                undo[fact] = memory.facts.pop(fact, None)
                memory.withheld[fact] = "unknown"
            continue
        if fact in memory.facts and fact != heard.asks and not _corrects(turn):
            continue
        kept, private = _part_by_privacy(turn, fact, value)
        if private is not None:
            _wait_for_consent(turn, facts={fact: private})
        if kept is None or memory.facts.get(fact) == kept:
            continue
        undo[fact] = memory.facts.get(fact)
        changed = fact in memory.facts
        memory.facts[fact] = kept
        memory.sources[fact] = heard.message_id
        memory.withheld.pop(fact, None)
        turn.moment.setdefault("fixed" if changed else "noted", []).append(fact)
    if heard.asks == "urgency" and "urgency" not in memory.facts and SOON.search(heard.text):
        memory.facts["urgency"] = "this_week"
        memory.sources["urgency"] = heard.message_id
        turn.moment.setdefault("noted", []).append("urgency")
    if undo:
        memory.undo = undo


def is_plain_answer(turn: Turn) -> bool:
    """True when a free answer is only that: no need of another kind, no danger, nothing private, no request."""
    heard = turn.heard
    if heard.intent != "answer" or heard.risks or heard.guard or len(heard.text) > LONGEST_FREE_ANSWER:
        return False
    others = [n for n in heard.needs if float(n.get("score", 0)) >= LIKELY_NEED and _is_not_about_work(turn, n["id"])]
    aside = any(cue.search(heard.text) for cue in (PRIVATE_MATTER, LEAVE_OUT, PERSON, SWEARING, QUESTION, CONTACT_CUE))
    return not others and (not aside or heard.asks == "preferred_time")


def _is_not_about_work(turn: Turn, need: str) -> bool:
    return turn.catalogue.needs[need].domain not in {"고용", "교육"}


def _corrects(turn: Turn) -> bool:
    """True when the message takes something back.  Said by the way, another age or place is somebody else's."""
    return turn.heard.intent == "correct" or turn.heard.is_quick_reply or bool(CORRECTION.search(turn.heard.text))


def _part_by_privacy(turn: Turn, fact: str, value: Any) -> tuple[Any, Any]:
    """Split a value into what may be kept now and what waits for the second consent (None = nothing)."""
    kind = turn.catalogue.facts[fact]
    if turn.memory.has_sensitive_consent or not (kind.sensitive or kind.sensitive_values):
        return value, None
    refused = turn.memory.sensitive_consent is not None
    if isinstance(value, list):
        private = [v for v in value if v in kind.sensitive_values]
        plain = [v for v in value if v not in private]
        if not private:
            return value, None
        return (plain or None), (None if refused else value)
    if value == "none":
        return None, None
    return None, (None if refused else value)


def _wait_for_consent(
    turn: Turn, needs: list[dict[str, Any]] | None = None, facts: dict[str, Any] | None = None
) -> None:
    """Keep sensitive matters, and the message that told them, for the second consent."""
    pending = turn.memory.pending
    pending.setdefault("needs", []).extend(needs or [])
    pending.setdefault("facts", {}).update(facts or {})
    ids = pending.setdefault("message_ids", [])
    if turn.heard.message_id and turn.heard.message_id not in ids:
        ids.append(turn.heard.message_id)
    turn.hold_back("hold", turn.heard.message_id)


def _contact(turn: Turn) -> None:
    memory, heard = turn.memory, turn.heard
    found = next((i for i in heard.identifiers if i["kind"] in CONTACT_KINDS), None)
    if found and (heard.asks in {"contact", "contact_channel", "preferred_time"} or CONTACT_CUE.search(heard.text)):
        memory.facts["contact"] = found["token"]
        turn.moment["contact"] = {"token": found["token"], "message_id": heard.message_id}
    elif heard.asks == "contact" and heard.facts.get("contact"):
        memory.facts["contact"] = heard.facts["contact"]
    else:
        return
    memory.sources["contact"] = heard.message_id
    memory.withheld.pop("contact", None)
    turn.moment.setdefault("noted", []).append("contact")


def _implied_needs(turn: Turn) -> None:
    facts = turn.memory.facts
    for fact, values, need in IMPLIED:
        if fact == "availability" and facts.get("employment_status") in EMPLOYED:
            continue
        if facts.get(fact) in values and need not in turn.memory.declined and fact in _just_told(turn):
            _add(turn, need, "inferred", "", 0.0)
            added = turn.moment.get("added", [])
            turn.moment["added"] = [n for n in added if n != need]


def _implied_status(turn: Turn) -> None:
    """Who has just lost a job and looks for the next is 구직 중: asking that would be asking twice."""
    memory = turn.memory
    facts = memory.facts
    left = facts.get("job_loss_reason") in {"involuntary", "contract_end"} or "last_job_end" in facts
    looking = set(memory.need_ids()) & {"unemployment_benefit", "job_matching", "job_search_strategy"}
    if left and looking and "employment_status" not in facts and "employment_status" not in memory.withheld:
        facts["employment_status"] = "seeking"
        memory.sources["employment_status"] = turn.heard.message_id


def _just_told(turn: Turn) -> set[str]:
    return {*turn.moment.get("noted", []), *turn.moment.get("fixed", [])}


def keep_pending(turn: Turn) -> None:
    """The second consent was given: what waited becomes part of the memory."""
    memory, pending = turn.memory, turn.memory.pending
    for need in pending.get("needs", []):
        if need["id"] not in memory.need_ids():
            memory.needs.append(need)
            turn.moment.setdefault("added", []).append(need["id"])
    for fact, value in pending.get("facts", {}).items():
        memory.facts[fact] = value
        memory.sources[fact] = (pending.get("message_ids") or [""])[-1]
    turn.hold_back("release", *pending.get("message_ids", []))
    memory.pending = {}


def leave_pending_out(turn: Turn) -> None:
    """The second consent was refused: what waited is gone, and so are the words it was told in."""
    memory = turn.memory
    private = set(memory.pending.get("message_ids", [])) | {turn.heard.message_id}
    for need in memory.needs:
        if need["message_id"] in private:
            need["evidence"] = ""
    turn.hold_back("redact", *memory.pending.get("message_ids", []))
    memory.pending = {}
