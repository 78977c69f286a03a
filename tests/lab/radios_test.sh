#!/usr/bin/env bash
# The router's radios on Debian's kernel in a throw-away machine (scripts/lab/vmrun): two of mac80211_hwsim, the first with
# a real hostapd. Runs the test program of the radios there, which compares with iw(8).
#
#   radios_test.sh PROGRAM [ARG...]
set -u
here=$(dirname "$(readlink -f "$0")")
command -v qemu-system-x86_64 iw hostapd >/dev/null || { echo "needs qemu-system-x86, iw and hostapd" >&2; exit 77; }
(($#)) || { echo "usage: $0 PROGRAM [ARG...]" >&2; exit 2; }
# --rw: it would not see a build folder below /tmp
exec "$here/../../scripts/lab/vmrun" --modules "mac80211_hwsim" --mem 768 --timeout 170 --rw "$(dirname "$1")" -- "$@"
