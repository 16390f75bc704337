"""What the bot says of a centre: its name, phone, opening hours, and when it opens next."""

from __future__ import annotations

from datetime import datetime, timedelta

import holidays

from actions.wording import word
from api.planning.catalogue import Center

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def hours_phrase(center: Center) -> str:
    """Opening hours in one phrase: 평일 9시~18시; days with other hours are listed one by one."""
    weekdays = {center.opening.get(day) for day in DAYS[:5]}
    if len(weekdays) == 1 and None not in weekdays and not any(center.opening.get(d) for d in DAYS[5:]):
        return word("word_hours_weekdays", hours=_span(center.opening["mon"]))
    parts = [f"{word(f'word_day_{d}')} {_span(center.opening[d])}" for d in DAYS if center.opening.get(d)]
    return ", ".join(parts)


def is_open(center: Center, now: datetime) -> bool:
    """True when somebody is there at this local time (holidays of Korea included)."""
    hours = center.opening.get(DAYS[now.weekday()])
    if hours is None or _closed_today(center, now):
        return False
    return hours[0] <= now.strftime("%H:%M") < hours[1]


def next_opening(center: Center, now: datetime) -> str:
    """When it opens next, as one says it: 오늘 9시, 내일 9시, 월요일 9시."""
    for ahead in range(15):
        day = now + timedelta(days=ahead)
        hours = center.opening.get(DAYS[day.weekday()])
        if hours is None or _closed_today(center, day) or (ahead == 0 and now.strftime("%H:%M") >= hours[0]):
            continue
        if ahead > 6:
            name = word("word_date", month=day.month, day=day.day)
        else:
            name = word(("word_today", "word_tomorrow")[ahead] if ahead < 2 else f"word_day_{DAYS[day.weekday()]}")
        return f"{name} {_hour(hours[0])}"
    return word("word_next_working_day")


def period_phrase(days: int) -> str:
    """A retention period in years where it is whole years, else in days."""
    return word("word_years", value=days // 365) if days % 365 == 0 else word("word_days", value=days)


def _closed_today(center: Center, day: datetime) -> bool:
    return center.closed_on_holidays and day.date() in holidays.country_holidays("KR", years=day.year)


def _span(hours: tuple[str, str]) -> str:
    return f"{_hour(hours[0])}~{_hour(hours[1])}"


def _hour(clock: str) -> str:
    hour, minute = clock.split(":")
    if minute == "00":
        return word("word_hour", hour=int(hour))
    return word("word_hour_minute", hour=int(hour), minute=int(minute))
