#!/usr/bin/env bash
# What an idle standby SIM costs: every byte to and from the subscriber is counted by nft at the operator, first while it
# attaches, then at the agent's own pace, then at a pace that shows what one check costs. The day is the attachment plus the
# checks that the simulated day counts.   failover_standby.sh BIN FOLDER
set -euo pipefail
# shellcheck source=tests/bench/failover_lab.sh
. "$(dirname "$0")/failover_lab.sh"
lab_begin fb "$1" 1 "$2"

count_bytes lte
write_plain_config false true 100 1s
restart_agent
sleep 5
attach=$(counted lte bytes)
before=$(counted lte bytes)
sleep 60
steady=$(($(counted lte bytes) - before))

write_plain_config false true 100 1s 'standby_echo_interval: 2s'
kill -HUP "$agent"
sleep 4
bytes=$(counted lte bytes) packets=$(counted lte packets)
sleep 60
bytes=$(($(counted lte bytes) - bytes)) packets=$(($(counted lte packets) - packets))
checks=$("$bin/karkara-bench-failover-sim" --standby-checks)
per_check=$(awk "BEGIN {printf \"%.1f\", $packets ? $bytes * 2 / $packets : 0}")
day=$(awk "BEGIN {printf \"%.0f\", $attach + $checks * $per_check}")
figure standby_probe_bytes_day "$day" bytes 20000 "" 1 "attachment $attach B + $checks checks of a simulated day x $per_check B; \
one check is two packets, from $bytes B in $packets packets at one check every 2 s for 60 s; at the agent's own pace $steady B \
in 60 s; IP bytes, both directions, counted by nft at the operator"
