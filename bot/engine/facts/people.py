"""Who a piece of a message is about: the client, a child, or somebody else."""

import re
from typing import Optional

CHILD = (
    r"(?<![가-힣])(?:큰애|작은애|큰아이|작은아이|큰놈|작은놈|큰아들|작은아들|큰딸|작은딸|첫째|둘째|셋째|넷째|막내|막둥이|늦둥이|쌍둥이|아들내미|딸내미|딸애|아들놈|아들|딸아이|딸|"
    r"아이들|아이|애기들|애기|아기|애들|애|얼라들?|자식|자녀|꼬맹이|아가)"
)
SPOUSE = r"(?<![가-힣])(?:남편|신랑|애 ?아빠|애들 ?아빠|애기 ?아빠|바깥양반|아내|와이프|집사람|마누라|각시|애 ?엄마|애들 ?엄마|안사람|배우자|영감|할멈|주인양반)"
OTHERS = (
    r"(?<![가-힣])(?:시어머니|시아버지|시어머님|시아버님|친정 ?엄마|친정 ?어머니|친정 ?아버지|어머니|어머님|어무이|어매|엄마|모친|아버지|아버님|아부지|아빠|부친|부모님?|장모님?|장인|"
    r"할머니|할아버지|할매|할배|할망|하르방|손주|손자|손녀|조카|남동생|여동생|동생|형님|형|누나|누님|언니|오빠|올케|며느리|사위|시누이?|시동생|처제|처남|이모|고모|삼촌|"
    r"친구|사장님?|팀장님?|반장|과장님?|원장님?|상사|선배|후배|동료|점장|매니저|의사|집주인|주인|아저씨|아줌마|면접관|사수|부장님?|룸메|강사|직원)"
)
KIN = r"(?<![가-힣])(?:친정 ?|시|외)?(?:어머니|어머님|엄마|아버지|아버님|아빠|부모님|할머니|할아버지|장모님?|장인|손주|손자|손녀|조카|동생|남동생|여동생|형|누나|언니|오빠|이모|고모|삼촌|며느리|사위|올케)"
PERSON = rf"(?:{SPOUSE}|{OTHERS}|{CHILD})"
SHOP = r"[가-힣]{1,4}(?:집|방앗간|세탁소|철물점|문구점|편의점|정육점|만화방|목욕탕|노점|포차|점방|푸드트럭|농장|축사|하우스|어장|양식장|문구|상회|샵|숍|마트|스튜디오|사진관|헬스장|당구장|학원|노래방|호프)"
WORK_PEOPLE = re.compile(
    r"사장님?|팀장님?|반장|과장님?|원장님?|상사|선배|후배|동료|점장|매니저|사수|부장님?|강사|직원|주인|아저씨|아줌마|면접관|의사|집주인"
)
_SELF = re.compile(
    r"(?:^|[ ,.])(?:저는|제가|저도|전 |저 |나는|내가|나도|난 |나 |내는|지는|지가|내사|저희|저로서는|본인은)"
)
_PERSON_BEFORE = re.compile(
    rf"(?<![가-힣]){PERSON}(?:도|은|는|이|가|의|께서|님|네|이는|이가)?(?:도|은|는|이|가)? ?(?:나이가|나이는|지금|올해|이제|벌써|만|한국 ?나이로?)? ?$"
)
_PERSON_AFTER = re.compile(
    rf" ?(?:세|살)?(?:짜리|배기|박이|백이|먹은|되는|된|난|의|인)? ?(?:우리 |제 |내 )?(?:의붓|외|큰|작은|늦|노총각 |어린 |다 큰 )?(?P<person>{PERSON})"
)
_WORN = r"(?:싶어 ?(?:해|하|허)|싶대|싶답|싶다고|싶으시|원하(?:시|세|신)|달래요|달라(?:고|네|세|셔|십)|해 ?달라|하신다|하신대|하시겠|모르시|모르겠(?:다|대)|해 ?보시|(?:알아봐|물어봐|찾아봐) ?달)"
# Signs that the message asks for another: it says so, or what is wished is that person's wish.
_HELPING = re.compile(
    rf"대신 (?:여쭤|여쭙|물어|물어봅|문의|써|씁|적)|대신써|저 말고 {PERSON}|(?:제|내) (?:일이|얘기가|이야기가) 아니|{PERSON}(?:네)? ?(?:일|얘기|이야기|문제)(?:예요|이에요|입니다|인데|로 |를 |을 |임)"
    rf"|{PERSON}(?:이|가|은|는|께서|도|님이|님은)? ?[^.!?]{{0,60}}{_WORN}|(?:찾아|알아봐|보내|모셔다|도와|가르쳐|배우게|소개해|시켜|챙겨)(?: ?드리고|드릴|드렸으면|주고) ?(?:싶|수 있|데|곳|곳이)|모시고 (?:가|갈|상담|와|올)"
    r"|(?:남성|여성|회원|수형자|내담자|대상자|이용자|구직자|수급자|참여자|출소자|대상자는)(?:입니다|으로|은|는|이며|이고|이|가|를|의|\()|복지사|상담사(?:입|예|이)|담당자입니다|담임|의뢰"
    rf"|^(?:우리|제|저희|울|내)? ?(?:집 ?)?(?:{SPOUSE}|{CHILD}|{KIN})(?:이|가|은|는|께서|님이)? ?(?:만 ?)?(?:올해 ?)?[0-9가-힣]{{1,5}} ?(?:세|살|인데|이신데|이고|이세요|이십니다)"
)


def speaks_of_self(text: str) -> bool:
    """Whether the client names themselves as the one who does or is something."""
    return bool(_SELF.search(text))


def person_before(text: str, start: int) -> bool:
    """Whether a person other than the client stands just before `start` ("남편이 45살")."""
    return bool(_PERSON_BEFORE.search(text[max(0, start - 24) : start]))


def person_after(text: str, end: int) -> Optional[str]:
    """The person an age ending at `end` describes ("스물여섯 아들"), unless the client is that person ("19살 애아빠인데")."""
    match = _PERSON_AFTER.match(text, end)
    if match and re.match(
        r" ?(?:입니|이에|예요|에요|이여|여유|인데|인디|이고|임|이라|라예|라요|이오|이요|이우|우다)", text[match.end() :]
    ):
        return None
    return match["person"] if match else None


def is_child_word(word: str) -> bool:
    """Whether the word names a child of the client."""
    return bool(re.fullmatch(CHILD, word))


def written_for_another(text: str) -> bool:
    """Whether the client writes on behalf of another person, as far as the words show."""
    return bool(_HELPING.search(text))
