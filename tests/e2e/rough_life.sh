#!/usr/bin/env bash
# A router alone, with no controller, no bundle and a hard life: wrong configurations, a vanished interface, an unplugged
# charger, a full disk, a second agent, a damaged spool. Each gets a clear answer and nothing is lost.   rough_life.sh BIN_FOLDER
set -euo pipefail
# shellcheck source=scripts/lab/whole-system
. "$(dirname "$0")/../../scripts/lab/whole-system"
system_begin "rl$$" "$(readlink -f "$1")"
log_says() { grep -q "$1" "$work/agent.log"; }
status_says() { local_karkara status | has "$1"; }

mkdir "$work/agent"
mount -t tmpfs -o size=1m tmpfs "$work/agent"
unmount() { umount "$work/agent" 2>/dev/null || true; }
trap 'unmount; system_end' EXIT
write_site_config
start_charger
charger=${started[-1]}
start_agent
wait_for 20 "an answer on the unix socket" local_karkara status
status_says 'not enrolled' || fail "the missing bundle is not told"
wait_for 20 "a reading" status_says 'battery_volts *12'
echo "alone, not enrolled: online by carrier, readings are there"

# A second agent on the same router.
if ip netns exec "$name-router" "$bin/karkara-agent" --config "$work/site.yaml" 2>"$work/second.log"; then
    fail "a second agent started"
fi
[[ $(wc -l <"$work/second.log") == 1 ]] || fail "not one clear line: $(cat "$work/second.log")"
echo "a second agent: $(cat "$work/second.log")"

# A wrong configuration is refused with its place, and the old one stays.
cp "$work/site.yaml" "$work/good.yaml"
sed -i 's/preference: 10 /preference: ten /; s/kind: cellular/kind: celular/' "$work/site.yaml"
kill -HUP "$agent"
wait_for 10 "the refusal" log_says 'CONFIG_REFUSED.*site.yaml:[0-9]*:[0-9]*: uplinks\[lte\].kind'
log_says 'CONFIG_REFUSED.*uplinks\[vsat\].preference' || fail "not all problems were told"
local_karkara reload >/dev/null
sed 's/preference: 100/preference: 5/' "$work/good.yaml" >"$work/site.yaml"
kill -HUP "$agent"
wait_for 10 "the new configuration" log_says 'CONFIG_ACTIVATED changed=1 cost=drops_uplink'
echo "a wrong configuration is refused as a whole, a right one is activated"

# What can come back is waited for.
ip -n "$name-router" link set lte0 name gone0
wait_for 10 "the wait for the interface" status_says 'interface lte0'
ip -n "$name-router" link set gone0 down
ip -n "$name-router" link set gone0 name lte0
ip -n "$name-router" link set lte0 up
ip -n "$name-router" route add default via 100.64.2.1 dev lte0 metric 20
end_program "$charger" TERM
wait_for 10 "the unplugged charger" log_says 'POWER_SOURCE_LOST alarm=raised'
start_charger
wait_for 20 "the charger's return" log_says 'POWER_SOURCE_LOST alarm=cleared'
echo "a vanished interface and an unplugged charger are waited for"

# A full disk costs nothing but durability.
dd if=/dev/zero of="$work/agent/filler" bs=64k 2>/dev/null || true
# The last page of a file still takes some blocks.
disk_is_full() { local_karkara flush >/dev/null && log_says 'SPOOL_TROUBLE'; }
wait_for 30 "the full disk" disk_is_full
kill -0 "$agent" || fail "the full disk ended the agent"
rm "$work/agent/filler"
spool() { local_karkara status -o json | tr -d ' \n' | sed -n "s/.*\"spool_$1\":\"\{0,1\}\([0-9]*\).*/\1/p"; }
spool_is_on_disk() { [[ $(spool bytes) -gt 0 ]]; }
wait_for 60 "blocks on the disk again" spool_is_on_disk
echo "a full disk: told once, and written when there is room"

# kill -9, then a torn end: every whole block is kept.
sleep 6 # two more blocks
before=$(spool blocks)
kill_agent KILL
last=$(find "$work/agent/spool" -type f | sort | tail -1)
printf 'torn off in the middle' >>"$last"
start_agent
wait_for 20 "the agent's return" local_karkara status
log_says 'SPOOL_REPAIRED' || fail "the torn end was not told"
(($(spool blocks) >= before)) || fail "of $before blocks $(spool blocks) are left"
echo "kill -9 and a torn spool: all whole blocks are kept"
