#!/usr/bin/env bash
# The failover bench: every case in network namespaces of its own, one JSON line a figure, others' software under the same cuts
# in the same run. Several villages run side by side; all are gone at the end, also after Ctrl-C.
#   failover.sh BIN_FOLDER [--runs N] [--only CASE[,CASE...]]       N: 20; cases: all of those below
# The values behind the figures stay where KARKARA_BENCH_VALUES says (a folder), else they go.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
all=(carrier_loss lte_blackhole idle_blackhole geo_blackhole idle_geo_blackhole standby toggles simulated agent_kill tunnel peers)

usage() {
    echo "bench failover: [--runs N] [--only CASE[,CASE...]]; the cases: ${all[*]}" >&2
    exit 2
}
(($#)) || usage
bin=$(readlink -f "$1")
shift
runs=20 wanted=" ${all[*]} "
while (($#)); do
    case $1 in
        --runs)
            [[ ${2:-} =~ ^[1-9][0-9]{0,3}$ ]] || usage
            runs=$2
            ;;
        --only) wanted=" ${2//,/ } " ;;
        *) usage ;;
    esac
    shift 2
done
for case in $wanted; do
    [[ " ${all[*]} " == *" $case "* ]] || usage
done
((EUID == 0)) || { echo "bench failover: needs root for network namespaces" >&2; exit 77; }

folder=$(mktemp -d /tmp/karkara-failover.XXXXXX)
values=${KARKARA_BENCH_VALUES:-$folder/values}
mkdir -p "$values"
if [[ $(find "$values" -type f | head -1) ]]; then
    echo "bench failover: $values has values of another run" >&2
    exit 2
fi
mkdir "$folder/groups" # of the steps that run

finish() {
    local status=$? pid
    trap - EXIT
    trap '' INT TERM
    touch "$folder/stop"
    for pid in "$folder"/groups/*; do
        # The script first: it must know before its programs end that this is no failure of theirs.
        kill -TERM "${pid##*/}" 2>/dev/null || true
        kill -TERM -- "-${pid##*/}" 2>/dev/null || true
    done
    wait || true
    rm -rf "$folder"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

wants() { [[ $wanted == *" $1 "* ]]; }
step() { # SCRIPT ARGUMENT...: in a process group of its own, so that it can be ended as a whole
    [[ ! -e $folder/stop ]] || return 0
    setsid "$@" </dev/null &
    local pid=$! status=0
    touch "$folder/groups/$pid"
    wait "$pid" || status=$?
    kill -TERM -- "-$pid" 2>/dev/null || true # what it left running
    rm "$folder/groups/$pid"
    [[ $status == 0 || -e $folder/stop ]] || echo "bench failover: $(basename "$1") ended with $status" | tee -a "$folder/failed" >&2
}

# shellcheck disable=SC2206  # cases are plain words
sims_lane() {
    local cases=()
    for case in carrier_loss lte_blackhole idle_blackhole; do ! wants $case || cases+=($case); done
    ((!${#cases[@]})) || step "$here/failover_sims.sh" "$bin" "$runs" "$values" "${cases[@]}"
    ! wants agent_kill || step "$here/../e2e/agent_kill.sh" "$bin"
}
# shellcheck disable=SC2206
geo_lane() {
    local cases=()
    for case in geo_blackhole idle_geo_blackhole; do ! wants $case || cases+=($case); done
    ((!${#cases[@]})) || step "$here/failover_geo.sh" "$bin" "$runs" "$values" "${cases[@]}"
}
# What costs hardly any processor time runs beside the two.
quiet_lane() {
    ! wants standby || step "$here/failover_standby.sh" "$bin" "$values"
    wants peers || return 0
    if [[ -x /usr/lib/frr/bfdd ]]; then
        step "$here/failover_peers.sh" "$bin" "$runs" "$values" bfdd lte_blackhole carrier_loss
    else
        echo "bench failover: no peer bfdd: the package frr is not installed" >&2
    fi
}
# One run of each: it takes two minutes to leave and one to return.
slow_peer_lane() {
    ! wants peers || step "$here/failover_peers.sh" "$bin" 1 "$values" ping-script lte_blackhole carrier_loss
}

lanes=()
for lane in sims_lane geo_lane quiet_lane slow_peer_lane; do
    "$lane" &
    lanes+=($!)
done
for lane in "${lanes[@]}"; do wait "$lane" || true; done
# What keeps a processor busy comes behind what is timed.
! wants toggles || step "$here/failover_toggles.sh" "$bin" "$runs" "$values"
! wants simulated || step "$bin/karkara-bench-failover-sim"
# Last and alone: it emulates a whole machine.
if wants tunnel; then
    if command -v qemu-system-x86_64 wg >/dev/null; then
        KARKARA_BIN=$bin step "$here/../lab/tunnel_village_test.sh"
    else
        echo "bench failover: no tunnel: the packages qemu-system-x86 and wireguard-tools are not installed" >&2
    fi
fi

# shellcheck source=tests/bench/failover_lab.sh
. "$here/failover_lab.sh"
ratio() { # CASE PEER: medians; of lost packets at least one
    [[ -s $values/$1 && -s $values/$1.$2 ]] || return 0
    local ours theirs
    ours=$(percentile 50 "$values/$1") theirs=$(percentile 50 "$values/$1.$2")
    figure "$1_ratio" "$(awk "BEGIN {least = \"$1\" ~ /lost/ ? 1 : 0.001
        printf \"%.1f\", $theirs / ($ours > least ? $ours : least)}")" times null "$2" "$(wc -l <"$values/$1.$2")" \
        "the peer's median over ours: $theirs / $ours"
}
for peer in bfdd ping-script; do
    ratio lte_blackhole_dark $peer
    ratio carrier_loss_lost $peer
done
[[ ! -e $folder/failed ]]
