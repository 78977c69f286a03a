#!/usr/bin/env bash
# What five devices that are read each second cost the agent: a VE.Direct charger that talks, two Modbus chargers on serial
# lines, one by TCP, and a power meter by SNMP. The rest of the agent runs as at rest, and is told beside.
#   power_sources.sh BIN_FOLDER
set -euo pipefail
# shellcheck source=scripts/lab/whole-system
. "$(dirname "$0")/../../scripts/lab/whole-system"
for needed in /usr/bin/snmpsimd /usr/lib/python3/dist-packages/pymodbus; do
    [[ -e $needed ]] || { echo "needs $needed: scripts/setup test" >&2; exit 77; }
done
seconds=${KARKARA_BENCH_SECONDS:-60}
system_begin "ps$$" "$(readlink -f "$1")"
chmod 755 "$work" # snmpsimd gives its rights away
answers() { python3 "$lab_root/tests/bench/device_answers.py" "$1" "$lab_root/configs/devices/$2.yaml"; }
slave() { # TABLE WAY...
    local table=$1
    shift
    answers modbus "$table" >"$work/$table.json"
    start router "$table" /usr/bin/python3 "$lab_root/tests/fakes/modbus_slave.py" "$work/$table.json" --ready "$work/$table.ready" "$@"
    wait_for 20 "the simulated $table" test -e "$work/$table.ready"
}
slave epever --link "$work/tracer"
slave renogy-rover --link "$work/rover"
slave morningstar-tristar-mppt --port 1502
mkdir -p "$work/snmp/data" "$work/snmp/cache"
chmod 777 "$work/snmp/cache"
answers snmp tycon-tpdin2 >"$work/snmp/data/public.snmprec"
start router snmpsim env HOME="$work/snmp" /usr/bin/snmpsimd --data-dir="$work/snmp/data" --cache-dir="$work/snmp/cache" \
    --agent-udpv4-endpoint=127.0.0.1:1161 --process-user=nobody --process-group=nogroup

KARKARA_HEARTBEAT=4m start_controller
start_anchors
enrol_site >/dev/null
start_charger
ticks() { awk '{print $14 + $15}' "/proc/$agent/stat"; }
measure() { # of the agent, once it rests: hundredths of a core
    local before
    wait_for 60 "the site's session" session_is_open
    wait_for 60 "both uplinks up" uplink_is_up vsat
    sleep 15
    before=$(ticks)
    sleep "$seconds"
    cpu=$(awk "BEGIN {printf \"%.2f\", ($(ticks) - $before) * 100 / $(getconf CLK_TCK) / $seconds}")
}
rest_as_shipped() { sed -i -e 's/sample_interval: .*/sample_interval: 60s/' -e 's/flush_interval: .*/flush_interval: 15m/' "$work/site.yaml"; }
write_site_config
rest_as_shipped
sed -i -e '/^power:/,/^$/d' -e '/^shedding:/,/^telemetry:/{/^telemetry:/!d}' "$work/site.yaml"
start_agent
measure
without=$cpu
kill_agent TERM
sed -i "/^battery:/i power:\\
  - {id: charger, kind: vedirect, device: $work/charger}\\
  - {id: tracer, kind: modbus, device: $work/tracer, device_table: epever, pace: 1s}\\
  - {id: rover, kind: modbus, device: $work/rover, device_table: renogy-rover, pace: 1s}\\
  - {id: tristar, kind: modbus, endpoint: \"127.0.0.1:1502\", device_table: morningstar-tristar-mppt, pace: 1s}\\
  - {id: mast, kind: snmp, snmp: {endpoint: \"127.0.0.1:1161\", community: public}, device_table: tycon-tpdin2, pace: 1s}\\
" "$work/site.yaml"
start_agent
measure
# Whoever is not read costs nothing.
is_read() { local_karkara check -o json | tr -d ' \n' | has "\"name\":\"powersource$1\"[^}]*\"verdict\":\"pass\""; }
for id in charger tracer rover tristar mast; do
    is_read "$id" || fail "$id is not read: $(local_karkara check)"
done
line() { echo "{\"bench\":\"power\",\"name\":\"$1\",\"value\":$2,\"unit\":\"percent_of_core\",\"goal\":$3,\"peer\":\"\"}"; }
line agent_cpu_5_sources "$cpu" 1
line agent_cpu_no_sources "$without" null
