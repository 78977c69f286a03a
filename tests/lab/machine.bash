# shellcheck shell=bash
# The frame of tests in a throw-away machine with Debian's kernel (scripts/lab/vmrun); sourced. Outside: what it needs, which
# program, and off it goes. Inside: a client, a router with two ways out, and the far side.
lab=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

# needs COMMAND...: skips without them. Their packages are named like them, but for WHERE=PACKAGE.
needs() {
    local each missing=''
    for each in qemu-system-x86_64=qemu-system-x86 "$@"; do
        command -v "${each%%=*}" >/dev/null || missing+=" ${each#*=}"
    done
    [[ ! $missing ]] || { echo "needs$missing" >&2; exit 77; }
}

# trial NAME: prints where karkara-NAME is: in KARKARA_BIN, or in any build.
trial() {
    local found=${KARKARA_BIN:-}/karkara-$1
    [[ -x $found ]] || found=$(find "$lab"/../../build/*/bin -name "karkara-$1" 2>/dev/null | head -n 1)
    [[ -x $found ]] || { echo "karkara-$1 is not built" >&2; exit 77; }
    readlink -f "$found"
}

# in_machine MODULES PROGRAM COMMAND...: instead of this process. --rw: it would not see a build folder below /tmp.
in_machine() {
    exec "$lab/../../scripts/lab/vmrun" --modules "$1" --mem 768 --timeout 170 ${machine_has:+"$machine_has"} \
        --rw "$(dirname "$2")" -- "${@:3}"
}

# --- inside the machine -------------------------------------------------------------------------------------------------

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

figure() { # NAME VALUE GOAL: seconds, of the bench of failover
    printf '{"bench":"failover","name":"%s","value":%s,"unit":"s","goal":%s,"peer":""}\n' "$@"
}

# two_ways_out FAR A FAR_A B FAR_B: namespaces client, router and FAR with cables between them. Routes are the caller's.
#
#   client 192.168.77.2 eth0 -- lan0 router A 10.1.0.2 -- FAR_A 10.1.0.1 FAR, 198.51.100.7
#                                           B 10.2.0.2 -- FAR_B 10.2.0.1
two_ways_out() {
    local space
    for space in client router "$1"; do
        ip netns add "$space"
        ip -n "$space" link set lo up
    done
    ip link add eth0 netns client type veth peer name lan0 netns router
    ip link add "$2" netns router type veth peer name "$3" netns "$1"
    ip link add "$4" netns router type veth peer name "$5" netns "$1"
    ip -n client -batch - <<'IP'
address add 192.168.77.2/24 dev eth0
link set eth0 up
route add default via 192.168.77.1
IP
    ip -n router -batch - <<IP
address add 192.168.77.1/24 dev lan0
address add 10.1.0.2/24 dev $2
address add 10.2.0.2/24 dev $4
link set lan0 up
link set $2 up
link set $4 up
IP
    ip -n "$1" -batch - <<IP
address add 198.51.100.7/32 dev lo
address add 10.1.0.1/24 dev $3
address add 10.2.0.1/24 dev $5
link set $3 up
link set $5 up
IP
    for space in router "$1"; do
        # shellcheck disable=SC2016  # for the shell inside
        ip netns exec "$space" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
            for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 2 >$f; done'
    done
}
