#!/usr/bin/env bash
# A village's download through the agent's own tunnel, on Debian's kernel in a throw-away machine: the whole system, with a hub
# that wg(8) sets up in the world. Operators order switches, an uplink becomes a black hole, the agent is killed, the hub goes
# away and comes back; the one TCP connection survives all but the last, during which the village goes out directly. Prints
# the stalls as lines of JSON. KARKARA_BIN: the folder of our programs.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
root=$(readlink -f "$here/../..")
bin=$(readlink -f "${KARKARA_BIN:-$root/build/release/bin}")

if [[ ${1-} != inside ]]; then
    command -v qemu-system-x86_64 wg python3 >/dev/null || { echo "needs qemu-system-x86, wireguard-tools, python3" >&2; exit 77; }
    [[ -x $bin/karkara-agent ]] || { echo "karkara-agent is not built in $bin" >&2; exit 77; }
    exec "$root/scripts/lab/vmrun" --modules "wireguard tun" --mem 1536 --timeout "${PATIENCE:-520}" --rw "$bin" -- \
        env KARKARA_BIN="$bin" "$0" inside
fi

# --- inside the machine -------------------------------------------------------------------------------------------------

# shellcheck source=scripts/lab/whole-system
. "$root/scripts/lab/whole-system"
# shellcheck source=tests/lab/download.sh
. "$here/download.sh"
hub=203.0.113.10:51820

world() { ip netns exec "$name-world" "$@"; }
router() { ip netns exec "$name-router" "$@"; }
client() { ip netns exec "$name-client" "$@"; }
say() { echo "$(date +%T) $*" >&2; }

start_hub() {
    wg genkey >"$work/hub.key"
    world ip link add wg0 type wireguard
    world wg set wg0 listen-port "${hub#*:}" private-key "$work/hub.key"
    world ip address add 10.99.0.1/24 dev wg0
    world ip link set wg0 mtu 1420 up
    world ip route add 192.168.77.0/24 dev wg0
}
know_router() { # as the hub's operator does, with the key that the agent tells
    local own
    own=$(router wg show wg-karkara public-key)
    grep -q "$own" "$work/agent.log" || fail "the log does not tell the tunnel's public key"
    world wg set wg0 peer "$own" allowed-ips 10.99.0.2/32,192.168.77.0/24
}
add_tunnel() {
    cat >>"$work/site.yaml" <<YAML
tunnel:
  hub: $hub
  hub_key: $(wg pubkey <"$work/hub.key")
  addresses: [10.99.0.2/24]
YAML
}

tunnel_carries() { local_karkara status -o json | tr -d ' \n' | has '"tunnel":{[^}]*"carries":true'; }
carries_no_more() { ! tunnel_carries; }
active_is() { local_karkara status -o json | tr -d ' \n' | has "\"active_uplink\":\"$1\""; }
hub_hears() { # SUBNET
    world wg show wg0 endpoints | has "$1"
}

# Ends with its client.
stall_since() { # SECONDS_OF_THE_CLOCK: the longest silence that began then
    awk -v from="$1" '$1 == "gap" && $2 >= from && $3 > most { most = $3 } END { printf "%.3f", most }' "$work/download"
}
figure() { # NAME VALUE GOAL
    printf '{"bench":"failover","name":"%s","value":%s,"unit":"s","goal":%s,"peer":""}\n' "$@"
}

system_begin "tv$$" "$bin"
start_controller
start_anchors
start_service
enrol_site >/dev/null
start_hub
write_site_config
add_tunnel
"$bin/karkara-agent" --check-config "$work/site.yaml" >&2
start_agent
wait_for 90 "both uplinks up" uplink_is_up vsat
wait_for 90 "both uplinks up" uplink_is_up lte
know_router
wait_for 90 "the tunnel carries" tunnel_carries
say "the tunnel carries"
local_karkara explain | sed -n '/Tunnel/,$p' >&2

serve_download "$name-world"
download "$name-client"
wait_for 60 "the download" grep -q connected "$work/download"
sleep 4
world ss -tn state established 'sport = :8080' | has 192.168.77.2 || fail "the client's address is translated in the tunnel"

say "planned switches"
local_karkara switch lte --for 1h --accept-risk costs-money >&2
wait_for 20 "the switch to the LTE" active_is lte
sleep 3
hub_hears 100.64.2.2 || fail "the hub did not follow to the LTE"
local_karkara switch vsat --for 1h >&2
wait_for 20 "the switch to the VSAT" active_is vsat
sleep 4
hub_hears 100.64.1.2 || fail "the hub did not follow to the VSAT"
planned=$(stall_since 0)

say "the agent is killed and started again"
killed=$EPOCHREALTIME
kill_agent KILL
sleep 2
start_agent
wait_for 60 "the tunnel carries after the restart" tunnel_carries
sleep 4
restart=$(stall_since "$killed")

say "the VSAT becomes a black hole"
local_karkara release vsat >&2
carried=$(active_is vsat && echo yes) || {
    say "the VSAT does not carry: its black hole measures nothing"
    local_karkara explain >&2
    router nft list counters table inet karkara >&2
    tail -n 40 "$work/agent.log" >&2
}
cut=$EPOCHREALTIME
"$village" cut "$name" vsat blackhole
wait_for 20 "the LTE carries" active_is lte
sleep 8
blackhole=$(stall_since "$cut")
[[ $carried ]] || blackhole=null
"$village" heal "$name" vsat
end_download

say "the hub goes away, in the middle of a call"
for operator in vsat lte; do # whoever is not translated would be dropped here, and is counted
    ip netns exec "$name-$operator" nft "add table ip watch
        add chain ip watch up { type filter hook prerouting priority -310; }
        add rule ip watch up iifname sub0 ip saddr 192.168.77.0/24 counter"
done
ip netns exec "$name-client" "$bin/karkara-stream" --to 203.0.113.10:9000 --rate 20 --seconds 75 --linger 2 >"$work/call.json" &
call=$!
sleep 3
world ip link set wg0 down
wait_for 60 "the tunnel is left" carries_no_more
wait_for 10 "the village goes out directly" client ping -q -c 1 -W 2 203.0.113.10
wait "$call"
silence=$(sed -n 's/.*"longest_silence_ms":\([0-9]*\).*/\1/p' "$work/call.json")
say "the call was silent for $silence ms: $(cat "$work/call.json")"
((silence < 50000)) || fail "the call never came out of the tunnel"
for operator in vsat lte; do
    ip netns exec "$name-$operator" nft list table ip watch | has 'counter packets 0 ' || fail "$operator saw the village's own addresses"
done
karkara alarm list | tee -a /dev/stderr | has TUNNEL_DOWN || fail "the NOC has no alarm"
world ip link set wg0 up
world ip route replace 192.168.77.0/24 dev wg0
wait_for 90 "the tunnel carries again" tunnel_carries

say "it is withdrawn"
kill_agent TERM
router "$bin/karkara-agent" --withdraw >&2
! router ip link show wg-karkara >/dev/null 2>&1 || fail "the tunnel's interface is left"

cat "$work/download" >&2
figure tunnel_tcp_stall_max "$planned" 2.0
figure tunnel_tcp_stall_agent_kill_max "$restart" null
figure tunnel_tcp_stall_blackhole_max "$blackhole" null
awk -v stall="$planned" 'BEGIN { exit stall > 2.0 }' || fail "a stall beyond the goal"
