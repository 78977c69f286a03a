#!/usr/bin/env bash
# What the agent costs a router while nothing happens: memory, processor, wake-ups, over 30 s with the session up.
#   agent_at_rest.sh BIN_FOLDER
set -euo pipefail
# shellcheck source=scripts/lab/whole-system
. "$(dirname "$0")/../../scripts/lab/whole-system"
seconds=30
system_begin "ar$$" "$(readlink -f "$1")"
# At rest as a village is at night: the intervals that sites are shipped with, not those of a demonstration.
KARKARA_HEARTBEAT=4m start_controller
start_anchors
enrol_site >/dev/null
start_charger
write_site_config
sed -i -e 's/sample_interval: .*/sample_interval: 60s/' -e 's/flush_interval: .*/flush_interval: 15m/' "$work/site.yaml"
start_agent
wait_for 60 "the site's session" session_is_open
wait_for 60 "both uplinks up" uplink_is_up vsat
sleep 10

ticks() { awk '{print $14 + $15}' "/proc/$agent/stat"; }
wakeups() { cat "/proc/$agent"/task/*/status | awk '/^voluntary_ctxt_switches/ {sum += $2} END {print sum}'; }
field() { awk "/^$1:/ {printf \"%.2f\", \$2 / 1024}" "/proc/$agent/status"; }
ticks_before=$(ticks) wakeups_before=$(wakeups)
sleep "$seconds"
cpu=$(awk "BEGIN {printf \"%.2f\", ($(ticks) - $ticks_before) * 100 / $(getconf CLK_TCK) / $seconds}")
rate=$(awk "BEGIN {printf \"%.1f\", ($(wakeups) - $wakeups_before) / $seconds}")
line() { echo "{\"bench\":\"agent\",\"name\":\"$1\",\"value\":$2,\"unit\":\"$3\",\"goal\":$4,\"peer\":\"\"}"; }
line resident "$(field VmRSS)" MB 20
line resident_anonymous "$(field RssAnon)" MB 6
line cpu_at_rest "$cpu" percent_of_core 0.5
line wakeups_at_rest "$rate" per_s 20
