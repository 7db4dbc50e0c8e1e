#!/usr/bin/env bash
# Installs the emulator that `make powercut` runs its machine in; nothing else of the project needs it.
set -euo pipefail
command -v qemu-system-x86_64 >/dev/null && exit 0
as_root=()
[[ $(id -u) == 0 ]] || as_root=(sudo)
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends qemu-system-x86 >/dev/null
