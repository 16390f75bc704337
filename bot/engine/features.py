"""What the readers look at: letters, morphemes, and clauses that take something back."""

import re
from typing import List, Sequence

from bot.engine.clauses import Clause, Morpheme, split_clauses

CONTENT_TAGS = frozenset({"NNG", "NNP", "VV", "VA", "XR", "MAG", "SL", "SN", "NR", "NP", "NNB", "MM"})
KEPT_SYMBOL_TAGS = frozenset({"SL", "SN", "SH"})
LONGEST_PAIR = 5

# A clause that says: not wanted, no problem, over, or somebody else's.
TAKEN_BACK = re.compile(
    r"필요\s*[는도가은]?\s*없|필요하지\s*않|됐[고어습슈으지네소구심]|되었[고습]|괜찮|문제\s*[는도가]?\s*없|걱정\s*[은이도]?\s*없|말고|말구|아니[고에라구]|아닙|안\s*해도|안\s*받|빼고|빼\s|관심\s*없"
    r"|없[고어습네소다음심슴구]|읎|엇수|않[고아습]|끝났|끝냈|해결|다\s*갚|이미|벌써|작년에|옛날|예전|ㄴㄴ|노노|안물|자신\s*있|할\s*줄\s*[압알]|잘\s*[하되됩]|냅[두둬]|필요\s*ㄴ|사양|무관"
    r"|놔\s*두|마이소|마시[오고]|마세요|안\s*(?:따|구[함해하]|감|함|해요|합니|할)|접어\s*두|어수다|일\s*없|아님|갖추|갖췄|넘치|성하|쌩쌩|튼튼|능숙|정해졌|다\s*정[함했]|절대|거뜬"
)


def identity(features: List[str]) -> List[str]:
    """The analyzer of vectorizers whose features are made beforehand."""
    return features


def is_taken_back(text: str, clause: Clause) -> bool:
    """Whether a clause carries a word that takes something back."""
    return TAKEN_BACK.search(text[clause.start : clause.end]) is not None


def clause_features(text: str, clause: Clause) -> List[str]:
    """Morphemes of one clause, their neighbours, pairs of content words, and the same marked where taken back."""
    words = [
        f"{morpheme.form}/{morpheme.tag}"
        for morpheme in clause.morphemes
        if not morpheme.tag.startswith("S") or morpheme.tag in KEPT_SYMBOL_TAGS
    ]
    content = [morpheme.form for morpheme in clause.morphemes if morpheme.tag in CONTENT_TAGS]
    features = words + [f"{left} {right}" for left, right in zip(words, words[1:])]
    for place, left in enumerate(content):
        features += [f"~{left}~{right}" for right in content[place + 1 : place + LONGEST_PAIR]]
    if is_taken_back(text, clause):
        features += [f"N_{word}" for word in content]
    return features


def clauses_of(text: str, morphemes: Sequence[Morpheme]) -> List[Clause]:
    """The clauses of a message; a text that Kiwi finds nothing in is one clause without morphemes."""
    clauses = split_clauses(text, morphemes)
    if not clauses and text.strip():
        start = len(text) - len(text.lstrip())
        clauses = [Clause(start, start + len(text.strip()), ())]
    return clauses
