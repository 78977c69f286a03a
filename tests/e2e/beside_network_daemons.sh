#!/usr/bin/env bash
# The agent beside those who give a router its addresses and names: systemd-networkd, NetworkManager, ifupdown with dhclient and
# with udhcpc, these two clients by themselves while their leases change, and dnsmasq. Each part has a village of its own whose
# operators run a real DHCP server; a part whose daemon is not installed says so and is left out.
#   beside_network_daemons.sh BIN_FOLDER           every part, side by side
#   beside_network_daemons.sh BIN_FOLDER PART      one of them
# shellcheck disable=SC2034  # variant is the part's
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
bin=$(readlink -f "$1")

if (($# > 1)); then
    # shellcheck source=tests/e2e/beside/village.bash
    . "$here/beside/village.bash"
    variant=${2#*.} # some files hold two parts
    # shellcheck source=/dev/null
    . "$here/beside/${2%%.*}.bash"
    exit
fi

((EUID == 0)) || { echo "needs root for network namespaces"; exit 77; }
results=$(mktemp)
lane() { # PART...: one after the other
    local part status
    for part; do
        status=0
        "$0" "$bin" "$part" 2>&1 | sed "s/^/$part: /" || status=${PIPESTATUS[0]}
        echo "$status $part" >>"$results"
    done
}
lanes=()
lane network_manager &
lanes+=($!)
lane networkd.as_documented &
lanes+=($!)
lane ifupdown &
lanes+=($!)
lane networkd.as_shipped udhcpc &
lanes+=($!)
lane names lease_changes &
lanes+=($!)
trap 'kill "${lanes[@]}" 2>/dev/null; wait; rm -f "$results"; exit 130' INT TERM
wait
told=$(wc -l <"$results")
failed=$(grep -cv '^0 \|^77 ' "$results" || true)
passed=$(grep -c '^0 ' "$results" || true)
rm -f "$results"
echo "$passed parts passed, $failed failed, $((told - passed - failed)) left out"
((told == 7 && failed == 0)) || exit 1
((passed > 0)) || exit 77
