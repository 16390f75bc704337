"""Confidence from 0 to 10: "3점 정도예요", "반반 5점", "5… 아니요, 6으로" -> 3, 5, 6.  Words alone give none."""

import re
from typing import Optional

from bot.engine.facts.message import Message, denied
from bot.engine.facts.numbers import NATIVE, parse_int

_SINO_ONE = "[영공빵일이삼사오육칠팔구십]"
_POINT = re.compile(
    rf"(?<![0-9가-힣.])(?P<n>10|[0-9](?![0-9])|{_SINO_ONE}|{NATIVE}|제로|빵|시|너|스) ?점(?!수|심|포|원|장|주)(?P<max> ?(?:만점|중에))?"
)
_NUMBER = re.compile(
    rf"(?<![0-9가-힣.])(?P<n>10|[0-9](?![0-9])|{NATIVE}|제로|빵|영)(?P<tail>이라|라고|으로|로|이요|요|이에|예|입|임|이|은|정도|쯤|만| 개|ㅋ|[ ,.…!~]|$)"
)
_WORDS = {"시": 3, "너": 4, "스": 3, "제로": 0, "빵": 0, "영": 0, "공": 0, "십": 10}


def read_confidence(message: Message) -> Optional[int]:
    """A whole number from 0 to 10; anything out of range or only described is None."""
    text, asked = message.text, message.asked("confidence")
    if not asked and not re.search(r"자신감|자신이? ?(?:있|없)", text):
        return None
    if asked and re.fullmatch(r"(?:딱 |한 )?반반(?:쯤|정도)?", message.bare):
        return 5
    text = re.sub(r"(?<![가-힣])한 (?=[0-9])", "", text)
    # What it was before does not count where "지금은" follows.
    text = re.sub(r"^.*(?=(?:지금은|이제는|요즘은|요새는) ?(?:딱 ?|한 ?)?[0-9가-힣])", "", text) if asked else text
    if asked:
        # The top of the scale is no answer ("열 점 만점에 여덟").
        text = re.sub(r"(?:10|열|십) ?점 ?만점(?:에|에서|중에|이라면|으로 치면)?", " ", text)
    said = [
        (match.start(), _value(match["n"]))
        for match in _POINT.finditer(text)
        if not match["max"] and not denied(text, match.end())
    ]
    if not said and asked:
        if re.search(r"(?<![0-9])(?:1[1-9]|[2-9][0-9]|[0-9]{3,})(?![0-9])", text) or re.search(r"[0-9]\.[0-9]", text):
            return None
        said = [
            (match.start(), _value(match["n"]))
            for match in _NUMBER.finditer(text)
            if not denied(text, match.end("n"))
            and not re.match(r" ?(?:년|개월|달|번|명|시|월|일(?!$)|살|세|군데)", text[match.end("n") :])
        ]
        if not said and re.fullmatch(_SINO_ONE, message.bare):
            said = [(0, _value(message.bare))]
        said = [item for item in said if item[1] is not None]
        if len({value for _, value in said}) > 1 and not re.search(r"아니|말고|다시", text):
            said = (
                [item for item in said if item[1] == said[-1][1]]
                if re.search(r"반은|반반", text)
                else said[:1]
                if "중" in text
                else []
            )
    values = [value for _, value in said if value is not None]
    if not values:
        return None
    if len(set(values)) > 1 and not re.search(r"아니|말고|다시|정정|지금은|이제", text):
        return None
    return values[-1] if 0 <= values[-1] <= 10 else None


def _value(written: str) -> Optional[int]:
    return _WORDS[written] if written in _WORDS else parse_int(written)
