"""Detailed addresses: a road with a house number, a lot number, a block and flat.  Never a city or district."""

import re

from bot.masking.found import Found

_UNIT_AHEAD = (
    r"(?! ?(?:년|개월|달|주|일|시|분|초|만|천|억|원|명|인|번째|번?길|번 |번은|번만|번도|회|살(?!아|고|며|던|지)|세|곳|군데|개|%|퍼|점|가지|차|호선|급|학년"
    r"|평|키로|kg|km|m|잔|병|권|건|배|등|위|월|대)|[0-9])"
)
_NOT_ROAD = (
    r"(?:앞으|뒤|위|아래|새|서|바|따|별|실제|그대|이대|마음대|맘대|멋대|절대|제대|뜻대|예정대|주|정말|진짜|최|홀|함부|억지|대체|도대체|스스|때때|"
    r"[가-힣]*으|[가-힣]*적으|처음으|[가-힣]{0,3}시급으|월급으|평균으)로|[가-힣]*(?:하는|갈|오는|가는|출근|퇴근|등하교|귀갓|귀가)길|(?:밤|산|지름|골목|큰|꽃|먼|이|그|저|어느|갓|물|불|살|외|새)길"
)
_ROAD = re.compile(
    r"(?<![가-힣0-9A-Za-z])(?P<road>[가-힣][가-힣0-9·.]{0,12}?(?:대로|로|길))"
    r"(?P<branch> ?[0-9]{1,4}(?:번|가)?길)? ?(?P<house>[0-9]{1,4}(?:-[0-9]{1,4})?)"
    + _UNIT_AHEAD
    + r"(?P<more>(?:,? ?\(?(?:[가-힣A-Za-z0-9]{2,12}(?:아파트|빌라|빌딩|맨션|타운|원룸|고시원|오피스텔|하이츠|주공|연립)\)?))?"
    r"(?:,? ?(?:제?[0-9A-Za-z가-하]{1,4}동))?(?:,? ?(?:지하 ?)?[0-9B]{1,3}층)?(?:,? ?[0-9A-Za-z]{1,5}호)?)"
)
_LOT = re.compile(
    r"(?<![가-힣0-9A-Za-z])(?P<place>[가-힣]{1,8}[0-9]?(?:동|리|읍|면|가)) ?(?P<house>(?:산 ?)?[0-9]{1,4}(?:-[0-9]{1,3}(?: ?번지)?| ?번지))(?![0-9])"
    r"(?P<more>(?:,? ?[가-힣A-Za-z0-9]{2,12}(?:아파트|빌라|빌딩|맨션|원룸|고시원|오피스텔))?(?:,? ?[0-9A-Za-z]{1,4}동)?(?:,? ?[0-9]{1,3}층)?(?:,? ?[0-9A-Za-z]{1,5}호)?)"
)
_FLAT = re.compile(
    r"(?<![0-9A-Za-z가-힣])(?:[가-힣A-Za-z0-9]{2,12}(?:아파트|빌라|맨션|타운|오피스텔|하이츠|주공|연립|자이|래미안|푸르지오|힐스테이트|아이파크) ?)?"
    r"(?:[0-9A-Za-z]{1,4}동) ?[0-9]{2,5}호(?!선|봉|차)"
)
_NAMED_FLAT = re.compile(
    r"(?<![0-9A-Za-z가-힣])[가-힣A-Za-z0-9]{2,12}(?:아파트|빌라|맨션|원룸|고시원|오피스텔|주공|연립|빌딩) ?(?:[0-9B]{1,3}층 ?)?[0-9]{2,5}호(?!선|봉|차)"
)
_CONTEXT = re.compile(r"주소|사는 ?곳|집은|우편|등본|배송|[가-힣]{1,4}(?:시|군|구|읍|면|동)[ ,]*$")
_TIED = re.compile(r" ?(?:번지|호|에 ?(?:살|사는|거주|있)|입니다|이에요|예요|이요|이고|임|$|[.,!)])")


def find_addresses(plain: str) -> list[Found]:
    """Spans of detailed addresses; the city and district before them stay readable."""
    found: list[Found] = []
    for match in _ROAD.finditer(plain):
        if re.fullmatch(_NOT_ROAD, match["road"]):
            continue
        before = plain[max(0, match.start() - 14) : match.start()]
        certain = match["branch"] or match["more"] or "-" in match["house"] or _CONTEXT.search(before)
        if certain or (len(match["road"]) >= 3 and _TIED.match(plain, match.end())):
            found.append(Found("address", match.start(), match.end(), match.group().strip()))
    for pattern in (_LOT, _FLAT, _NAMED_FLAT):
        for match in pattern.finditer(plain):
            found.append(Found("address", match.start(), match.end(), match.group().strip()))
    return found
