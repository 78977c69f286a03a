#!/usr/bin/env bash
# The kernel's side of shaping on Debian's kernel in a throw-away machine (scripts/lab/vmrun), which has what small kernels
# lack: CAKE, fq_codel, cls_flow, matchall and VLANs. Runs the test program of traffic control there, which compares with tc(8).
#
#   shaping_test.sh PROGRAM [ARG...]
set -u
here=$(dirname "$(readlink -f "$0")")
command -v qemu-system-x86_64 tc >/dev/null || { echo "needs qemu-system-x86 and iproute2" >&2; exit 77; }
(($#)) || { echo "usage: $0 PROGRAM [ARG...]" >&2; exit 2; }
# --rw: it would not see a build folder below /tmp
exec "$here/../../scripts/lab/vmrun" --modules "sch_htb sch_cake sch_fq_codel sch_tbf sch_ingress cls_flow cls_matchall cls_u32 act_mirred ifb" \
    --mem 768 --timeout 170 --rw "$(dirname "$1")" -- "$@"
