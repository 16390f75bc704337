"""Who lives together (`household`) and whom the client looks after (`care_duty`)."""

import re
from typing import Optional

from bot.engine.facts import people
from bot.engine.facts.message import Message

_SP, _CH = people.SPOUSE, people.CHILD
_GONE = r"(?:먼저 (?:보내|가|떠|갔)|사별|이혼|죽|돌아가|떠나|집 ?나[가갔간]|없|헤어|별거|갈라)"
_SOLE_PARENT = re.compile(
    rf"한부모|싱글 ?(?:맘|대디)|미혼모|미혼부|모자 ?가정|부자 ?가정|(?:{_SP}|애 ?아빠|애 ?엄마)[은는이가도]? ?(?:먼저 )?{_GONE}[^.!?]{{0,30}}{_CH}"
    rf"|이혼[^.!?]{{0,24}}(?:{_CH})[^.!?]{{0,14}}(?:키우|키워|키운|데리고|맡|살)|(?:{_CH})[^.!?]{{0,12}}(?:저|나|내|제가|나만)? ?혼자(?:서)? ?(?:키|돌|벌어)|혼자(?:서)? ?(?:{_CH})[^.!?]{{0,10}}(?:키우|키워|키운|건사|데리)|혼자 키우|홀로 키우|홀로 (?:{_CH})|(?:{_CH})[^.!?]{{0,6}}나 혼자"
)
_SINGLE = re.compile(
    r"혼자(?:서)? ?(?:살|사는|삽|산|지내|자취|나와 ?살|있어요$|사오|사네|사요|사니|이오|요$)|(?:나|저|내) ?(?:혼자|홀로|홀몸)(?:예요|이에요|입니다|요|임|다|뿐|인데|지내| 지내| 살| 사)|독거|1인 ?가구|일인 ?가구|자취(?!방)|독신|홀몸|혼자 ?몸|홀로 ?(?:살|지내|사|거주)|혼자만 살|식구[는가]? ?(?:나|저) ?(?:하나|혼자)|사람은 (?:저|나) 하나|고시원에 ?(?:혼자|홀로|살)|원룸(?:에서|에) (?:혼자|살)|나 홀로|기숙사에서 살"
)
_WITH_PARENTS = re.compile(
    r"(?:부모님?|엄마|아빠|어머니|아버지|어무이|엄니|아부지|엄빠|어머님|아버님|친정|본가|노모|노부모|홀어머니|모친|부친|외할머니)[가-힣, ]{0,10}?(?:하고|랑|이랑|와|과|함께|모시고|네|집에|댁에)[^.!?]{0,12}?(?:살(?!아 ?계)|사는|산다|지내|얹혀|있어요|얹|삽|같이|한집|둘이|셋이|요$)|(?:본가|부모님 ?집|부모님 ?댁|친정집|친정|캥거루)[에서]{0,2} ?(?:살|얹혀|들어와|있|지내|신세)|같이 ?사는 ?(?:엄마|아빠|부모|어머니|아버지)"
)
_WITH_CHILDREN = re.compile(
    rf"(?:{_SP})[^.!?]{{0,14}}(?:하고|랑|이랑|와|과|,|도|에|이|가)[^.!?]{{0,24}}(?:{_CH})|(?:{_CH})[가-힣0-9 ,]{{0,12}}(?:하고|랑|이랑|와|과|,) ?(?:{_SP})"
)
_COUPLE = re.compile(
    rf"(?:{_SP})[가-힣]{{0,2}} ?(?:단 )?(?:둘이|둘만|둘 ?살|단둘)|부부(?:만|끼리|둘| 둘|인데요|요$)(?! ?(?:가|상담|싸))|둘이(?:서)? (?:살|사는|삽)|두 ?식구|내외(?:만|가|간)|(?:{_SP})(?:하고|랑|이랑|와|과)(?:만)? ?(?:살|사는|삽|같이|요$|지내|둘)|신혼|2인 ?가구|동거"
)
_NO_CHILD = re.compile(
    rf"(?:{_CH})[는은도]? ?(?:없|아직|다 ?(?:나가|커서|출가|컸|독립|시집|결혼))|출가|독립했|다 커서 나"
)


def read_household(message: Message) -> Optional[str]:
    """One of single, couple, with_children, single_parent, with_parents."""
    text, asked = message.text, message.asked("household")
    text = re.sub(
        rf"(?:{_SP}|부모님?|엄마|아빠|{_CH})[가-힣]{{0,2}} (?:둘이 ?)?산다고 (?:적|하였|했|돼|되|써)[^,.]*?(?:는데|지만|,|$)",
        "",
        text,
    )
    text = re.sub(r"(?:원래|전에|예전에|작년까지|그동안|지금까지)[^,.]{0,24}(?:살았|살다가|지냈|있었)[^,. ]*", "", text)
    if _SOLE_PARENT.search(text) and not re.search(
        r"한부모[^.]{0,8}아니|남편[이은]? ?(?:바빠|출장|해외|지방|늦)", text
    ):
        return "single_parent"
    own = asked or not people.written_for_another(text) or re.search(r"혼자 살|혼자 사|독거|홀로", text)
    wish = re.search(r"혼자 살(?:고 싶|면|려고|아야|게|아 ?볼)|자취(?:할|하려|하고 싶)|독립하고", text)
    if own and not wish and (_SINGLE.search(text) or _left_alone(text)):
        return "single"
    if not asked and _lost_spouse(text) and _young_child(text) and not re.search(r"부부 ?사이는", text):
        return "single_parent"
    if re.search(
        rf"(?:{_CH})[가-힣]{{0,2}} ?(?:(?:저|나),? ?(?:남자 |여자 )?)?(?:단 ?)?둘이(?:서)? ?(?:사는|살|삽|지내)", text
    ) and (_APART.search(text) or not re.search(_SP, text)):
        return "single_parent"
    children = (bool(_WITH_CHILDREN.search(text)) or _couple_with_child(text, asked)) and not _NO_CHILD.search(text)
    if children:
        return "with_children"
    if _WITH_PARENTS.search(text) and not (
        not asked
        and re.search(rf"{_SP}|시댁|간병|치매|수발", text)
        and not re.search(r"모시고 ?(?:살|사는|삽|지내)|같이 ?(?:살|사는|삽)|함께 ?(?:살|사는|삽)|얹혀", text)
    ):
        return "with_parents"
    if not asked and _SHUT_IN.search(text) and not re.search(_SP, text):
        return "with_parents"
    if (
        message.asks in (None, "needs", "goal", "care_duty")
        and _PAIR.search(text)
        and not _APART.search(text)
        and not _young_child(text)
    ):
        return "couple"
    if _COUPLE.search(text) and (
        re.search(_SP, text) or not re.search(rf"(?:{_CH})|엄마|어머니|엄니|아버지|친구|동생|언니|누나|형", text)
    ):
        return "couple"
    return _short_answer(message, text) if asked else None


_ALONE = re.compile(
    r"혼자(?:서|만|라|라서)? ?(?:남|있(?!기|으면|을 ?때|는 ?(?:시간|게|걸))|앉|벽|밥을? ?먹|이오|라 )|홀로 ?(?:남|있)|늙은이 혼자|혼자 ?늙은"
)
# One's own spouse is told of as being at home now.
_PAIR = re.compile(
    r"(?:우리|저희) ?(?:내외|부부)|내외(?:가|는|간| 나이)|(?<!신혼)부부(?:인디|인데|입니다|예요|이고|라|가 ?같이)|(?:마누라|영감|할멈|안사람|바깥양반)(?:이|가|은|는|도)?[^.!?]{0,16}(?:누웠|누워|몸져|치매|중풍|암|병원|수술|투석|파킨슨|반대|결사|성화)|한집 ?사는 ?둘"
)
# A grown child who stays in the room while the parents are about.
_SHUT_IN = re.compile(
    r"(?:방문|방에서|방 ?안|방에만|방구석)[^.!?]{0,50}(?<![가-힣])(?:엄마|아빠|부모님?|아버지|어머니)(?!가 ?되)|(?<![가-힣])(?:엄마|아빠|부모님?|아버지|어머니)[^.!?]{0,50}(?:방문|방에서|방에만|한집|밥상|얹혀)"
)


def _left_alone(text: str) -> bool:
    """Whether the client, and not a child or a parent, is told to be alone."""
    return any(
        not re.search(
            rf"(?:{_CH}|{people.OTHERS})[가-힣]{{0,3}} ?[^.!?,]{{0,10}}$",
            text[max(0, match.start() - 20) : match.start()],
        )
        and not _young_child(text)
        for match in _ALONE.finditer(text)
    )


def _lost_spouse(text: str) -> bool:
    return bool(
        re.search(
            rf"(?:{_SP}|아이 ?아빠|애기 ?아빠|[가-힣]{{2,3}} ?아빠)(?:은|는|이|가|을|를|도|와|과|하고)?(?: [가-힣]{{1,5}}){{0,3}} ?(?:죽|없(?!는 ?동안)|떠나|떠났|도망|갈라|헤어|보내|보낸|사별|연락이? ?끊|집을? ?나가|먼저 ?갔)|과부|홀아비|이혼(?:하|했|을 ?했|은 ?다|한|소송이? ?끝)|갈라섰|갈라선",
            text,
        )
    ) and not re.search(r"이혼하(?:자|재|면)|이혼 ?(?:얘기|서류|위기)|갈라서자|갈라선다", text)


def _young_child(text: str) -> bool:
    """Whether a child at home is told of: its age, its class, or what is done for small ones."""
    return bool(
        re.search(
            rf"(?:{_CH})[가-힣]{{0,2}} ?(?:[가-힣]{{1,3}} ?)?(?:[0-9]{{1,2}}|한|두|세|네|다섯|여섯|일곱|여덟|아홉|열[가-힣]{{0,2}}) ?(?:살|개월|돌)|(?:[0-9]{{1,2}}|한|두|세|네|다섯|여섯|일곱|여덟|아홉) ?(?:살|개월)(?:짜리|배기|된|난|박이)? ?(?:{_CH})|[1-6] ?학년|초등|어린이집|유치원|돌봄교실|하원|등원|분유|기저귀|돌쟁이|살배기|(?:{_CH}) ?(?:하나|둘|셋)(?:을|이|랑|하고)? ?(?:데리고|키우|혼자)|(?:두|세) ?(?:아이|애)(?:를|랑|와|하고| )",
            text,
        )
    ) and not _grown(text)


_APART = re.compile(
    r"이혼|헤어|별거|사별|남편을 ?보내고|아내를 ?보내고|죽고|죽었|먼저 ?(?:가|보내)|집을? ?나가|전남편|전 ?남편|가출|돌아가|갈라"
)


def _couple_with_child(text: str, asked: bool) -> bool:
    """Whether a husband or wife and a child are both spoken of, and nothing says that the couple lives apart."""
    rest = re.sub(_SP, " ", text)
    return (
        rest != text
        and bool(re.search(rf"(?:{_CH})", rest))
        and not (_APART.search(text) or _lost_spouse(text))
        and not _grown(text)
        and "손주" not in text
        and (asked or _young_child(text))
    )


def _short_answer(message: Message, text: str) -> Optional[str]:
    bare = message.bare
    if re.search(
        r"^(?:혼자|나 혼자|저 혼자|홀로|1인|저만|나만|없|아무도)|혼자$|혼자(?:예요|요|임|이지|입)", bare
    ) or re.search(r"혼자[예요임입에]", text):
        return "single"
    if re.search(r"(?:저|나)(?:뿐| 하나| 혼자|만)", text) and not re.search(r"친구|형제|룸메", text):
        return "single"
    spouse, child = re.search(_SP, text), re.search(_CH, text)
    parents = re.search(
        r"부모|엄마|아빠|어머니|아버지|어무이|아부지|엄니|모친|할머니|할매|친정|본가|시댁|장모|시어머니", text
    )
    if child and (spouse or re.search(r"네 식구|넷이|셋이|세 식구|가족 전부", text)) and not _NO_CHILD.search(text):
        return "with_children"
    if child and not _NO_CHILD.search(text) and re.search(r"둘이|단둘|나랑|저랑|만 살|하고만|둘", text):
        return "single_parent"
    if spouse:
        return "couple"
    if parents:
        return "with_parents"
    return "couple" if re.search(r"^(?:부부|둘이|내외)", bare) else None


_ELDER_WORD = r"(?:시?어머니|시?어머님|시?아버지|시?아버님|친정 ?엄마|엄마|아빠|어무이|아부지|노모|모친|부친|부모님?|장모님?|장인|할머니|할아버지|할매|할배|시부모|노부모|어르신)"
_ELDER = re.compile(
    rf"{_ELDER_WORD}[^.!?]{{0,26}}(?:치매|중풍|거동|투석|모시|모셔|간병|수발|병구완|돌보|돌봐|요양|편찮|누워|챙겨|대소변|뇌졸중|파킨슨|기저귀|봐야|봐 드려|보살|중환자|곁을|밥 ?떠|보느라|돌아눕)|(?:편찮으신|아프신|누워 ?계신|치매(?:인|이신)?) ?{_ELDER_WORD}|치매 ?(?:할머니|어머니|아버지|엄마)|(?:모시고|간병|수발|병구완)[^.!?]{{0,12}}{_ELDER_WORD}"
)
_PATIENT = re.compile(
    rf"(?:{_SP}|(?<![가-힣])(?:남동생|여동생|동생|형|성|언니|누나|오빠|아들|딸|아이|애|자식|올케))[^.!?]{{0,28}}(?:뇌출혈|뇌졸중|중풍|투석|자폐|발달 ?장애|지적 ?장애(?!인데)|뇌병변|희귀|항암|말기|휠체어|조현|쓰러|거동|루게릭|다운증후군|많이 ?아|간병|병간호|병수발|산소|와상|누워 ?(?:있|계)|식물|파킨슨|루게릭|치매|사지마비|활동 ?지원|재활 ?치료)|자폐[^.!?]{{0,6}}(?:동생|아들|딸|아이|애)|(?:아픈|장애 ?(?:있는|가진)) (?:{people.PERSON})|환자[를 ]{{0,2}}(?:돌|봐|간)"
)
_CHILD = re.compile(
    rf"(?:{_CH})[^.!?]{{0,16}}(?:키우|키워|키운|키웁|봐요|봐야|봐 ?줄|보면서|보느라|맡길|맡기|맏길|돌보|돌봐|건사|하원|등원|데리러|픽업|어린이집|유치원|젖|업고|재우|재워|데리고|데려|씻기|먹이|먹여|학교 ?(?:보|끝|가)|굶|낳)|(?:애|아이|애기|아기)(?:들)?(?:도 ?있고|이랑|랑 ?(?:갈|살|둘|지)|들이랑)|아빠 ?됐|한 ?살짜리|언내|얼라|(?:어린이집|유치원|등하원|하원|등원|아이돌봄|돌봄교실|육아(?! ?휴직)|시간제 ?보육)|독박|갓난|신생아|(?:{_CH}) (?:하나|둘|셋|넷|[1-5]명)|(?:[0-9]{{1,2}}|두|세|네|다섯|여섯|일곱|여덟|아홉) ?살 ?(?:짜리|배기|된|먹은)? ?(?:{_CH})|아이들? 엄마"
)
_NO_CARE = re.compile(
    rf"돌(?:볼|보는|봐야 할|봐 줄) ?(?:사람|가족|식구|이|데)[은도이가]? ?(?:따로 |지금은 |이제 |아무도 )?없|돌봄[은도]? ?(?:부담|책임)?[은도]? ?없|나 ?(?:하나|한 몸|혼자)만? ?(?:건사|챙기|잘)|내 한 몸|내 몸 하나|부양 ?가족[은도이]? ?없|(?:{_CH})들?은? 다 (?:커서|컸|키웠)"
)


def read_care_duty(message: Message) -> Optional[str]:
    """One of none, child, elder, patient, multiple."""
    text, asked = message.text, message.asked("care_duty")
    if _NO_CARE.search(text):
        return "none"
    kinds = set()
    if _CHILD.search(text) and not _hired(text) and not _grown(text):
        kinds.add("child")
    if _ELDER.search(text):
        kinds.add("elder")
    if _PATIENT.search(text):
        kinds.add("patient")
        if re.search(
            r"(?:자폐|발달|지적|희귀)[^.!?]{0,10}(?:아들|딸|아이|애)|(?:아들|딸|아이|애)[^.!?]{0,10}(?:자폐|발달|지적|희귀)",
            text,
        ):
            kinds.discard("child")
    if asked and not kinds:
        return _short_care(message, text)
    if len(kinds) > 1:
        return "multiple"
    return kinds.pop() if kinds else None


def _short_care(message: Message, text: str) -> Optional[str]:
    bare = message.bare
    if re.search(r"둘 ?이상|둘 ?다|여럿|다 ?봐", bare):
        return "multiple"
    child = re.search(_CH + r"|육아|손주|아기", text)
    elder = re.search(_ELDER_WORD + r"|노인|치매", text)
    patient = re.search(rf"{_SP}|동생|환자|아픈|장애", text)
    denial = re.search(
        r"^(?:없|아니|아뇨|ㄴㄴ|노|안 |전혀|그런 (?:거|사람) 없|해당)|없(?:어|습|음|다|네|소|지|는데|구|고)", text
    )
    if denial and not re.search(r"없으면|없이", text):
        return "none"
    found = [name for name, hit in (("child", child), ("elder", elder), ("patient", patient)) if hit]
    if found == ["child"] and re.search(r"아파서|아픈|장애|자폐|희귀|병이", text):
        return "patient"
    return "multiple" if len(found) > 1 else found[0] if found else None


def _hired(text: str) -> bool:
    """Child words that belong to the client's trade, not to the client's home."""
    return bool(
        re.search(
            r"(?:보육|유치원|어린이집|돌봄)(?:에서)? ?(?:교사|선생|조리|차량|원장|에서 일|일을|취업|취직|알바)|(?:교사|선생님|원장)(?:입니다|이에요|예요|인데)|베이비시터 (?:일|하고)|아이돌보미 (?:일|하고|되)",
            text,
        )
    )


def _grown(text: str) -> bool:
    return bool(
        re.search(rf"(?:{_CH})[가-힣]{{0,2}} ?(?:다 (?:커|컸|키)|출가|시집|장가|대학|군대|취직)", text)
    ) and not re.search(r"어린이집|유치원|하원|등원|살", text)
