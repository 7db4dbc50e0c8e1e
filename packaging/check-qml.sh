#!/usr/bin/env bash
# QML: no lint finding, and every file in the form that qmlformat gives it.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t files < <(find ui/qml -name '*.qml' | sort)
.venv/bin/pyside6-qmllint --max-warnings 0 -I ui/qml "${files[@]}"
wrong=0
for file in "${files[@]}"; do
  .venv/bin/pyside6-qmlformat "$file" | cmp -s - "$file" || { echo "not in qmlformat's form: $file" >&2; wrong=1; }
done
exit $wrong
