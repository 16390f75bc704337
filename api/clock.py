"""What day it is where the centres are."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


def seoul_date(moment: datetime) -> date:
    """The date in Asia/Seoul at an aware moment; plans begin on it."""
    return moment.astimezone(SEOUL).date()
