#!/usr/bin/env bash
# The agent sets up an access point, a mesh point and batman-adv on a real radio of Debian's kernel (mac80211_hwsim), in a
# throw-away machine (scripts/lab/vmrun), beside a second radio that somebody else joined to the same mesh. Checks that what
# stands is adopted by the next run of an agent that was killed, that a mesh that was left is joined again, that a peer which
# does not get on is kicked until it does, that what is no longer configured goes, and that joins and leaves leave nothing
# behind. The rules of Niger are not in Debian's database: those of Burkina Faso stand in. Prints lines of JSON.
#
#   wifi_test.sh [agent|trial] [JOINS]
#
# agent: the whole agent, from its configuration. trial: its part that does this alone, which an emulated machine starts quickly.
# KARKARA_BIN: the folder of our programs.
set -u
here=$(dirname "$(readlink -f "$0")")
root=$here/../..

# --- inside the machine -------------------------------------------------------------------------------------------------

in_mast() { ip netns exec mast "$@"; }
in_far() { ip netns exec far "$@"; }
fail() {
    echo "FAILED: $*" >&2
    cat "$work/agent.log" >&2
    in_mast iw dev >&2
    in_mast iw reg get >&2
    exit 1
}
waits() { # SECONDS WHAT COMMAND...
    local end=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < end)) || fail "not in time: $what"
        sleep 0.2
    done
}
uptime_now() {
    local up rest
    read -r up rest </proc/uptime
    echo "$up"
}
figure() { # NAME FROM GOAL
    awk -v name="$1" -v from="$2" -v to="$(uptime_now)" -v goal="$3" \
        'BEGIN { printf "{\"bench\":\"mesh\",\"name\":\"%s\",\"value\":%.1f,\"unit\":\"s\",\"goal\":%d,\"peer\":\"\"}\n", name, to - from, goal }'
}

radios_up() {
    modprobe batman_adv
    modprobe mac80211_hwsim radios=2
    ip netns add mast
    ip netns add far
    near_phy=$(cat /sys/class/net/wlan0/phy80211/name)
    far_phy=$(cat /sys/class/net/wlan1/phy80211/name)
    iw phy "$near_phy" set netns name mast
    iw phy "$far_phy" set netns name far
    in_mast ip link set lo up
    in_mast ip link add wan0 type dummy
    in_mast ip link set wan0 up
}
far_joins() {
    in_far iw dev wlan1 set type mp
    in_far ip link set wlan1 mtu 1532 up
    in_far iw dev wlan1 mesh join village freq 2437 HT20
    in_far iw dev wlan1 set mesh_param mesh_fwding 0
    in_far batctl meshif bat0 interface create
    in_far batctl meshif bat0 interface -M add wlan1
    in_far ip link set bat0 up
}

write_config() { # WIFI?
    cat >"$work/site.yaml" <<YAML
site: {id: mast}
uplinks: [{id: own, kind: ethernet, interface: wan0}]
lan: {interfaces: [ap0], resolver_file: $work/resolv}
clock: {set_system_clock: false}
agent: {state_dir: $work/state, bundle: $work/none, local_socket: $work/agent.sock}
YAML
    [[ $1 == with ]] || return
    cat >>"$work/site.yaml" <<YAML
wifi:
  country: NE
  stand_in: BF
  folder: $work/wifi
  radios:
    - id: mast
      phy: $near_phy
      channel: 6
      access_points: [{interface: ap0, ssid: Sadore, security: wpa2, passphrase: eau-fraiche-12}]
      mesh: {interface: mesh0, mesh_id: village, batman: {interface: bat0, algorithm: iv}}
YAML
}
# Not by the function: the number would be that of a shell around it.
agent_up() {
    if [[ $who == trial ]]; then
        ip netns exec mast "$bin/karkara-wifi-trial" serve "$near_phy" "$work/wifi" >>"$work/agent.log" 2>&1 &
        agent=$!
        return
    fi
    ip netns exec mast "$bin/karkara-agent" --config "$work/site.yaml" >>"$work/agent.log" 2>&1 &
    agent=$!
}

established() { in_mast iw dev mesh0 station dump | grep -q 'ESTAB'; }
serves() { in_mast hostapd_cli -i ap0 status 2>/dev/null | grep -q '^state=ENABLED'; }
batman_sees() { in_mast batctl meshif bat0 n -H 2>/dev/null | grep -q mesh0; }
connected() { in_mast iw dev mesh0 station dump | sed -n 's/.*connected time:[[:space:]]*\([0-9]*\).*/\1/p'; }
changes() { grep -c WIFI_CHANGED "$work/agent.log"; }
no_interfaces() { ! in_mast iw dev | grep -Eq 'Interface (mesh0|ap0)' && ! in_mast ip link show bat0; }

sets_up() {
    local begun
    begun=$(uptime_now)
    write_config with
    agent_up
    waits 60 "the rules that stand in" grep -q 'REGDOMAIN_SUBSTITUTED.*instead=BF' "$work/agent.log"
    waits 40 "a peer on the mesh" established
    waits 40 "an access point" serves
    waits 40 "a neighbour of batman-adv" batman_sees
    figure set_up "$begun" 60
}
survives_a_kill() {
    local before age
    kill -9 "$agent"
    wait "$agent" 2>/dev/null
    ! pgrep -f "$bin/karkara-(agent|wifi-trial)" >/dev/null || fail "it was not killed"
    age=$(connected)
    sleep 2
    established || fail "the mesh fell with the agent"
    serves || fail "the access point fell with the agent"
    before=$(changes)
    agent_up
    [[ $who == trial ]] || waits 60 "the next run" timeout 20 "$bin/karkara" local mesh --socket "$work/agent.sock"
    sleep 5
    [[ $(changes) == "$before" ]] || fail "the next run changed something"
    (($(connected) > age)) || fail "the mesh was joined anew"
    serves || fail "the access point was lost"
}
joins_again() {
    local begun
    begun=$(uptime_now)
    in_mast iw dev mesh0 mesh leave
    waits 30 "the mesh again" established
    figure left_mesh_rejoined "$begun" 30
}
# A link that hangs: the kernel is told to block it, and goes on doing so until the station is made anew.
kicks() {
    local begun
    begun=$(uptime_now)
    in_mast iw dev mesh0 station set "$(cat_far_mac)" plink_action block || fail "the kernel does not block"
    waits 30 "the kick" grep -q 'MESH_RECOVERY.*deed=kick' "$work/agent.log"
    waits 30 "the peer again" established
    figure stuck_peer_recovered "$begun" 60
}
cat_far_mac() { in_far cat /sys/class/net/wlan1/address; }
clears_away() {
    write_config without
    kill -HUP "$agent"
    waits 40 "nothing left" no_interfaces
    pgrep -x hostapd >/dev/null && fail "hostapd stays"
    kill "$agent"
    wait "$agent" 2>/dev/null
}

inside() { # WHO BIN JOINS
    who=$1 bin=$2 work=$(mktemp -d)
    radios_up
    far_joins
    sets_up
    survives_a_kill
    joins_again
    kicks
    clears_away
    in_mast "$bin/karkara-wifi-trial" joins "$near_phy" "$3" "$work/trial" || fail "joins and leaves leave something behind"
}

if [[ ${1-} == inside ]]; then
    inside "${@:2}"
    exit
fi
command -v qemu-system-x86_64 iw batctl hostapd >/dev/null || { echo "needs qemu-system-x86, iw, batctl, hostapd" >&2; exit 77; }
bin=$(readlink -f "${KARKARA_BIN:-$root/build/release/bin}")
who=${1-agent}
programs=(karkara-wifi-trial)
[[ $who == trial ]] || programs+=(karkara karkara-agent)
for program in "${programs[@]}"; do
    [[ -x $bin/$program ]] || { echo "$program is not built" >&2; exit 77; }
done
"$root/scripts/lab/vmrun" --mem 1024 --timeout 240 --rw "$bin" -- "$0" inside "$who" "$bin" "${2-100}"
