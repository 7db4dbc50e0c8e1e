#!/usr/bin/env bash
# Installs what the project needs on Debian 12. The one place that knows the Debian packages.
#   packaging/setup.sh            everything for development (run and test)
#   packaging/setup.sh --check    exits 1 when something is missing; changes nothing
set -euo pipefail
cd "$(dirname "$0")/.."

debian_packages=(
  # Python and what compiles against it
  python3 python3-dev python3-venv gcc pkg-config ca-certificates
  # chip card: PC/SC daemon, its headers, the virtual reader that the simulated chip is put into
  pcscd libpcsclite-dev libccid vsmartcard-vpcd
  # scanner: SANE, the driverless eSCL backend, headers for python-sane
  libusb-1.0-0 libsane-dev libsane1 sane-utils sane-airscan
  # text recognition, PDF checking, colour profile of PDF/A
  tesseract-ocr-vie tesseract-ocr-osd icc-profiles-free poppler-utils qpdf
  # barcodes
  libzbar0
  # what Qt Quick loads, and a virtual screen for its tests
  libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1
  libxcb-shape0 libxcb-image0 libxcb-render-util0 libfontconfig1 libdbus-1-3 libglib2.0-0 xvfb xdotool
  # the compositor that shows the kiosk and nothing else; it wants Xwayland beside it
  cage xwayland
  # the device key in a TPM: library with headers for tpm2-pytss, and a TPM of software for the tests
  libtss2-dev swtpm libtss2-tcti-swtpm0
  # what a screen reader sees of the kiosk, and a compositor without a screen, for the tests that touch it from outside
  at-spi2-core gir1.2-atspi-2.0 python3-gi sway
  # failing system calls on purpose, for the tests of power cuts and full disks
  strace
  # an office printer of another's making, and the message bus it insists on, for the tests of the A4 printer
  cups-ipp-utils dbus-daemon
  # spoken guidance, and its recordings faster and slower
  espeak-ng sonic
  # the judge of the units in packaging/systemd
  systemd
)
# uv is taken from the Python registry at a fixed version into a folder of its own
uv_version=0.13.8

missing=()
for package in "${debian_packages[@]}"; do
  [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
done
if [[ ${1:-} == --check ]]; then
  ((${#missing[@]} == 0)) || { echo "missing Debian packages: ${missing[*]}" >&2; exit 1; }
  [[ -x .venv/bin/kiosk ]] || { echo "missing: .venv (run packaging/setup.sh)" >&2; exit 1; }
  exit 0
fi

if ((${#missing[@]})); then
  echo "Installing ${#missing[@]} Debian packages"
  as_root=()
  [[ $(id -u) == 0 ]] || as_root=(sudo)
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if [[ ! -x .tools/bin/uv || $(.tools/bin/uv --version) != "uv $uv_version"* ]]; then
  echo "Installing uv $uv_version"
  /usr/bin/python3 -m venv .tools
  .tools/bin/pip install -q "uv==$uv_version"
fi
# the interpreter of the system, never one downloaded: what is tested is what the .deb runs on
export UV_PYTHON_DOWNLOADS=never UV_PYTHON=/usr/bin/python3
# bytecode now, so that the first start after an installation is not the slow one
.tools/bin/uv sync --frozen --quiet --compile-bytecode
