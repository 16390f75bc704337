"""Answers kept in the client's own words (`desired_job`, `goal`, `preferred_time`), and consent and contact."""

import re
import unicodedata
from typing import Optional

from bot.engine.facts.message import Message
from bot.masking.identifiers import mask, normal_contact

_NOTHING = re.compile(
    r"^(?:아직 ?)?(?:몰라|모르|모름|없|글쎄|잘 ?모르|딱히|생각(?:해 ?본)? ?(?:안|적)|패스|넘어|건너|왜|싫|말하기 ?싫|아무거나)"
)
_LEAD = re.compile(r"^(?:(?:음|어|아|그|저는|전|저|나는|난|제가|글쎄요?|그냥|뭐|일단|우선|네|예)[ ,.]+)+")
_TAIL = re.compile(
    r"(?: ?(?:이요|요|여|입니다|입니더|이에요|예요|에요|이라예|임다|임|이네요|이죠|이고요|고요|습니다|인데요|인데|쪽이요))[\s.,!?~ㅋㅎㅠㅜ]*$"
)
_WISH = re.compile(
    r" ?(?:을|를|이|가)? ?(?:하고 ?싶(?:어요|습니다|어여|음|심더|어예|네요|은데요|어)|해 ?보고 ?싶(?:어요|습니다|음|어)|했으면 ?(?:좋겠|해)(?:어요|습니다|요|음|는데요)?|면 ?좋겠(?:어요|습니다|음|네요)|좋겠습니다|할래요|원해요|원합니다|희망합니다)[\s.!?~]*$"
)
_LONGEST = 120


def read_wording(fact: str, message: Message) -> Optional[str]:
    """The answer cleaned of filler and sentence ending, at most 120 characters; None for "모르겠어요"."""
    if not message.asked(fact):
        return None
    text = _LEAD.sub("", message.text.strip())
    if not text or _NOTHING.match(text) or "⟦" in text:
        return None
    text = re.sub(r"[\s.,!?~ㅋㅎㅠㅜ^;]+$", "", text)
    if fact == "desired_job":
        text = _WISH.sub("", text)
    shorter = _TAIL.sub("", text).strip(" ,.")
    return (shorter or text)[:_LONGEST] or None


_YES = re.compile(r"^(?:네|예|넵|넹|응|ㅇㅇ|동의|그래|좋|알겠|괜찮|그러|오케|ㅇㅋ|ok)", re.IGNORECASE)
_NO = re.compile(
    r"(?:동의|저장|적)[가-힣]{0,4} ?(?:안|못|않|싫|거부|말)|동의하지|동의 ?(?:안|못)|안 ?(?:돼|되|할|해)|싫|거부|아니|아뇨|빼 ?(?:주|줘)|ㄴㄴ|적지 ?마|하지 ?않|말아"
)


def read_consent(message: Message) -> Optional[str]:
    """ "yes" only for words that clearly agree; "ㄱㄱ" and the like are left for the dialogue to ask about."""
    text = message.text.strip(" .,!~")
    if _NO.search(text):
        return "no"
    if re.search(
        r"동의(?:해|합|하|함|요|$|할게|는 ?(?:해|하))|적어 ?(?:두|도|주)|저장해도|^(?:네|예|넵|응)(?:네|예|[ ,.요!]|$)|그렇게 ?(?:해|하)|괜찮(?:아|습)|좋(?:아요|습니다)",
        text,
    ):
        return "yes"
    return None


def read_contact(message: Message, raw: str) -> Optional[str]:
    """The contact given: a token when the gateway has masked it, otherwise its normal form."""
    tokens = re.findall(r"⟦(?:전화|이?메일|아이디)[0-9]+⟧", unicodedata.normalize("NFC", raw))
    given = tokens or [
        normal_contact(identifier)
        for identifier in mask(raw).identifiers
        if identifier.kind in ("phone", "email", "messenger")
    ]
    if not given:
        return None
    # A number that is corrected at once ("아니 끝자리가 39예요") is the last one.
    return given[-1] if re.search(r"아니|정정|다시|잘못|틀렸", message.text) else given[0]
