#!/usr/bin/env bash
# What the agent makes of a radio beyond an open mesh, on Debian's kernel in a throw-away machine (scripts/lab/vmrun): a mesh with
# a passphrase, which a stranger with another one does not get into and which outlives the agent; an access point where radar may
# be, which listens for a minute before it sends and leaves when radar comes; the same on a radio that cannot look for radar,
# which is refused with the kernel's reason; and a radio whose driver is taken off and put on again, for which a disk controller
# of the machine has to stand in: simulated radios are on no bus. KARKARA_BIN: the folder of our programs.
# PATIENCE: how many times longer everything may take on a busy machine.
#
#   wifi_modes_test.sh [air|refusals|driver]...
set -u
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=tests/lab/machine.bash
. "$here/machine.bash"

# --- inside the machine -------------------------------------------------------------------------------------------------

in_mast() { ip netns exec mast "$@"; }
in_far() { ip netns exec far "$@"; }
fail() {
    echo "FAILED: $*" >&2
    tail -n 40 "$work"/*.log >&2
    ip netns exec mast iw dev >&2
    exit 1
}
waits() { # SECONDS WHAT COMMAND...
    local end=$((SECONDS + $1 * ${PATIENCE:-1})) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < end)) || fail "not in time: $what"
        sleep 0.3
    done
}
says() { # LOG WORDS
    grep -q "$2" "$work/$1.log"
}

# The third one is for radar: on its own, so that its minute of listening passes beside the rest.
radios_up() {
    local i spaces=(mast far radar)
    modprobe batman_adv
    modprobe mac80211_hwsim radios=3
    phys=()
    for i in 0 1 2; do
        ip netns add "${spaces[i]}"
        phys[i]=$(cat "/sys/class/net/wlan$i/phy80211/name")
        iw phy "${phys[i]}" set netns name "${spaces[i]}"
    done
}
serve() { # SPACE PHY KIND: sets pid; not in a shell around it
    ip netns exec "$1" "$trial" serve "$2" "$work/$1" "$3" >>"$work/$1.log" 2>&1 &
    pid=$!
}

far_joins() { # PASSPHRASE
    [[ ! -e $work/far.pid ]] || { kill "$(cat "$work/far.pid")" && sleep 1; }
    cat >"$work/far.conf" <<CONF
ctrl_interface=$work/far-sockets
user_mpm=1
network={
ssid="village"
mode=5
frequency=2437
key_mgmt=SAE
ieee80211w=2
sae_password="$1"
mesh_fwding=0
disable_ht40=1
disable_vht=1
}
CONF
    in_far wpa_supplicant -B -P "$work/far.pid" -D nl80211 -i wlan1 -c "$work/far.conf" >>"$work/far.log" || fail "no far end"
}
far_under_batman() {
    in_far ip link set wlan1 mtu 1532
    in_far batctl meshif bat0 interface create
    in_far batctl meshif bat0 interface -M add wlan1
    in_far ip link set bat0 up
}
established() { in_mast iw dev mesh0 station dump | grep -q ESTAB; }
protected() { in_mast iw dev mesh0 station dump | grep -q 'MFP:[[:space:]]*yes'; }
batman_sees() { in_mast batctl meshif bat0 n -H | grep -q mesh0; }
has_supplicant() { in_mast wpa_cli -p /var/run/wpa_supplicant -i mesh0 status | grep -q '^wpa_state=COMPLETED'; }
nothing_left() { ! in_mast iw dev | grep -q mesh0 && ! pgrep -f "$work/mast/mesh0.conf"; }
changes() { grep -c WIFI_CHANGED "$work/mast.log"; }

mesh_with_a_passphrase() {
    local mast before
    far_joins another-passphrase
    serve mast "${phys[0]}" sae
    mast=$pid
    waits 60 "the mesh of the supplicant" has_supplicant
    sleep 8
    ! established || fail "a stranger with another passphrase is in the mesh"
    far_joins entre-les-mats
    far_under_batman
    waits 60 "a peer with the same passphrase" established
    protected || fail "the link is not protected"
    waits 40 "a neighbour of batman-adv" batman_sees
    kill -9 "$mast"
    wait "$mast" 2>/dev/null
    sleep 1
    established || fail "the mesh fell with the agent"
    before=$(changes)
    serve mast "${phys[0]}" sae
    mast=$pid
    sleep 5
    [[ $(changes) == "$before" ]] || fail "the next run changed something"
    kill -HUP "$mast"
    waits 40 "nothing left" nothing_left
    kill "$mast"
    wait "$mast" 2>/dev/null
    echo "a mesh with a passphrase: set up, closed to strangers, adopted, taken away"
}

ap_is() { # WHAT: a line of hostapd's status
    ip netns exec radar hostapd_cli -i ap0 status | grep -q "^$1\$"
}
leaves() { ! ap_is freq=5260; }
listens_for_radar() {
    local begun
    serve radar "${phys[2]}" radar
    radar=$pid
    waits 60 "listening for radar" ap_is state=DFS
    begun=$SECONDS
    mesh_with_a_passphrase
    waits $((begun + 100 - SECONDS)) "sending where no radar was heard" ap_is state=ENABLED
    ((SECONDS - begun > 50)) || fail "it listened for $((SECONDS - begun)) s only"
    ap_is freq=5260 || fail "it sends elsewhere"
    echo 1 >"/sys/kernel/debug/ieee80211/${phys[2]}/hwsim/dfs_simulate_radar"
    waits 20 "leaving for radar" leaves
    ! says radar WIFI_REFUSES || fail "what listens counts as trouble"
    kill -HUP "$radar"
    waits 40 "no access point left" eval '! pgrep -x hostapd'
    kill "$radar"
    echo "radar: listened for it, sent, left"
}

# With two channels at a time the simulated radio cannot look for radar.
cannot_look_for_radar() {
    local phy
    phy=$(cat /sys/class/net/wlan0/phy80211/name)
    "$trial" serve "$phy" "$work/deaf" radar >"$work/deaf.log" 2>&1 &
    pid=$!
    waits 90 "a refusal" says deaf WIFI_REFUSES
    echo "no radar: $(grep -m 1 WIFI_REFUSES "$work/deaf.log")"
    kill -HUP "$pid"
    sleep 3
    kill "$pid"
}

# In /sys the radio is one of the disk controller's, whose driver may be taken off without harm.
driver_put_on_anew() {
    local device phy before
    modprobe ata_piix
    device=$(readlink -f /sys/bus/pci/drivers/ata_piix/0000:*)
    [[ -d $device ]] || fail "no disk controller"
    phy=$(cat /sys/class/net/wlan0/phy80211/name)
    mkdir -p "$work/class/$phy"
    cat "/sys/class/ieee80211/$phy/macaddress" >"$work/class/$phy/macaddress"
    ln -s "$device" "$work/class/$phy/device"
    mount --bind "$work/class" /sys/class/ieee80211
    before=$(echo "$device"/ata*)
    "$trial" reset "$phy" "$work/reset" || fail "no reset"
    [[ -e $device/driver ]] || fail "the driver was not put on again"
    [[ $(echo "$device"/ata*) != "$before" ]] || fail "the driver was not taken off: $before"
    umount /sys/class/ieee80211
    echo "driver: taken off and put on, ${before##*/pci} before"
}

what_cannot_be() {
    ip link add cable0 type dummy
    "$trial" refusals "$(cat /sys/class/net/wlan0/phy80211/name)" "$work/refusals" cable0 || fail "not all was refused"
}

inside() { # PROGRAM PART...
    trial=$1 work=$(mktemp -d)
    shift
    if [[ " $* " == *" air "* ]]; then
        radios_up
        listens_for_radar
        ip netns delete mast
        ip netns delete radar
        sleep 1
        rmmod mac80211_hwsim
    fi
    [[ " $* " == *" refusals "* || " $* " == *" driver "* ]] || return 0
    modprobe mac80211_hwsim radios=1 channels=2
    if [[ " $* " == *" refusals "* ]]; then
        cannot_look_for_radar
        what_cannot_be
    fi
    [[ " $* " != *" driver "* ]] || driver_put_on_anew
}

if [[ ${1-} == inside ]]; then
    inside "${@:2}"
    exit
fi
needs iw batctl hostapd wpa_supplicant=wpasupplicant
program=$(trial wifi-trial) || exit
(($#)) || set -- air refusals driver
"$here/../../scripts/lab/vmrun" --mem 768 --timeout $((320 * ${PATIENCE:-1})) --rw "$(dirname "$program")" -- \
    env PATIENCE="${PATIENCE:-1}" "$0" inside "$program" "$@"
