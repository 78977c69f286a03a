#!/usr/bin/env bash
# A modem that left the bus gets its power cut by the site's own program and comes back with a SIM that is locked: its PIN is not
# guessed, the modem changes to the SIM in the other slot, under another path, with that SIM's access point, and the operator is
# asked by USSD what is left on it. The router knows neither time nor anchors.   sim.sh BIN_FOLDER
set -euo pipefail
# shellcheck source=tests/e2e/modem_bus.bash
. "$(dirname "$0")/modem_bus.bash"
begun=$SECONDS
system_begin "si$$" "$(readlink -f "$1")"
has_address() { ip -n "$name-router" address show dev wwan7 | has "$1"; }
usage() { local_karkara usage -o json | tr -d ' \n'; }
took() { echo "$1 after $((SECONDS - begun)) s"; }

start_modem absent=1 slots=2 pin-1=4711 "ussd=Solde: 1 250 FCFA. Internet: 2,5 Go"

# What the site calls to cut the modem's power: it boots with it again.
cat >"$work/power-cycle" <<SH
#!/bin/sh
echo "\$1" >>"$work/power-cycled"
exec busctl --address="$bus" call org.freedesktop.ModemManager1 /control test.Control Do s appear
SH
chmod +x "$work/power-cycle"
cat >"$work/site.yaml" <<YAML
site: {id: sadore}
uplinks:
  - {id: vsat, kind: vsat, interface: vsat0, preference: 5}
  - id: lte
    kind: cellular
    interface: wwan0
    preference: 10
    metered: true
    cellular:
      absent_patience: 10s
      power_command: [$work/power-cycle, relay-3]
      sims:
        - {id: airtel, slot: 1, apn: internet}
        - id: zamani
          slot: 2
          apn: web.zamani
          balance: {code: "*121#", patterns: ["solde{any}{money}", "internet{any}{data}"]}
lan: {interfaces: [lan0], resolver_file: $work/resolv.conf}
clock: {set_system_clock: false}
agent: {state_dir: $work/agent, bundle: $work/enrolment.yaml, local_socket: $work/agent.sock}
YAML
# A router that booted in 1970 and has nobody to ask: then the hour does not matter, only that the satellite carries the
# traffic. A sanitizer's own library has to come first.
sanitizer=$(ldd "$bin/karkara-agent" | awk '/libasan/ {print $3}')
# shellcheck disable=SC2016 # the inner shell's
start router agent sh -c 'mount -t tmpfs none /run && mkdir /run/dbus && ln -s "$1" /run/dbus/system_bus_socket && shift && exec "$@"' \
    sh "$work/bus" env LD_PRELOAD="${sanitizer:+$sanitizer:}$bin/karkara-fake-wall-clock.so" KARKARA_FAKE_WALL_CLOCK=30 \
    "$bin/karkara-agent" --config "$work/site.yaml"

wait_for 25 "the cut of its power" test -s "$work/power-cycled"
[[ $(<"$work/power-cycled") == relay-3 ]] || fail "the program was called with: $(<"$work/power-cycled")"
wait_for 10 "the modem" is_logged 'MODEM_FOUND.*/Modem/0'
wait_for 5 "what the power was cut by" is_logged "MODEM_POWER_CUT.*by=$work/power-cycle"
took "the modem is back from a cut of its power"

wait_for 10 "the other slot" modem_was_told 'Modem.SetPrimarySimSlot(2,)'
is_logged 'SIM_SLOT_SWITCHED.*from=1 to=2 why=unusable' || fail "the log does not tell why: $(grep SIM_ "$work/agent.log")"
wait_for 10 "the modem under another path" is_logged 'MODEM_MOVED.*to=/org/freedesktop/ModemManager1/Modem/1'
wait_for 10 "the other SIM's session" is_explained 'connected over 4G to Réseau, RSRP -97 dBm, SIM 2'
wait_for 5 "the bearer's address" has_address 'inet 100.64.2.2/24'
modem_was_told web.zamani || fail "not its access point: $(control Calls)"
! modem_was_told SendPin || fail "a PIN was guessed"
took "the modem is connected with the other SIM"

wait_for 20 "the question to the operator" modem_was_told 'Ussd.Initiate'
balance_is_told() { usage | has '"uplink":"lte","key":"892270200000000002".*1250.00FCFA,2.50GB'; }
wait_for 5 "what the operator said" balance_is_told
took "the operator has told what is left"
echo "all in $((SECONDS - begun)) s"
