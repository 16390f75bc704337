"""What calms: the words are there, the danger is not.

Each of these only takes weight away from the signs beside it; none can silence what is said plainly.
"""

from typing import Tuple

from bot.guard.signs.sign import Sign, make_sign

# Somebody else made it up: a film, a game, a song, a part that is played.
FICTION = make_sign(
    "fiction",
    -2.5,
    "드라마 영화 소설 웹툰 대본 연극 뮤지컬 배역 시나리오 게임에서 게임이 게임속 노래가사 주인공 유튜브촬영 촬영장 무대 연기하 연기를",
    "만화 캐릭터 장면 독자 연재작 배그 롤에서 롤하 방탈출 공연 단막극 스릴러 추리 대사 배우지망 콘텐츠",
)
# Danger is the writer's work, study or cause.
PROFESSION = make_sign(
    "profession",
    -2.5,
    "예방교육 예방센터 예방캠페인 예방강사 생명지킴이 강연 논문 취재 교재 소방관 구조대 구급대 장례식장 장례지도 유품정리 호스피스 유해발굴",
    "법의학 심리부검 모니터링 경비업체 형사로 수사관 보호관찰관 상담원으로 상담사가되 상담사로일 상담사자격 강사자격 강사로 특강 발제 학회 통역봉사",
    "사례집 보도 기사를쓰 기자입 기자로 공모전 포스터 표어 도축 발골 정육 사냥 엽사 수렵 대장간 칼가는 칼갈이 요리사 조리사로 횟집",
)
# It was, and it is over.
OVERCOME = make_sign(
    "overcome",
    -2.0,
    "지금은(?:괜찮|멀쩡|안|좋|잘|행복|웃|제|작은|손주|다|교회|번듯|아무) 이제는?(?:괜찮|멀쩡|안그|웃|살만|밥|다나|안와도|꿈도) 다지난 지난일 옛일 옛날",
    "이겨냈 이겨내고 극복 완치 회복했 회복하고 다나았 나아졌 나아졋 살길잘 살아있길잘 덕분에(?:살|지금|이제|다시) 끊은지(?:[천백]|[0-9]|오|십|삼|두해) 스무해전",
    "십년전 (?:[0-9이삼사오육칠팔구]|십)년전(?:에|엔|만|겨울|일) 년도더 젊어서 젊을때 보릿고개 난리통 시절엔 그시절 장마당 작년이맘때 그때말려",
    "(?:예전에|예전엔|한때|어릴때|어렸을때|몇해전|젊을때)…(?:지금은|이제는|이젠|요즘은)(?!때|더|죽|맞|못|칼)",
    "다옛 지나고보니 돌이켜 잘풀렸 다풀렸 다풀림 해결됐 해결되었 벗어난지 벗어나서 그뒤로마음이 해외로도망간뒤",
)
# The writer says that it is not meant.
DENIAL = make_sign(
    "denial",
    -2.0,
    "죽고싶은(?:건|거|것은|게)아니 (?:죽을|나쁜|그런|이상한|해칠)생각은(?:없|추호|전혀|안|아니) 그런(?:건|거|뜻은?|거는)아니 위험한상황(?:은|도)아니 때리(?:진|지는|거나)",
    "폭력(?:같은건|은)없 걱정(?:마|은없|없어|말) 오해(?:마|하지|는) 농담이(?:구|고|에|었) 장난(?:이고|이에|해요|친) 굶(?:지는|진)않 무섭(?:진|지)않 무섭지도않",
    "안맞았 사기인줄 사기아님 사기아니 말투가(?:그|원래) 말이그렇 말버릇 별일아니 큰일은아니 급하진않 급한건아니",
)
# It is told with a laugh, over food, among friends.
CHEER = make_sign(
    "cheer",
    -1.5,
    "웃었 웃음이나 다웃 재밌 재미있 하하 호호 신나 자랑 치킨 떡볶이 마라탕 커피를? 막걸리 갈비탕 국밥한그릇 행복해요 다행 풀렸 풀림 추억",
    "살만 화해 사과받 사과했 사과하 친해 꿀잠 대박 축하 좋은사람 착한 사이가좋 천사 든든 안심 안전하 안전해 마음이놓 마음놓 밝아졌",
    "고기먹 고기묵 수육 파티 회식갔 여행갔 캠핑 놀러",
)
# Things change hands for the plainest reasons: a move, a wedding, a shop that closes, a new office.
MOVING = make_sign(
    "moving",
    -1.0,
    "이사(?:가|를|하|갈|짐|온|날) 이민 발령 귀향 귀촌 귀농 워홀 유학 입주 새아파트 새집 본가 합가 결혼앞 결혼하 사무실이전 이전을 전입 리모델링 당근 벼룩 바자 중고로 요양원",
    "은퇴 정년 폐업하고 희망퇴직 졸업 자취방을뺐 기숙사에서퇴사 새출발 전직 인수인계 취뽀 붙어서 붙었 합격 새직장 새로이사",
)
# A contract, a licence, a public body, two who count together: work with papers and money can be honest.
LAWFUL = make_sign(
    "lawful",
    -2.0,
    "계약서(?:도|를|에|는)?(?:받|읽|쓰고|썼|쓰|사인|명시|도장|작성|마치) 근로계약서 4대보험 사대보험 정규직 공개채용 허가(?:받|를|업체) 등록된 세무서 우체국 시청 구청",
    "농협에 급여통장 월급통장 월급용 월급이?들어오는 사본(?:과|을|이랑|만|제출|하고|,) 등본 초본 공단 코이카 코트라 산업인력공단 월드잡 해외건설협회 회사차 유니폼(?:도|을) 둘이서?(?:정산|서명)",
    "경리 출납 매표 정산원 영수증(?:을|대장) 장부 모임통장 퇴직연금 IRP irp 복사 돌려줬 돌려받았 반환 입사첫날 첫날들고 직접만나 얼굴보고 은행도같이 ",
    "하숙 전세 월세보증 임대 창업 프랜차이즈 가맹 반품 택배기사 배송기사정규",
)
# Hunger and cold that were chosen, or that pass by themselves.
CHOSEN = make_sign(
    "chosen",
    -2.5,
    "다이어트 단식 금식 감량 바프 식단 라마단 보디빌딩 대회 건강검진 내시경 살빼 캠핑 차박 기도원 식중독 장염 배관 청소래 물탱크 복구 차단기 공사로 점검",
    "졸업전시 마감이라 출시 숙직 야간근무 집은있 집은걸어 방학 견학 봉사 배불러 배부르 잘먹고 먹고사는건 돈은있 돈은모아 갈곳은있 지낼곳은있 잘데는있 방은있 배터져",
    "시위 투쟁 길고양이 강아지 고양이밥 자격증은 기능사 산업기사",
)
CALM: Tuple[Sign, ...] = (FICTION, PROFESSION, OVERCOME, DENIAL, CHEER)
