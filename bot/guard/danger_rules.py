"""All rules of the danger guard, in the order in which they are tried."""

from typing import Tuple

from bot.guard.rules import destitution, harm_to_others, job_scam, self_harm, violence
from bot.guard.rules.rule import Rule

RULES: Tuple[Rule, ...] = self_harm.RULES + violence.RULES + destitution.RULES + job_scam.RULES + harm_to_others.RULES
