#!/usr/bin/env bash
# The shaping figures that need a crowd: the agent's own trees on Debian's kernel, in two throw-away machines side by side, and what
# the agent costs this machine at 50 Mbit/s. One JSON line a figure. Some nine minutes.
#   shaping_lab.sh BIN_FOLDER [PART...]      parts: cpu contention step (see shaping_part.sh); no part: all of them
# Ends with 77, after the parts that need none, where there is no qemu or no kernel for it; with 1 when a figure could not be
# measured. A missed goal is no failure: the figure tells.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
lab=$here/../../scripts/lab
all=(cpu contention step)
(($#)) || { echo "usage: $0 BIN_FOLDER [PART...]" >&2; exit 2; }
bin=$(readlink -f "$1")
shift
(($#)) || set -- "${all[@]}"
for part in "$@"; do
    [[ " ${all[*]} " == *" $part "* ]] || { echo "bench shaping: no part '$part' (${all[*]})" >&2; exit 2; }
done
((EUID == 0)) || { echo "bench shaping: needs root for network namespaces" >&2; exit 77; }
for program in tc python3; do
    command -v "$program" >/dev/null || { echo "bench shaping: needs $program" >&2; exit 77; }
done

folder=$(mktemp -d /tmp/karkara-shaping.XXXXXX)
machines=()
finish() {
    local status=$? machine
    trap - EXIT
    trap '' INT TERM
    for machine in "${machines[@]}"; do
        kill "$machine" 2>/dev/null || true
    done
    wait || true
    rm -rf "$folder"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

parts=" $* " failed=''
if [[ $parts == *" cpu "* ]]; then
    "$here/shaping_part.sh" "$bin" cpu || failed+=" cpu"
fi

emulated=()
for part in contention step; do
    [[ $parts != *" $part "* ]] || emulated+=("$part")
done
if ((${#emulated[@]})) && ! { command -v qemu-system-x86_64 >/dev/null && "$lab/vmrun" --prepare; }; then
    echo "bench shaping: left out, for want of qemu-system-x86 or of Debian's kernel: ${emulated[*]}" >&2
    [[ ! $failed ]] || exit 1
    exit 77
fi
for part in "${emulated[@]}"; do
    "$lab/vmrun" --modules "sch_htb sch_cake sch_fq_codel sch_tbf sch_netem sch_ingress cls_flow cls_matchall cls_u32 act_mirred ifb tun tcp_bbr" \
        --mem 1536 --timeout 900 --rw "$bin" -- env KARKARA_BENCH_TELL="${KARKARA_BENCH_TELL:-}" "$here/shaping_part.sh" "$bin" "$part" \
        >"$folder/$part" &
    machines+=($!)
done
for i in "${!emulated[@]}"; do
    wait "${machines[i]}" || failed+=" ${emulated[i]}"
    cat "$folder/${emulated[i]}"
done
machines=()
[[ ! $failed ]] || { echo "bench shaping: could not be measured:$failed" >&2; exit 1; }
