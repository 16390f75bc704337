"""Groups a client says they belong to (`target_groups`); groups that only follow from age are not added."""

import re
from typing import Optional

from bot.engine.facts import people
from bot.engine.facts.household import read_household
from bot.engine.facts.message import Message, denied
from bot.engine.facts.spoken import parts

_COUNTRY = r"(?:베트남|필리핀|캄보디아|네팔|미얀마|태국|몽골|우즈베키스탄|우즈베크?|카자흐스탄|키르기스스탄?|방글라데시|파키스탄|인도네시아|스리랑카|인도|라오스|러시아|나이지리아|이집트|시리아|예멘|에티오피아|수단|가나|콩고|아프가니스탄|동티모르|페루|모로코|이란|케냐|카메룬|투르크메니스탄|타지키스탄|벨라루스|가나|리비아|우크라이나|연변|하얼빈|흑룡강|길림|중국 ?동포|사할린|몽고|타이)"
_GROUPS: tuple[tuple[str, str], ...] = (
    (
        "north_korean_defector",
        r"탈북|새터민|북한 ?이탈|북향민|하나원|하나센터|하나재단|이북(?!5도|도민)|북에서(?:는|도)? |북한(?:에서|서)|넘어왔슴다|북쪽(?:에서 ?(?:온|왔)| ?(?:말씨|말투|사람|사투리))|(?:함경도|함흥|청진|회령|혜산|무산|량강도|양강도|평양|신의주|온성|자강도|평안도|남포)[가-힣 ]{0,6}(?:에서 ?(?:온|왔|나|살다)|서 ?(?:온|왔|나)|출신|말씨|사람|말투)|남쪽에 ?(?:온|와|내려)|남조선|조선에서 ?(?:온|왔|나온)|여기 ?남쪽|(?:원산|평성|사리원|무산|혜산|회령|남포|함흥|청진|온성|해주|경성)(?:에서|서|광산| 앞바다| 바다)|장마당|꽃제비|남에 ?(?:와서|와|온)|남쪽 ?말|이남의|안해(?:가|는|와|를)|국경 ?(?:을 )?넘|강(?:을)? ?(?:두 번 )?건[너넌]|북쪽 ?(?:고향|기업소)|북에 ?(?:두고|있는|계신|남)|압록강|두만강",
    ),
    (
        "migrant",
        rf"이주(?:민|여성|노동자|배경)|결혼 ?이민|다문화|외국인(?! ?(?:손님|관광객|고객|직원|노동자를|등록|친구|바이어|근로자(?:를|들|가 많)|이 ?많))|(?<![A-Za-z])[EFHG]-?(?:1|2|3|4|5|6|7|9|10)(?![0-9급학반])|(?<![A-Za-z])D-?(?:2|4|8|10)(?![0-9])(?= ?(?:비자|체류|로|에서|이고|인데|자격|끝|학생))|재외 ?동포|고려인|조선족|중국 ?동포|화교|중도 ?입국|난민|비자|체류 ?(?:자격|기간|연장)|귀화|{_COUNTRY} ?(?:에서 ?(?:온|왔|시집|와서|나고|살다)|사람|출신|여자|남자|엄마|아내|며느리|언니|댁|서 ?(?:온|왔|시집)|국적|말 ?통역|[,.]|[0-9]+ ?년|새댁|며느리|아가씨|학생|브로커|에서 ?[가-힣 ]{0, 10}(?:왔|데려|있었|다니고)|인(?:입니다|이에요|데|이고|예요|인)|(?:입니다|이에요|예요|임))|{_COUNTRY}에서 (?!여행|출장|놀|살다 ?온|돌아)|{_COUNTRY} ?(?:말|어)로|(?:연길|훈춘|칭다오|하노이|호치민|다카|마닐라|울란바토르|사할린|일본|말레이시아|조지아|중앙아시아)(?:에서|서) ?(?:[가-힣0-9]{{1,5}} ){{0,2}}(?:왔|온 |시집|오신|결혼)|영주권|국적(?:도|을|이|은)? ?(?:아직 ?)?(?:나왔|받고|받았|취득|없어|안 나)|외국인 ?등록증|시집온 ?지|(?:나|저) 한국 ?사람 ?아니|한국말 ?(?:짧|늘|틀리|조금)|외국에서 ?시집|본국|불법 ?체류|미등록 ?(?:체류|외국)|고용허가|우리나라 ?말 ?말고|한국 ?(?:말|어)[가도를은는]? ?(?:아직 ?|잘 ?|조금 ?|하나도 ?|다 ?)?(?:몰라|모르|못|어려|서툴|배우|조금)|한국에 ?(?:온|와|시집)|한국 ?남편|한국 ?(?:온|생활) ?(?:지|[0-9])|나라 ?(?:말|사람) ?통역|지금 ?번역기|한국 ?(?:엄마|와이프|사람들?(?:이|은|한테))|(?:중국|연길|연변)(?:에서|서) ?[가-힣0-9 ]{0, 8}(?:왔|온 |데려)",
    ),
    ("single_parent", r"한부모|싱글 ?(?:맘|대디)|미혼모|미혼부|모자 ?가정|부자 ?가정"),
    (
        "disability",
        r"장애(?:인|[가도는]? ?있(?!는지|나|냐)|를 ?가|[0-9]급|등급|등록(?:증|했|돼|되어|된|을 ?했)|판정|연금|[ ]?(?:[1-6]급|경증|중증))|장애인|(?:시각|청각|지체|난청|뇌병변|신장|지적|발달|정신|자폐성|언어|안면|호흡기|심장|간|장루|뇌전증) ?장[애에]|장애 ?(?:인 ?)?등록(?:을|도|은|이)? ?(?:하|했|해|돼|되|마치|마쳤|완|있|나왔)|장애 ?등급|심하지 ?않은 ?걸로 ?등록|전맹|의족|인공 ?와우|휠체어(?:를|로)? ?(?:타는데|타는 ?대|타요|타구|탑니|탄 ?지|씁|쓰는 ?사람|다녀|출근한|[0-9]+년)|하반신[이을] ?(?:안|못)|소아마비|근육 ?장애|(?:경증|중증) ?장애|(?:청각|시각|지체|뇌병변) ?[1-6]급|척수 ?손상|(?<![가-힣])농인|저시력|(?:심한|심하지 ?않은) ?장애|뇌병변|자폐(?:성)?",
    ),
    (
        "ex_offender",
        r"출소|교도소|구치소|수형자|수감|복역|전과|법무 ?보호|보호 ?관찰|갱생|징역|형기|가석방|빵에서|소년원|만기 ?출소",
    ),
    (
        "veteran",
        r"국가 ?유공자|보훈|제대 ?(?:군인|하고|했|한|후|말년|예정)|전역(?!.{0,3}(?:에서|에))|상이 ?군인|유공자|의병 ?제대|직업 ?군인|부사관|파병|군 ?복무",
    ),
    (
        "isolated_youth",
        r"은둔|고립(?:된|청년|돼|되어)|히키|방문을? ?(?:걸어|잠그|닫)|방(?:에만| 안에만|에서만| 안에서만) ?(?:[가-힣]{1,3} )?(?:있었|있심|지냈|지낸|박혀|틀어박)|방(?:에서|구석에서|에만|문을)? ?(?:만 ?)?(?:통 |절대 |아예 |몇 ?(?:년|달)[째을]? ?)?(?:안 ?나[오와가온]|틀어박|박혀|나오지 ?(?:않|를)|밖으로 ?안)",
    ),
    (
        "career_break_woman",
        r"경력 ?단절|경단녀?|경력 ?보유 ?여성|경력이? ?(?:끊|단절)|(?:낳|출산)[^.!?]{0,22}(?:그만뒀|그만두|쉬었|쉬다|쉰 |놀았|집에)",
    ),
)
_BY_AGE: tuple[tuple[str, str], ...] = (
    ("youth", r"청년"),
    ("middle_aged", r"중장년|신중년"),
    ("senior", r"고령자|노인|어르신|시니어"),
)
_NONE = re.compile(
    r"^(?:없|아니|아뇨|ㄴㄴ|노|해당 ?(?:사항 ?)?(?:없|안)|그런 ?거 ?없|다 ?아니|전혀|하나도|아무 ?것?도)|해당[가-힣]{0,4} ?(?:게|것이?|거|건|사항이?)? ?(?:없|안)|아니(?:에요|예요|야|요|고|다|$)|하나도 ?(?:없|안|아니)|맞는 ?(?:기|게|건|것)[은이]? ?(?:하나도 |전혀 )?없"
)
# Words of a group that name somebody else, a helper's trade or a place to go.
_NOT_OWN = re.compile(
    r"(?:손님|고객|환자|이용자|어르신|돌보는|담당|채용|고용|시설에서 ?일|활동 ?지원사|교사|강사|취업박람회|의무 ?고용|복지관에서 ?일)"
)


def read_target_groups(message: Message) -> Optional[list[str]]:
    """The groups named, in the order of the profile; an empty list when all are denied; None when unsaid."""
    text, asked = message.text, message.asked("target_groups")
    if message.asks and not asked:
        # In the middle of a talk "한국말이 어려워요" asks for plainer words; it names no group.
        text = re.sub(r"한국 ?(?:말|어)[^.!?]{0,12}(?:어려|몰라|모르|못)", " ", text)
    found = {group for group, pattern in _GROUPS if _said(pattern, text, asked)}
    if asked:
        found |= {
            group
            for group, pattern in _BY_AGE
            if _said(pattern, text, asked) and not (group == "youth" and "isolated_youth" in found)
        }
    if read_household(message) == "single_parent" and (
        asked or message.asks in (None, "needs", "household", "welfare_status")
    ):
        found.add("single_parent")
    if "north_korean_defector" in found and not re.search(r"비자|외국인|다문화", text):
        found.discard("migrant")
    if (
        message.asked("disability")
        and re.search(r"[1-6]급|경증|중증|심한|심하지|등록(?:돼|되어|했|된)", text)
        and not re.search(r"없|미등록|안 ?했", text)
    ):
        found.add("disability")
    if found:
        return sorted(found, key=_ORDER.index)
    return [] if asked and _NONE.search(message.bare or text) else None


_ORDER = [
    "youth",
    "middle_aged",
    "senior",
    "career_break_woman",
    "disability",
    "north_korean_defector",
    "migrant",
    "single_parent",
    "ex_offender",
    "veteran",
    "isolated_youth",
]


# Words of a carer: the illness told is that of the one cared for, not the client's.
_TENDED = re.compile(r"돌보|돌봐|봐 ?주|봐줄|맡고|맡길|곁|활동 ?지원|간병|제가 ?(?:다|봐)|붙어")


def _said(pattern: str, text: str, asked: bool) -> bool:
    for match in re.finditer(pattern, text):
        if denied(text, match.end()) or re.match(
            r"[가-힣]{0,3} ?(?:등록 ?(?:사실)?[이은을도]? ?)?(?:없|하지 ?않|못 ?했|아니|안 ?(?:했|받|햇)|활동 ?지원사|복지관|고용 ?공단|시설에서|직업 ?재활|의무 ?고용|실무|체육|주차|화장실)",
            text[match.end() :],
        ):
            continue
        part = next((part for part in reversed(parts(text)) if part.start <= match.start()), None)
        if not asked and part is not None and part.whose == "child" and not people.written_for_another(text):
            continue
        if re.match(
            r"(?: ?있는| ?가진)? ?(?:일자리|고용|채용|취업 ?박람회|주간 ?보호|인식|콜택시|청년들|손님|학생을|노동자를)",
            text[match.end() :],
        ):
            continue
        if (
            not people.written_for_another(text)
            and re.search(r"장애|뇌병변|자폐", match.group())
            and re.match(rf"(?:가|를)? ?(?:있는|가진) ?{people.PERSON}", text[match.end() :])
        ):
            continue
        family = re.search(rf"(?:{people.PERSON})[가-힣]{{0,3}} ?$", text[max(0, match.start() - 12) : match.start()])
        if "장애" in match.group() and (family or people.person_after(text, match.end())) and _TENDED.search(text):
            continue
        if not asked and _NOT_OWN.search(text[max(0, match.start() - 10) : match.start()]):
            continue
        return True
    return False
