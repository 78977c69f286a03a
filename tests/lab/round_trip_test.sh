#!/usr/bin/env bash
# What overhears round trips, beside network cards that merge and split packets: Intel's gigabit card and its driver on Debian's
# kernel in a throw-away machine (scripts/lab/vmrun), or a veth here. Segments that the card gets as one (TSO) and that the
# kernel made one of (GRO), tags that the card takes off and that it leaves on, two tags, and IPv6 headers between.
#
#   client 192.168.77.2 -- lan0 router wan0 10.9.0.1 == cards, or a veth == wan1 10.9.0.2 world, 20 ms later
#
#   round_trip_test.sh [cards|veth]     KARKARA_BIN: the folder of our programs
set -u
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=tests/lab/machine.bash
. "$here/machine.bash"

# --- inside the machine, or of namespaces that are gone with this process -----------------------------------------------

offloads() { # NAMESPACE DEVICE MERGE TAG: each 0 or 1; ethtool(8) may not be there
    ip netns exec "$1" python3 -S - "${@:2}" <<'PYTHON'
import array, fcntl, socket, struct, sys
SIOCETHTOOL, STXCSUM, SSG, STSO, SGSO, SFLAGS, SGRO = 0x8946, 0x17, 0x19, 0x1f, 0x24, 0x26, 0x2c
merge, tag = map(int, sys.argv[2:])
near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for command, value in [(SSG, 1), (STXCSUM, 1), (STSO, merge), (SGSO, merge), (SGRO, merge), (SFLAGS, tag and 1 << 7 | 1 << 8)]:
    words = array.array("I", [command, value])
    try:
        fcntl.ioctl(near, SIOCETHTOOL, struct.pack("16sP", sys.argv[1].encode(), words.buffer_info()[0]))
    except OSError:
        pass  # what a card does not know it cannot do either
PYTHON
}

wire() { # cards|veth
    if [[ $1 == veth ]]; then
        ip link add wan0 netns "$router" type veth peer name wan1 netns "$world"
        return
    fi
    local cards=(/sys/class/net/*/device)
    ((${#cards[@]} == 2)) || fail "there are no two cards: ${cards[*]}"
    plug "${cards[0]}" "$router" wan0
    plug "${cards[1]}" "$world" wan1
}
plug() { # PATH NAMESPACE NAME
    local card=${1%/device}
    card=${card##*/}
    ip link set "$card" netns "$2"
    ip -n "$2" link set "$card" name "$3"
}

# address NEAR FAR NUMBER: a subnet of its own on both ends
address() {
    ip -n "$router" -batch - <<IP
address add 10.9.$3.1/24 dev $1
address add fd00:9:$3::1/64 dev $1 nodad
link set $1 up
IP
    ip -n "$world" -batch - <<IP
address add 10.9.$3.2/24 dev $2
address add fd00:9:$3::2/64 dev $2 nodad
link set $2 up
route replace default via 10.9.$3.1
route replace default via fd00:9:$3::1
IP
}

network() { # cards|veth
    local space
    for space in "$client" "$router" "$world"; do
        ip netns add "$space"
        ip -n "$space" link set lo up
    done
    wire "$1"
    ip link add eth0 netns "$client" type veth peer name lan0 netns "$router"
    ip -n "$client" -batch - <<'IP'
address add 192.168.77.2/24 dev eth0
address add fd00:77::2/64 dev eth0 nodad
link set eth0 up
route add default via 192.168.77.1
route add default via fd00:77::1
IP
    ip -n "$router" -batch - <<'IP'
address add 192.168.77.1/24 dev lan0
address add fd00:77::1/64 dev lan0 nodad
link set lan0 up
IP
    ip netns exec "$router" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
    address wan0 wan1 0
    offloads "$client" eth0 1 1
    offloads "$router" lan0 1 1
    tags 1
    floor=0
    if tc -n "$world" qdisc add dev wan1 root netem delay 20ms limit 20000 2>/dev/null; then
        floor=20
    fi
    local i
    for ((i = 0; i < 100; i++)); do # a card needs a moment
        ip netns exec "$client" ping -q -c 1 -W 1 10.9.0.2 >/dev/null && return
    done
    fail "no way through the wire"
}

# transfer down|up ADDRESS [options]: TCP for $length seconds, as much as goes; 'options': an IPv6 header between
transfer() {
    ip netns exec "$world" env LENGTH="$length" python3 -S - "$@" <<'PYTHON' &
import os, socket, sys, time
way, address = sys.argv[1:3]
family = socket.AF_INET6 if ":" in address else socket.AF_INET
with socket.create_server((address, 8080), family=family) as listener:
    listener.settimeout(60)
    stream, _ = listener.accept()
stream.settimeout(5)
if len(sys.argv) > 3:
    stream.setsockopt(socket.IPPROTO_IPV6, 59, bytes([0, 0, 1, 4, 0, 0, 0, 0]))  # IPV6_DSTOPTS: padding
end = time.time() + float(os.environ["LENGTH"])
try:
    while time.time() < end:
        if way == "down":
            stream.sendall(b"k" * 65536)
        elif not stream.recv(1 << 18):
            break
except OSError:
    pass
PYTHON
    ends=($!)
    ip netns exec "$client" python3 -S - "$@" <<'PYTHON' &
import socket, sys, time
way, address = sys.argv[1:3]
for _ in range(100):
    try:
        stream = socket.create_connection((address, 8080), timeout=5)
        break
    except OSError:
        time.sleep(0.05)
if len(sys.argv) > 3:
    stream.setsockopt(socket.IPPROTO_IPV6, 59, bytes([0, 0, 1, 4, 0, 0, 0, 0]))
try:
    while True:
        if way == "up":
            stream.sendall(b"k" * 65536)
        elif not stream.recv(1 << 18):
            break
except OSError:
    pass
PYTHON
    ends+=($!)
}

tags() { # 0|1: whether the wire's ends take tags off and put them on themselves
    offloads "$router" wan0 1 "$1"
    offloads "$world" wan1 1 "$1"
}

# Both listen until they are ended.
lengths() { # the longest packet that came in over wan0, and the longest that went out
    ip netns exec "$router" python3 -S - <<'PYTHON' >"$work/lengths" &
import signal, socket, sys
longest = [0, 0]
def end(*_):
    print(*longest)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
tap.bind(("wan0", 3))
place = bytearray(1)
while True:
    size, source = tap.recvfrom_into(place, 1, socket.MSG_TRUNC)
    out = source[2] == socket.PACKET_OUTGOING
    longest[out] = max(longest[out], size)
PYTHON
    listening+=($!)
}
overhear() { # DEVICE: in the background, into $work/DEVICE
    ip netns exec "$router" "$program" "$1" 0 3000 >"$work/$1" &
    listening+=($!)
}
number() { sed -n "s/.*\"$2\":\([0-9.]*\).*/\1/p" "$work/$1"; } # DEVICE NAME

hears() { # DEVICE WHAT: of the true delay
    local windows least
    windows=$(number "$1" windows) least=$(number "$1" least_ms)
    echo "$2: $(cat "$work/$1")"
    ((windows >= 4)) || fail "$2: only $windows windows on $1"
    awk -v least="$least" -v floor="$floor" 'BEGIN { exit !(least >= floor && least < floor + 20) }' ||
        fail "$2: $least ms on $1, where the link takes $floor ms"
}
hears_nothing() { # DEVICE WHAT
    echo "$2: $(cat "$work/$1")"
    (($(number "$1" samples) == 0)) || fail "$2: it was heard on $1"
}

# during DEVICE... -- what transfer() is told: a transfer, and what is overheard of it on each device
during() {
    local i
    while [[ $1 != -- ]]; do
        overhear "$1"
        shift
    done
    for ((i = 0; i < 600; i++)); do # until all of them listen
        (($(ip netns exec "$router" cat /proc/net/packet | wc -l) > ${#listening[@]})) && break
        sleep 0.1
    done
    transfer "${@:2}"
    wait "${ends[@]}"
    sleep 1
    kill "${listening[@]}"
    wait
    listening=()
}

merged() {
    local in out
    lengths
    during wan0 -- down 10.9.0.2
    read -r in _ <"$work/lengths"
    ((in > 1600)) || fail "no segments of a download came in merged: the longest had $in bytes"
    hears wan0 "a download whose segments were merged, of $in bytes"
    lengths
    during wan0 -- up 10.9.0.2
    read -r _ out <"$work/lengths"
    ((out > 1600)) || fail "no segments of an upload were left to the card: the longest had $out bytes"
    hears wan0 "an upload whose segments the card splits, of $out bytes"
    during wan0 -- up fd00:9:0::2
    hears wan0 "the same over IPv6"
}

tagged() {
    local space end device
    for space in "$router=0" "$world=1"; do
        end=${space#*=}
        ip -n "${space%=*}" link add link "wan$end" name "tag$end" type vlan id 100 2>/dev/null ||
            { echo "this kernel has no VLANs"; return; }
        ip -n "${space%=*}" link add link "wan$end" name "outer$end" type vlan proto 802.1ad id 200
        ip -n "${space%=*}" link set "outer$end" up
        ip -n "${space%=*}" link add link "outer$end" name "inner$end" type vlan id 300
    done
    address tag0 tag1 1
    during wan0 tag0 -- down 10.9.1.2
    hears tag0 "a VLAN whose tags the card handles"
    hears_nothing wan0 "the same, below"
    tags 0
    during wan0 tag0 -- up 10.9.1.2
    hears tag0 "a VLAN whose tags are in the packets"
    hears_nothing wan0 "the same, below"
    tags 1
    address inner0 inner1 2
    during wan0 outer0 inner0 -- down 10.9.2.2
    hears inner0 "a VLAN in a VLAN"
    for device in outer0 wan0; do
        hears_nothing $device "the same, below"
    done
}

headers_between() {
    during wan0 -- down fd00:9:0::2 options
    hears_nothing wan0 "IPv6 headers between"
}

inside() { # cards|veth PROGRAM PREFIX
    length=2.5 listening=()
    program=$2 client=$3client router=$3router world=$3world
    work=$(mktemp -d)
    network "$1"
    merged
    headers_between
    tagged
}

if [[ ${1-} == inside ]]; then
    inside "${@:2}"
    exit
fi
program=$(trial round-trip-trial) || exit
if [[ ${1-cards} == veth ]]; then
    ((EUID == 0)) || { echo "needs root" >&2; exit 77; }
    prefix=rt$$-
    trap 'for space in client router world; do ip netns del $prefix$space 2>/dev/null; done' EXIT
    inside veth "$program" $prefix
    exit
fi
needs python3
machine_has=--cable
in_machine "e1000e 8021q sch_netem" "$program" "$0" inside cards "$program" ""
