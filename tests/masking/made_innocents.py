"""Everyday numbers that are nobody's identifier: wages, dates, times, hotlines, ages, notices (fixed seed)."""

import random
from pathlib import Path

_HOTLINES = (
    "1350",
    "109",
    "112",
    "119",
    "129",
    "1366",
    "1388",
    "1345",
    "1397",
    "1332",
    "110",
    "120",
    "1577-0199",
    "1577-1366",
    "1577-1389",
    "1588-0075",
    "1600-1004",
    "1644-8295",
    "1800-1234",
)


def innocent_sentences() -> list[str]:
    """At least 500 sentences: the written ones, and numbers in the shapes of everyday talk."""
    written = Path(__file__).with_name("innocent.txt").read_text(encoding="utf-8").splitlines()
    rng = random.Random(1124)
    makers = (_wage, _date, _time, _hotline, _age, _span, _notice, _debt, _hours, _place)
    return written + [maker(rng) for maker in makers for _ in range(32)]


def _wage(rng: random.Random) -> str:
    won = rng.randrange(60, 600) * 10_000 + rng.randrange(10) * 1_000
    return rng.choice(
        (
            f"월급이 {won:,}원이에요",
            f"월 {won // 10_000}만 원 벌어요",
            f"실수령 {won}원이요",
            f"{won // 10000}정도요",
            f"연봉 {won * 12:,}원입니다",
        )
    )


def _date(rng: random.Random) -> str:
    year, month, day = rng.randrange(1998, 2027), rng.randrange(1, 13), rng.randrange(1, 29)
    return rng.choice(
        (
            f"{year}년 {month}월 {day}일에 그만뒀어요",
            f"{year}-{month:02d}-{day:02d}까지 다녔어요",
            f"{year}.{month}.{day} 입사",
            f"{month}/{day}에 갈게요",
            f"{year}{month:02d}{day:02d}에 퇴사했습니다",
            f"{year % 100:02d}년 {month}월이요",
        )
    )


def _time(rng: random.Random) -> str:
    hour, minute = rng.randrange(6, 23), rng.choice((0, 10, 15, 30, 45))
    return rng.choice(
        (
            f"{hour}:{minute:02d}에 끝나요",
            f"{hour}시 {minute}분이요",
            f"오전 {hour % 12 or 12}시부터 {hour}시까지 돼요",
            f"{hour:02d}:{minute:02d}~{(hour + 4) % 24:02d}:{minute:02d} 가능해요",
        )
    )


def _hotline(rng: random.Random) -> str:
    number = rng.choice(_HOTLINES)
    return rng.choice(
        (f"{number}에 전화했어요", f"{number}번은 안 받던데요", f"{number}이 뭐예요?", f"{number}로 걸라는데 맞아요?")
    )


def _age(rng: random.Random) -> str:
    age = rng.randrange(18, 80)
    return rng.choice(
        (f"{age}", f"{age}살이에요", f"만 {age}세입니다", f"{2026 - age}년생이요", f"나이는 {age}이고 혼자 살아요")
    )


def _span(rng: random.Random) -> str:
    years, months = rng.randrange(1, 30), rng.randrange(1, 12)
    return rng.choice(
        (
            f"{years}년 {months}개월이요",
            f"{years}년 {months}개월 다녔어요",
            f"{years * 12 + months}개월 들었어요",
            f"{months}개월째 놀아요",
            f"{years}년 {months}개월 {rng.randrange(1, 29)}일",
        )
    )


def _notice(rng: random.Random) -> str:
    number = rng.randrange(10**11, 10**12)
    return rng.choice(
        (
            f"공고번호 K{number}{rng.randrange(100, 999)}요",
            f"구인번호 {number} 지원하려고요",
            f"접수번호 {number}이래요",
            f"채용공고 {number % 10**8}번이요",
        )
    )


def _debt(rng: random.Random) -> str:
    won = rng.randrange(1, 90)
    return rng.choice(
        (
            f"빚이 {won}00만 원이에요",
            f"대출 {won},000,000원 남았어요",
            f"월세 {won}만 원이 밀렸어요",
            f"카드값 {won * 10_000:,} 연체요",
            f"보증금 {won}00에 월세 {rng.randrange(20, 80)}",
        )
    )


def _hours(rng: random.Random) -> str:
    return rng.choice(
        (
            f"하루 {rng.randrange(2, 12)}시간 주 {rng.randrange(1, 7)}일",
            f"주 {rng.randrange(10, 52)}시간이요",
            f"{rng.randrange(1, 9)}교시까지 있어요",
            f"버스 {rng.randrange(1, 999)}번 타요",
            f"{rng.randrange(1, 9)}호선 {rng.randrange(1, 12)}번 출구요",
        )
    )


def _place(rng: random.Random) -> str:
    return rng.choice(
        (
            f"서울 노원구 상계{rng.randrange(1, 10)}동이에요",
            f"부산 사하구 살고 {rng.randrange(20, 70)}살이에요",
            f"집에서 {rng.randrange(1, 40)}km 떨어졌어요",
            f"앞으로 {rng.randrange(2, 12)}개월 남았어요",
            f"걸어서 {rng.randrange(5, 50)}분이요",
            f"{rng.randrange(2, 30)}층 건물에서 청소해요",
        )
    )
