#!/usr/bin/env bash
# The router's radios on Debian's kernel in a throw-away machine (scripts/lab/vmrun): two of mac80211_hwsim, the first with
# a real hostapd. Runs the test program of the radios there, which compares with iw(8).
#
#   radios_test.sh PROGRAM [ARG...]
set -u
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=tests/lab/machine.bash
. "$here/machine.bash"
needs iw hostapd
(($#)) || { echo "usage: $0 PROGRAM [ARG...]" >&2; exit 2; }
in_machine mac80211_hwsim "$1" "$@"
