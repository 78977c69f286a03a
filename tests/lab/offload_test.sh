#!/usr/bin/env bash
# What happens at a failover to a flow that the owner's own ruleset offloads to an nftables flowtable: on Debian's kernel in a
# throw-away machine (scripts/lab/vmrun). Marks, tables and NAT are made by hand in the shape of the agent's; the tracked
# connections are forgotten by the agent's own code. Prints what was measured as lines of JSON. KARKARA_BIN: our programs.
#
#   client 192.168.77.2 -- lan0 router a0 10.1.0.2 -- world 198.51.100.7
#                                      b0 10.2.0.2 --
#
# A UDP stream at 100 packets a second, answered, leaves over a0 and is offloaded. Then, each with a fresh stream:
#   class      a class moves: new marks, nothing else. The stream stays on a0 for as long as it lasts: this is why
#              'karkara local check' fails on such a router.
#   forgotten  new marks, and the tracking of a0's mark is deleted, but no route changes. Kernels differ; only measured.
#   failover   the routes of a0's tables move to b0, then the same. A changed route makes the kernel take the flow back from the
#              flowtable with its next packet.
set -u
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=tests/lab/machine.bash
. "$here/machine.bash"

# --- inside the machine -------------------------------------------------------------------------------------------------

network() {
    two_ways_out world a0 wa b0 wb
    ip -n router -batch - <<'IP'
rule add lookup main suppress_prefixlength 0 priority 10090
rule add fwmark 0x110000/0x3f0000 lookup 10017 priority 10100
rule add fwmark 0x120000/0x3f0000 lookup 10018 priority 10101
rule add lookup 10000 priority 10150
route add default via 10.1.0.1 table 10017 metric 100
route add default via 10.2.0.1 table 10017 metric 200
route add default via 10.2.0.1 table 10018 metric 100
route add default via 10.1.0.1 table 10000 metric 100
route add default via 10.2.0.1 table 10000 metric 200
IP
    # The owner's: what OpenWrt's "software flow offloading" writes.
    ip netns exec router nft -f - <<'NFT' || fail "this kernel has no flowtables"
table inet fw4 {
  flowtable ft { hook ingress priority filter; devices = { lan0, a0, b0 }; }
  chain forward {
    type filter hook forward priority filter; policy accept;
    ct state established meta l4proto { tcp, udp } flow add @ft
  }
}
NFT
}

marks() { # MARK: the village's flows go there; 'seen' counts what the ruleset sees of them
    ip netns exec router nft -f - <<NFT
add table inet karkara
delete table inet karkara
table inet karkara {
  counter seen { }
  chain prerouting {
    type filter hook prerouting priority mangle; policy accept;
    iifname "lan0" counter name seen
    iifname "lan0" meta mark set $1
  }
  chain departures {
    type filter hook postrouting priority mangle; policy accept;
    oifname "a0" ct direction original ct mark set 0x110000
    oifname "b0" ct direction original ct mark set 0x120000
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    oifname { "a0", "b0" } masquerade
  }
}
NFT
}

serve() {
    ip netns exec world python3 -S - <<'PYTHON' >"$work/heard" &
import socket, time
near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
near.bind(("198.51.100.7", 9000))
while True:
    data, source = near.recvfrom(2000)
    print("%.3f" % time.time(), source[0], source[1], flush=True)
    near.sendto(data, source)
PYTHON
    server=$!
}
stream() { # PORT: until it is ended
    ip netns exec client python3 -S - "$@" <<'PYTHON' &
import socket, sys, time
near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
near.bind(("192.168.77.2", int(sys.argv[1])))
near.setblocking(False)
while True:
    try:
        near.sendto(b"k" * 100, ("198.51.100.7", 9000))
    except OSError:
        pass
    try:
        while True:
            near.recv(2000)
    except OSError:
        pass
    time.sleep(0.01)
PYTHON
    client=$!
}

seen() { ip netns exec router nft list counter inet karkara seen | sed -n 's/.*packets \([0-9]*\).*/\1/p'; }
flows() { ip netns exec router cat /proc/net/nf_conntrack 2>/dev/null | grep -c "$1"; }

begin() { # PORT: a stream over a0, offloaded
    # shellcheck disable=SC2016  # for the shell inside
    ip netns exec router sh -c 'for t in 10017 10000; do ip route replace default via 10.1.0.1 table $t metric 100; done'
    marks 0x110000
    stream "$1"
    local i before after
    for ((i = 0; i < 200; i++)); do # programs start slowly there
        tail -n 1 "$work/heard" | grep -q ' 10.1.0.2 '"$1"'$' && break
        sleep 0.1
    done
    sleep 1
    before=$(seen)
    sleep 1
    after=$(seen)
    echo "   the ruleset saw $((after - before)) packets in a second; $(flows OFFLOAD) flows offloaded" >&2
    ((after - before <= 20)) || fail "the stream is not offloaded: $((after - before)) packets of 1 s were seen"
    tail -n 1 "$work/heard" | grep -q " 10.1.0.2 $1$" || fail "the stream does not leave over a0"
}
end() { # NAME PORT: seconds from the change to the first packet over b0, and the longest silence around it
    sleep 4
    kill "$client"
    wait "$client" 2>/dev/null
    local took moved
    took=$(awk -v from="$changed" -v port="$2" '
        $3 != port { next }
        last && $1 - last > gap { gap = $1 - last }
        { last = $1 }
        !moved && $2 == "10.2.0.2" { moved = $1 }
        moved && $2 == "10.1.0.2" { back++ }
        END { took = moved > from ? moved - from : 0
              print moved ? sprintf("%.3f", took) : "null"
              printf "   longest silence %.3f s, %d packets over a0 after the first over b0\n", gap, back > "/dev/stderr"
              exit !moved }' "$work/heard")
    moved=$?
    figure "offloaded_flow_$1_moved" "$took" null
    return $moved
}
changes() { changed=$EPOCHREALTIME; } # programs start slowly there: from when the last of them is done
forget() { ip netns exec router "$program" 0x110000 0x3f0000 || fail "the tracked connections could not be forgotten"; }

inside() {
    program=$1
    work=$(mktemp -d)
    network
    [[ $(ip netns exec router "$program" --offloaded | xargs) == "a0 b0 lan0" ]] || fail "the agent does not see the flowtable"
    marks 0x110000
    serve
    trap 'kill $server' EXIT
    begin 7001
    marks 0x120000
    changes
    end class 7001 && fail "new marks alone move an offloaded flow now: the check and the docs can be milder"
    begin 7002
    marks 0x120000
    forget
    changes
    end forgotten 7002
    begin 7003
    # shellcheck disable=SC2016  # for the shell inside
    ip netns exec router sh -c 'for t in 10017 10000; do ip route replace default via 10.2.0.1 table $t metric 100; done'
    changes
    marks 0x120000
    forget
    local moved
    moved=$(end failover 7003) || fail "an offloaded flow stays on the dead uplink"
    echo "$moved"
    awk -F'"value":' '{ exit $2 + 0 > 1.0 }' <<<"$moved" || fail "it took longer than 1 s"
}

if [[ ${1-} == inside ]]; then
    inside "$2"
    exit
fi
needs python3 nft=nftables
program=$(trial flow-trial) || exit
in_machine "nf_flow_table nf_flow_table_inet nft_flow_offload nf_conntrack_netlink" "$program" "$0" inside "$program"
