#!/usr/bin/env bash
# The cable is pulled and put back a thousand times under traffic: what is left in the kernel and in the agent.
# After every 50 the traffic may return, so that real moves are among them.   failover_toggles.sh BIN RUNS FOLDER
set -euo pipefail
# shellcheck source=tests/bench/failover_lab.sh
. "$(dirname "$0")/failover_lab.sh"
lab_begin ft "$1" "$2" "$3"
toggles=$((runs * 50))

# What expires by itself does so within the settling time; what stays is a leak.
for timeout in udp_timeout udp_timeout_stream icmp_timeout tcp_timeout_time_wait tcp_timeout_fin_wait tcp_timeout_close \
    tcp_timeout_close_wait tcp_timeout_last_ack tcp_timeout_syn_sent tcp_timeout_unacknowledged; do
    ip netns exec "$name-router" sh -c "echo 15 >/proc/sys/net/netfilter/nf_conntrack_$timeout"
done
nap() { read -rt "$1" <> <(:) || true; } # without a process of its own
in_router() { ip netns exec "$name-router" "$@"; }
objects() { # KIND
    case $1 in
        rules) { ip -n "$name-router" -4 rule && ip -n "$name-router" -6 rule; } | wc -l ;;
        routes) { ip -n "$name-router" -4 route show table all && ip -n "$name-router" -6 route show table all; } |
            grep -c 'proto 107' || true ;;
        # An echo's own entry comes and goes; what leaked is there at each look.
        conntrack) for _ in 1 2 3 4 5 6; do in_router cat /proc/net/nf_conntrack | wc -l; nap 4; done | sort -n | head -n 1 ;;
        nft) in_router nft -a list ruleset | grep -c '# handle' || true ;;
        descriptors) find "/proc/$agent/fd" -mindepth 1 | wc -l ;;
    esac
}
# What each descriptor is: a socket by its line of /proc/net, else the name of its file.
descriptors() {
    local fd what inode
    for fd in "/proc/$agent/fd/"*; do
        what=$(readlink "$fd") || continue
        if [[ $what == socket:* ]]; then
            inode=${what//[^0-9]/}
            # shellcheck disable=SC2016  # awk's own $i
            what=$(in_router awk -v inode="$inode" '{ for (i = 1; i <= NF; ++i) if ($i == inode) { sub(".*/", "", FILENAME)
                print "socket " FILENAME " protocol or address " $2 " " $3; exit } }' \
                /proc/net/{netlink,unix,udp,udp6,tcp,tcp6,icmp,icmp6,raw,raw6,packet} 2>/dev/null) || true
        fi
        echo "${what:-socket of no table}"
    done | sort
}
kinds=(rules routes conntrack nft descriptors)
resident() { awk '/^VmRSS:/ { print $2 }' "/proc/$agent/status"; }
cable() { ip -n "$name-vsat" link set sub0 "$1"; }

settle() {
    both_are_up
    wait_for 60 "the return to the VSAT" is_active vsat
    sleep 25
}

write_bench_config false true 100 1s
restart_agent
start client traffic "$bin/karkara-stream" --to "$sink" --rate 200 --seconds 86400
settle
declare -A before
for kind in "${kinds[@]}"; do before[$kind]=$(objects "$kind"); done
resident_before=$(resident)
descriptors >"$work/descriptors.before"
for ((i = 1; i <= toggles; ++i)); do
    cable down
    nap 0.03
    cable up
    nap 0.03
    if ((i % 50 == 0)); then
        both_are_up
        wait_for 60 "the return to the VSAT" is_active vsat
    fi
done
settle
leaked=0 parts=''
for kind in "${kinds[@]}"; do
    after=$(objects "$kind")
    parts+="$kind ${before[$kind]} to $after, "
    leaked=$((leaked + (after > before[$kind] ? after - before[$kind] : 0)))
done
if ((leaked > 0)); then # for whoever looks for it
    { in_router cat /proc/net/nf_conntrack; descriptors | diff "$work/descriptors.before" -; } >&2 || true
fi
figure leaks_after_1000_toggles "$leaked" objects 0 "" 1 "$toggles toggles; ${parts}resident $resident_before to $(resident) kB"
