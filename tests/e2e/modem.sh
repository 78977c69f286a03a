#!/usr/bin/env bash
# The village lives from a SIM: the agent brings the modem up through ModemManager's own D-Bus interfaces and puts its bearer's
# address on an interface that the configuration does not name. The modem loses its network: the village moves to the satellite and
# the recovery ladder is climbed; the modem comes back under another path: the village returns.   modem.sh BIN_FOLDER
set -euo pipefail
# shellcheck source=tests/e2e/modem_bus.bash
. "$(dirname "$0")/modem_bus.bash"
begun=$SECONDS
system_begin "mo$$" "$(readlink -f "$1")"
router() { ip netns exec "$name-router" "$@"; }
now_ms() { date +%s%3N; }
took() { # WHAT SINCE_MS
    echo "$1 after $(awk "BEGIN {printf \"%.1f\", ($(now_ms) - $2) / 1000}") s"
}
status() { local_karkara status -o json | tr -d ' \n'; }
uplink_is() { status | has "\"id\":\"$1\"[^}]*\"state\":\"$2\""; }
router_uses() { status | has "\"active_uplink\":\"$1\""; }
village_is_online() { ip netns exec "$name-client" ping -c 1 -W 1 203.0.113.10; }

start_controller
start_anchors
enrol_site >/dev/null

# shellcheck disable=SC2119
start_modem

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
is_explained 'connected over 4G to Réseau, RSRP -97 dBm, SIM 1' || fail "explain does not tell of the modem: $(local_karkara explain)"
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
