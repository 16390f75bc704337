"""A stored plan as the contract's Plan JSON: as it was made, with the steps as they stand now."""

import copy
from typing import Any

from api.models import Plan


def live_document(plan: Plan) -> dict[str, Any]:
    """The plan's document with each step's present status and outcome. Needs `plan.steps` loaded."""
    document = copy.deepcopy(plan.document)
    document["version"] = plan.version
    now = {row.step: row for row in plan.steps}
    for step in document.get("steps", []):
        row = now.get(step["id"])
        if row is not None:
            step["status"] = row.status
            if row.outcome is not None:
                step["outcome"] = row.outcome
    return document
