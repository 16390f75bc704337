"""The words that name each need's topic, whether the need is stated or taken back.

"빚은 없어요" names debt without needing help with it.  Used only to see what a clause that takes something
back speaks of; what is needed is read by the trained heads.
"""

import re
from typing import Dict, Pattern

_WORDS = {
    "career_direction": "적성|진로|하고\\s*싶은\\s*일|뭘\\s*하고",
    "career_transition": "이직|전직|회사\\s*옮|옮길\\s*생각|옮기|직업을?\\s*바|직종|업종",
    "return_to_work": "복귀|경력\\s*단절|경단|다시\\s*일|재취업",
    "job_search_strategy": "구직\\s*계획|구직\\s*방법|구직\\s*전략|어디에?\\s*넣",
    "application_documents": "이력서|자소서|자기\\s*소개서|경력\\s*기술서|포트폴리오|포폴|서류|첨삭",
    "interview_preparation": "면접",
    "job_matching": "알선|일자리|취업|취직|소개|채용|구인|자리",
    "work_experience": "인턴|일경험|현장\\s*실습|체험",
    "flexible_work": "시간제|파트|재택|유연|단축|알바|주말|야간",
    "workplace_accommodation": "편의|보조\\s*기기|공학기기|근로\\s*지원인|업무\\s*조정|자리\\s*배치",
    "job_retention": "적응|회사\\s*(?:분위기|사람|생활)|팀|동료|상사|그만둘|퇴사",
    "entrepreneurship": "창업|사업|가게\\s*(?:낼|차릴|열)|자영업|장사",
    "business_closure": "폐업|가게\\s*정리|접을|접는",
    "later_life_planning": "생애|은퇴|노후|정년|인생\\s*2막|인생\\s*이막",
    "vocational_training": "훈련|국비|내일\\s*배움|학원|배우|교육|과정|수업",
    "qualification": "자격증|자격|기능사|검정고시|시험|학위|졸업장",
    "digital_skills": "컴퓨터|컴터|휴대폰|핸드폰|스마트폰|인터넷|키오스크|엑셀|온라인|앱|타자|카톡|장비",
    "korean_language": "한국어|한국말|한글|말은|말도|통역",
    "income_support": "생활비|생계|금전|쌀|통장은|수당|지원금|돈|월급|수급|연금|먹고\\s*사",
    "unemployment_benefit": "실업\\s*급여|실급|구직\\s*급여|이직\\s*확인서",
    "debt": "빚|채무|대출|연체|카드값|회생|파산|부채|신용",
    "physical_health": "몸|건강|무릎|허리|병원|치료|아픈|수술|체력|다리",
    "mental_health": "마음|우울|불안|공황|심리|상담은|멘탈|번아웃|잠",
    "addiction": "술|도박|담배|게임|중독|토토|약물",
    "childcare": "어린이집|아이|애|손주|육아|유치원|돌봄|등하원|하원|등원",
    "family_care": "간병|요양|모시|시부모|병수발|치매|돌봄|어머니|아버지|부모|남편|아내",
    "family_conflict": "이혼|갈등|싸우|싸운|사이|가족|부모|남편|시댁",
    "social_isolation": "외로|사람|친구|모임|고립|말벗",
    "transportation": "교통|차편|차는|차도|버스|운전|이동|통근|출퇴근|면허|오가",
    "housing": "집은|집도|이사|잘\\s*데|방은|방도|월세|전세|거처|주거|기숙사|집\\s*걱정|살\\s*곳|살\\s*데",
    "labor_rights": "체불|월급|임금|퇴직금|산재|신고|괴롭힘|해고|고소|노동청|계약서|소송",
    "legal_status": "비자|체류|국적|전과|영주권|신분|개명",
}

TOPICS: Dict[str, Pattern[str]] = {need: re.compile(words) for need, words in _WORDS.items()}

# How a clause takes something back: not needed; no trouble; there is none; something else instead; over.
WAYS: Dict[str, Pattern[str]] = {
    "needless": re.compile(
        r"필요\s*[는도가은]?\s*없|필요하지\s*않|필요\s*ㄴ|안\s*해도|안\s*받|받을\s*생각|사양|관심\s*없|원하지\s*않|싶지\s*않|마다|생각\s*(?:은|도|이)?\s*없|안\s*할|안\s*합|안\s*구|안물|싫"
        r"|[은는도]\s*됐|됐고|됐으니|됐어|됐습|됐슈|됐심|됐음|되었으니|냅[두둬]"
    ),
    "no trouble": re.compile(
        r"문제\s*[는도가]?\s*없|걱정\s*[은이도]?\s*(?:없|안|마)|괜찮|어려움\s*[은이도]?\s*없|멀쩡|자신\s*있|할\s*줄\s*[압알]|잘\s*[하되됩]|충분|좋[고아습은]|편하|무탈|이상\s*없|튼튼|성하"
    ),
    "none": re.compile(
        r"없[고어습네소다음심슴구지으]|읎|엇수|업[서씀]|아니[고에라구]|아닙|아님|않[고아습]|말고|말구|빼고|ㄴㄴ|노노"
    ),
    "over": re.compile(r"이미|벌써|끝났|끝냈|해결|다\s*갚|다\s*받|마쳤|했으니|받았으니|구했|찾았|합의|작년에|예전에"),
}

# Topics whose words hardly ever mean anything else: "이력서는 됐고" needs no judge.
_PLAIN = {
    "application_documents": "이력서|자소서|자기\\s*소개서|경력\\s*기술서|포트폴리오|첨삭",
    "interview_preparation": "면접(?:\\s*(?:연습|준비))?",
    "job_matching": "알선|일자리(?:\\s*소개)?",
    "vocational_training": "훈련|국비\\s*교육|학원",
    "qualification": "자격증",
    "unemployment_benefit": "실업\\s*급여|구직\\s*급여",
    "entrepreneurship": "창업",
    "childcare": "어린이집",
    "korean_language": "한국어|한국말",
}
_REFUSAL = (
    r"(?:\s*(?:수업|교육|상담|얘기|이야기|문의|쪽|작성))?[은는도이가]?\s*"
    r"(?:이제\s*)?(?:됐[고으어습슈음]|필요\s*[는도가]?\s*없|말고|빼고|안\s*(?:해도|받아도|따도|봐도)|관심\s*없|아니고)"
)
PLAIN_REFUSALS: dict[str, Pattern[str]] = {need: re.compile(f"(?:{words}){_REFUSAL}") for need, words in _PLAIN.items()}
PLAIN_REFUSALS["debt"] = re.compile(
    r"(?:빚|대출|채무)[은는도이가]?\s*(?:하나도|전혀|한\s*푼도|일절)?\s*(?:없[어고습음네슈소]|읎|어수)"
)

# Short messages that state a need by its own name.  Few of the annotated messages do: their authors were asked to show needs
# by scenes, so that to the encoder a name by itself sounds like a refusal ("빚은 없어요").
SHORT_MESSAGE = 40  # letters; in a longer story the name may be somebody else's, or past.
PLAIN_STATEMENTS: Dict[str, Pattern[str]] = {
    need: re.compile(words)
    for need, words in {
        "debt": (
            r"(?<![가-힣])(?:카드\s*)?(?:빚|사채|채무|연체)[이도은가만]?\s*(?:너무|좀|엄청|아직|꽤|많이)?\s*"
            r"(?:많[아은이고네습]|있[어고는습네]|늘|쌓|불어|감당|때문|못\s*갚|져서|졌)"
        ),
        "interview_preparation": r"면접\s*(?:준비|연습)[이을를가도]?\s*(?:좀|같이)?\s*(?:하고\s*싶|필요해|필요합|도와|부탁|해\s*보고\s*싶)",
        "application_documents": r"(?:이력서|자소서|자기소개서)[를을도]?\s*(?:좀|어떻게)?\s*(?:봐\s*주|써야|쓰는\s*(?:법|것|거)|고쳐\s*주|도와)",
        "qualification": r"자격증[을도]?\s*(?:좀|하나)?\s*(?:따고\s*싶|따려|따야)",
        "unemployment_benefit": r"(?:실업|구직)\s*급여[를을도]?\s*(?:받고\s*싶|받을\s*수|신청하|타고\s*싶)",
        "entrepreneurship": r"창업[을도]?\s*(?:하고\s*싶|하려)",
        "korean_language": r"한국어[를을]?\s*(?:배우고\s*싶|공부하고\s*싶)",
        "childcare": r"(?:아이|애|아기)[를을]?\s*(?:맡길|봐\s*줄)\s*(?:데|곳|사람)[이가도]?\s*(?:없|필요)",
        "housing": r"(?:월세|방세|집세)[가도를을]?\s*(?:[한두세석넉]?\s*달\s*)?(?:치\s*)?(?:밀렸|밀려|못\s*내)",
    }.items()
}
