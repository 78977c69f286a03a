#!/usr/bin/env bash
# The agent is killed with SIGKILL, stopped with SIGTERM and started again while the client streams at 1 kHz: not one packet is
# lost. Before, it is killed in the middle of its enrolment. Prints one JSON line for the bench.   agent_kill.sh BIN_FOLDER
set -euo pipefail
# shellcheck source=scripts/lab/whole-system
. "$(dirname "$0")/../../scripts/lab/whole-system"
system_begin "ak$$" "$(readlink -f "$1")"
start_controller
start_anchors
start_service
enrol_site >/dev/null
start_charger
start_agent

# The power goes while the certificate is on its way: the token is used up, and the router has nothing.
enrolments() { grep -c SITE_ENROLLED "$work/controller.log"; }
until enrolments >/dev/null; do
    ((SECONDS < 60)) || fail "no enrolment"
    read -rt 0.01 <> <(:) || true
done
kill_agent KILL
rm -f "$work/agent/identity/cert.pem" # written last: should it have come already, the disk had not kept it
start_agent
wait_for 60 "the site's session" session_is_open
[[ $(enrolments) == 2 ]] || fail "a session without a second answer"
echo "killed while its certificate was on its way, the router asked again with the same token"
wait_for 60 "both uplinks up" uplink_is_up lte
wait_for 60 "both uplinks up" uplink_is_up vsat

ip netns exec "$name-client" "$bin/karkara-stream" --to 203.0.113.10:9000 --rate 1000 --seconds 24 --linger 3 \
    >"$work/stream.json" &
stream=$!
for signal in KILL TERM KILL; do
    sleep 3
    kill_agent "$signal"
    sleep 2
    start_agent
done
wait "$stream"
wait_for 60 "the session after the restart" session_is_open
lost=$(sed -n 's/.*"lost": *\([0-9]*\).*/\1/p' "$work/stream.json")
echo "{\"bench\":\"failover\",\"name\":\"agent_kill_lost\",\"value\":$lost,\"unit\":\"packets\",\"goal\":0,\"peer\":\"\"}"
[[ $lost == 0 ]] || { cat "$work/stream.json" >&2; fail "$lost packets were lost"; }

# Withdrawn, nothing of ours is left, and the system's own routes carry on.
kill_agent TERM
ip netns exec "$name-router" "$bin/karkara-agent" --withdraw >"$work/withdraw.txt"
! ip -n "$name-router" rule | has 'lookup 100[0-6]' || fail "rules are left"
! ip netns exec "$name-router" nft list tables | has karkara || fail "the nft table is left"
ip -n "$name-router" route show default | has vsat0 || fail "the system's own default route is gone"
