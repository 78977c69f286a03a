#!/usr/bin/env bash
# Three masts in a line, each with a real agent; the outer two have ways out, and the one in the middle borrows. Measures how
# long its village is without a way out when the lender's loses its carrier, when it leads nowhere any more, and when the lender
# falls silent; and how long an idle lender's silence goes unnoticed. Forged hellos raise an alarm, and the village does not
# reach the masts' network, nor what lies before the lender's way out. Prints lines of JSON.
#
#   mesh_borrow_test.sh [radios|sae|cables] [RUNS]
#
# radios: mac80211_hwsim and batman-adv on Debian's kernel, in a throw-away machine (scripts/lab/vmrun); the agents make mesh and
# batman-adv of bare radios, as the section 'wifi' of their configuration says. sae: the same with a passphrase. cables: with
# Ethernet in place of the air, on this kernel; quicker. KARKARA_BIN: the folder of our programs.
set -u
here=$(dirname "$(readlink -f "$0")")
root=$here/../..
masts=(left middle right)

# --- the network ----------------------------------------------------------------------------------------------------------

in_ns() { ip netns exec "$name-$1" "${@:2}"; }
on() { ip -n "$name-$1" "${@:2}"; }

fail() {
    echo "FAILED: $*" >&2
    for mast in "${masts[@]}"; do
        echo "--- $mast" >&2
        tail -n 25 "$work/$mast.log" >&2
        timeout 20 "$bin/karkara" local mesh --socket "$work/$mast.sock" >&2
    done
    exit 1
}

add_ns() {
    ip netns add "$name-$1"
    spaces+=("$name-$1")
    on "$1" link set lo up
    in_ns "$1" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
}
add_cable() { # NS IFACE ADDRESS NS IFACE ADDRESS
    ip link add "$2" netns "$name-$1" type veth peer name "$5" netns "$name-$4"
    [[ $3 == - ]] || on "$1" address add "$3" dev "$2"
    [[ $6 == - ]] || on "$4" address add "$6" dev "$5"
    on "$1" link set "$2" up
    on "$4" link set "$5" up
}

world_up() {
    local number=0 mast
    add_ns world
    for address in 203.0.113.10 203.0.113.21 203.0.113.22; do
        on world address add "$address/32" dev lo
    done
    for mast in "${masts[@]}"; do
        number=$((number + 1))
        add_ns "$mast"
        add_cable "$mast" wan0 "198.51.100.$((number * 4 + 2))/30" world "to-$mast" "198.51.100.$((number * 4 + 1))/30"
        on "$mast" route add default via "198.51.100.$((number * 4 + 1))" dev wan0 metric 10
    done
    add_ns village
    add_cable middle lan0 192.168.77.1/24 village eth0 192.168.77.2/24
    on village route add default via 192.168.77.1
}

# Of the middle one two cables in one bridge; what comes in on one does not leave by the other.
air_of_cables() {
    add_cable left bat0 - middle air-left -
    add_cable right bat0 - middle air-right -
    on middle link add bat0 type bridge
    for side in left right; do
        on middle link set "air-$side" master bat0
        in_ns middle bridge link set dev "air-$side" isolated on
    done
    on middle link set bat0 up
}
# The radios alone: who hears whom. The rest is the agents'.
air_of_radios() {
    local number=0 mast phy
    modprobe batman_adv
    modprobe mac80211_hwsim radios=3
    local groups=(1 3 2)
    for mast in "${masts[@]}"; do
        phy=$(cat "/sys/class/net/wlan$number/phy80211/name")
        echo "${groups[number]}" >"/sys/kernel/debug/ieee80211/$phy/hwsim/group"
        phys[$mast]=$phy
        iw phy "$phy" set netns name "$name-$mast"
        number=$((number + 1))
    done
}
air_of_sae() { air_of_radios; }
declare -A phys=()

hush() { # MAST: nobody hears it any more
    case $air in
        cables) on middle link set "air-$1" down ;;
        *) echo 4 >"/sys/kernel/debug/ieee80211/${phys[$1]}/hwsim/group" ;;
    esac
}
unhush() {
    case $air in
        cables) on middle link set "air-$1" up ;;
        *)
            local group=1
            [[ $1 == left ]] || group=2
            echo "$group" >"/sys/kernel/debug/ieee80211/${phys[$1]}/hwsim/group"
            ;;
    esac
}

# --- the programs ---------------------------------------------------------------------------------------------------------

start() { # NS LOG COMMAND...
    local log=$work/$2.log space=$1
    shift 2
    ip netns exec "$name-$space" "$@" >>"$log" 2>&1 &
    started+=($!)
}

write_config() { # MAST
    local mesh='' lend=', lend: {metered: never}' gateway=true phrase=''
    [[ $air != cables ]] || gateway=false
    [[ $air != sae ]] || phrase=', passphrase: entre-les-mats'
    if [[ $1 == middle ]]; then
        mesh=$'\n  - {id: neighbour, kind: mesh, interface: bat0, preference: 50}'
        lend=''
    fi
    cat >"$work/$1.yaml" <<YAML
site: {id: $1}
uplinks:
  - {id: own, kind: ethernet, interface: wan0, preference: 10}$mesh
failover: {hold_down: 0s, hold_down_max: 0s, switch_back_after: 2s, min_dwell: 0s}
neighbours: {interface: bat0, batman_gateway: $gateway$lend}
lan: {interfaces: [lan0], resolver_file: $work/$1.resolv}
clock: {set_system_clock: false}
agent: {state_dir: $work/fleet/$1, bundle: $work/none, local_socket: $work/$1.sock}
YAML
    [[ $air != cables ]] || return 0
    # Names of their own: all three have one /run, where daemons are found by the interface.
    cat >>"$work/$1.yaml" <<YAML
wifi:
  country: NE
  stand_in: BF
  folder: $work/$1-wifi
  radios:
    - {id: mast, phy: ${phys[$1]}, channel: 6, mesh: {interface: mesh-$1, mesh_id: village$phrase, batman: {}}}
YAML
}

programs_up() {
    local address mast
    for address in 203.0.113.21 203.0.113.22; do
        printf 'listen: %s:7445\nmaster_key_file: %s\n' "$address" "$work/fleet/master.key" >"$work/anchor-$address.yaml"
        start world "anchor-$address" "$bin/karkara-anchor" --config "$work/anchor-$address.yaml"
    done
    start world service "$bin/karkara-stream" --serve 203.0.113.10:9000
    for mast in "${masts[@]}"; do
        write_config "$mast"
        start "$mast" "$mast" "$bin/karkara-agent" --config "$work/$mast.yaml"
    done
}

waits() { # SECONDS WHAT COMMAND...
    local end=$((SECONDS + $1 * patience)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < end)) || fail "not in time: $what"
        sleep 0.3
    done
}
last_said() { # MAST ID FIELD: of the last line with this id
    grep " id=$2 \| $2 \|$2" "$work/$1.log" | tail -n 1 | sed -n "s/.* $3=\([^ ]*\).*/\1/p"
}
lender() { last_said middle BORROWING_CHANGED to; }
has_lender() { [[ $(lender) == left || $(lender) == right ]]; }
lender_is() { [[ $(lender) == "$1" ]]; }
goes_by() { [[ $(last_said middle UPLINK_SWITCHED to) == "$1" ]]; }
other() { [[ $1 == left ]] && echo right || echo left; }
gets_out() { in_ns village ping -c 1 -W 1 203.0.113.10; }

figure() { # NAME VALUES... : the largest
    local figure=$1 goal=$2
    shift 2
    printf '%s\n' "$@" | awk -v name="$figure" -v goal="$goal" -v air="$air" '
        $1 > most { most = $1 }
        END { printf "{\"bench\":\"mesh\",\"name\":\"%s\",\"value\":%.2f,\"unit\":\"s\",\"goal\":%s,\"peer\":\"\",\"runs\":%d,\"air\":\"%s\"}\n", name, most, goal, NR, air }'
}

# --- the cases ------------------------------------------------------------------------------------------------------------

# The longest silence of a stream of the village's, in seconds, around a command that ends what carries it.
longest_gap() { # COMMAND...
    in_ns village "$bin/karkara-stream" --to 203.0.113.10:9000 --rate 50 --seconds 8 --linger 1 >"$work/stream.json" &
    local streaming=$!
    sleep 3
    "$@"
    wait "$streaming"
    sed -n 's/.*"longest_silence_ms":\([0-9.]*\).*/\1/p' "$work/stream.json" | awk '{ printf "%.3f\n", $1 / 1000 }'
}
lose_way_out() { on "$1" link set wan0 down; }
# Nothing comes back, and the carrier stays.
darken_way_out() {
    in_ns world nft "add table inet dark_$1
        add chain inet dark_$1 first { type filter hook prerouting priority -300; }
        add rule inet dark_$1 first iifname \"to-$1\" drop"
}
lighten_way_out() { in_ns world nft delete table inet "dark_$1"; }
find_way_out() {
    on "$1" link set wan0 up
    on "$1" route replace default via "$(in_ns world ip -4 -o address show "to-$1" | sed 's|.*inet \([0-9.]*\)/.*|\1|')" dev wan0 metric 10
}

both_offer() {
    # Both were heard and lend: the last word of each about lending.
    [[ $(last_said left LENDING_CHANGED state) != does && $(last_said right LENDING_CHANGED state) != does ]] &&
        timeout 20 "$bin/karkara" local mesh --socket "$work/middle.sock" -o json | tr -d ' \n' | grep -o '"way":"up"' | wc -l | grep -qx 2
}

borrowing_cases() {
    local i from lost=() dark=() silent=()
    for ((i = 0; i < runs; i++)); do
        waits 60 "offers of both" both_offer
        from=$(lender)
        lost+=("$(longest_gap lose_way_out "$from")")
        waits 20 "the move to the other one" lender_is "$(other "$from")"
        find_way_out "$from"
        waits 60 "offers of both" both_offer
        from=$(lender)
        dark+=("$(longest_gap darken_way_out "$from")")
        waits 20 "the move to the other one" lender_is "$(other "$from")"
        lighten_way_out "$from"
        waits 60 "offers of both" both_offer
        from=$(lender)
        silent+=("$(longest_gap hush "$from")")
        waits 20 "the move to the other one" lender_is "$(other "$from")"
        unhush "$from"
    done
    figure gateway_loss_moved_max 1.0 "${lost[@]}"
    figure gateway_black_hole_moved_max 1.0 "${dark[@]}"
    figure silent_peer_acted_max 1.0 "${silent[@]}"
}

idle_case() {
    local i from begun noticed=()
    find_way_out middle
    waits 60 "the middle one's own way out" goes_by own
    mkfifo "$work/never"
    exec 8<"$work/middle.log" 9<>"$work/never"
    for ((i = 0; i < runs; i++)); do
        waits 60 "offers of both" both_offer
        sleep 2
        from=$(lender)
        while read -r -u 8; do :; done
        begun=$EPOCHREALTIME
        hush "$from"
        log_says "$(other "$from")" || fail "the silence of $from is not noticed"
        noticed+=("$(awk -v a="$begun" -v b="$said_at" 'BEGIN { print b - a }')")
        unhush "$from"
    done
    exec 8<&- 9<&-
    figure gateway_loss_noticed_idle_max 3.5 "${noticed[@]}"
}
# When the middle one moves to this lender, by its log: sets said_at. Starts no process, each of which would add a tenth of a second
# or more to what is measured.
log_says() {
    local line end=$((SECONDS + 15))
    while ((SECONDS < end)); do
        if read -r -u 8 line; then
            said_at=$EPOCHREALTIME
            [[ $line == *" id=BORROWING_CHANGED "*" to=$1 "* ]] && return
        else
            read -r -t 0.02 -u 9 || true
        fi
    done
    return 1
}

# The mesh that the masts are on is the one of their configuration.
made_by_the_agents() {
    [[ $air != cables ]] || return 0
    local mast said
    for mast in "${masts[@]}"; do
        said=$(timeout 60 "$bin/karkara" local mesh --socket "$work/$mast.sock" -o json) || fail "$mast tells nothing"
        grep -q '"as configured"' <<<"$said" || fail "the radio of $mast is not as configured: $said"
        [[ $air != sae ]] || grep -q "mesh 'village', SAE" <<<"$said" || fail "the mesh of $mast has no passphrase: $said"
    done
    if [[ $air == sae ]]; then
        in_ns middle iw dev mesh-middle station dump | grep -q 'MFP:[[:space:]]*yes' || fail "the links are not protected"
    fi
}

villages_stay_apart() {
    on village route add 100.124.0.0/14 via 192.168.77.1 2>/dev/null
    local lender_address
    lender_address=$(in_ns left ip -4 -o address show bat0 | sed 's|.*inet \([0-9.]*\)/.*|\1|')
    ! in_ns village ping -c 1 -W 1 "$lender_address" >/dev/null 2>&1 || fail "a village reaches the masts' network"
}

# The operator's router at the lender's link, and the lender's own address there.
only_the_way_out_is_lent() {
    waits 60 "the neighbour's way out in use" gets_out
    local mast address
    mast=$(lender)
    for address in $(in_ns world ip -4 -o address show "to-$mast" | sed 's|.*inet \([0-9.]*\)/.*|\1|') \
        $(in_ns "$mast" ip -4 -o address show wan0 | sed 's|.*inet \([0-9.]*\)/.*|\1|'); do
        # By another mast, on a busy machine, it is an address like any other.
        ! in_ns village ping -c 1 -W 1 "$address" >/dev/null 2>&1 || ! lender_is "$mast" ||
            fail "a guest reaches $address before the way out"
    done
}

strangers_are_refused() {
    in_ns left nft list table inet karkara >"$work/left.nft" || fail "no table on the lender"
    grep -q 'guestup100_' "$work/left.nft" || fail "the guest is not counted"
    local bad=$work/forged.bin
    printf 'KH\003\006%0160d' 0 >"$bad"
    local address
    address=$(on middle -6 -o address show dev bat0 scope link | sed 's|.*inet6 \([^/]*\)/.*|\1|' | head -n 1)
    local i
    for i in 1 2 3 4; do
        in_ns left python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.sendto(open(sys.argv[1], "rb").read(), (sys.argv[2], 7449, 0, socket.if_nametoindex("bat0")))' "$bad" "$address"
    done
    waits 20 "the alarm about forged hellos" grep -q MESH_HELLO_FORGED "$work/middle.log"
}

inside() { # AIR BIN FLEET RUNS
    air=$1 bin=$2 runs=$4 work=$(mktemp -d)
    patience=1
    [[ $air == cables ]] || patience=4 # an emulated machine is slow to start programs; what is measured is not
    name=mb$$
    spaces=() started=()
    trap 'leave' EXIT
    cp -r "$3" "$work/fleet"
    world_up
    "air_of_$air"
    lose_way_out middle
    programs_up
    waits 90 "somebody to borrow from" has_lender
    made_by_the_agents
    waits 60 "the neighbour's way out in use" gets_out
    borrowing_cases
    villages_stay_apart
    only_the_way_out_is_lent
    strangers_are_refused
    idle_case
}
leave() {
    local status=$?
    trap - EXIT
    kill "${started[@]}" 2>/dev/null
    wait 2>/dev/null
    [[ $air != cables ]] || for space in "${spaces[@]}"; do ip netns delete "$space"; done
    [[ ${KEEP_LOGS-} ]] && cp -r "$work" "$KEEP_LOGS"
    rm -rf "$work"
    exit $status
}

if [[ ${1-} == inside ]]; then
    inside "${@:2}"
    exit
fi
((EUID == 0)) || { echo "needs root" >&2; exit 77; }
bin=$(readlink -f "${KARKARA_BIN:-$root/build/release/bin}")
for program in karkara karkara-agent karkara-anchor karkara-stream; do
    [[ -x $bin/$program ]] || { echo "$program is not built" >&2; exit 77; }
done
command -v openssl python3 nft >/dev/null || { echo "needs openssl, python3, nft" >&2; exit 77; }
fleet=$(mktemp -d)
trap 'rm -rf "$fleet"' EXIT
"$here/make_masts.py" "$fleet" "${masts[@]}" || exit
if [[ ${1-radios} == cables ]]; then
    "$0" inside cables "$bin" "$fleet" "${2-3}"
    exit
fi
command -v qemu-system-x86_64 iw wpa_supplicant >/dev/null || { echo "needs qemu-system-x86, iw, wpasupplicant" >&2; exit 77; }
"$root/scripts/lab/vmrun" --mem 2048 --timeout 1500 --rw "$bin" --rw "$fleet" -- \
    "$0" inside "${1-radios}" "$bin" "$fleet" "${2-3}"
