#!/usr/bin/env bash
# What the cases of the failover bench share: the figures' arithmetic, a village with an agent of the case's own patience, and
# one run of a stream around a cut. For the scripts beside it, which source this file.
#   lab_begin NAME BIN RUNS FOLDER [RTT...]   the village, its programs; FOLDER: one file of values for each case
# shellcheck disable=SC2034  # variables are for the sourcing script
# shellcheck source=scripts/lab/whole-system
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lab/whole-system"
sink=203.0.113.10:9000

village_begin() { # NAME BIN RUNS FOLDER [RTT...]: without an agent
    runs=$3 values=$4
    export KARKARA_VILLAGE_RTT_MS="${*:5}"
    system_begin "$1$$" "$(readlink -f "$2")"
    mkdir -p "$values"
}

lab_begin() {
    village_begin "$@"
    start_controller
    start_anchors
    start_service
    enrol_site >/dev/null 2>&1
}

# --- the agent --------------------------------------------------------------------------------------------------------

# Without hold-down beyond the shortest probation, so that twenty failures in a row do not wait for each other.
write_plain_config() { # VSAT_METERED LTE_METERED LTE_PREFERENCE RETURN_AFTER [LTE_LINE [VSAT_LINE]]
    cat >"$work/site.yaml" <<YAML
site:
  id: sadore
  name: Péta Djounga (Sadoré)
  commune: Youri
  region: Tillabéri
  latitude: 13.245
  longitude: 2.305
uplinks:
  - id: vsat
    kind: vsat
    interface: vsat0
    preference: 10
    metered: $1
${6:+    $6}
  - id: lte
    kind: cellular
    interface: lte0
    preference: $3
    metered: $2
${5:+    $5}
failover:
  hold_down: 0s
  hold_down_max: 0s
  switch_back_after: $4
  leave_metered_after: $4
  min_dwell: 0s
lan:
  interfaces: [lan0]
agent:
  state_dir: $work/agent
  bundle: $work/enrolment.yaml
  local_socket: $work/agent.sock
YAML
}

# An hour's failures in a few minutes are more than a day's budget of probes is made for.
write_bench_config() { # VSAT_METERED LTE_METERED LTE_PREFERENCE RETURN_AFTER
    local budget='probe_budget: 100MB'
    write_plain_config "$@" "$budget" "$budget"
    "$bin/karkara-agent" --check-config "$work/site.yaml" >/dev/null 2>&1 || write_plain_config "$@" # without budgets
}

restart_agent() {
    [[ ! $agent ]] || kill_agent TERM
    start_agent
    wait_for 60 "the site's session" session_is_open
    both_are_up
}

both_are_up() {
    wait_for 90 "the VSAT up" uplink_is_up vsat
    wait_for 90 "the LTE up" uplink_is_up lte
}
active_uplink() { local_karkara status -o json | tr -d ' \n' | sed -n 's/.*"active_uplink":"\([a-z]*\)".*/\1/p'; }
is_active() { [[ $(active_uplink) == "$1" ]]; }

# --- bytes ------------------------------------------------------------------------------------------------------------

count_bytes() { # UPLINK: at the operator, to and from the subscriber
    ip netns exec "$name-$1" nft "add table ip bench
        add chain ip bench up { type filter hook prerouting priority -310; }
        add rule ip bench up iifname sub0 counter
        add chain ip bench down { type filter hook postrouting priority 310; }
        add rule ip bench down oifname sub0 counter"
}
counted() { # UPLINK packets|bytes: of both directions
    ip netns exec "$name-$1" nft list table ip bench | grep -o "$2 [0-9]*" | awk '{ sum += $2 } END { print sum }'
}

# --- one run ----------------------------------------------------------------------------------------------------------

pause() { # FROM_MS TO_MS: at random, so that no cut keeps step with the agent's echoes
    local ms=$(($1 + RANDOM % ($2 - $1 + 1)))
    sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
}

stream() { # LONGEST_S OPTION...: the client; its report
    timeout --foreground $(($1 + 10)) ip netns exec "$name-client" "$bin/karkara-stream" --to "$sink" --seconds "$1" \
        --report-gaps "${@:2}" >"$work/stream.json"
}
from_stream() { sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p" "$work/stream.json"; }
in_seconds() { awk "BEGIN {printf \"%.3f\", $1 / 1000}"; }

# Traffic flows both ways when the cut comes.
flowing_run() { # UPLINK HOW LONGEST_S STREAM_OPTION...
    local client
    stream "$3" --linger 0.7 "${@:4}" &
    client=$!
    pause 1200 2200
    "$village" cut "$name" "$1" "$2"
    echo "$(date +%H:%M:%S.%3N) cut $1 $2" >>"$work/cuts.log"
    wait "$client" || fail "the client"
    "$village" heal "$name" "$1"
}

# Nobody used the link for five seconds; then one packet every 100 ms until answers come.
idle_run() { # UPLINK GAP_MS
    "$village" cut "$name" "$1" blackhole
    echo "$(date +%H:%M:%S.%3N) cut $1 idle" >>"$work/cuts.log"
    stream 12 --rate 10 --gap-ms "$2" --end-after-gap 0.1 --linger 0.7
    "$village" heal "$name" "$1"
}
# What the client of idle_run waited: to its first answer, or for ever (12 s).
first_answer_ms() { if [[ $(from_stream answered) == 0 ]]; then echo 12000; else from_stream until_first_ms; fi; }

note() { echo "$2" >>"$values/$1"; } # CASE VALUE

# --- figures ----------------------------------------------------------------------------------------------------------

# By nearest rank; the median of an even number is the mean of the middle two.
percentile() { # PERCENT FILE
    sort -n "$2" | awk -v p="$1" '{ v[NR] = $1 }
        END { i = int(p * NR / 100); i += i < p * NR / 100; i = i < 1 ? 1 : i
              print p == 50 && NR % 2 == 0 ? (v[NR / 2] + v[NR / 2 + 1]) / 2 : v[i] }'
}

figure() { # NAME VALUE UNIT GOAL PEER RUNS [COMMENT]
    printf '{"bench":"failover","name":"%s","value":%s,"unit":"%s","goal":%s,"peer":"%s","runs":%s' "$1" "$2" "$3" "$4" \
        "$5" "$6"
    [[ ! ${7:-} ]] || printf ',"comment":"%s"' "$7"
    echo '}'
}

figures() { # CASE UNIT GOAL_MEDIAN GOAL_P95 PEER [COMMENT]: median and p95 of what was noted; - for a goal: no such figure
    local file=$values/$1${5:+.$5} count
    count=$(wc -l <"$file")
    [[ $3 == - ]] || figure "$1_median" "$(percentile 50 "$file")" "$2" "$3" "$5" "$count" "${6:-}"
    [[ $4 == - ]] || figure "$1_p95" "$(percentile 95 "$file")" "$2" "$4" "$5" "$count" "${6:-}"
}
