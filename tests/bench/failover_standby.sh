#!/usr/bin/env bash
# What an idle standby SIM costs: every byte to and from the subscriber is counted by nft at the operator, first while it
# attaches, with a look at the truth, then at the agent's own pace, then at a pace that shows what one echo costs. The day is the
# attachment plus the echoes and the looks that the simulated day counts.   failover_standby.sh BIN FOLDER
set -euo pipefail
# shellcheck source=tests/bench/failover_lab.sh
. "$(dirname "$0")/failover_lab.sh"
lab_begin fb "$1" 1 "$2"

# As in configs/: every standby looks at the truth.
write_standby_config() { # [LTE_LINE]
    write_plain_config false true 100 1s "$@"
    printf 'truth:\n  content_port: 80\n' >>"$work/site.yaml"
}
count_looks() { # at the operator: signed content both ways, and how many connections asked for it
    ip netns exec "$name-lte" nft "add table ip looks
        add chain ip looks up { type filter hook prerouting priority -309; }
        add chain ip looks down { type filter hook postrouting priority 309; }
        add rule ip looks up iifname sub0 tcp dport 80 counter
        add rule ip looks down oifname sub0 tcp sport 80 counter
        add chain ip looks asked { type filter hook prerouting priority -308; }
        add rule ip looks asked iifname sub0 tcp dport 80 tcp flags & (syn | ack) == syn counter"
}
looks_at_operator() { ip netns exec "$name-lte" nft list chain ip looks "$1" | grep -o "$2 [0-9]*" | awk '{ print $2 }'; } # CHAIN packets|bytes
was_asked() { (($(looks_at_operator asked packets) > 0)); }

count_bytes lte
count_looks
write_standby_config
restart_agent
wait_for 30 "a look at the truth over the SIM" was_asked
sleep 5
attach=$(counted lte bytes)
look=$((($(looks_at_operator up bytes) + $(looks_at_operator down bytes)) / $(looks_at_operator asked packets)))
before=$(counted lte bytes)
sleep 60
steady=$(($(counted lte bytes) - before))

write_standby_config 'standby_echo_interval: 2s'
kill -HUP "$agent"
sleep 4
bytes=$(counted lte bytes) packets=$(counted lte packets)
sleep 60
bytes=$(($(counted lte bytes) - bytes)) packets=$(($(counted lte packets) - packets))
read -r checks looks < <("$bin/karkara-bench-failover-sim" --standby-checks)
per_check=$(awk "BEGIN {printf \"%.1f\", $packets ? $bytes * 2 / $packets : 0}")
day=$(awk "BEGIN {printf \"%.0f\", $attach + $checks * $per_check + $looks * $look}")
figure standby_probe_bytes_day "$day" bytes 20000 "" 1 "attachment $attach B, of which a look at the truth $look B, \
+ $checks echoes of a simulated day x $per_check B + $looks looks x $look B; \
one echo is two packets, from $bytes B in $packets packets at one echo every 2 s for 60 s; at the agent's own pace $steady B \
in 60 s; IP bytes, both directions, counted by nft at the operator"
