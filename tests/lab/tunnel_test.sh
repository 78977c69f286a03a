#!/usr/bin/env bash
# A village client's download through the WireGuard tunnel, while the router's way out changes: on Debian's kernel in a
# throw-away machine (scripts/lab/vmrun), against a hub that wg(8) sets up. Checks that the one TCP connection survives, that
# the hub follows each switch, and prints the longest stall as one line of JSON. KARKARA_BIN: the folder of our programs.
#
#   client 192.168.77.2 -- lan0 router vsat0 10.1.0.2 --~310 ms each way, 4 Mbit/s~-- hub 198.51.100.7, inside 10.99.0.1
#                                      lte0  10.2.0.2 --~ 30 ms each way, 8 Mbit/s~--
#
# Planned moves first: the old link goes on, as when the choice or an operator prefers another. Then cuts: the old link swallows
# everything, and the route moves DARK seconds later, as an agent would that has to notice; what TCP's own timer then adds
# is a figure without a goal. NUDGE=no leaves out the word to the hub, for comparison.
#
#   tunnel_test.sh                 all of this
#   tunnel_test.sh kernel PROGRAM  runs a test program there that needs the kernel's WireGuard
set -u
here=$(dirname "$(readlink -f "$0")")
dark=${DARK:-0.6}

# shellcheck source=tests/lab/machine.bash
. "$here/machine.bash"

# --- inside the machine -------------------------------------------------------------------------------------------------

# shellcheck source=tests/lab/download.sh
. "$here/download.sh"

network() {
    two_ways_out hub vsat0 vsat lte0 lte
    ip -n router -batch - <<'IP'
route add default via 10.1.0.1
rule add iif lan0 lookup 100
IP
    heal vsat
    heal lte
}

heal() {
    local netem
    case $1 in vsat) netem=(delay 310ms rate 4mbit limit 300) ;; lte) netem=(delay 30ms rate 8mbit limit 100) ;; esac
    tc -n router qdisc replace dev "${1}0" root netem "${netem[@]}"
    tc -n hub qdisc replace dev "$1" root netem "${netem[@]}"
}
cut_link() {
    tc -n router qdisc replace dev "${1}0" root netem loss 100% limit 1
    tc -n hub qdisc replace dev "$1" root netem loss 100% limit 1
}

hub_up() { # sets hub_key
    wg genkey >"$work/hub.key"
    hub_key=$(wg pubkey <"$work/hub.key")
    ip -n hub link add wg0 type wireguard
    ip netns exec hub wg set wg0 listen-port 51820 private-key "$work/hub.key"
    ip -n hub address add 10.99.0.1/24 dev wg0
    ip -n hub link set wg0 mtu 1420 up
    ip -n hub route add 192.168.77.0/24 dev wg0
}

ask() { # WORD: sets answer
    echo "$1" >&"${tunnel[1]}"
    read -r -t 20 answer <&"${tunnel[0]}" || fail "no answer to $1"
    [[ $answer == ok* ]] || fail "$1: $answer"
}

tunnel_up() {
    coproc tunnel { exec ip netns exec router "$program" wg-karkara "$work/own.key" "$hub_key" 198.51.100.7:51820 10.99.0.2/24 1420; }
    ask up
    own_key=${answer#*public_key=}
    own_key=${own_key%% *}
    [[ $own_key == "$(wg pubkey <"$work/own.key")" ]] || fail "another public key than wg's: $answer"
    [[ $(stat -c %a "$work/own.key") == 600 ]] || fail "others may read the key"
    ip netns exec hub wg set wg0 peer "$own_key" allowed-ips 10.99.0.2/32,192.168.77.0/24
    ip -n router route add default dev wg-karkara table 100
}

move_to() { # NAME: the route, and the word to the hub
    local via
    case $1 in vsat) via=10.1.0.1 ;; lte) via=10.2.0.1 ;; esac
    ip -n router route replace default via "$via"
    [[ ${NUDGE:-} == no ]] || ask nudge
    switches+=("$EPOCHREALTIME $1 ${2:-planned}")
}
followed() { # NAME: the hub sends to the address of this uplink
    local source
    case $1 in vsat) source=10.1.0.2 ;; lte) source=10.2.0.2 ;; esac
    ip netns exec hub wg show wg0 endpoints | grep -q "$source:" && return
    [[ ${NUDGE:-} == no ]] || fail "the hub did not follow to $1"
    echo "without a nudge the hub did not follow to $1" >&2
}

inside() {
    program=$1
    work=$(mktemp -d)
    umask 077
    switches=()
    network
    hub_up
    tunnel_up
    serve_download hub
    download client
    local i
    for ((i = 0; i < 100; i++)); do
        grep -q connected "$work/download" && break
        sleep 0.1
    done
    sleep 3
    move_to lte && sleep 2 && followed lte
    ask up # again: the session goes on
    move_to vsat && sleep 3 && followed vsat
    cuts_from=$EPOCHREALTIME
    cut_link vsat && sleep "$dark" && move_to lte cut && sleep 2.5 && followed lte
    heal vsat
    cut_link lte && sleep "$dark" && move_to vsat cut && sleep 4.5 && followed vsat
    end_download
    ask show
    echo "$answer"
    ask down
    ! ip -n router link show wg-karkara >/dev/null 2>&1 || fail "the interface is still there"
    report
}

longest() { # FROM TO: the longest silence that began then; every silence counts, also what is no switch's fault
    awk -v from="$1" -v to="$2" '$1 == "gap" && $2 >= from && $2 < to && $3 > most { most = $3 } END { printf "%.3f", most }' \
        "$work/download"
}
report() {
    local planned cut
    planned=$(longest 0 "$cuts_from")
    cut=$(longest "$cuts_from" 9999999999)
    printf '%s\n' "${switches[@]}" >&2
    grep -v connected "$work/download" >&2
    figure tunnel_tcp_stall_max "$planned" 2.0
    figure tunnel_tcp_stall_blackhole_max "$cut" null
    awk -v stall="$planned" 'BEGIN { exit stall > 2.0 }' || fail "a stall beyond the goal"
}

if [[ ${1-} == inside ]]; then
    inside "$2"
    exit
fi
needs wg=wireguard-tools python3
modules="wireguard sch_netem"
if [[ ${1-} == kernel ]]; then
    in_machine "$modules" "$2" "${@:2}"
fi
program=$(trial tunnel-trial) || exit
in_machine "$modules" "$program" env DARK="$dark" NUDGE="${NUDGE:-}" "$0" inside "$program"
