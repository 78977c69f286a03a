#!/usr/bin/env bash
# The kernel's side of shaping on Debian's kernel in a throw-away machine (scripts/lab/vmrun), which has what small kernels
# lack: CAKE, fq_codel, cls_flow, matchall and VLANs. Runs the test program of traffic control there, which compares with tc(8).
#
#   shaping_test.sh PROGRAM [ARG...]
set -u
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=tests/lab/machine.bash
. "$here/machine.bash"
needs tc=iproute2
(($#)) || { echo "usage: $0 PROGRAM [ARG...]" >&2; exit 2; }
in_machine "sch_htb sch_cake sch_fq_codel sch_tbf sch_ingress cls_flow cls_fw cls_matchall cls_u32 act_mirred ifb" "$1" "$@"
