#!/usr/bin/env bash
# What the agent makes of a radio beyond an open mesh, on Debian's kernel in a throw-away machine (scripts/lab/vmrun): a mesh with
# a passphrase, which a stranger with another one does not get into and which outlives the agent; an access point where radar may
# be, which listens for a minute before it sends and leaves when radar comes; the same on a radio that cannot look for radar,
# which is refused with the kernel's reason; a radio whose driver is taken off and put on again, for which a disk controller
# of the machine has to stand in: simulated radios are on no bus; two names of one radio, WPA3 alone and beside WPA2, with
# telephones that reach the mast and not each other; a mesh at 5 GHz that falls silent as soon as the rules of the air are taken
# away; and a point that has joined and neither hears nor is heard, through all that the agent can do about it. KARKARA_BIN: the folder of our programs.
# PATIENCE: how many times longer everything may take on a busy machine.
#
#   wifi_modes_test.sh [air|refusals|driver|points|rules|stuck]...
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

connected_for() { in_mast iw dev mesh0 station dump | sed -n 's/.*connected time:[[:space:]]*\([0-9]*\).*/\1/p'; }
is_old() { (($(connected_for) > 12)); }
is_new() { established && (($(connected_for) < 8)); }
# A daemon that still takes the peer for one that it has would not meet it for five minutes.
kicked_peer_comes_back() {
    waits 30 "a link of some age" is_old
    in_mast "$trial" kick "$work/mast" mesh0 "$(in_far cat /sys/class/net/wlan1/address)" || fail "no kick"
    waits 30 "the kicked peer again" is_new
}

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
    kicked_peer_comes_back
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

# --- access points and telephones ---------------------------------------------------------------------------------------

joins() { # TELEPHONE NAME METHOD PASSPHRASE
    local phone=$1
    [[ ! -e $work/$phone.pid ]] || { kill "$(cat "$work/$phone.pid")" && sleep 1; }
    printf '%s\n' "ctrl_interface=$work/$phone-sockets" 'network={' "ssid=\"$2\"" "key_mgmt=$3" 'ieee80211w=1' \
        "psk=\"$4\"" 'scan_freq=2437' '}' >"$work/$phone.conf"
    ip netns exec "$phone" wpa_supplicant -B -P "$work/$phone.pid" -D nl80211 -i "${cards[$phone]}" -c "$work/$phone.conf" \
        >>"$work/$phone.log" || fail "no telephone"
}
is_in_by() { # TELEPHONE NAME METHOD: as wpa_cli calls it; empty: any
    local said
    said=$(ip netns exec "$1" wpa_cli -p "$work/$1-sockets" -i "${cards[$1]}" status)
    grep -qx 'wpa_state=COMPLETED' <<<"$said" && grep -qx "ssid=$2" <<<"$said" && grep -q "^key_mgmt=$3" <<<"$said"
}
reaches() { ip netns exec "$1" ping -c 2 -i 0.3 -W 2 "$2"; }
declare -A cards=([one]=wlan1 [two]=wlan2)

phones_up() {
    local number=1 phone
    modprobe mac80211_hwsim radios=3
    ip netns add mast
    phys=("$(cat /sys/class/net/wlan0/phy80211/name)")
    iw phy "${phys[0]}" set netns name mast
    for phone in one two; do
        ip netns add "$phone"
        iw phy "$(cat "/sys/class/net/wlan$number/phy80211/name")" set netns name "$phone"
        number=$((number + 1))
        ip -n "$phone" address add "10.7.0.$number/24" dev "${cards[$phone]}"
    done
}
# The address of the mast is on the interface of the name that the telephones are on.
serves_points() { # KIND
    serve mast "${phys[0]}" "$1"
    mast=$pid
    waits 60 "two names of one radio" eval 'in_mast iw dev | grep -qx "[[:space:]]*ssid Sadore" && in_mast iw dev | grep -qx "[[:space:]]*ssid Clinique"'
    in_mast ip address replace 10.7.0.1/24 dev ap0
}
both_reach_the_mast() {
    waits 30 "the mast, for the first telephone" reaches one 10.7.0.1
    waits 30 "the mast, for the second telephone" reaches two 10.7.0.1
}
access_points() {
    phones_up
    serves_points points
    joins one Sadore WPA-PSK eau-fraiche-12
    joins two Sadore SAE another-phrase
    sleep 10
    ! is_in_by one Sadore '' || fail "WPA2 is let in where WPA3 alone is"
    ! is_in_by two Sadore '' || fail "a wrong passphrase is let in"
    joins one Sadore SAE eau-fraiche-12
    joins two Sadore SAE eau-fraiche-12
    waits 40 "a telephone by SAE" is_in_by one Sadore SAE
    waits 40 "another telephone by SAE" is_in_by two Sadore SAE
    both_reach_the_mast
    ! reaches one 10.7.0.3 >/dev/null 2>&1 || fail "one telephone reaches the other"
    echo "WPA3: two telephones in, each reaches the mast and not the other"
    joins one Clinique SAE sante-pour-tous
    joins two Clinique WPA-PSK sante-pour-tous
    waits 40 "a new telephone where old ones are" is_in_by one Clinique SAE
    waits 40 "an old telephone" is_in_by two Clinique WPA2-PSK
    echo "WPA2 and WPA3 under one name: a telephone by each, beside the other name of the radio"
    kill "$mast"
    wait "$mast" 2>/dev/null
    # Without isolation they do: it is what kept them apart.
    serves_points shared
    joins one Sadore SAE eau-fraiche-12
    joins two Sadore SAE eau-fraiche-12
    waits 40 "a telephone by SAE" is_in_by one Sadore SAE
    waits 40 "another telephone by SAE" is_in_by two Sadore SAE
    both_reach_the_mast
    waits 20 "the other telephone, where they are not isolated" reaches one 10.7.0.3
    kill -HUP "$mast"
    waits 40 "no access point left" eval '! pgrep -x hostapd'
    kill "$mast"
    wait "$mast" 2>/dev/null
    pkill -x wpa_supplicant # in this machine, which is thrown away
    sleep 1
    for space in mast one two; do
        ip netns delete $space
    done
    sleep 1
    rmmod mac80211_hwsim
}

# --- rules of the air ---------------------------------------------------------------------------------------------------

sends_at_5ghz() { in_mast iw dev mesh0 info | grep -q 'channel 36 '; }
is_silent() { ! sends_at_5ghz; }
# Somebody else's program says that the country is not known. By its looks the agent would find that half a minute later.
rules_taken_away() {
    local i begun
    modprobe mac80211_hwsim radios=1
    ip netns add mast
    phys=("$(cat /sys/class/net/wlan0/phy80211/name)")
    iw phy "${phys[0]}" set netns name mast
    : >"$work/mast.log"
    serve mast "${phys[0]}" high
    mast=$pid
    for i in 1 2 3; do
        waits 60 "a mesh at 5 GHz" sends_at_5ghz
        sleep 4
        begun=$SECONDS
        iw reg set 00
        waits 10 "silence under the rules of the world" is_silent
        echo "rules taken away: silent after $((SECONDS - begun)) s"
    done
    waits 60 "a mesh at 5 GHz again" sends_at_5ghz
    kill -HUP "$mast"
    waits 40 "nothing left" nothing_left
    kill "$mast"
    wait "$mast" 2>/dev/null
    ip netns delete mast
    sleep 1
    rmmod mac80211_hwsim
}

# --- a point that is stuck ----------------------------------------------------------------------------------------------

rungs() { sed -n 's/^MESH_RECOVERY .*deed=\([a-z]*\).*/\1/p' "$work/mast.log" | tr '\n' ' '; }
rungs_are() { [[ $(rungs) == "$1 " ]]; }
stuck_is_told() { [[ $(grep '^MESH_RADIO_STUCK' "$work/mast.log" | tail -n 1) == *interface=mesh0* ]]; }
# The mast's own radio falls out of the air: it beacons where nobody is, and nothing comes.
stuck() {
    local mast begun
    modprobe batman_adv
    modprobe mac80211_hwsim radios=2
    ip netns add mast
    ip netns add far
    phys=("$(cat /sys/class/net/wlan0/phy80211/name)" "$(cat /sys/class/net/wlan1/phy80211/name)")
    iw phy "${phys[0]}" set netns name mast
    iw phy "${phys[1]}" set netns name far
    in_far iw dev wlan1 set type mp
    in_far ip link set wlan1 up
    in_far iw dev wlan1 mesh join village freq 2437 HT20
    : >"$work/mast.log"
    serve mast "${phys[0]}" open
    mast=$pid
    waits 60 "a peer" established
    waits 60 "an access point beside it" eval 'in_mast hostapd_cli -i ap0 status | grep -q "^state=ENABLED"'
    begun=$SECONDS
    echo 4 >"/sys/kernel/debug/ieee80211/${phys[0]}/hwsim/group"
    waits 240 "all that can be done about a stuck point" stuck_is_told
    rungs_are "kick scan rejoin reset" || fail "what was done: $(rungs)"
    echo "deaf and mute: $(rungs)in $((SECONDS - begun)) s, then told"
    in_mast iw dev mesh0 info | grep -q 'channel 6 ' || fail "after its reset it is in no mesh"
    echo 1 >"/sys/kernel/debug/ieee80211/${phys[0]}/hwsim/group"
    waits 60 "the peer again" established
    waits 30 "the end of the alarm" eval '! stuck_is_told'
    rungs_are "kick scan rejoin reset" || fail "more was done than needed: $(rungs)"
    kill -HUP "$mast"
    waits 40 "nothing left" nothing_left
    kill "$mast"
    wait "$mast" 2>/dev/null
    ip netns delete mast
    ip netns delete far
    sleep 1
    rmmod mac80211_hwsim
}

inside() { # PROGRAM PART...
    trial=$1 work=$(mktemp -d)
    shift
    [[ " $* " != *" points "* ]] || access_points
    [[ " $* " != *" rules "* ]] || rules_taken_away
    [[ " $* " != *" stuck "* ]] || stuck
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
(($#)) || set -- air refusals driver points rules stuck
"$here/../../scripts/lab/vmrun" --mem 768 --timeout $((700 * ${PATIENCE:-1})) --rw "$(dirname "$program")" -- \
    env PATIENCE="${PATIENCE:-1}" "$0" inside "$program" "$@"
