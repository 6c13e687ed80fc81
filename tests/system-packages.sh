#!/bin/sh
# Installs the Debian packages that tests use, when it may; otherwise says exactly what is missing.
set -eu
missing=""
need() { # program, package
    command -v "$1" >/dev/null 2>&1 || [ -x "$1" ] || missing="$missing $2"
}
may_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}
# Without windows it is the same browser for a good third less of the processor; the one with windows does as well.
shell=chromium-headless-shell
if ! may_install && command -v chromium >/dev/null 2>&1; then shell=chromium; fi
need "$shell" "$shell"
need exiftool libimage-exiftool-perl
need tesseract tesseract-ocr
need firefox-esr firefox-esr
found=""
for server in /usr/lib/postgresql/*/bin/initdb; do [ -x "$server" ] && found=yes; done
[ -n "$found" ] || missing="$missing postgresql"
fc-list 2>/dev/null | grep -qi liberation || [ -d /usr/share/fonts/truetype/liberation ] || missing="$missing fonts-liberation"
[ -n "$missing" ] || exit 0
if may_install; then
    apt-get update -q >/dev/null
    # Older systems have only the one with windows.
    apt-cache show "$shell" >/dev/null 2>&1 || missing=$(echo "$missing" | sed "s/$shell/chromium/")
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $missing >/dev/null
else
    echo "Tests need these Debian packages; install them as root: apt-get install$missing"
    exit 1
fi
