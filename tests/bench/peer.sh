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
if ! command -v tesseract >/dev/null; then
  mkdir -p "$home/deb" "$home/root"
  # libwebpmux3 is Leptonica's; other systems have it already, an extra copy does no harm.
  for package in tesseract-ocr libtesseract5 liblept5 libwebpmux3; do
    compgen -G "$home/deb/${package}_*.deb" >/dev/null && continue
    (cd "$home/deb" && apt-get download -qq "$package")
    dpkg -x "$home/deb/$package"_*.deb "$home/root"
  done
fi
if [[ -d $home/root/usr/share/tesseract-ocr/5/tessdata ]]; then
  # the command's own configurations beside the languages that the project has installed
  ln -sf /usr/share/tesseract-ocr/5/tessdata/*.traineddata "$home/root/usr/share/tesseract-ocr/5/tessdata/"
fi
