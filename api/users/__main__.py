"""`python -m api.users`: add a user from the machine itself, above all the first administrator of a new house.

The password is asked for, or read from standard input where that is no terminal; it never stands in the command.
"""

import argparse
import getpass
import sys

from pydantic import SecretStr, ValidationError

from api.app import prepare
from api.db import open_database
from api.errors import HouseError
from api.scope import SYSTEM
from api.settings import Settings, SettingsError
from api.users.schemas import UserIn
from api.users.usecases import add_user


def main(arguments: list[str] | None = None) -> int:
    """Add one user. Returns 0, or 2 with the reason on stderr."""
    parser = argparse.ArgumentParser(prog="python -m api.users", description="Add a user of the console.")
    parser.add_argument("login")
    parser.add_argument("name")
    parser.add_argument("role", choices=("counselor", "manager", "admin"))
    parser.add_argument("--center", help="id of the centre; an administrator may be without one")
    given = parser.parse_args(arguments)
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        new = UserIn(
            login=given.login, name=given.name, role=given.role, center=given.center, password=SecretStr(password)
        )
        settings = Settings.from_environment()
        database = open_database(settings)
        try:
            prepare(database, settings)
            with database.writing() as db:
                add_user(db, SYSTEM, new)
        finally:
            database.close()
    except ValidationError as error:
        print("; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()), file=sys.stderr)
        return 2
    except (HouseError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
