#!/usr/bin/env bash
# The agent's look at the mesh against Debian's kernel in a throw-away machine (scripts/lab/vmrun). Two radios of
# mac80211_hwsim form an open 802.11s mesh: once with batman-adv above, whose ways and gateway have to be seen; and once without,
# when one hears nothing any more, hears again, and the whole Wi-Fi of the kernel is unloaded and loaded again. Checks that the
# silent peer is judged within 15 s while the kernel goes on calling it established, and prints the time as a line of JSON.
# KARKARA_BIN: the folder of our programs.
set -u
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=tests/lab/machine.bash
. "$here/machine.bash"

# --- inside the machine -------------------------------------------------------------------------------------------------

fail() {
    echo "FAILED: $*" >&2
    cat "$work/said" >&2
    iw dev >&2
    exit 1
}

join() { # NAME: the radio becomes a mesh point
    iw dev "$1" set type mp
    ip link set "$1" mtu 1532 up
    iw dev "$1" mesh join village freq 2437 HT20
    iw dev "$1" set mesh_param mesh_fwding 0
}

radios_up() {
    modprobe mac80211_hwsim radios=2
    join wlan0
    join wlan1
}

batman_up() {
    local i
    modprobe batman_adv
    for i in 0 1; do
        batctl meshif bat$i interface create
        batctl meshif bat$i interface -M add wlan$i
        ip link set bat$i up
    done
    batctl meshif bat1 gw_mode server 10mbit/2mbit
    batctl meshif bat0 gw_mode client
}

says() { # SECONDS WORDS...: waits until the trial said it as its last word about this
    local i
    for ((i = 0; i < $1 * 2; i++)); do
        [[ $(grep -F " ${2} " "$work/said" | tail -n 1) == *" $2 $3" ]] && return
        sleep 0.5
    done
    fail "not within $1 s: $2 $3"
}
said_at() { # WORDS: when it was said last, seconds since boot
    grep -F " $*" "$work/said" | tail -n 1 | sed 's/at=\([0-9.]*\) .*/\1/'
}
uptime_now() {
    local up rest
    read -r up rest </proc/uptime
    echo "$up"
}
less_than() { # A B LIMIT: B - A
    awk -v from="$1" -v to="$2" -v limit="$3" 'BEGIN { exit !(to - from >= 0 && to - from < limit) }'
}

hears_group() { # MASK: of the second radio; the first one is in group 1
    local phy
    phy=$(cat /sys/class/net/wlan1/phy80211/name)
    echo "$1" >"/sys/kernel/debug/ieee80211/$phy/hwsim/group"
}

isolation() {
    local cut judged
    cut=$(uptime_now)
    hears_group 2
    says 20 peer=wlan0 silent
    judged=$(said_at peer=wlan0 silent)
    iw dev wlan0 station dump | grep -q ESTAB || fail "the kernel does not call it established"
    less_than "$cut" "$judged" 15 || fail "judged at $judged, cut at $cut"
    grep -q 'alarm=MESH_PEER_SILENT raised' "$work/said" || fail "no alarm"
    awk -v from="$cut" -v to="$judged" \
        'BEGIN { printf "{\"bench\":\"mesh\",\"name\":\"silent_peer_judged\",\"value\":%.2f,\"unit\":\"s\",\"goal\":15,\"peer\":\"\"}\n", to - from }'
    hears_group 1
    says 30 peer=wlan0 established
}

# nl80211 has another number after it. The trial sleeps meanwhile: without an interface it would look once a minute only.
reload() {
    kill -STOP "$watching"
    rmmod mac80211_hwsim mac80211 cfg80211
    [[ ! -e /sys/module/cfg80211 ]] || fail "the modules stay"
    radios_up
    kill -CONT "$watching"
    sleep 6
    hears_group 2
    says 20 peer=wlan0 silent
}

inside_wifi() {
    work=$(mktemp -d)
    radios_up
    "$1" 300 >"$work/said" &
    watching=$!
    says 60 peer=wlan0 established
    isolation
    reload
    kill $watching
    cat "$work/said"
}

inside_batman() {
    work=$(mktemp -d)
    radios_up
    batman_up
    "$1" 300 >"$work/said" &
    watching=$!
    local other
    other=$(cat /sys/class/net/wlan1/address)
    says 60 peer=wlan0 established
    says 60 way=wlan0 "$other gateway"
    kill $watching
    wait $watching || fail "the trial ended with $?"
    cat "$work/said"
    grep -q "^end peer=wlan0 mac=$other state=established signal=-" "$work/said" || fail "no signal"
    grep -q '^end batman=bat0, BATMAN_.*, gateway client; bat1, ' "$work/said" || fail "no batman-adv"
    grep -q "^end way=$other via=$other over=wlan0 .* gateway=yes" "$work/said" || fail "no way to $other"
}

if [[ ${1-} == inside* ]]; then
    "$@"
    exit
fi
needs iw batctl
program=$(trial mesh-watch-trial) || exit
for part in inside_batman inside_wifi; do
    "$here/../../scripts/lab/vmrun" --modules "mac80211_hwsim" --mem 768 --timeout 170 --rw "$(dirname "$program")" -- "$0" $part "$program" || exit
done
