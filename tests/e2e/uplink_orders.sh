#!/usr/bin/env bash
# The NOC holds an uplink, sends the traffic elsewhere and takes both back: each order is answered although the session's own
# way moves with it, risks are named first, the clinic stays online and the public is shed, and the record of decisions
# replays.   uplink_orders.sh BIN_FOLDER
set -euo pipefail
# shellcheck source=scripts/lab/whole-system
. "$(dirname "$0")/../../scripts/lab/whole-system"
system_begin "uo$$" "$(readlink -f "$1")"
start_controller
start_anchors
start_service
enrol_site >/dev/null
ip netns exec "$name-client" ip addr add 192.168.77.3/24 dev eth0
start_agent
wait_for 60 "the session" session_is_open
# The NOC's view is what the risks are judged by.
lte_is_seen_up() { karkara uplink show sadore | has -E '^ +lte +cellular +[^ ]+ +up '; }
wait_for 30 "both uplinks in the NOC" lte_is_seen_up
wait_for 30 "traffic on vsat" active_uplink_is vsat
client() { ip netns exec "$name-client" "$@"; }

# Risks are named, and nothing is done without a word.
set +e
said=$(karkara uplink hold sadore vsat --for 2m --why "dish work" </dev/null 2>&1)
code=$?
set -e
[[ $code == 9 && $said == *costs-money* ]] || fail "a hold that costs money ended with $code: $said"
active_uplink_is vsat || fail "a refused hold moved the traffic"
echo "a risk is named and nothing done"

karkara uplink hold sadore vsat --for 2m --why "dish work" --accept-risk costs-money >/dev/null || fail "the hold was not answered"
wait_for 10 "the move to lte" active_uplink_is lte
wait_for 20 "the session over lte" session_is_open
client ping -c 2 -W 3 -i 0.3 -I 192.168.77.2 203.0.113.10 >/dev/null || fail "the clinic is offline while vsat is held"
refused=$(client ping -c 1 -W 3 -I 192.168.77.3 203.0.113.10 || true)
grep -qi 'filtered' <<<"$refused" || fail "the public is not refused: $refused"
karkara alarm list | has CLASS_SHED || fail "nobody was told that the public is shed"
echo "held: the clinic goes over the SIM, the public is refused at once"

karkara uplink release sadore vsat >/dev/null || fail "the release was not answered"
wait_for 60 "the return to vsat" active_uplink_is vsat
wait_for 20 "the session over vsat" session_is_open
client ping -c 2 -W 3 -i 0.3 -I 192.168.77.3 203.0.113.10 >/dev/null || fail "the public did not come back"
karkara uplink switch sadore lte --for 10m --accept-risk costs-money </dev/null >/dev/null || fail "the switch was not answered"
wait_for 10 "the ordered move" active_uplink_is lte
karkara uplink release sadore lte | has 'lte is released' || fail "the second release was not answered"
karkara uplink release sadore lte | has 'nothing to release' || fail "a release of nothing is told as done"
echo "orders are answered and taken back"

karkara uplink usage sadore --set lte=1.2GB >/dev/null || fail "the balance was not taken"
karkara uplink usage sadore | has '1.2' || fail "the balance is not shown"
local_karkara decisions >"$work/decisions.txt"
[[ -s $work/decisions.txt ]] || fail "there is no record of decisions"
"$bin/karkara-agent" --replay "$work/decisions.txt" | has ', 0 differ' || fail "the record does not replay"
# What is up passes; the second uplink of the check may be on its way back.
local_karkara check >"$work/check.txt" || true
grep -q 'uplink vsat' "$work/check.txt" || fail "the check on site names no uplink: $(cat "$work/check.txt")"
echo "usage, record and check are there"
