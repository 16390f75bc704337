"""All readings of the danger guard: what the rules leave open, the company of small signs may settle."""

from typing import Tuple

from bot.guard.signs.destitution import DESTITUTION
from bot.guard.signs.harm_to_others import HARM_TO_OTHERS
from bot.guard.signs.job_scam import JOB_SCAM
from bot.guard.signs.self_harm import SELF_HARM
from bot.guard.signs.sign import Reading
from bot.guard.signs.violence import VIOLENCE

READINGS: Tuple[Reading, ...] = (SELF_HARM, VIOLENCE, DESTITUTION, JOB_SCAM, HARM_TO_OTHERS)
