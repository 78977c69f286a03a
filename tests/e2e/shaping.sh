#!/usr/bin/env bash
# The clinic's call while the public fills the satellite, with the kernel's own trees: they are there before traffic is, the
# call loses next to nothing, they outlive the agent's death, another program's queueing discipline is told and left alone, and
# withdrawing leaves nothing.   shaping.sh BIN_FOLDER
set -euo pipefail
# shellcheck source=scripts/lab/whole-system
. "$(dirname "$0")/../../scripts/lab/whole-system"
command -v tc >/dev/null || { echo "needs tc of iproute2" >&2; exit 77; }
system_begin "sh$$" "$(readlink -f "$1")"
router() { ip netns exec "$name-router" "$@"; }
client() { ip netns exec "$name-client" "$@"; }
router tc qdisc add dev lo root handle 1: htb 2>/dev/null || { echo "this kernel has no HTB" >&2; exit 77; }
router tc qdisc del dev lo root
start_controller
start_anchors
start_service
enrol_site >/dev/null
client ip addr add 192.168.77.3/24 dev eth0
write_site_config
router "$bin/karkara-agent" --config "$work/site.yaml" --dry-run >"$work/dry-run"
for step in 'link add ifb-karkara type ifb' 'qdisc replace dev .* root handle 6b00: htb' 'class .* htb rate' 'filter .* mirred egress redirect' \
    'route replace default via' '# class control: vsat (' '# uplink lte: addressed, '; do
    grep -q "^$step" "$work/dry-run" || { echo "the dry run does not tell of: $step" >&2; exit 1; }
done
! { router tc qdisc show; router ip rule; router ip route show table all; router nft list ruleset; } |
    has 'htb\|ingress\|clsact\|proto 107\|karkara' || { echo "the dry run changed something" >&2; exit 1; }
start_agent
has_tree() { router tc qdisc show dev "$1" | has "^qdisc htb 6b00: root"; }
class_bytes() { # DEVICE CLASSID
    router tc -s class show dev "$1" classid "$2" | sed -n 's/^ *Sent \([0-9]*\) bytes.*/\1/p'
}
wait_for 60 "the session" session_is_open
wait_for 20 "both uplinks in use or ready" uplink_is_up lte
for device in vsat0 lte0 ifb-karkara; do
    wait_for 20 "a tree on $device" has_tree "$device"
done
echo "each uplink and the downloads have a tree"

# --- a call beside a full link ----------------------------------------------------------------------------------------
ip netns exec "$name-world" python3 -S - <<'PYTHON' &
import socket, threading
listener = socket.create_server(("203.0.113.10", 8080))
# Said, for it decides the outcome and is another on each machine: BBR sends on against a drop in seven, so that beside it a fixed
# rate below the satellite's does not keep the satellite's own queue empty.
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
def serve(stream):
    try:
        while True:
            stream.sendall(b"k" * 65536)
    except OSError:
        pass
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
PYTHON
started+=($!)
client python3 -S - >"$work/public" <<'PYTHON' &
import selectors, socket, time
chosen = selectors.DefaultSelector()
for _ in range(4):
    stream = socket.socket()
    stream.bind(("192.168.77.3", 0))
    stream.connect(("203.0.113.10", 8080))
    chosen.register(stream, selectors.EVENT_READ)
begin, total, last = time.time(), 0, 0
while time.time() - begin < 40:
    for key, _ in chosen.select(1):
        got = len(key.fileobj.recv(1 << 18))
        total += got
        last += got if time.time() - begin > 25 else 0
print("%.0f" % (last * 8 / 15 / 1000))
PYTHON
public=$!
sleep 24 # the senders' windows grow over a satellite
client "$bin/karkara-stream" --to 203.0.113.10:9000 --rate 50 --bytes 160 --seconds 12 --linger 3 >"$work/call.json"
wait "$public" || fail "the public's download failed"
cat "$work/call.json"
echo "the public had $(cat "$work/public") kbit/s beside the call"
# With the satellite's own queue full it loses one in four. One in a hundred is left to a busy machine, whose links are programs.
lost=$(sed -n 's/.*"lost":\([0-9]*\).*/\1/p' "$work/call.json")
((lost <= 6)) || fail "the call lost packets: $(cat "$work/call.json")"
(($(cat "$work/public") > 1000)) || fail "the public had less than half of what was bought"
(($(cat "$work/public") < 2000)) || fail "the public had more than was bought"
local_karkara shaping | tee "$work/shaping.txt" | head -n 12
grep -q public "$work/shaping.txt" || fail "the router does not tell of its classes"
karkara shaping show sadore >"$work/noc.txt" || fail "the NOC cannot ask"
grep -q health "$work/noc.txt" || fail "the NOC does not see the clinic's class: $(cat "$work/noc.txt")"

# --- the agent dies; the trees do not --------------------------------------------------------------------------------
before=$(class_bytes ifb-karkara 6b00:20)
kill_agent KILL
for device in vsat0 lte0 ifb-karkara; do
    has_tree "$device" || fail "the tree on $device went with the agent"
done
start_agent
wait_for 60 "the session again" session_is_open
after=$(class_bytes ifb-karkara 6b00:20)
((after >= before && before > 1000000)) || fail "the tree was made anew: $before bytes before, $after after"
echo "the trees outlive the agent, and its successor takes them over"

# --- another program's -------------------------------------------------------------------------------------------------
# At once: between a removal and an addition the agent puts its tree back.
router tc qdisc replace dev lte0 root handle 8001: tbf rate 1mbit burst 10k latency 50ms
is_told() { karkara alarm list | has SHAPING_OFF; }
wait_for 90 "the alarm about another program" is_told
router tc qdisc show dev lte0 | has '^qdisc tbf 8001: root' || fail "another program's queueing discipline was replaced"
router tc qdisc del dev lte0 root
wait_for 90 "the tree on lte0 again" has_tree lte0
echo "another program's is told, left alone, and taken over when it is gone"

kill_agent TERM
router "$bin/karkara-agent" --withdraw --config "$work/site.yaml" >/dev/null
! router tc qdisc show | has 6b00: || fail "a tree is left: $(router tc qdisc show)"
! router ip link show ifb-karkara >/dev/null 2>&1 || fail "ifb-karkara is left"
! router tc qdisc show dev lan0 | has clsact || fail "a clsact is left on lan0"
echo "withdrawing leaves nothing"
