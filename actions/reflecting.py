"""Says back what was heard, briefly: added needs, noted and corrected facts, what was left out."""

from __future__ import annotations

from collections.abc import Iterable

from actions.hearing import FREE_TEXT
from actions.turn import Turn
from actions.wording import fact_phrase, list_words, need_word, word
from api.planning.particles import with_particle

# More wishes than this read as a list.
LONGEST_WISHES = 3
SPOKEN_FACTS = 3


def changes(turn: Turn) -> None:
    """Say what changed in this turn; nothing when nothing did."""
    moment = turn.moment
    dropped, added = moment.get("dropped", []), moment.get("added", [])
    fixed, noted = moment.get("fixed", []), moment.get("noted", [])
    if dropped:
        left = with_particle(list_words(need_word(n) for n in dropped), "은")
        turn.say("say_left_out_rest_stays" if turn.memory.needs else "say_left_out", needs=left)
    if fixed and set(noted) - FREE_TEXT:
        said = [f for f in noted if f not in FREE_TEXT]
        turn.say("say_corrected_and_noted", fixed=facts_to(turn, fixed), noted=facts_to(turn, said))
    elif fixed:
        turn.say("say_corrected", noted=facts_to(turn, fixed))
    elif noted and not added:
        # A client's own sentence is not said back word for word: nobody talks like that.
        spoken = [f for f in noted if f not in FREE_TEXT]
        if spoken:
            turn.say("say_noted", noted=facts_to(turn, spoken))
        else:
            turn.say("say_consented")
    if added and turn.memory.reflected:
        turn.say("say_added_named", needs=list_words(need_word(n) for n in added))


def understood(turn: Turn) -> None:
    """Say back the whole story once, after the consent."""
    memory = turn.memory
    memory.reflected = True
    if not memory.needs:
        turn.say("say_consented")
        return
    needs = memory.need_ids()
    if len(needs) <= LONGEST_WISHES:
        stems = [word(f"word_wish_{n}") for n in needs]
        wishes = ", ".join([f"{stem}고" for stem in stems[:-1]] + [f"{stems[-1]}다고"])
        turn.say("say_understood_wishes", wishes=wishes)
    else:
        turn.say("say_understood_list", needs=list_words(need_word(n) for n in needs))


def facts_to(turn: Turn, facts: Iterable[str]) -> str:
    """Facts joined, the last one with 로/으로: 막내 3살, 서울 노원구로."""
    phrases = [fact_phrase(f, turn.memory.facts[f]) for f in list(dict.fromkeys(facts)) if f in turn.memory.facts]
    return with_particle(list_words(phrases[:SPOKEN_FACTS]), "로")


def known(turn: Turn) -> str:
    """`아는 것: …` for the summary, or nothing."""
    memory = turn.memory
    phrases = [fact_phrase(f, memory.facts[f]) for f in turn.catalogue.facts if f in memory.facts]
    return word("word_summary_known", facts=list_words(phrases)) + " " if phrases else ""


def withheld(turn: Turn) -> str:
    """`말하지 않은 것: …` for the summary, or nothing."""
    refused = [f for f, why in turn.memory.withheld.items() if why == "refused"]
    if not refused:
        return ""
    labels = list_words(turn.catalogue.facts[f].label for f in refused)
    return word("word_summary_withheld", facts=labels) + " "


def welcome_back(turn: Turn) -> None:
    """Greet a client who comes back; after danger nothing of the past is said."""
    memory = turn.memory
    if memory.needs and not memory.risks:
        turn.say("say_welcome_back", known=list_words(need_word(n) for n in memory.need_ids()[:3]))
    else:
        turn.say("say_welcome_back_plain")
