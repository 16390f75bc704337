"""`make plan`: reads one intake as JSON on stdin, writes its plan as JSON on stdout.

Input that does not fit gets one line on stderr that names the field, and exit status 2.
"""

import json
import sys
from datetime import UTC, datetime, timedelta, timezone

from api.catalogue.files import CatalogueError, load_catalogue
from api.planning.document import plan_document
from api.planning.intake import Intake, IntakeError
from api.planning.plan import make_plan

_SEOUL = timezone(timedelta(hours=9))


def main() -> int:
    """Return the exit status: 0 a plan was written, 1 the catalogue does not load, 2 the intake does not fit."""
    try:
        catalogue = load_catalogue()
    except CatalogueError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        document = json.loads(sys.stdin.buffer.read().decode("utf-8"))
        intake = Intake.from_document(document, catalogue)
    except IntakeError as error:
        print(error, file=sys.stderr)
        return 2
    except (UnicodeDecodeError, RecursionError):
        print("intake: must be JSON in UTF-8", file=sys.stderr)
        return 2
    except json.JSONDecodeError as error:
        print(f"intake: is not JSON (line {error.lineno}, column {error.colno}: {error.msg})", file=sys.stderr)
        return 2
    plan = make_plan(intake, catalogue, today=datetime.now(UTC).astimezone(_SEOUL).date())
    output = json.dumps(plan_document(plan, catalogue), ensure_ascii=False, indent=2)
    sys.stdout.buffer.write(output.encode("utf-8") + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
