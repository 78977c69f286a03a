#!/usr/bin/env bash
# A router without a battery-backed clock boots in 1970, with no network time: it enrols and comes online with the time that
# an anchor gave it. The program believes a clock of its own; the machine's is not touched.   no_clock.sh BIN_FOLDER
set -euo pipefail
# shellcheck source=scripts/lab/whole-system
. "$(dirname "$0")/../../scripts/lab/whole-system"
system_begin "nc$$" "$(readlink -f "$1")"
before=$(date +%s)
start_controller
start_anchors
enrol_site >/dev/null
KARKARA_SET_CLOCK=true write_site_config
# A sanitizer's own library has to come first.
sanitizer=$(ldd "$bin/karkara-agent" | awk '/libasan/ {print $3}')
start router agent env LD_PRELOAD="${sanitizer:+$sanitizer:}$bin/karkara-fake-wall-clock.so" KARKARA_FAKE_WALL_CLOCK=30 \
    "$bin/karkara-agent" --config "$work/site.yaml"
agent=${started[-1]}
wait_for 60 "the session of a router that booted in 1970" session_is_open
grep -q 'id=CLOCK_SET from=3[0-9] to=1[0-9]*' "$work/agent.log" || fail "the clock was not set from 1970: $(cat "$work/agent.log")"
set_to=$(sed -n 's/.*id=CLOCK_SET from=[0-9]* to=\([0-9]*\).*/\1/p' "$work/agent.log")
((set_to >= before - 2 && set_to <= $(date +%s) + 2)) || fail "the clock was set to $set_to"
# Before the clock was right nothing was dialled.
! grep -q 'ENROLMENT_FAILED' "$work/agent.log" || fail "enrolment was tried with a wrong clock"
echo "online with the anchor's time: from 1970 to $(date -u -d "@$set_to" +%FT%TZ)"
