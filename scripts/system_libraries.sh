#!/bin/sh
# Check the system libraries that no wheel brings: Pango for the PDF; with --tests also a browser and two proxies.
# Installs them where that is allowed (apt and root), otherwise says in one line what to install.
set -u

wanted=""
has_library() { ldconfig -p 2>/dev/null | grep -q "$1"; }

case "$(uname -s)" in
Linux)
    has_library libpango-1.0.so.0 || wanted="$wanted libpango-1.0-0"
    has_library libpangoft2-1.0.so.0 || wanted="$wanted libpangoft2-1.0-0"
    has_library libharfbuzz-subset.so.0 || wanted="$wanted libharfbuzz-subset0"
    if [ "${1:-}" = "--tests" ]; then
        command -v chromium >/dev/null 2>&1 || wanted="$wanted chromium"
        # Where systemd runs, installing a proxy would also start it, on port 80 of a developer's machine.
        if [ ! -d /run/systemd/system ]; then
            PATH="$PATH:/usr/sbin"
            command -v openssl >/dev/null 2>&1 || wanted="$wanted openssl"
            command -v nginx >/dev/null 2>&1 || wanted="$wanted nginx-light"
            command -v caddy >/dev/null 2>&1 || wanted="$wanted caddy"
        fi
    fi
    [ -z "$wanted" ] && exit 0
    if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = "0" ]; then
        echo "Installing system libraries:$wanted" >&2
        # shellcheck disable=SC2086
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted; } >/dev/null 2>&1 && exit 0
        # One that this system does not have must not keep the others away.
        missing=""
        for package in $wanted; do
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 || missing="$missing $package"
        done
        [ -z "$missing" ] && exit 0
        echo "Could not install:$missing. The HTML report works without them." >&2
        exit 1
    fi
    echo "For the PDF (and the browser tests) install:$wanted — for example: sudo apt install$wanted. The HTML report works without them." >&2
    exit 1
    ;;
Darwin)
    [ -e /opt/homebrew/lib/libpango-1.0.dylib ] || [ -e /usr/local/lib/libpango-1.0.dylib ] ||
        { echo "For the PDF install Pango: brew install pango. The HTML report works without it." >&2; exit 1; }
    ;;
*)
    echo "For the PDF install Pango, on Windows with MSYS2: pacman -S mingw-w64-x86_64-pango. The HTML report works without it." >&2
    ;;
esac
