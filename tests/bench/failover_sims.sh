#!/usr/bin/env bash
# Two SIMs of 60 ms: carrier loss, blackhole under traffic, blackhole of an idle link. The one that carries the traffic is cut
# each time, so that no run waits for a return.   failover_sims.sh BIN RUNS FOLDER CASE...
set -euo pipefail
# shellcheck source=tests/bench/failover_lab.sh
. "$(dirname "$0")/failover_lab.sh"
lab_begin fs "$1" "$2" "$3" vsat=60 lte=60
cases=" ${*:4} "

run_case() { # CASE METERED
    [[ $cases == *" $1 "* ]] || return 0
    local i
    write_bench_config "$2" "$2" 20 1h
    restart_agent
    for ((i = 0; i < runs; ++i)); do
        both_are_up
        "$1" "$(active_uplink)"
    done
    "$1_figures"
}

carrier_loss() {
    sleep 0.5
    flowing_run "$1" carrier 4 --rate 1000 --gap-ms 40
    note carrier_loss_lost "$(from_stream not_taken)"
    note carrier_loss_dark "$(in_seconds "$(from_stream longest_silence_ms)")"
}
carrier_loss_figures() {
    local wrong
    wrong=$(for operator in vsat lte; do
        ip netns exec "$name-$operator" nft list chain ip operator forward | sed -n 's/.*counter packets \([0-9]*\).*/\1/p'
    done | paste -sd+)
    figures carrier_loss_lost packets 1 20 "" "packets of one flow at 1 kHz that never reached the sink; the operators let \
only their own subscriber's address pass, so the sink hears and answers no other ($((wrong)) \
packets with a dead one's address were dropped there, the router's own among them)"
}

lte_blackhole() {
    sleep 1.5
    flowing_run "$1" blackhole 12 --rate 200 --gap-ms 150 --end-after-gap 0.4
    note lte_blackhole_dark "$(in_seconds "$(from_stream longest_silence_ms)")"
}
lte_blackhole_figures() { figures lte_blackhole_dark s 0.6 1.0 ""; }

idle_blackhole() {
    pause 5000 6000
    idle_run "$1" 150
    note idle_blackhole_dark "$(in_seconds "$(first_answer_ms)")"
}
idle_blackhole_figures() { figures idle_blackhole_dark s - 1.0 "" "60 ms, both SIMs metered"; }

run_case carrier_loss false
run_case lte_blackhole false
run_case idle_blackhole true
