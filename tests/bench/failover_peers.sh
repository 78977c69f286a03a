#!/usr/bin/env bash
# The same cuts for a router without Karkara: two default routes, a masquerade rule, and somebody else's watch over them.
#   failover_peers.sh BIN RUNS FOLDER bfdd|ping-script CASE...       cases: lte_blackhole carrier_loss
# bfdd: FRR's, one multihop session through each uplink with its own defaults (300 ms, 3 lost), and a script that follows its log.
# ping-script: what mwan3track does with the configuration that mwan3 ships: four hosts in turn, one ping of 4 s each, ten
# seconds between rounds, down when fewer than two answer for five rounds, up again after five good ones.
set -euo pipefail
# shellcheck source=tests/bench/failover_lab.sh
. "$(dirname "$0")/failover_lab.sh"
village_begin fp "$1" "$2" "$3" vsat=60 lte=60
peer=$4
cases=("${@:5}")
declare -A gateway=([vsat]=100.64.1.1 [lte]=100.64.2.1) address=([vsat]=100.64.1.2 [lte]=100.64.2.2)
declare -A metric=([vsat]=10 [lte]=20)
start_service
ip netns exec "$name-router" nft 'add table ip nat
    add chain ip nat postrouting { type nat hook postrouting priority srcnat; }
    add rule ip nat postrouting oifname { vsat0, lte0 } masquerade'

leave() { ip -n "$name-router" route del default via "${gateway[$1]}" 2>/dev/null || true; }
return_to() { ip -n "$name-router" route replace default via "${gateway[$1]}" dev "${1}0" metric "${metric[$1]}" || true; }
has_route() { ip -n "$name-router" route show default | grep "dev ${1}0" >/dev/null; }

# --- bfdd -------------------------------------------------------------------------------------------------------------

far_end() { [[ $1 == vsat ]] && echo 203.0.113.31 || echo 203.0.113.32; }
bfd_start() { # router|world: sessions of both uplinks
    local uplink
    {
        printf 'log file %s debugging\nlog timestamp precision 3\ndebug bfd peer\nbfd\n' "$bfd/$1.log"
        for uplink in vsat lte; do
            if [[ $1 == router ]]; then
                printf ' peer %s multihop local-address %s\n  minimum-ttl 200\n  no shutdown\n !\n' "$(far_end $uplink)" "${address[$uplink]}"
            else
                printf ' peer %s multihop local-address %s\n  minimum-ttl 200\n  no shutdown\n !\n' "${address[$uplink]}" "$(far_end $uplink)"
            fi
        done
    } >"$bfd/$1.conf"
    mkdir "$bfd/$1"
    chown -R frr:frr "$bfd"
    start "$1" "bfdd-$1" /usr/lib/frr/bfdd -f "$bfd/$1.conf" -i "$bfd/$1/pid" --vty_socket "$bfd/$1" \
        --bfdctl "$bfd/$1/control" -z "$bfd/$1/zebra" -A 127.0.0.1 -P 0
}
follow_bfd() {
    local line uplink
    while read -r line; do
        for uplink in vsat lte; do
            [[ $line == *"$(far_end $uplink)"* ]] || continue
            [[ $line != *"-> down"* ]] || leave "$uplink"
            [[ $line != *"-> up"* ]] || return_to "$uplink"
        done
    done < <(exec tail -s 0.01 -n +1 --pid=$$ -F "$bfd/router.log" 2>/dev/null)
}
bfdd_begin() {
    local uplink
    bfd=$work/bfd # its own user's
    mkdir "$bfd"
    chmod 711 "$work"
    for uplink in vsat lte; do
        ip -n "$name-world" address add "$(far_end $uplink)/32" dev lo
        ip -n "$name-router" route add "$(far_end $uplink)/32" via "${gateway[$uplink]}" dev "${uplink}0"
    done
    bfd_start world
    bfd_start router
    follow_bfd &
    started+=($!)
    wait_for 20 "the session over the VSAT" grep -q "203.0.113.31.*-> up" "$bfd/router.log"
    wait_for 20 "the session over the LTE" grep -q "203.0.113.32.*-> up" "$bfd/router.log"
}

# --- the ping script --------------------------------------------------------------------------------------------------

watch_by_ping() { # UPLINK
    local score=10 answering host # mwan3's: up 5 + down 5
    for ((;;)); do
        answering=0
        for host in 203.0.113.41 203.0.113.42 203.0.113.43 203.0.113.44; do
            ! ip netns exec "$name-router" ping -n -q -I "${1}0" -c 1 -W 4 -s 56 -t 60 "$host" >/dev/null 2>&1 ||
                answering=$((answering + 1))
        done
        if ((answering < 2)); then
            score=$((score > 0 ? score - 1 : 0))
            ((score >= 5)) || score=0
            ((score != 5)) || { leave "$1"; score=0; }
        elif ((score < 10)); then
            score=$((score + 1))
            ((score != 5)) || { return_to "$1"; score=10; }
        fi
        sleep 10
    done
}
ping-script_begin() {
    local host uplink
    for host in 41 42 43 44; do ip -n "$name-world" address add "203.0.113.$host/32" dev lo; done
    for uplink in vsat lte; do
        # As mwan3's own tables do: a ping that is bound to an interface leaves by it, also when the main route is gone.
        ip -n "$name-router" route add default via "${gateway[$uplink]}" dev "${uplink}0" table "1${metric[$uplink]}"
        ip -n "$name-router" rule add oif "${uplink}0" lookup "1${metric[$uplink]}"
        watch_by_ping "$uplink" &
        started+=($!)
    done
    sleep 12
}

# --- the cuts ---------------------------------------------------------------------------------------------------------

longest=12
[[ $peer == bfdd ]] || longest=150
one_run() { flowing_run vsat "$1" "$longest" --rate "$2" --gap-ms 150 --end-after-gap 0.4; } # HOW RATE

bytes_a_day() { # what the watch over one idle uplink costs
    local before
    count_bytes lte
    before=$(counted lte bytes)
    sleep 30
    echo $((($(counted lte bytes) - before) * 2880))
}

"${peer}_begin"
figure watch_bytes_day "$(bytes_a_day)" bytes 20000 "$peer" 1 "of one idle uplink: IP bytes of 30 s times 2880, counted by nft \
at the operator; beside the standby_probe_bytes_day of ours"
for case in "${cases[@]}"; do
    for ((i = 0; i < runs; ++i)); do
        wait_for 120 "the route over the VSAT" has_route vsat
        sleep 1
        case $case in
            lte_blackhole)
                one_run blackhole 200
                note "lte_blackhole_dark.$peer" "$(in_seconds "$(from_stream longest_silence_ms)")"
                ;;
            carrier_loss)
                one_run carrier 1000
                note "carrier_loss_lost.$peer" "$(from_stream not_taken)"
                ;;
        esac
    done
    case $case in
        lte_blackhole) figures lte_blackhole_dark s 0.6 1.0 "$peer" ;;
        carrier_loss) figures carrier_loss_lost packets 1 20 "$peer" ;;
    esac
done
