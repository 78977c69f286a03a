#!/usr/bin/env bash
# One part of the shaping bench, on the kernel that is there (shaping_lab.sh brings it up). A figure that nothing was measured for
# ends it: none is printed as 0 by accident.   shaping_part.sh BIN_FOLDER contention|step|cpu
#   contention  a call of the clinic beside a full satellite of 2 Mbit/s, then school and public beside each other; the same with
#               the layouts of sqm-scripts, built with tc(8)
#   step        an adaptive LTE that falls from 4 Mbit/s to 500 kbit/s and returns, with traffic both ways
#   cpu         50 Mbit/s through the agent's trees
# KARKARA_BENCH_TELL=1 tells what the agent thinks meanwhile.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=scripts/lab/whole-system
. "$here/../../scripts/lab/whole-system"
# shellcheck source=tests/bench/shaping_peers.sh
. "$here/shaping_peers.sh"
service=203.0.113.10
clinic=192.168.77.2 public=192.168.77.3 school=192.168.77.4
# kbit/s of the 2000. The uplink's queue is behind our tree, and needs room for what framing was not counted. The downlink's is ahead of
# it: senders' bursts meet there, and wait the less the more room they have, whoever shapes downloads behind it.
held_up=1900 held_down=1600
declare -A port=([cubic]=8081 [bbr]=8082)

world() { ip netns exec "$name-world" "$@"; }
router() { ip netns exec "$name-router" "$@"; }
client() { ip netns exec "$name-client" "$@"; }
say() { echo "shaping $part: $*" >&2; }
uptime_now() { cut -d' ' -f1 /proc/uptime; }
tell() { [[ ! ${KARKARA_BENCH_TELL:-} ]] || local_karkara shaping --explain | sed "s/^/$1  /" >&2; }

tell_queues() { # OPERATOR: what waits in the link itself, and not in the router
    local device
    [[ ${KARKARA_BENCH_TELL:-} ]] || return 0
    for device in sub0 net0; do
        say "the link's own queue, $device: $(ip netns exec "$name-$1" tc -s qdisc show dev "$device" | awk '/backlog/ { print $2; exit }')"
    done
}

# --- figures ----------------------------------------------------------------------------------------------------------

figure() { # NAME VALUE UNIT GOAL PEER COMMENT
    [[ $2 =~ ^(null|-?[0-9]+(\.[0-9]+)?)$ ]] || fail "no value for $1: '$2'"
    printf '{"bench":"shaping","name":"%s","value":%s,"unit":"%s","goal":%s,"peer":"%s","comment":"%s"}\n' "$@"
}
calculate() { # EXPRESSION: nothing where an operand is missing
    local operator='[-+*/<>?:]'
    [[ $1 =~ ^\ *$operator || $1 =~ $operator\ *$operator || $1 =~ $operator\ *$ ]] || awk "BEGIN { printf \"%.2f\", $1 }"
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (a != "" && b > 0) printf "%.4f", a / b }'; }
median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# --- the lab ----------------------------------------------------------------------------------------------------------

# The village with one operator and without relays: what it carries is up to the kernel's own qdiscs.
lab_begin() { # OPERATOR CONTROL...
    local unused=vsat via=1
    [[ $1 != vsat ]] || unused=lte via=2
    shift
    system_begin "sl$$" "$bin"
    local operator
    for operator in vsat lte; do
        ip -n "$name-$operator" rule del priority 101
        ip -n "$name-$operator" rule del priority 102
        ip -n "$name-world" link set "$operator" gso_max_segs 1 # packets as a real link brings them
    done
    ip -n "$name-router" route del default via "100.64.$via.1" dev "${unused}0"
    ip -n "$name-client" link set eth0 gso_max_segs 1
    ip -n "$name-client" address add "$public/24" dev eth0
    ip -n "$name-client" address add "$school/24" dev eth0
    start_controller
    start_anchors
    start_service
    local control
    for control in "$@"; do
        start world "crowd-$control" python3 -S "$here/shaping_flows.py" serve "$service" "${port[$control]}" "$control"
        wait_for 240 "the service of $control" grep -q ready "$work/crowd-$control.log"
    done
}

bottleneck() { # OPERATOR KBIT [BUFFER_BYTES]: both ways, a second of buffer
    local device
    for device in sub0 net0; do
        ip netns exec "$name-$1" tc qdisc replace dev "$device" root handle 1: tbf rate "${2}kbit" burst 3000 limit "${3:-$(($2 * 125))}"
    done
}
round_trip() { world tc qdisc replace dev "$1" root netem delay "${2}ms" limit 4000; } # OPERATOR MS

write_lab_config() { # UPLINK KIND RATE_DOWN RATE_UP [SHAPING_LINE...]
    cat >"$work/site.yaml" <<YAML
site: {id: sadore, name: Sadoré, commune: Youri, region: Tillabéri, latitude: 13.245, longitude: 2.305}
uplinks:
  - id: $1
    kind: $2
    interface: ${1}0
    preference: 10
    rate_down: $3
    rate_up: $4
${5:+    shaping:$(printf '\n      %s' "${@:5}")}
classes:
  - {id: health, subnets: [$clinic/32], ${health:-guarantee_percent: 30}}
  - {id: school, subnets: [$school/32], guarantee_percent: 40}
  - {id: public, subnets: [$public/32], guarantee_percent: 20}
lan:
  interfaces: [lan0]
shaping:
  enabled: ${shaped:-true}
agent:
  state_dir: $work/agent
  bundle: $work/enrolment.yaml
  local_socket: $work/agent.sock
YAML
}
begin_agent() { # UPLINK: and waits until it carries
    [[ ! $agent ]] || kill_agent TERM
    start_agent
    # The bundle comes after the first switch, which takes calls back: where processors are emulated enrolling takes that long.
    wait_for 180 "the first switch" grep -q UPLINK_SWITCHED "$work/agent.log"
    [[ -e $work/enrolment.yaml ]] || enrol_site >/dev/null 2>&1
    wait_for 60 "the uplink" uplink_is_up "$1"
    wait_for 60 "the session" session_is_open
    [[ ${shaped:-true} == false ]] || wait_for 30 "the trees" has_trees "${1}0"
}
has_trees() {
    router tc qdisc show dev "$1" | has "^qdisc htb 6b00: root" && router tc qdisc show dev ifb-karkara | has "^qdisc htb 6b00: root"
}
leaves() { router tc qdisc show dev "$1" | awk '/ 6c/ { print $2 }' | sort -u | paste -sd+; }

# --- traffic ----------------------------------------------------------------------------------------------------------

load() { # NAME CONTROL SOURCE DOWN UP: its process is $crowd
    rm -f "$work/$1.log"
    start client "$1" python3 -S "$here/shaping_flows.py" load "$service" "${port[$2]}" "$2" "$3" "$4" "$5"
    crowd=${started[-1]}
    wait_for 120 "the connections of $1" test -s "$work/$1.log"
}
# What came or was acknowledged between two moments: kbit/s down and up; nothing when the log does not reach that far.
between() { # NAME FROM TO
    awk -v from="$2" -v to="$3" '!begun && $1 >= from { begun = $1; down = $2; up = $3 }
        begun && $1 >= to && $1 > begun {
            printf "%.1f %.1f\n", ($2 - down) / ($1 - begun) / 125, ($3 - up) / ($1 - begun) / 125; exit }' "$work/$1.log"
}
must_be_full() { # WHAT KBIT LEAST_KBIT
    [[ $2 ]] || fail "$1 was not measured"
    awk "BEGIN { exit !($2 >= $3) }" || fail "$1 was not full: $2 of $3 kbit/s at least"
}

call() { # RATE BYTES SECONDS: its report in $work/call.json; fails when it was not heard
    timeout --foreground $(($3 + 30)) ip netns exec "$name-client" "$bin/karkara-stream" --to "$service:9000" --rate "$1" --bytes "$2" \
        --seconds "$3" --linger 1.5 >"$work/call.json"
    (($(from_call sent) >= $1 * $3 * 95 / 100 && $(from_call answered) > 0)) || fail "the call was not made: $(cat "$work/call.json")"
    [[ $(from_call rtt_p95_ms) ]] || fail "karkara-stream is too old to tell the 95th percentile"
}
from_call() { sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p" "$work/call.json"; }
idle_round_trip() { # LEAST MOST: median, of the empty link
    call 50 160 4
    idle=$(from_call rtt_median_ms) jitter=$(calculate "$(from_call rtt_p95_ms) - $idle")
    idle_up=$(from_call up_median_ms) idle_down=$(from_call down_median_ms)
    awk "BEGIN { exit !($idle >= $1 && $idle <= $2) }" || fail "the empty link takes $idle ms and not $1 to $2: is this machine too busy?"
}

# --- contention -------------------------------------------------------------------------------------------------------

# For one layout: the median over three calls of the added delay's p95 in $added, and the loss of all in $loss.
voice() { # CONTROL
    local i lost=0 from
    load public "$1" "$public" 8 4
    sleep 18
    from=$(uptime_now)
    : >"$work/delays"
    for i in 1 2 3; do
        call 50 160 8
        calculate "$(from_call rtt_p95_ms) - $idle" >>"$work/delays"
        echo >>"$work/delays"
        lost=$((lost + $(from_call lost)))
        say "call $i beside $1: $(cat "$work/call.json")"
        tell_queues vsat
    done
    sleep 0.5
    read -r down up <<<"$(between public "$from" "$(calculate "$(uptime_now) - 1")")"
    must_be_full "the downlink beside the call" "$down" 1200
    must_be_full "the uplink beside the call" "$up" 900
    added=$(median <"$work/delays") loss=$lost
    end_program "$crowd" TERM
    say "the public had $down kbit/s down, $up up"
}

# The school is promised two thirds of what both get; the error of the worse class in the worse direction, by the medians of three
# windows, in $error. Over 60 ms: with a few flows over 620 a class does not always have something to send.
share() { # CONTROL
    local i begun public_crowd
    round_trip vsat 60
    load public "$1" "$public" 8 4
    public_crowd=$crowd
    load school "$1" "$school" 4 4
    sleep 12
    begun=$(uptime_now)
    sleep 19.5
    : >"$work/shares"
    for i in 0 6 12; do
        read -r a b <<<"$(between public "$(calculate "$begun + $i")" "$(calculate "$begun + $i + 6")")"
        read -r c d <<<"$(between school "$(calculate "$begun + $i")" "$(calculate "$begun + $i + 6")")"
        must_be_full "the shared downlink" "$(calculate "$a + $c")" 1200
        must_be_full "the shared uplink" "$(calculate "$b + $d")" 900
        echo "$a $b $c $d" >>"$work/shares"
        say "window of $1: public $a down $b up, school $c down $d up"
    done
    error=$({ awk '{ print $3 / ($1 + $3) }' "$work/shares" | median
              awk '{ print $4 / ($2 + $4) }' "$work/shares" | median; } |
        awk '{ e = ($1 - 2 / 3) * 300; e = e < 0 ? -e : e; most = e > most ? e : most } END { if (NR == 2) printf "%.2f", most }')
    end_program "$crowd" TERM
    end_program "$public_crowd" TERM
    round_trip vsat 620
}

ours() { # CONTROL SUFFIX
    local how
    [[ $(leaves vsat0) =~ cake|fq_codel ]] || fail "the agent's trees have neither CAKE nor fq_codel leaves"
    voice "$1"
    tell "$1"
    how="$1, leaves $(leaves vsat0), 8 downloads and 4 uploads; link 2 Mbit/s, shaped to $held_down and $held_up kbit/s; idle $idle ms, its p95 $jitter more"
    figure "voice_added_delay_p95$2" "$added" ms 30 "" "$how; round trip, the median of 3 calls"
    figure "voice_loss$2" "$loss" packets 0 "" "$how; of 1200"
    [[ ! $2 ]] || return 0
    share "$1"
    figure share_error_max "$error" percent 5 "" "$1, over 60 ms; school with 4 flows each way to public with 8 and 4 as 2 to 1; the worse class and direction"
}

peer() { # LAYOUT
    "$1" "$held_down" "$held_up"
    idle_round_trip 615 640
    voice cubic
    share cubic
    figure voice_added_delay_p95 "$added" ms null "$1" "sqm-scripts' layout with the same rate and crowd, the call marked EF"
    figure voice_loss "$loss" packets null "$1" "the same"
    figure share_error_max "$error" percent null "$1" "the same; it knows no shares of classes"
    figure voice_added_delay_ratio "$(ratio "$our_added" "$added")" ratio 1 "$1" "ours to theirs"
    figure share_error_ratio "$(ratio "$our_error" "$error")" ratio 1 "$1" "ours to theirs"
    remove_sqm
}

contention() {
    lab_begin vsat cubic bbr
    bottleneck vsat 2000
    round_trip vsat 620
    for space in client world; do # whoever marks calls helps sqm's layouts; ours does not look
        ip netns exec "$name-$space" nft "add table ip bench
            add chain ip bench out { type filter hook output priority 0; }
            add rule ip bench out udp dport 9000 ip dscp set ef
            add rule ip bench out udp sport 9000 ip dscp set ef"
    done
    write_lab_config vsat vsat "${held_down}kbit" "${held_up}kbit"
    begin_agent vsat
    idle_round_trip 615 640
    ours cubic ''
    our_added=$added our_error=$error
    ours bbr _bbr
    shaped=false write_lab_config vsat vsat "${held_down}kbit" "${held_up}kbit"
    shaped=false begin_agent vsat
    ! router tc qdisc show | has 6b00: || fail "the agent's trees are still there"
    peer sqm_simple
    peer sqm_piece_of_cake
}

# --- step -------------------------------------------------------------------------------------------------------------

# Of the devices' counters: until a whole second carried over 85 %, in the slower direction; 60 when none did.
recovery() { # FROM
    awk -v from="$1" '{ t[NR] = $1; b[1, NR] = $2; b[2, NR] = $3 }
        END {
            for (d = 1; d <= 2; ++d) {
                since = 60
                for (i = 1; i <= NR && since == 60; ++i) {
                    if (t[i] < from) continue
                    for (j = i + 1; j <= NR && t[j] < t[i] + 1; ++j) {}
                    if (j <= NR && (b[d, j] - b[d, i]) / (t[j] - t[i]) >= 0.85 * 4e6 / 8) since = t[j] - from
                }
                most = since > most ? since : most
            }
            if (NR && t[NR] > from + 30) printf "%.2f", most
        }' "$work/watch.log"
}
# What the link carried of what it could, in the worse direction.
used() { # FROM TO KBIT
    awk -v from="$1" -v to="$2" -v kbit="$3" '!n && $1 >= from { n = 1; t = $1; a = $2; b = $3 }
        n && $1 >= to { a = $2 - a; b = $3 - b; printf "%.1f", (a < b ? a : b) / ($1 - t) / 1.25 / kbit; exit }' "$work/watch.log"
}

run_step() { # CONTROL SUFFIX
    local stream begun fell rose how watch recovered
    bottleneck lte 4000 500000
    start lte watch python3 -S "$here/shaping_flows.py" watch sub0 net0
    watch=${started[-1]}
    load public "$1" "$public" 2 2
    sleep 15
    tell "$1 begin"
    begun=$(uptime_now)
    call 50 300 180 &
    stream=$!
    sleep 60
    bottleneck lte 500 500000
    fell=$(uptime_now)
    sleep 5
    tell "$1 fell"
    sleep 55
    tell "$1 low"
    bottleneck lte 4000 500000
    rose=$(uptime_now)
    sleep 12
    tell "$1 rose"
    wait "$stream" || fail "the stream"
    say "$1: $(cat "$work/call.json")"
    must_be_full "the link before its fall" "$(calculate "$(used "$begun" "$fell" 4000) * 40")" 400
    how="$1, 2 flows each way, round trip 60 ms, 500 kB of buffer; leaves $(leaves lte0); carried $(used "$begun" "$fell" 4000), \
$(used "$fell" "$rose" 500), $(used "$rose" "$(calculate "$rose + 55")" 4000) % of the link in the worse direction"
    figure "step_added_delay_p95$2" "$(printf '%s\n' "$(calculate "$(from_call up_p95_ms) - $idle_up")" \
        "$(calculate "$(from_call down_p95_ms) - $idle_down")" | sort -n | tail -1)" ms 100 "" "one way, the worse one; $how"
    figure "step_added_round_trip_p95$2" "$(calculate "$(from_call rtt_p95_ms) - $idle")" ms null "" "there and back; $how"
    figure "step_stream_loss$2" "$(from_call lost)" packets 0 "" "of $(from_call sent), 120 kbit/s; $how"
    recovered=$(recovery "$rose")
    [[ $recovered != 60.00 ]] || recovered=null
    figure "step_recovery_time$2" "$recovered" s 10 "" "until a second carries over 85 % both ways, null: never; $how"
    end_program "$crowd" TERM
    end_program "$watch" TERM
}

step() {
    lab_begin lte cubic bbr
    bottleneck lte 4000 500000
    round_trip lte 60
    # What the stream needs does not shrink with the link, and has room to catch up.
    health='guarantee_rate: 180kbit' write_lab_config lte cellular 6Mbit 6Mbit 'adaptive: true' 'base_down: 4Mbit' 'base_up: 4Mbit' 'floor_down: 250kbit' 'floor_up: 250kbit'
    begin_agent lte
    idle_round_trip 58 75
    run_step cubic ''
    kill_agent TERM
    agent=''
    rm -f "$work/agent/state/shaping-rates" # or the second run would begin where the first ended
    begin_agent lte
    run_step bbr _bbr
}

# --- cpu --------------------------------------------------------------------------------------------------------------

agent_seconds() { cat "/proc/$agent"/task/*/schedstat | awk '{ sum += $1 } END { if (NR) printf "%.6f", sum / 1e9 }'; }

cpu() {
    local from before after down up
    lab_begin lte cubic
    write_lab_config lte cellular 50Mbit 10Mbit 'adaptive: true' 'base_down: 50Mbit' 'floor_down: 48Mbit'
    begin_agent lte
    load public cubic "$public" 4 0
    sleep 10
    tell cpu
    from=$(uptime_now) before=$(agent_seconds)
    sleep 30
    after=$(agent_seconds)
    read -r down up <<<"$(between public "$from" "$(calculate "$from + 28")")"
    must_be_full "the link of 50 Mbit/s" "$down" 44000
    awk "BEGIN { exit !(${before:-0} > 0 && ${after:-0} > ${before:-0}) }" || fail "no processor time of the agent was seen"
    figure agent_cpu_at_50mbit "$(calculate "($after - $before) * 100 / 30")" percent_of_core 1 "" \
        "over 30 s, with an adaptive rate; $down kbit/s came; leaves $(leaves lte0)"
}

[[ ${2:-} =~ ^(contention|step|cpu)$ ]] || { echo "usage: $0 BIN_FOLDER contention|step|cpu" >&2; exit 2; }
bin=$(readlink -f "$1") part=$2
"$part"
