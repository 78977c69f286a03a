#!/usr/bin/env bash
# The village lives from a SIM: the agent brings the modem up through ModemManager's own D-Bus interfaces and puts its bearer's
# address on an interface that the configuration does not name. The modem loses its network: the village moves to the satellite and
# the recovery ladder is climbed; the modem comes back under another path: the village returns.   modem.sh BIN_FOLDER
set -euo pipefail
# shellcheck source=scripts/lab/whole-system
. "$(dirname "$0")/../../scripts/lab/whole-system"
fake=$(dirname "$(readlink -f "$0")")/../fakes/fake_modem_manager.py
for needed in dbus-daemon busctl; do
    command -v "$needed" >/dev/null || { echo "needs $needed for the modem's bus" >&2; exit 77; }
done
/usr/bin/python3 -c 'import gi' 2>/dev/null || { echo "needs python3-gi for ModemManager's part" >&2; exit 77; }
[[ -f /usr/share/dbus-1/interfaces/org.freedesktop.ModemManager1.Modem.xml ]] ||
    { echo "needs modemmanager-dev for its interfaces" >&2; exit 77; }
begun=$SECONDS
system_begin "mo$$" "$(readlink -f "$1")"
bus=unix:path=$work/bus
router() { ip netns exec "$name-router" "$@"; }
control() { busctl --address="$bus" call org.freedesktop.ModemManager1 /control test.Control "$@"; }
now_ms() { date +%s%3N; }
took() { # WHAT SINCE_MS
    echo "$1 after $(awk "BEGIN {printf \"%.1f\", ($(now_ms) - $2) / 1000}") s"
}
status() { local_karkara status -o json | tr -d ' \n'; }
uplink_is() { status | has "\"id\":\"$1\"[^}]*\"state\":\"$2\""; }
router_uses() { status | has "\"active_uplink\":\"$1\""; }
village_is_online() { ip netns exec "$name-client" ping -c 1 -W 1 203.0.113.10; }
modem_was_told() { control Calls | has -F "$1"; }
is_logged() { has "$1" <"$work/agent.log"; }
explained() { local_karkara explain | tr -s ' \n' ' '; }
is_explained() { explained | has "$1"; }

start_controller
start_anchors
enrol_site >/dev/null

# The operator's cable becomes the modem's interface, without address and route: those are the bearer's.
ip -n "$name-router" link set lte0 down
ip -n "$name-router" address flush dev lte0
ip -n "$name-router" link set lte0 name wwan7 up
cat >"$work/bus.conf" <<XML
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>$bus</listen>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy>
</busconfig>
XML
start router bus dbus-daemon --nofork --config-file="$work/bus.conf"
wait_for 10 "the bus" test -S "$work/bus"
start router modem env DBUS_SESSION_BUS_ADDRESS="$bus" /usr/bin/python3 "$fake" \
    interface=wwan7 address=100.64.2.2/24 gateway=100.64.2.1
wait_for 10 "ModemManager" control Calls

cat >"$work/site.yaml" <<YAML
site: {id: sadore}
uplinks:
  - {id: vsat, kind: vsat, interface: vsat0, preference: 10}
  - id: lte
    kind: cellular
    interface: wwan0
    preference: 5
    metered: true
    cellular:
      search_patience: 10s
      sims:
        - {id: airtel, slot: 1, apn: internet, allowance: {bytes: 10GB}}
failover: {switch_back_after: 3s, leave_metered_after: 3s, min_dwell: 3s, hold_down: 2s}
lan: {interfaces: [lan0], resolver_file: $work/resolv.conf}
clock: {set_system_clock: false}
agent: {state_dir: $work/agent, bundle: $work/enrolment.yaml, local_socket: $work/agent.sock}
YAML
# The agent finds the bus where the system's is: in a /run of its own.
# shellcheck disable=SC2016 # the inner shell's
start router agent sh -c 'mount -t tmpfs none /run && mkdir /run/dbus && ln -s "$1" /run/dbus/system_bus_socket && shift && exec "$@"' \
    sh "$work/bus" "$bin/karkara-agent" --config "$work/site.yaml"

begin=$(now_ms)
wait_for 40 "the village on the SIM" router_uses lte
wait_for 5 "the village's traffic over the SIM" village_is_online
took "boot: the village is online over the SIM" "$begin"
ip -n "$name-router" address show dev wwan7 | has 'inet 100.64.2.2/24' || fail "the bearer's address is not on its interface"
has 10.0.0.53 <"$work/resolv.conf" || fail "the bearer's resolver is not the router's"
is_explained 'connected over 4G to Réseau, RSRP -97 dBm, SIM 1' || fail "explain does not tell of the modem: $(explained)"
local_karkara usage -o json | tr -d ' \n' | has '"uplink":"lte","key":"892270100000000001"[^}]*"remaining":99' ||
    fail "the SIM's bytes do not count for its own bundle: $(local_karkara usage)"

begin=$(now_ms)
control Do s lose-cell
wait_for 10 "the router's traffic on the satellite" router_uses vsat
wait_for 5 "the village's traffic on the satellite" village_is_online
took "no cell: the village is online over the satellite" "$begin"
wait_for 25 "recovery" uplink_is lte recover
took "no cell: the ladder is climbed" "$begin"
is_logged 'MODEM_RECOVERY_STEP.*rung=radio-cycle.*why=no-network' || fail "the log does not tell of the rung"
wait_for 5 "the radio's end" modem_was_told 'Modem.Enable(False,)'

begin=$(now_ms)
control Set ss registration 1
control Do s recreate
wait_for 40 "the router's traffic on the SIM" router_uses lte
wait_for 5 "the village's traffic on the SIM" village_is_online
took "under another path: the village is back on the SIM" "$begin"
is_logged 'MODEM_MOVED.*to=/org/freedesktop/ModemManager1/Modem/1' || fail "the log does not tell of the other path"
wait_for 5 "the end of recovery" is_logged MODEM_RECOVERED
echo "all in $((SECONDS - begun)) s"
