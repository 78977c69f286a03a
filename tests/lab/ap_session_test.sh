#!/usr/bin/env bash
# A telephone on the village's Wi-Fi keeps its SSH session while the mast changes its way out, on simulated radios in a throw-away
# machine (scripts/lab/vmrun): station -- hostapd, started by the agent -- the agent's tunnel -- a hub that wg(8) sets up. OpenSSH's
# own client and server, with nothing that keeps the session alive or begins it anew; at the terminal somebody (typist.py) presses
# a key four times a second and wants each echoed by the far end. The cable of the way out is pulled, put back, and then leads
# nowhere; the agent itself must notice and move. No keystroke may be lost, and ssh leaves with 0 only when asked at the end;
# prints the longest wait for an echo as lines of JSON. KARKARA_BIN: the folder of our programs. PATIENCE: how many times longer
# everything may take on a busy machine.
#
#   station 192.168.77.2 ~~ ap0 mast vsat0 10.1.0.2 --~310 ms each way-- world: hub 198.51.100.7, inside 10.99.0.1; anchors
#                                    lte0  10.2.0.2 --~ 30 ms each way--
set -u
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=tests/lab/machine.bash
. "$here/machine.bash"

# --- inside the machine -------------------------------------------------------------------------------------------------

on() { ip netns exec "$@"; }
fail() {
    echo "FAILED after $SECONDS s: $*" >&2
    tail -v -n 40 "$work"/*.log "$work"/session* >&2
    on mast iw dev >&2
    on mast ip route >&2
    on world wg show >&2
    exit 1
}
waits() { # SECONDS WHAT COMMAND...
    local end=$((SECONDS + $1 * ${PATIENCE:-1})) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < end)) || fail "not in time: $what"
        sleep 0.5
    done
}

heal() {
    local delay=310ms
    [[ $1 == vsat ]] || delay=30ms
    tc -n mast qdisc replace dev "${1}0" root netem delay $delay limit 300
    tc -n world qdisc replace dev "$1" root netem delay $delay limit 300
}
darken() {
    tc -n mast qdisc replace dev "${1}0" root netem loss 100% limit 1
    tc -n world qdisc replace dev "$1" root netem loss 100% limit 1
}
route_by() { # NAME: as its DHCP client would
    local via=10.1.0.1 metric=10
    [[ $1 == vsat ]] || { via=10.2.0.1 metric=20; }
    ip -n mast route replace default via $via dev "${1}0" metric $metric
}

network() {
    local space link number=1
    for space in world mast station; do
        ip netns add $space
        ip -n $space link set lo up
    done
    for link in vsat lte; do
        ip link add ${link}0 netns mast type veth peer name $link netns world
        ip -n mast address add 10.$number.0.2/24 dev ${link}0
        ip -n world address add 10.$number.0.1/24 dev $link
        ip -n mast link set ${link}0 up
        ip -n world link set $link up
        route_by $link
        heal $link
        number=2
    done
    local address
    for address in 203.0.113.21 203.0.113.22 198.51.100.7; do
        ip -n world address add $address/32 dev lo
    done
    for space in mast world; do
        # shellcheck disable=SC2016  # for the shell inside
        on $space sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 2 >$f; done'
    done
}
hub_up() {
    wg genkey >"$work/hub.key"
    ip -n world link add wg0 type wireguard
    on world wg set wg0 listen-port 51820 private-key "$work/hub.key"
    ip -n world address add 10.99.0.1/24 dev wg0
    ip -n world link set wg0 mtu 1420 up
    ip -n world route add 192.168.77.0/24 dev wg0
}
radios() {
    modprobe mac80211_hwsim radios=2
    phy=$(cat /sys/class/net/wlan0/phy80211/name)
    iw phy "$phy" set netns name mast
    iw phy "$(cat /sys/class/net/wlan1/phy80211/name)" set netns name station
}

agent_up() {
    local address
    for address in 203.0.113.21 203.0.113.22; do
        printf 'listen: %s:7445\nmaster_key_file: %s\n' $address "$fleet/master.key" >"$work/anchor-$address.yaml"
        on world "$bin/karkara-anchor" --config "$work/anchor-$address.yaml" >>"$work/anchors.log" 2>&1 &
    done
    cat >"$work/site.yaml" <<YAML
site: {id: mast}
uplinks:
  - {id: vsat, kind: ethernet, interface: vsat0, preference: 10}
  - {id: lte, kind: ethernet, interface: lte0, preference: 20}
failover: {hold_down: 0s, hold_down_max: 0s, switch_back_after: 5s, min_dwell: 0s}
tunnel: {hub: "198.51.100.7:51820", hub_key: "$(wg pubkey <"$work/hub.key")", addresses: [10.99.0.2/24]}
lan: {interfaces: [ap0], resolver_file: $work/resolv}
wifi:
  country: NE
  stand_in: BF
  folder: $work/wifi
  radios:
    - id: mast
      phy: $phy
      channel: 6
      access_points: [{interface: ap0, ssid: Sadoré, security: wpa2, passphrase: eau-fraiche-12}]
clock: {set_system_clock: false}
agent: {state_dir: $fleet/mast, bundle: $work/none, local_socket: $work/agent.sock}
YAML
    on mast "$bin/karkara-agent" --config "$work/site.yaml" >>"$work/agent.log" 2>&1 &
}
serves() { on mast hostapd_cli -i ap0 status | grep -q '^state=ENABLED'; }
has_key() { own_key=$(on mast wg show wg-karkara public-key) && [[ $own_key && $own_key != '(none)' ]]; }
goes_by() { [[ $(grep 'UPLINK_SWITCHED' "$work/agent.log" | tail -n 1) == *" to=$1"* ]]; }
hub_hears() { on world wg show wg0 endpoints | grep -q "$1:"; }

station_joins() {
    printf 'ctrl_interface=%s\nnetwork={\nssid="Sadoré"\npsk="eau-fraiche-12"\nscan_freq=2437\n}\n' "$work/station" >"$work/station.conf"
    on station wpa_supplicant -B -D nl80211 -i wlan1 -c "$work/station.conf" >>"$work/station.log"
    waits 60 "the station on the access point" eval "on station iw dev wlan1 link | grep -q 'Connected to'"
    ip -n station address add 192.168.77.2/24 dev wlan1
    ip -n station route add default via 192.168.77.1
    waits 60 "the hub, from the station" on station ping -c 1 -W 2 10.99.0.1
}

# What the machine's /etc gets is forgotten with it.
sshd_up() {
    ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
    ssh-keygen -q -t ed25519 -N '' -f "$work/own_key"
    printf '10.99.0.1 %s\n' "$(cat "$work/host_key.pub")" >"$work/known_hosts"
    chmod go+x "$work" # sshd reads the key that it lets in as the user
    echo 'keeper:x:4000:4000::/:/bin/sh' >>/etc/passwd
    cat >"$work/sshd.conf" <<CONF
ListenAddress 10.99.0.1
HostKey $work/host_key
AuthorizedKeysFile $work/own_key.pub
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
ClientAliveInterval 0
CONF
    install -d -m 755 /run/sshd
    on world "$(command -v sshd)" -D -e -f "$work/sshd.conf" 2>"$work/sshd.log" &
    waits 30 "the SSH server" grep -q 'Server listening' "$work/sshd.log"
}
# Debian's ssh asks for signs of life in batch mode, unless told not to. Not "on": the number would be that of a shell around it.
begin_session() {
    # shellcheck disable=SC2016  # for the shell there
    local far_end='stty raw -echo; printf ready; while IFS= read -rN1 key && [[ $key != q ]]; do printf %s "$key"; done; [[ $key == q ]]'
    ip netns exec station python3 -S "$here/typist.py" ssh -F none -tt -i "$work/own_key" -o UserKnownHostsFile="$work/known_hosts" \
        -o BatchMode=yes -o ServerAliveInterval=0 keeper@10.99.0.1 "exec bash --norc -c '$far_end'" >"$work/session" 2>&1 &
    session=$!
}
longest() { # FROM TO: the longest wait of a key that was pressed then
    awk -v from="$1" -v to="$2" '$1 == "echo" && $2 >= from - 1 && $2 < to - 1 && $3 > most { most = $3 } END { printf "%.3f", most }' "$work/session"
}

figure() { # NAME VALUE
    printf '{"bench":"mesh","name":"%s","value":%s,"unit":"s","goal":null,"peer":""}\n' "$@"
}
inside() {
    bin=$1 fleet=$2 work=$(mktemp -d)
    trap 'kill $(jobs -p) 2>/dev/null' EXIT
    network
    hub_up
    radios
    agent_up
    waits 90 "an access point" serves
    ip -n mast address add 192.168.77.1/24 dev ap0
    waits 60 "the tunnel's key" has_key
    on world wg set wg0 peer "$own_key" allowed-ips 10.99.0.2/32,192.168.77.0/24
    waits 90 "the first way out" goes_by vsat
    station_joins
    sshd_up
    begin_session
    waits 90 "the session" grep -q '^echo' "$work/session"
    sleep 4
    local pulled back dark end
    pulled=$EPOCHREALTIME
    ip -n mast link set vsat0 down
    waits 20 "the LTE, by the agent" goes_by lte
    sleep 6
    hub_hears 10.2.0.2 || fail "the hub did not follow"
    back=$EPOCHREALTIME
    ip -n mast link set vsat0 up
    route_by vsat
    waits 60 "the VSAT again" goes_by vsat
    sleep 6
    hub_hears 10.1.0.2 || fail "the hub did not follow back"
    dark=$EPOCHREALTIME
    darken vsat
    waits 30 "the LTE, from the black hole" goes_by lte
    sleep 8
    end=$EPOCHREALTIME
    kill -TERM "$session"
    wait "$session" || fail "the session ended"
    tail -n 1 "$work/session" >&2
    figure ap_session_wait_carrier_max "$(longest "$pulled" "$back")"
    figure ap_session_wait_back_max "$(longest "$back" "$dark")"
    figure ap_session_wait_black_hole_max "$(longest "$dark" "$end")"
}

if [[ ${1-} == inside ]]; then
    inside "${@:2}"
    exit
fi
needs iw hostapd wpa_supplicant=wpasupplicant wg=wireguard-tools python3 openssl ssh=openssh-client sshd=openssh-server
bin=$(readlink -f "${KARKARA_BIN:-$here/../../build/release/bin}")
for program in karkara-agent karkara-anchor; do
    [[ -x $bin/$program ]] || { echo "$program is not built" >&2; exit 77; }
done
fleet=$(mktemp -d)
trap 'rm -rf "$fleet"' EXIT
"$here/make_masts.py" "$fleet" mast || exit
"$here/../../scripts/lab/vmrun" --modules "wireguard sch_netem" --mem 1024 --timeout $((420 * ${PATIENCE:-1})) --rw "$bin" --rw "$fleet" -- \
    env PATIENCE="${PATIENCE:-1}" "$0" inside "$bin" "$fleet"
