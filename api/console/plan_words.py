"""Korean words for the parts of a plan; pure, shared by the picture and the pages."""

MODES = {"visit": "방문", "phone": "전화", "online": "온라인"}
STEP_STATUSES = {"planned": "예정", "in_progress": "진행 중", "done": "끝남", "skipped": "건너뜀"}


def day_words(day: object) -> str:
    """ "첫날" for day 0, "15일째부터" for later ones: the earliest day counts from the start of the plan.

    >>> day_words(0), day_words(14)
    ('첫날', '15일째부터')
    """
    number = int(day) if isinstance(day, int | float) else 0
    return "첫날" if number <= 0 else f"{number + 1}일째부터"


def short_day_words(day: object) -> str:
    """The same, short enough for a box of the picture.

    >>> short_day_words(14)
    '15일째'
    """
    return day_words(day).removesuffix("부터")


def mode_words(mode: object) -> str:
    """방문, 전화 or 온라인; what is not known stays visible."""
    return MODES.get(str(mode), "방법 확인 필요")


def step_status_words(status: object) -> str:
    """The state of a step in words."""
    return STEP_STATUSES.get(str(status), "상태 확인 필요")


def minutes_words(minutes: object) -> str:
    """Minutes as hours and minutes.

    >>> minutes_words(210), minutes_words(45), minutes_words(120)
    ('3시간 30분', '45분', '2시간')
    """
    number = int(minutes) if isinstance(minutes, int | float) else 0
    hours, rest = divmod(max(number, 0), 60)
    if not hours:
        return f"{rest}분"
    return f"{hours}시간 {rest}분" if rest else f"{hours}시간"
