#!/usr/bin/env bash
# What somebody sees who plugs a power device in: 'karkara-agent probe-device' with a charger that talks, one that is asked by
# Modbus, one by SNMP whose own description is hostile, and with nobody there. Needs neither root nor a running agent.
#   probe_device.sh BIN_FOLDER
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=$(readlink -f "$1")
for needed in /usr/bin/snmpsimd /usr/lib/python3/dist-packages/pymodbus; do
    [[ -e $needed ]] || { echo "needs $needed: scripts/setup test" >&2; exit 77; }
done
work=$(mktemp -d)
chmod 755 "$work" # snmpsimd gives its rights away
started=()
end() {
    kill "${started[@]}" 2>/dev/null || true
    wait
    rm -rf "$work"
}
trap end EXIT
start() { "$@" >>"$work/log" 2>&1 & started+=($!); }
probe() { "$bin/karkara-agent" probe-device --tables "${tables:-$root/configs/devices}" "$@" >"$work/out" 2>"$work/err"; }
fail() { echo "$1" >&2; cat "$work/out" "$work/err" >&2; exit 1; }
said() { grep -Eq -- "$1" "$work/out" || fail "not said: $1"; }

start "$bin/karkara-vedirect-replay" --built-in --loop --link "$work/charger"
answers() { python3 "$root/tests/bench/device_answers.py" "$1" "$root/configs/devices/$2.yaml"; }
answers modbus epever >"$work/epever.json"
start /usr/bin/python3 "$root/tests/fakes/modbus_slave.py" "$work/epever.json" --ready "$work/ready" --link "$work/tracer"
mkdir -p "$work/data" "$work/cache"
chmod 777 "$work/cache"
answers snmp tycon-tpdin2 >"$work/data/public.snmprec"
# ESC [2J: an empty terminal, and a name as if it were another's.
printf '1.3.6.1.2.1.1.1.0|4x|1b5b324a4f4b\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999\n' >"$work/data/hostile.snmprec"
port=$(python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
start env HOME="$work" /usr/bin/snmpsimd --data-dir="$work/data" --cache-dir="$work/cache" \
    --agent-udpv4-endpoint="127.0.0.1:$port" --process-user=nobody --process-group=nogroup
for _ in $(seq 100); do
    [[ -e $work/charger && -e $work/ready ]] && break
    sleep 0.1
done

probe --kind vedirect --device "$work/charger" --seconds 30 || fail "the charger does not answer"
said 'answering, .*MPPT'
said '^battery_volts +[0-9.]+ V'
said '^battery_celsius +-  \(.+\)' # its text has none, and the reason is said
probe --kind modbus --device "$work/tracer" --table epever --seconds 30 || fail "the Modbus charger does not answer"
said '^battery_volts +4.2 V|^battery_volts +-  \(.+\)' # 420 hundredths are no battery
said '^panel_volts +4.2 V'
probe --kind snmp --endpoint "127.0.0.1:$port" --seconds 60 || fail "the SNMP device does not answer"
said 'Tycon'
said '^volts-1 +42 V'
probe --kind snmp --endpoint "127.0.0.1:$port" --community hostile --seconds 5 && fail "a stranger is no device"
said 'no device table fits'
if grep -q $'\e' "$work/out"; then
    fail "what a device says moves the cursor"
fi
probe --kind vedirect --device "$work/nothing" --seconds 2 && fail "nobody is there"
grep -q 'did not answer in 2 s' "$work/err" || fail "nobody is there, and nothing is said"
if probe --kind vedirekt --device /dev/null; then
    fail "a kind that is none is taken"
else
    status=$?
fi
[[ $status == 2 ]] || fail "a mistyped kind ends with $status"
# Mistyped names cost no half minute of waiting, and the nearest one is told.
refused() { # TEXT ARGUMENTS...
    local text=$1
    shift
    if probe "$@"; then fail "taken: $*"; else status=$?; fi
    [[ $status == 2 ]] || fail "$* ends with $status"
    grep -q -- "$text" "$work/err" || fail "not said of '$*': $text"
}
refused "did you mean 'vedirect'" --kind vedirekt --device /dev/null
refused "did you mean 'epever'" --kind modbus --device "$work/tracer" --table epver
refused "no device table 'epever' for SNMP" --kind snmp --endpoint "127.0.0.1:$port" --table epever
refused "'--seconds'\|--seconds" --kind vedirect --device "$work/charger" --seconds 0
mkdir "$work/tables"
tables=$work/tables refused "has no device table for Modbus" --kind modbus --device "$work/tracer"
printf 'id: mine\ntitle: Mine\nregisters:\n  - {id: a, register: 0x1, scael: 2}\n' >"$work/tables/mine.yaml"
tables=$work/tables refused "did you mean 'scale'" --kind modbus --device "$work/tracer" --table mine
cat >"$work/site.yaml" <<END
site: {id: probe}
uplinks: [{id: none, kind: ethernet, interface: none}]
power: [{id: charger, kind: vedirect, device: $work/charger}]
END
"$bin/karkara-agent" probe-device chargr --config "$work/site.yaml" >"$work/out" 2>"$work/err" && fail "a source that is none"
grep -q "did you mean 'charger'" "$work/err" || fail "the nearest source is not told"
echo "five devices were looked at"
