#!/usr/bin/env bash
# A satellite of 620 ms with a SIM of 60 ms behind it: blackhole under traffic and on an idle link. The traffic returns to the
# satellite between the runs.   failover_geo.sh BIN RUNS FOLDER CASE...
set -euo pipefail
# shellcheck source=tests/bench/failover_lab.sh
. "$(dirname "$0")/failover_lab.sh"
lab_begin fg "$1" "$2" "$3"
cases=" ${*:4} "
write_bench_config false true 100 1s
restart_agent

run_case() { # CASE
    [[ $cases == *" $1 "* ]] || return 0
    local i
    for ((i = 0; i < runs; ++i)); do
        both_are_up
        wait_for 60 "the return to the VSAT" is_active vsat
        "$1"
    done
    "$1_figures"
}

geo_blackhole() {
    sleep 1.5
    flowing_run vsat blackhole 12 --rate 200 --gap-ms 900 --end-after-gap 0.4
    note geo_blackhole_dark "$(in_seconds "$(from_stream longest_silence_ms)")"
}
geo_blackhole_figures() { figures geo_blackhole_dark s 1.7 2.0 ""; }

idle_geo_blackhole() {
    pause 5000 6000
    idle_run vsat 900
    note idle_geo_blackhole_dark "$(in_seconds "$(first_answer_ms)")"
}
idle_geo_blackhole_figures() { figures idle_geo_blackhole_dark s - 2.0 ""; }

run_case geo_blackhole
run_case idle_geo_blackhole
