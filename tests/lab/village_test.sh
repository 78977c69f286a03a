#!/bin/bash
# The lab's village over the real kernel: its delays, its cuts, its operators' filter, and that it leaves nothing behind.
# KARKARA_BIN: where karkara-link-relay and karkara-stream are. Ends with 77 (skipped) where namespaces cannot be made.
# shellcheck disable=SC2317  # functions are called through expect()
set -u
village=$(dirname "$(readlink -f "$0")")/../../scripts/lab/village
p=kv$$
failed=0

if ! ip netns add "$p-probe" 2>/dev/null; then
    echo "needs root for namespaces"
    exit 77
fi
ip netns delete "$p-probe"
trap '"$village" down "$p"; jobs -p | xargs -r kill 2>/dev/null' EXIT

expect() { # SENTENCE COMMAND...
    local sentence=$1
    shift
    if "$@"; then
        echo "ok      $sentence"
    else
        echo "failed  $sentence"
        failed=1
    fi
}
not() { ! "$@"; }
router() { ip netns exec "$p-router" "$@"; }

answers_from() { router ping -q -c 1 -W 1 -I "$1" 203.0.113.12 >/dev/null; }
up_quietly() { "$village" up "$p" 2>/dev/null; }
has_loopback() { ip -n "$p-world" link show lo >/dev/null; }
with_status() { # STATUS: of a command that 'with' runs
    "$village" with "$p" bash -c "exit $1"
    (($? == $1))
}

median_rtt_within() { # UPLINK LEAST MOST
    local report median
    report=$(router "$KARKARA_BIN/karkara-stream" --to "203.0.113.1$1:9000" --rate 20 --seconds 2 --linger 1)
    median=$(sed -n 's/.*"rtt_median_ms":\([0-9]*\)\..*/\1/p' <<<"$report")
    echo "        $report"
    ((median >= $2 && median <= $3))
}
answers() { router ping -q -c "${2-1}" -i 0.2 -W 2 -I "$1" 203.0.113.21 >/dev/null; }
carrier() { [[ $(router cat "/sys/class/net/$1/carrier") == "$2" ]]; }

expect "is built" "$village" up "$p"
expect "is left alone when it is there" "$village" up "$p"
expect "says that it is whole" "$village" status "$p"

# Two addresses of the test's own, one reached over each uplink.
for uplink in "1 100.64.1.1 vsat0" "2 100.64.2.1 lte0"; do
    read -r n gateway interface <<<"$uplink"
    ip -n "$p-world" address add "203.0.113.1$n/32" dev lo
    ip -n "$p-router" route add "203.0.113.1$n/32" via "$gateway" dev "$interface"
    ip netns exec "$p-world" "$KARKARA_BIN/karkara-stream" --serve "203.0.113.1$n:9000" >/dev/null &
done
expect "takes 620 ms over the VSAT, within 2 %" median_rtt_within 1 608 632
expect "takes 60 ms over the LTE, within 2 %" median_rtt_within 2 59 61

ip -n "$p-router" address add 192.0.2.1/32 dev lo
ip -n "$p-world" route add 192.0.2.1/32 via 198.51.100.9
ip -n "$p-lte" route add 192.0.2.1/32 via 100.64.2.2
expect "lets the operator drop what is not from the subscriber" not answers_from 192.0.2.1

"$village" cut "$p" lte blackhole
expect "has a carrier in a blackhole" carrier lte0 1
expect "passes nothing in a blackhole" not answers lte0
"$village" heal "$p" lte
expect "passes again after it" answers lte0

"$village" cut "$p" vsat carrier
expect "has no carrier when the cable is out" carrier vsat0 0
"$village" heal "$p" vsat
expect "passes again when the cable is back" answers vsat0 3

expect "is removed" "$village" down "$p"
expect "leaves no namespace" not grep -q "$p" <(ip netns list)
expect "is removed twice without complaint" "$village" down "$p"
expect "gives a command's exit status" with_status 9
expect "is gone after it" not grep -q "$p" <(ip netns list)
ip netns add "$p-world"
expect "never takes over a namespace that it did not make" not up_quietly
expect "and leaves that one there" has_loopback
ip netns delete "$p-world"
exit $failed
