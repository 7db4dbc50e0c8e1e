#!/usr/bin/env bash
# Puts tus servers and clients of others' making into .tools/tus, each in the version pinned here. Nothing of it is part of
# the project; all are under the MIT licence but uvicorn (BSD-3-Clause). Node.js itself is not brought along: where it is missing this says so.
set -euo pipefail
cd "$(dirname "$0")"
home=$(realpath ../../../.tools)/tus
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js 20.19 or newer and npm are missing" >&2; exit 1; }
stamp=$(cat ./* | sha256sum)
[[ -f $home/stamp && $(<"$home/stamp") == "$stamp" ]] && exit 0
rm -rf "$home"
mkdir -p "$home"
cp package.json package-lock.json ./*.mjs ./*.py "$home/" # beside what they import
npm ci --prefix "$home" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
/usr/bin/python3 -m venv "$home/python"
"$home/python/bin/pip" install -qq -r requirements.txt 2>/dev/null
echo "$stamp" >"$home/stamp"
