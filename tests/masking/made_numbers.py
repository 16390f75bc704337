"""Made-up identifiers of every kind and the ways people write them; the same ones each time (fixed seed)."""

import random
from typing import NamedTuple


class Case(NamedTuple):
    """A message, the message before it, the kinds it holds, and pieces that must not stay readable."""

    text: str
    previous: str
    kinds: tuple[str, ...]
    secrets: tuple[str, ...]


_ENDINGS = (
    "",
    "이야",
    "이에요",
    "입니다",
    "로 연락 주세요",
    "인데요",
    "이고요 서울 살아요",
    "예요 꼭이요",
    "로 해 주이소",
    "임",
    ".",
    "!!",
    "요",
)
_SPOKEN = "공일이삼사오육칠팔구"
_FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")
_BANKS = ("국민은행", "신한", "카카오뱅크", "농협", "우체국", "새마을금고", "기업은행", "토스뱅크")
_ROADS = (
    "테헤란로",
    "세종대로",
    "중앙로",
    "한밭대로",
    "달구벌대로",
    "번영로",
    "무등로",
    "온천천로",
    "해안로",
    "동백꽃길",
)


def made_cases() -> list[Case]:
    """At least 600 cases, a fair number of each kind."""
    rng = random.Random(20261124)
    cases: list[Case] = []
    for maker, times in (
        (_mobile, 150),
        (_landline, 60),
        (_resident, 90),
        (_foreigner, 40),
        (_card, 60),
        (_account, 80),
        (_passport, 30),
        (_licence, 30),
        (_email, 60),
        (_address, 70),
        (_messenger, 30),
        (_two_messages, 40),
    ):
        cases += [maker(rng) for _ in range(times)]
    return cases


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _dress(rng: random.Random, written: str, kind: str, before: tuple[str, ...], secret: str) -> Case:
    text = f"{rng.choice(before)}{written}{rng.choice(_ENDINGS)}"
    return Case(text, "", (kind,), (secret,))


def _mobile(rng: random.Random) -> Case:
    middle, last = _digits(rng, 4), _digits(rng, 4)
    way = rng.randrange(10)
    plain = f"010{middle}{last}"
    spoken = "".join(_SPOKEN[int(digit)] for digit in plain)
    written = (
        f"010-{middle}-{last}",
        f"010 {middle} {last}",
        f"010.{middle}.{last}",
        plain,
        f"+82 10-{middle}-{last}",
        f"010-{middle}-{last}".translate(_FULL_WIDTH),
        f"{spoken[:3]}에 {spoken[3:7]}에 {spoken[7:]}",
        spoken,
        " ".join(plain),
        f"010 – {middle} – {last}",
    )[way]
    secret = spoken[7:] if way in (6, 7) else last.translate(_FULL_WIDTH) if way == 5 else last
    return _dress(
        rng,
        written,
        "phone",
        ("", "제 번호는 ", "전화 주세요 ", "연락처: ", "폰 번호가 ", "여기로요. "),
        secret if way != 8 else " ".join(last),
    )


def _landline(rng: random.Random) -> Case:
    area = rng.choice(("02", "031", "032", "042", "051", "053", "055", "061", "064", "070", "0505", "0507"))
    middle, last = _digits(rng, rng.choice((3, 4))).replace("0", "7"), _digits(rng, 4)
    written = rng.choice(
        (
            f"{area}-{middle}-{last}",
            f"{area}){middle}-{last}",
            f"({area}) {middle}-{last}",
            f"{area} {middle} {last}",
            f"{area}.{middle}.{last}",
            f"{area}{middle}{last}",
        )
    )
    return _dress(rng, written, "phone", ("", "집 전화는 ", "가게 번호 ", "연락은 "), last)


def _birth(rng: random.Random) -> str:
    return f"{rng.randrange(45, 100):02d}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"


def _number(rng: random.Random, sexes: str) -> tuple[str, str]:
    birth, rest = _birth(rng), rng.choice(sexes) + _digits(rng, 6)
    if rng.random() < 0.5:
        # Half of them carry the old check digit; numbers given since October 2020 do not.
        body = birth + rest[:6]
        weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
        total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
        rest = rest[:6] + str((11 - total % 11) % 10)
    return birth, rest


def _resident(rng: random.Random) -> Case:
    birth, rest = _number(rng, "1234")
    way = rng.randrange(7)
    spoken = "".join(_SPOKEN[int(digit)] for digit in birth + rest)
    written = (
        f"{birth}-{rest}",
        f"{birth} {rest}",
        f"{birth}{rest}",
        f"{birth} - {rest}",
        f"{birth}-{rest}".translate(_FULL_WIDTH),
        f"{spoken[:6]} 다시 {spoken[6:]}",
        f"{birth}-{rest[0]}******",
    )[way]
    secret = (
        spoken[6:]
        if way == 5
        else rest.translate(_FULL_WIDTH)
        if way == 4
        else f"{birth}-{rest[0]}"
        if way == 6
        else rest
    )
    return _dress(rng, written, "rrn", ("", "주민번호 ", "주민등록번호는 ", "제 민증 번호 "), secret)


def _foreigner(rng: random.Random) -> Case:
    birth, rest = _number(rng, "5678")
    written = rng.choice((f"{birth}-{rest}", f"{birth} {rest}", f"{birth}{rest}"))
    return _dress(rng, written, "foreigner", ("", "외국인등록번호 ", "등록증 번호예요 ", "ARC "), rest)


def _luhn_number(rng: random.Random) -> str:
    body = rng.choice("459") + _digits(rng, 14)
    total = 0
    for place, char in enumerate(reversed(body)):
        doubled = int(char) * (1 if place % 2 else 2)
        total += doubled - 9 if doubled > 9 else doubled
    return body + str(-total % 10)


def _card(rng: random.Random) -> Case:
    number = _luhn_number(rng)
    groups = [number[at : at + 4] for at in range(0, 16, 4)]
    written = rng.choice(
        ("-".join(groups), " ".join(groups), ".".join(groups), number, "-".join(groups).translate(_FULL_WIDTH))
    )
    secret = groups[3] if groups[3] in written else groups[3].translate(_FULL_WIDTH)
    return _dress(rng, written, "card", ("", "카드번호 ", "제 카드는 ", "이 카드로요 "), secret)


def _account(rng: random.Random) -> Case:
    shape = rng.choice(((3, 3, 6), (6, 2, 6), (3, 6, 2, 3), (4, 2, 7), (3, 4, 4, 2), (3, 2, 5, 1)))
    groups = [str(rng.randrange(1, 10)) + _digits(rng, size - 1) for size in shape]
    written = rng.choice(("-".join(groups), " ".join(groups), "".join(groups)))
    bank = rng.choice(_BANKS)
    before = rng.choice((f"{bank} ", f"계좌는 {bank} ", f"{bank} 계좌번호 ", f"통장 {bank} ", "입금은 "))
    return Case(f"{before}{written}{rng.choice(_ENDINGS[:6])}", "", ("account",), (written[-5:],))


def _passport(rng: random.Random) -> Case:
    written = rng.choice(
        (
            f"M{_digits(rng, 8)}",
            f"M{_digits(rng, 3)}{rng.choice('ABCDEFGH')}{_digits(rng, 4)}",
            f"S{_digits(rng, 8)}",
            f"m{_digits(rng, 8)}",
        )
    )
    return _dress(rng, written, "passport", ("여권번호 ", "여권은 ", "", "passport no. "), written[-6:])


def _licence(rng: random.Random) -> Case:
    first, second, third = str(rng.randrange(11, 29)), _digits(rng, 6), _digits(rng, 2)
    written = rng.choice(
        (
            f"{first}-{_digits(rng, 2)}-{second}-{third}",
            f"서울 {first}-{second}-{third}",
            f"{first} 05 {second} {third}",
        )
    )
    return _dress(rng, written, "licence", ("면허번호 ", "운전면허증은 ", "", "면허 "), second)


def _email(rng: random.Random) -> Case:
    name = rng.choice(("boram.k", "nuri81", "sol_tree", "kim-h", "a.b.c99", "HanaLee", "dalbit"))
    host = rng.choice(("example.com", "naver.com", "gmail.com", "mail.example.co.kr", "hanmail.net"))
    written = rng.choice((f"{name}@{host}", f"{name} @ {host}", f"{name}＠{host}", f"{name}@{host}".upper()))
    return _dress(rng, written, "email", ("", "메일은 ", "이메일 주소 ", "여기로 "), written[: len(name)])


def _address(rng: random.Random) -> Case:
    road, house, block, flat = (
        rng.choice(_ROADS),
        rng.randrange(1, 400),
        rng.randrange(101, 120),
        rng.randrange(101, 2500),
    )
    written, secret = rng.choice(
        (
            (f"서울 강남구 {road} {house}, {block}동 {flat}호", f"{block}동 {flat}호"),
            (f"대전 유성구 {road} {house}", f"{road} {house}"),
            (f"{road} {house}-{rng.randrange(1, 40)}", f"{road} {house}-"),
            (f"{road}{rng.randrange(1, 40)}번길 {house}", f"번길 {house}"),
            (f"{block}동 {flat}호", f"{block}동"),
            (f"상계동 {house}-{rng.randrange(1, 90)}번지", f"상계동 {house}-"),
            (f"한빛아파트 {block}동 {flat}호", f"{flat}호"),
            (f"행복빌라 {rng.randrange(101, 500)}호", "호"),
            (f"창원시 성산구 {road}{house}길 {rng.randrange(1, 99)} {rng.randrange(2, 9)}층", f"{road}{house}길"),
        )
    )
    before = rng.choice(("", "주소는 ", "집은 ", "사는 곳은 "))
    after = rng.choice(("", "이에요", "입니다", " 살아요", "."))
    return Case(
        f"{before}{written}{after}",
        "",
        ("address",),
        (secret,) if secret != "호" else (),
    )


def _messenger(rng: random.Random) -> Case:
    name = rng.choice(("sol_tree29", "nuri.81", "haneul99", "kim2847", "boram_k", "dalbit2026"))
    written = rng.choice(
        (
            f"카톡 아이디 {name}",
            f"카톡은 {name}",
            f"카카오톡 id {name}",
            f"텔레그램 아이디는 @{name.replace('.', '_')}",
            f"텔레 @{name.replace('.', '_')}",
        )
    )
    return Case(f"{written}{rng.choice(('', '이에요', '입니다', ' 임', '요'))}", "", ("messenger",), (name[-5:],))


def _two_messages(rng: random.Random) -> Case:
    middle, last = _digits(rng, 4), _digits(rng, 4)
    birth, rest = _number(rng, "1234")
    previous, text, kind, secret = rng.choice(
        (
            (f"제 번호는 010-{middle}", last, "phone", last),
            ("010", f"{middle} {last}", "phone", last),
            (f"전화번호 010 {middle} 그리고", f"{last}이요", "phone", last),
            (f"주민번호 앞은 {birth}", rest, "rrn", rest),
            (f"{birth} -", f"{rest}입니다", "rrn", rest),
            ("국민은행 계좌번호예요", "123456 78 901234", "account", "901234"),
        )
    )
    return Case(text, previous, (kind,), (secret,))
