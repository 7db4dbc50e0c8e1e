#!/usr/bin/env bash
# Puts OCRmyPDF into an environment of its own under .tools/, and Tesseract's command beside it where Debian has not
# installed it; anew when the folder was moved, since commands of such an environment name their place. Nothing of it
# is part of the project.
set -euo pipefail
cd "$(dirname "$0")/../.."
home=$(realpath .tools)/ocrmypdf
if ! "$home/bin/ocrmypdf" --version >/dev/null 2>&1; then
  rm -rf "$home"
  /usr/bin/python3 -m venv "$home"
  "$home/bin/pip" install -q ocrmypdf==17.13.0
fi
if ! command -v tesseract >/dev/null && [[ ! -x $home/root/usr/bin/tesseract ]]; then
  mkdir -p "$home/deb" "$home/root"
  (cd "$home/deb" && apt-get download -qq tesseract-ocr libtesseract5 liblept5)
  for package in "$home"/deb/*.deb; do dpkg -x "$package" "$home/root"; done
fi
if [[ -d $home/root/usr/share/tesseract-ocr/5/tessdata ]]; then
  # the command's own configurations beside the languages that the project has installed
  ln -sf /usr/share/tesseract-ocr/5/tessdata/*.traineddata "$home/root/usr/share/tesseract-ocr/5/tessdata/"
fi
