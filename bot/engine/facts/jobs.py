"""Work that ended: when (`last_job_end`), why (`job_loss_reason`), and how long insured (`insured_months`)."""

import re
from typing import Optional

from bot.engine.facts.durations import dates, lengths, ranges
from bot.engine.facts.message import Message, denied
from bot.engine.facts.numbers import parse_int

_STILL = re.compile(
    r"아직 ?(?:다니|다녀|일하|재직|근무|하고|그만두지|안 그만|안 ?끝|다닙)|지금도 ?(?:다니|다녀|일하)|다니는 ?중|재직 ?중|현직|안 ?그만뒀|그만둔 (?:게|적) ?(?:아니|없)"
)
_NEVER = re.compile(
    r"(?:일|직장|회사|취직|취업|알바|근무)[가-힣]{0,3} ?(?:이라는 걸 |란 델 |같은 건 )?(?:전혀 |한 번도 |한번도 |아직 )?(?:해 ?본|다녀 ?본|다닌|한|해 본)? ?(?:적|경험)[이은도]? ?(?:전혀 |아예 |한 번도 )?없|다녀 ?본 적이? ?없|경력[이은도]? ?(?:전혀 |아예 )?없|무경력|일해 ?본 적|첫 ?(?:취업|직장|취준)(?:이라|준비|이에|예|임)|일 ?(?:한 ?번도|한번도) ?(?:안|못)|안 ?해 ?봤|그만둔 직장 자체"
)
# Words after which a length of time counts from the end of a job ("그만둔 지 3년"), or around it.
_ENDED = r"(?:그만두|그만둔|그만뒀|퇴사|퇴직|실직|해고|권고사직|(?:회사|직장|공장|일|가게|식당|조선소|은행|우체국|마트|여행사)[를을에서]{0,3} ?나온|나왔|쉰|쉬었|쉬고|쉬는|쉬게|놀았|놀고|노는|놀구|논 ?지|백수|잘린|잘렸|잘리|손 ?놓|손을 ?(?:놓|뗀)|놓은|접은|접고|배에서 ?내린|집에만 ?있|돌아가려|다시 ?(?:일|나가|회사)|일할라|폐업|문 ?닫|은퇴|공백|경력 ?단절|경단|단절|일을? ?안 ?(?:한|하)|일 ?끊|사직|사표|계약 ?(?:만료|종료|끝)|만료|마지막(?:으로)? ?(?:일|출근|근무|직장)|끝난|끝났|망해|망했|망하|문을 닫|구직 ?중|때려치|때려친|들앉은|책상을 떠난|정년으로 나온|병구완을 한|간병한|일을 놓고|회사 ?끝|육아만?|공백|전업 ?주부|전업으로|아이를? 키우|애 ?키우|애를 ?키우|애 ?키운다|일을? ?(?:멈|내려)|복귀)"
_SINCE = re.compile(
    rf"{_ENDED}[가-힣]{{0,4}}(?: 한| 하던)? ?(?:지|게|것이|거|건|게)?(?:가|는|도|이)? ?(?:벌써|이제|딱|꼭|한|거의|약|어언|만)? ?$"
)
_AFTER = re.compile(
    rf"^[가-힣]{{0,3}} ?(?:째|전에?|만에|차|동안|간|을|를|이나|넘게|정도|가까이)?(?:에|의|을|를)? ?(?:일을? ?|회사를? ?|직장을? ?|집에서 ?|그냥 ?|그 ?|경력 ?|다니던 ?[가-힣]{{1,6}} ?)?{_ENDED}"
)
_WORKED = re.compile(
    r"^[가-힣]{0,2} ?(?:동안|간|을|를|넘게|이나|가까이|내내)? ?(?:꼬박 ?|넘게 ?|동안 ?)?(?:다니|다닌|다녔|일하|일한|일했|근무|하다|했|몸담|운영|장사|버티|해 ?온|있다|있었|다닐|경력|계약|차에|차 |키운|꾸려|채우|벌|계약직|기간제|일해)"
)
_NOT_SINCE = re.compile(
    r"(?:연체|밀린|밀렸|이혼|진단|입원|치료|결혼|월급|임금|한국|이사|비자|출소|석|복역|수감|사귄|체불|못 받|하나원|교도소|구치소|보육원|시설|병원서?|쉼터|학교|(?<!수)술|담배|[가-힣]{2}서 나온 지|요양원|감옥|소년원|군대|입사|취업한|개업|창업|낳은|나이|구직|준비|시험|공부|월세)[가-힣 ]{0,8}$"
)


def read_last_job_end(message: Message) -> tuple[bool, Optional[int]]:
    """(whether it is said, months since the last job ended or None for never or still working)."""
    text, asked = message.text, message.asked("last_job_end")
    if asked:
        if _STILL.search(text) or _NEVER.search(text):
            return True, None
        months = _first_months(message)
        if months is None and re.search(r"오늘|어제|방금|막 |엊그제|며칠|이번 ?주|지난 ?주|저번 ?주", text):
            months = 0
        if (
            months is None
            and (number := parse_int(re.sub(r"(?:개월|달)$", "", message.bare).strip())) is not None
            and re.search(r"개월|달", text)
        ):
            months = number
        return (True, months) if months is not None else (False, None)
    if message.asked("job_loss_reason"):
        ago = [months for _, end, months in lengths(text) if re.match(r" ?전에?|[가-힣]* ?전에?", text[end - 2 :])]
        if len(ago) == 1:
            return True, int(ago[0] + 0.001)
    for clause in _spans(text):
        months = _months_since(clause, message)
        if months is not None:
            return True, months
    return False, None


def _first_months(message: Message) -> Optional[int]:
    """Asked directly, any length or past date that is not the length of the job itself."""
    text = message.text
    found: list[tuple[int, int, float]] = []
    for start, end, months in lengths(text):
        if not _WORKED.match(text[end:]) and not denied(text, end):
            found.append((start, end, months))
    for start, end, months in dates(text, message.today):
        if not denied(text, end) and not re.match(r"[가-힣 ]{0,3}(?:부터|에 ?(?:입사|시작|들어))", text[end:]):
            found.append((start, end, float(months)))
    if not found:
        return None
    # Of several, the one that is said to have passed ("… 일 년 반 됐네요").
    passed = [
        item
        for item in found
        if re.search(r"[됐되돼]$", text[item[0] : item[1]])
        or re.match(r"[가-힣]{0,2} ?(?:됐|되었|됩|지났|째)", text[item[1] :])
    ]
    if len(passed) == 1:
        return int(passed[0][2] + 0.001)
    return int(sorted(found)[-1][2] + 0.001) if re.search(r"아니", text) else int(sorted(found)[0][2] + 0.001)


def _spans(text: str) -> list[str]:
    return [part for part in re.split(r"[.!?\n;…]+", text) if part.strip()]


def _months_since(clause: str, message: Message) -> Optional[int]:
    for start, end, months in lengths(clause):
        before, after = clause[:start], clause[end:]
        if _NOT_SINCE.search(before) or _WORKED.match(after) or re.match(r" ?(?:뒤|후)(?:면|에|로)", after):
            continue
        if re.match(r"(?: ?만에)? ?(?:[가-힣]{2,8} ?)?문을? ?닫|[가-힣 ]{0,3}남[았은]", after):
            continue
        if _SINCE.search(before) or _AFTER.match(after):
            return int(months + 0.001)
    ago = _ago(clause, message)
    if ago is not None:
        return ago
    if not re.search(_ENDED, clause):
        return None
    for start, end, months in dates(clause, message.today):
        after = clause[end:]
        if re.search(r"내년 ?$", clause[:start]) or _NOT_WORK.search(clause):
            continue
        if re.match(
            r"[가-힣]{0,3} ?(?:말에|말로|초에|말|초|중순에?)? ?(?:까지|에|로|,|부로|자로|쯤|께)? ?(?:[가-힣]{1,8} ?){0,4}"
            + _ENDED_PAST,
            after,
        ):
            return int(months)
    return None


_ENDING = re.compile(
    r"(?:그만(?:두고(?! ?싶)|두었|두게|뒀|둔|둠|두어)|퇴사|퇴직|사직|사표|해고|권고 ?사직|잘(?:렸|린|리고)|계약[^.!?]{0,10}(?:끝|만료|종료|연장 ?안)|만료|종료|폐업|부도|문을? ?닫(?:으면서|는 ?바람|아서|았|고 ?나)|철수|(?:회사|은행|공방|직장|센터|병원|공장)[를을에서]{0,2} ?(?:[가-힣]{1,3} )?(?:나왔|나온|나와)|제 ?발로|내 ?발로|접었|접고|정년|은퇴|퇴임|전역|제대|내보냈|오지 ?말라|나오지 ?말라|안 ?나와|쉬어|정리됐|잃(?:었|고)|일을? ?(?:놓|손)|쫓겨났|집에 ?있)"
)
# What ended or was left is no job: a treatment, a rented room, a sentence.
_NOT_WORK = re.compile(
    r"(?:치료|수술|재활|항암|검사|(?<!계)약|비자|공사|훈련|과정|교육|실습)(?:가|이|은|는|도)? ?(?:[가-힣0-9]{1,5} ?){0,3}끝|(?:고시원|여인숙|쉼터|모텔|방|집|숙소|교도소|구치소|시설)(?:에서|을|를)? ?(?:[가-힣0-9]{1,4} )?(?:나왔|나온|쫓겨)|휴직|복귀한|하루도 안 쉬|무급으로|닫을라|공시|박사|조교"
)
_TO_COME = re.compile(r"(?:접으려|닫으려|그만두려|까지만|내년|다음|앞두|예정|하려|할까|신청|통보|폐업하면|나가라고)")
_IDLE = re.compile(
    r"^[가-힣]{0,2} ?(?:째|동안|간|을|를|이나|내내|가까이|남짓|넘게|꼬박|전업)?[ ,]?(?:[가-힣]{1,6} ){0,3}?(?:쉬었|쉬다|쉰 |쉬고|쉼|쉬어|쉬니|쉬는|비었|비는|멈췄|놓았|놓은|병시중|병수발|집에서만|집에만? ?있|집에서 ?(?:살림|쉬|애)|일을? ?(?:못 ?했|안 ?했|놓)|누웠|누워|비운|비어|공백|놀았|경력이 ?(?:끊|단절)|뒷바라지|병구완|간병|모셨|돌봤|살림만|활동을 ?중단|일을? ?안)|^ ?만에 ?(?:[가-힣]{1,6} ?){0,4}(?:돌아|다시|복귀|나가)"
)


def _ago(clause: str, message: Message) -> Optional[int]:
    """Months since an end told after its time ("7년 전에 첫째 낳고 그만뒀어요"), or since a rest began."""
    told = [
        (
            start,
            end,
            months,
            bool(re.search(r"전$", clause[start:end]) or re.match(r" ?전(?!혀|부|화|세|문)", clause[end:])),
        )
        for start, end, months in lengths(clause)
    ] + [(start, end, float(months), True) for start, end, months in dates(clause, message.today)]
    for start, end, months, past in sorted(told):
        after = clause[end : end + 42]
        if (
            _NOT_WORK.search(clause)
            or _NOT_SINCE.search(clause[:start])
            or re.match(r"[가-힣]{0,2} ?(?:동안|간)? ?(?:하루도|무급|경력|다니|일하|일했|근무)", after)
        ):
            continue
        if past:
            ending = _ENDING.search(after)
            if (
                ending
                and not _TO_COME.search(clause[max(0, start - 6) :])
                and not re.match(r"[가-힣]{0,2} ?(?:부터|에 ?(?:입사|들어|시작))", after)
            ):
                return int(months + 0.001)
        elif months >= 2 and _IDLE.match(after):
            return int(months + 0.001)
    return None


_ENDED_PAST = r"(?:그만두고|그만뒀|그만둔|퇴사했|퇴사한|퇴사하|퇴직했|퇴직한|퇴직하|실직|해고(?:되|당|됐)|권고사직|나왔|나온|나와서|관뒀|잘렸|잘리고|잘려|접었|접고|폐업했|폐업하였|폐업하고|문을? ?닫았|은퇴했|전역했|전역하|잘림|자진 ?퇴사|폐업(?! ?(?:예정|신고|할))|계약 ?만료|계약직 ?끝|정리하였|정리했|은퇴하|사표 ?냈|사직했|만료(?:되|됐)|끝났|끝나서|망했|망해|다녔|다니다|때려치)"


_INVOLUNTARY = re.compile(
    r"(?:신문사|회사|공장|매장|학원|공사장|업체|집|광업소|가게|현장|라인|팀|부서|사업장)(?:이|가|을|를)? ?(?:[가-힣0-9]{1,6} ?){0,3}(?:부도 ?(?:나|났|가)|문을? ?닫(?:아|으면서|는 ?바람|았|고)|없어지|없어졌|없앴|없앤다|합병|철수하면서|철수했|옮기면서|(?:으로|로) 가뿠)|폐광|전원 ?정리|전부 ?정리|다 ?내보냈|(?:저|나|우리)를 ?내보냈|(?:내일|낼|담주|오늘)(?:부터|까지)? ?(?:나오지|오지|안 ?나와|나오지는|쉬어)(?: ?말| ?마|도| |라)|자진 ?퇴사로 ?(?:적|올|처리|돼)|합격 ?취소|수습 ?탈락|폐업 ?사업장 ?직원|"
    r"(?:다 |싹 |하청을 |우리를 |사람을 )(?:짤라|잘라)|해고(?!예고 ?수당)|권고 ?사직|정리 ?해고|구조 ?조정|(?<!마디를 )(?<!손가락을 )(?<!손을 )(?<!개 )(?<!손가락 )(?<!개가 )(?<!안 )(?<!면 )잘(?:렸|린(?!다)|렷|려서|림|리고)|나오지 ?말|(?:회사|사장님?|공장장|반장|과장|팀장|원장|점장)[가-힣]{0,3} ?[^.!?]{0,14}(?:나가라|나가랍|나가래)|나가라고 ?해놓|개편이라고 ?나가|폐점 ?통보|문자 ?해고|면직|(?:회사|공장|가게|식당|매장|한의원|병원|학원|직장|사업장|점포)[가이은는도에서]{0,3} ?(?:폐업|문을? ?닫|망해|망했|망하|폐점|부도|도산|철수|청산|파산|이전해)|회사 ?(?:사정|망)|경영상|경영 ?(?:악화|난)|감원|회사(?:에서|서) ?(?:쫓겨|밀려)|밀려났|폐업(?:으로|해서|하는 바람|당|되)|가게가 ?[^.!?]{0,8}문을 ?닫"
)
_CONTRACT_END = re.compile(
    r"(?<!집 )(?<!방 )(?<!전세 )(?<!월세 )(?<!숙소 )(?<!상가 )(?<!연세 )(?<!임대 )계약(?:직|기간|이|은|도|으로|직으로)?(?: ?일했고)?(?:이라|이었는데| ?기간)?(?: ?[가-힣0-9]{1,5}){0,3} ?(?:10월 말로 |[0-9]+월 ?말?로 )?(?:끗났|만료|종료|끝(?!나면|날|나니|나기)|연장 ?(?:을|이|도)? ?(?:안|못|불)|갱신 ?(?:을|이)? ?(?:안|못|불|거)|해지)|재계약[이을은도]? ?(?:안|못|불|없|거절|실패)|기간제[^.!?]{0,14}(?:끝|만료|종료)|(?:기한|기간)이? ?(?:다 )?차서|기한이? ?(?:다 )?(?:차|끝)|계약 ?만료|계약 ?종료|계약[^.!?]{0,8}연장 ?안 ?(?:돼|됐|해)|(?:프로젝트|공공 ?근로|자활|인턴|시즌|파견)[가이은]? ?(?:[0-9]+ ?개월 ?)?(?:다 )?(?:끝나서|끝났|종료|끝[.])"
)
_VOLUNTARY = re.compile(
    r"(?:제|내) ?발로 ?(?:나|그만|걸어|관)|[아어해라워]서 ?(?:[가-힣]{1,6} ?){0,2}(?:그만뒀|그만두었|퇴사했|사직했)|스스로 ?(?:그만|나|관|퇴사|사직)|(?:제|내)가 ?(?:먼저 |그냥 )?(?:사표|그만|관|나왔|나온|나오|사직|때려)|자진 ?(?:퇴사|사직)|사표[를]? ?(?:냈|내고|썼|쓰고|던)|사직서[를]? ?(?:냈|내고|썼|제출)|자발적? ?퇴사|개인 ?사정|내 ?손으로 ?(?:사표|나|그만)|때려치(?:고 ?나|웠)|(?:몸|허리|건강|육아|적성|간병)[^.!?]{0,16}(?:그만뒀|그만두었|그만두게|퇴사했|관뒀)|힘들어서 ?(?:그만|관|나)|못 ?버티고 (?:나|그만)|(?:낳|출산|결혼|육아|간병)[가-힣 ]{0,10}(?:그만뒀|그만둔|그만두|퇴사|사직|관)|퇴사를? ?(?:질렀|결심|택)|스스로 ?(?:그만|관|나왔|퇴|사직)|(?:퇴사|사직)(?:했|하였|하고 ?(?!싶|언제|나니|나서)|함)|(?:번아웃|공황|우울|적응|때문에|[아어여]서|수술을? ?앞두고|끝에|옆에)[^.!?]{0,14}(?:그만뒀|그만둠|그만두었|그만두어|때려친|때려치|관둠|퇴사)|내가 ?(?:그만|나왔)|어제 ?사표|응급 ?사직|(?<!비)자발이라"
)


def read_job_loss_reason(message: Message) -> Optional[str]:
    """One of involuntary, contract_end, voluntary, none."""
    text, asked = message.text, message.asked("job_loss_reason")
    if asked:
        if (
            _NEVER.search(text)
            or _STILL.search(text)
            or re.match(
                r"(?:해당 ?(?:사항 ?)?없|없(?:어|음|습)|그만둔 (?:적|직장|곳|데)[가-힣 ]{0,8}(?:없|아))", message.bare
            )
        ):
            return "none"
        if (
            re.search(r"자영업|사장|가게를? 접|장사", text)
            and not re.search(r"사장(?:님)?이? ?(?:나가|잘|자르|그만)", text)
            and re.search(r"누가 ?(?:자르|잘)|접", text)
        ):
            return "none"
        # Whoever gave in to an offer of the employer left by the employer's wish.
        if re.search(r"희망 ?퇴직|명예 ?퇴직|명퇴", text):
            return "involuntary"
    ordered = []
    for value, pattern in (("contract_end", _CONTRACT_END), ("involuntary", _INVOLUNTARY), ("voluntary", _VOLUNTARY)):
        for match in pattern.finditer(text):
            if _taken_back(text, match) or _not_yet(text, match):
                continue
            ordered.append((match.start(), value))
            break
    if asked and not ordered:
        return _short_reason(text)
    if not ordered:
        return None
    values = {value for _, value in ordered}
    if len(values) == 1:
        return values.pop()
    if (
        not asked
        and values == {"involuntary", "voluntary"}
        and re.search(r"자진 ?퇴사로|개인 ?사정(?:으로|이라고) ?(?:적|처리|찍)|스스로 ?하고", text)
    ):
        # What the employer wrote down stands against what happened.
        return "involuntary"
    if values == {"contract_end", "involuntary"}:
        return "contract_end" if re.search(r"계약 ?(?:만료|종료|기간)|재계약", text) else "involuntary"
    return sorted(ordered)[-1][1] if asked and re.search(r"아니|말고", text) else None


def _short_reason(text: str) -> Optional[str]:
    for value, words in (
        (
            "involuntary",
            r"(?:공장|회사|사무실)[이가] ?(?:[가-힣]{1,6}로 ?)?(?:이사|옮겨|이전)|회사 ?(?:사정|에서 ?(?:나가|그만|정)|가 ?(?:정|나가|어려|자르))|회사(?:요|쪽|가 정)|사장(?:님)?이 ?(?:나가|그만|자르|내보)|비자발|폐업|망해|망했|없어졌|문 ?닫|문을? 닫|나가라|자르|부도|정년|타의|내보",
        ),
        ("contract_end", r"계약|기간|만료|연장|만기"),
        (
            "voluntary",
            r"스스로|제가|내가|자발|자의|힘들|아파서|건강|적성|이사|육아|출산|결혼|공부|이직|싫어서|그만두고 싶|맞지 ?않|안 ?맞|사표|사직|퇴사|간병",
        ),
    ):
        if re.search(words, text):
            return value
    return None


def _taken_back(text: str, match: "re.Match[str]") -> bool:
    return denied(text, match.end()) or bool(
        re.match(
            r"[가-힣]{0,4} ?(?:게 |건 |거 |으로 나온 게 |당한 게 |된 게 |한 게 |된 건 |한 건 )?(?:아니|안 ?(?:하|했|당|됐)|않|싶|하려|당할|될까|되면|할까|위기|예정|앞두|막)",
            text[match.end() :],
        )
    )


def _not_yet(text: str, match: "re.Match[str]") -> bool:
    """Fear, threats and plans are no ended job ("해고될까", "나가라고 할까 봐", "잘릴")."""
    after = text[match.end() : match.end() + 16]
    return bool(
        re.match(
            r"[가-힣]{0,5} ?(?:까 ?봐|될까|될지|될 것|예정|앞두|수도|위기|통보 ?(?:받을|될)|하겠다|하려|한다고 협박|못 하|하지 (?:말|못)|되지|면 ?(?:어|실|안|어떻))",
            after,
        )
    )


def read_insured_months(message: Message) -> tuple[bool, Optional[int]]:
    """(whether it is said, whole months of employment insurance)."""
    text, asked = message.text, message.asked("insured_months")
    if not asked and not re.search(r"고용 ?보험", text):
        return False, None
    spoken = ranges(text)
    if spoken:
        return True, sum(spoken)
    spans = [(start, end, months) for start, end, months in lengths(text) if not denied(text, end)]
    if not asked:
        for start, end, months in spans:
            near = text[max(0, start - 14) : end + 14]
            if (
                re.search(r"고용 ?보험", near)
                and not re.search(r"상실|끊긴 지", near)
                and not re.match(r" ?전", text[end:])
            ):
                last = spans[-1][2] if re.search(r"정정|고쳐|바꿔|아니", text) else months
                return True, int(last)
        return False, None
    since = re.search(
        r"(?P<year>(?:20|19)[0-9]{2})년(?: ?(?P<month>[0-9]{1,2})월)? ?부터 ?(?:지금|현재|올해|여태|이제)", text
    )
    if since:
        return True, (message.today.year - int(since["year"])) * 12 + message.today.month - int(since["month"] or 1)
    if spans:
        told = [item for item in spans if not re.match(r" ?(?:전|계약)", text[item[1] :])] or spans
        whole = [
            item
            for item in told
            if re.search(r"합(?:치|쳐|해|산)|총|통산|모두|전부|다 해", text[max(0, item[0] - 10) : item[1]])
        ]
        chosen = whole[-1] if whole else told[-1] if re.search(r"아니[고,라 ]|정정", text) else None
        if chosen:
            return True, int(chosen[2])
        if len(told) > 1 and re.search(r"(?:하고|그리고|랑|또|다음|전에|두 ?번째|두 군데|나중|이후)", text):
            return True, int(sum(item[2] for item in told))
        return True, int(told[0][2])
    if re.search(
        r"안 ?(?:들|냈|내|넣|했|됐|돼|뗐)|(?:든|낸|가입한|들어 ?본|들은) ?적이? ?(?:전혀 |한 번도 )?없|미가입|가입 ?(?:안|못|이력[이은] ?없)|없(?:어|음|습|는|네|다)|3\.3",
        text,
    ) and not re.search(r"모르|몰라|모릅|는지", text):
        return True, 0
    bare = message.bare
    number = parse_int(bare) if bare else None
    if number is not None and re.search(r"개월|달", text):
        return True, number
    return False, None
