"""Finds the service of the catalogue that a message names."""

from __future__ import annotations

import re

from api.planning.catalogue import Catalogue

SPLIT = re.compile(r"[\s()·,/‘’'\"]+")
# Words that many services share say nothing about which one is meant.
COMMON = {
    "상담",
    "신청",
    "지원",
    "확인",
    "연결",
    "안내",
    "센터",
    "프로그램",
    "도움",
    "서비스",
    "받을",
    "있는",
    "찾기",
    "준비",
}


def find_service(text: str, catalogue: Catalogue) -> str | None:
    """Return the id of the service whose label shares the longest words with the text; None when none is near.

    >>> from api.catalogue.files import load_catalogue
    >>> find_service("이력서는 왜 맨 뒤예요?", load_catalogue())
    'resume_clinic'
    """
    squeezed = re.sub(r"\s+", "", text)
    best: tuple[int, int, str] | None = None
    for service in catalogue.services.values():
        words = {w for w in SPLIT.split(service.label) if len(w) >= 2 and w not in COMMON}
        hits = [w for w in words if w in squeezed]
        if hits:
            score = (sum(len(w) for w in hits), -len(words), service.id)
            best = score if best is None or score > best else best
    return best[2] if best else None
