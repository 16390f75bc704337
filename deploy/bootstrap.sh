#!/bin/sh
# Finds any Python >= 3.10 that can make a virtual environment and hands over to deploy/ready.py.
# usage: sh deploy/bootstrap.sh GOAL...      goals: see deploy/steps.py (app, engine, web, model, services, all)
# The goals of `make` call this every time; when nothing has changed it says nothing and takes a tenth of a second.
set -u
root=$(cd "$(dirname "$0")/.." && pwd) || exit 1
cd "$root" || exit 1
export PYTHONDONTWRITEBYTECODE=1

can_start() { "$1" -c 'import sys, venv, ensurepip, ssl; sys.exit(sys.version_info < (3, 10))' </dev/null >/dev/null 2>&1; }

# The private tool folder comes first: once it is there, no search is needed.
if can_start .tools/python/bin/python; then
    exec .tools/python/bin/python -m deploy.ready "$@" </dev/null
fi
for candidate in python3 python3.12 python3.11 python3.13 python3.14 python3.10 \
        "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.1[0-9]*/bin/python3 \
        /usr/bin/python3 /usr/local/bin/python3; do
    if can_start "$candidate"; then
        exec "$candidate" -m deploy.ready "$@" </dev/null
    fi
done
echo "No Python 3.10 or newer with venv was found. Install one and run make again (Debian, Ubuntu: apt-get install python3-venv)." >&2
exit 1
