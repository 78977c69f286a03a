#!/usr/bin/env bash
# A switch under load never finds the new way out without a shaper: whatever of the village was seen to leave by an uplink, or to come
# to a client, had been counted by our tree there. So it is when the satellite is cut, when the modem is pulled out in use, and when
# another one comes in its place. And a class that gets less than its guarantee is told to the NOC until it is put right.
#   shaping_switch.sh BIN_FOLDER
set -euo pipefail
# shellcheck source=scripts/lab/whole-system
. "$(dirname "$0")/../../scripts/lab/whole-system"
command -v tc >/dev/null || { echo "needs tc of iproute2" >&2; exit 77; }
system_begin "sw$$" "$(readlink -f "$1")"
router() { ip netns exec "$name-router" "$@"; }
client() { ip netns exec "$name-client" "$@"; }
router tc qdisc add dev lo root handle 1: htb 2>/dev/null || { echo "this kernel has no HTB" >&2; exit 77; }
router tc qdisc del dev lo root

# What nobody of ours counts: the village's stream where it comes out of the router's uplink, and its answers at the client.
for operator in vsat lte; do
    ip netns exec "$name-$operator" nft "add table ip watch
        add counter ip watch seen
        add chain ip watch in { type filter hook prerouting priority -300; }
        add rule ip watch in iifname sub0 udp dport 9000 counter name seen"
done
client nft "add table ip watch
    add counter ip watch seen
    add chain ip watch in { type filter hook prerouting priority -300; }
    add rule ip watch in iifname eth0 udp sport 9000 counter name seen"
seen() { ip netns exec "$name-$1" nft list counter ip watch seen | sed -n 's/.*packets \([0-9]*\).*/\1/p'; } # NAMESPACE
# Packets of the village's classes that a tree let through: all leaves but the router's own, the first of each slot.
counted() { # DEVICE
    router tc -s class show dev "$1" | awk '/^class htb 6b00:/ { split($3, id, ":"); n = 0
            for (i = 1; i <= length(id[2]); ++i) n = n * 16 + index("0123456789abcdef", substr(id[2], i, 1)) - 1
            leaf = n >= 32 && n % 32 >= 2 }
        leaf && /^ Sent/ { all += $4 }
        END { print all + 0 }'
}
must_be_shaped() { # NAMESPACE DEVICE LEAST WHAT: what was seen is read first, so that the tree has what came meanwhile
    local saw all
    saw=$(($(seen "$1") - ${before[$1]:-0}))
    all=$(counted "$2")
    ((saw >= $3)) || fail "$4: only $saw packets were seen"
    ((saw <= all)) || fail "$4: $saw packets were seen and $all counted by the tree on $2"
    echo "$4: $saw packets were seen, $all passed the tree on $2"
}
declare -A before=()

start_controller
start_anchors
start_service
enrol_site >/dev/null
start_agent
has_tree() { router tc qdisc show dev "$1" | has "^qdisc htb 6b00: root"; }
wait_for 60 "the session" session_is_open
wait_for 20 "both uplinks in use or ready" uplink_is_up lte
wait_for 20 "traffic on vsat" active_uplink_is vsat
for device in vsat0 lte0 ifb-karkara; do
    wait_for 20 "a tree on $device" has_tree "$device"
done

start client call "$bin/karkara-stream" --to 203.0.113.10:9000 --rate 100 --bytes 160 --seconds 600
sleep 2

# --- the satellite is cut ---------------------------------------------------------------------------------------------
"$village" cut "$name" vsat blackhole
wait_for 20 "the move to lte" active_uplink_is lte
sleep 2
must_be_shaped vsat vsat0 100 "before the cut"
must_be_shaped lte lte0 100 "after the cut"
must_be_shaped client ifb-karkara 100 "answers of both"

# --- a guarantee that is not kept ----------------------------------------------------------------------------------------
# Somebody else's hand in our tree: the clinic's class lets a tenth of its call through.
health=6b00:$(printf '%x' $((16#$(router tc class show dev lte0 | sed -n 's/^class htb 6b00:\([0-9a-f]*\) root.*/\1/p' | head -n 1) + 2)))
squeeze() {
    router tc class change dev lte0 parent "${health%?}0" classid "$health" htb rate 16kbit ceil 16kbit burst 1600 cburst 1600 quantum 1514
}
is_told() { karkara alarm list | has 'GUARANTEE_UNMET.*lte/up/health'; }
is_told_at_last() { # the agent looks each minute and puts it right
    squeeze
    is_told
}
wait_for 60 "the alarm about the clinic's guarantee" is_told_at_last
router tc qdisc add dev lo root handle 8: pfifo # somebody changes a root: a look at all of them
router tc qdisc del dev lo root
is_right() { router tc class show dev lte0 classid "$health" | has -v 'rate 16Kbit'; }
wait_for 20 "the class put right" is_right
is_over() { ! is_told; }
wait_for 45 "the end of the alarm" is_over
echo "a guarantee that is not kept is told, and that it is again"

# --- the modem is pulled out in use, and another one is plugged in ------------------------------------------------------
"$village" heal "$name" vsat
wait_for 40 "vsat" uplink_is_up vsat
ip -n "$name-router" link del lte0
wait_for 30 "the return to vsat" active_uplink_is vsat
sleep 1
must_be_shaped vsat vsat0 200 "after the modem was pulled out"
before[lte]=$(seen lte)
ip link add lte0 netns "$name-router" type veth peer name sub0 netns "$name-lte"
ip -n "$name-lte" address add 100.64.2.1/24 dev sub0
ip -n "$name-lte" link set sub0 up
ip -n "$name-router" address add 100.64.2.2/24 dev lte0
ip -n "$name-router" link set lte0 up
ip -n "$name-router" route add default via 100.64.2.1 dev lte0 metric 20
wait_for 60 "the new modem" uplink_is_up lte
"$village" cut "$name" vsat blackhole
wait_for 20 "the move to the new modem" active_uplink_is lte
sleep 2
must_be_shaped lte lte0 100 "over the new modem"
must_be_shaped client ifb-karkara 300 "answers of all"
