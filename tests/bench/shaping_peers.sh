# shellcheck shell=bash
# The layouts of sqm-scripts as it is shipped (simple.qos with fq_codel, piece_of_cake.qos), built with tc(8) on the router's VSAT for
# the shaping bench, which sources this. Its defaults: no link-layer adjustment; what comes in is held behind an ifb and not looked
# at for its DSCP; burst and quantum a millisecond, but one packet at least; CoDel's target stretched on slow links.

sqm_incoming() { # COMMAND...: the ifb's qdisc is made by it
    router ip link add ifb4vsat0 type ifb
    "$@"
    router ip link set ifb4vsat0 up
    router tc qdisc add dev vsat0 handle ffff: ingress
    router tc filter add dev vsat0 parent ffff: protocol all prio 10 u32 match u32 0 0 flowid 1:1 action mirred egress redirect dev ifb4vsat0
}

stretch() { # KBIT: CoDel's target, to one packet and a bit
    target=$((13992000 / $1))
    ((target >= 5000)) || target=5000
}
codel() { echo fq_codel limit 1001 target "${target}us" interval "$((95000 + target))us" ecn flows 1024; }
htb_class() { # DEVICE PARENT ID RATE CEILING PRIORITY
    router tc class add dev "$1" parent "$2" classid "$3" htb quantum 1500 rate "${4}kbit" ceil "${5}kbit" burst 1600 cburst 1600 prio "$6"
}

simple_incoming() { # KBIT
    router tc qdisc add dev ifb4vsat0 root handle 1: htb default 10
    htb_class ifb4vsat0 1: 1:1 "$1" "$1" 0
    htb_class ifb4vsat0 1:1 1:10 "$1" "$1" 0
    # shellcheck disable=SC2046  # words
    router tc qdisc add dev ifb4vsat0 parent 1:10 handle 110: $(codel)
}
sqm_simple() { # KBIT_DOWN KBIT_UP
    local band target
    stretch "$2"
    router tc qdisc add dev vsat0 root handle 1: htb default 12
    htb_class vsat0 1: 1:1 "$2" "$2" 0
    htb_class vsat0 1:1 1:11 128 $(($2 / 3)) 1
    htb_class vsat0 1:1 1:12 $(($2 / 6)) $(($2 - 16)) 2
    htb_class vsat0 1:1 1:13 $(($2 / 6)) $(($2 - 16)) 3
    for band in 1 2 3; do
        # shellcheck disable=SC2046  # words
        router tc qdisc add dev vsat0 parent "1:1$band" handle "1${band}0:" $(codel) quantum 300
    done
    router tc filter add dev vsat0 parent 1: protocol ip prio 1 u32 match ip tos 0xb8 0xfc flowid 1:11
    router tc filter add dev vsat0 parent 1: protocol ip prio 3 u32 match ip tos 0x20 0xfc flowid 1:13
    stretch "$1"
    sqm_incoming simple_incoming "$1"
}

cake_incoming() { router tc qdisc add dev ifb4vsat0 root cake bandwidth "${1}kbit" besteffort nat wash; } # KBIT
sqm_piece_of_cake() { # KBIT_DOWN KBIT_UP
    router tc qdisc add dev vsat0 root cake bandwidth "${2}kbit" besteffort nat
    sqm_incoming cake_incoming "$1"
}

remove_sqm() {
    router tc qdisc del dev vsat0 root
    router tc qdisc del dev vsat0 ingress
    router ip link del ifb4vsat0
}
