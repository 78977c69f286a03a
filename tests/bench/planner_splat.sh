#!/usr/bin/env bash
# Area predictions a CPU second against SPLAT! 1.4.2's ITM in the same run: the same tile, mast and radius, reading apart.
#   planner_splat.sh BIN_FOLDER     77: splat or the tile is not here
set -euo pipefail
bin=$(realpath "$1")
tile=$(realpath "$(dirname "$0")/../../../shared/geo/hgt_sample/N37W117.hgt.gz" 2>/dev/null) || true
if ! command -v splat >/dev/null || ! command -v srtm2sdf >/dev/null || [[ ! -f ${tile:-} ]]; then
    echo "planner_splat: no splat here, or no tile; the comparison is left out" >&2
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
gzip -dc "$tile" >N37W117.hgt
srtm2sdf N37W117.hgt >/dev/null
printf 'NV\n37.5\n116.5\n30m\n' >nv.qth
printf '15.000\n0.005\n301.000\n900\n5\n1\n0.50\n0.50\n0\n' >nv.lrp

# User and system seconds of one run, the least of five.
cpu_of() {
    local least=999 TIMEFORMAT='%U %S' seconds
    for _ in 1 2 3 4 5; do
        seconds=$( { time splat -t nv.qth -L 1.5 -R "$1" -metric -N -nf -olditm -o x.ppm >/dev/null 2>&1; } 2>&1 )
        least=$(awk -v least="$least" '{ s = $1 + $2; print (s < least ? s : least) }' <<<"$seconds")
    done
    echo "$least"
}
splat -t nv.qth -L 1.5 -R 30 -metric -N -nf -olditm -ano f.ano -o x.ppm >/dev/null 2>&1
points=$(wc -l <f.ano)
whole=$(cpu_of 30)
reading=$(cpu_of 1)
ours=$("$bin/karkara-bench-propagation" --area-rate)
awk -v ours="$ours" -v points="$points" -v whole="$whole" -v reading="$reading" 'BEGIN {
    theirs = points / (whole - reading)
    printf "{\"bench\":\"planner\",\"name\":\"itm_area_vs_splat\",\"value\":%.2f,\"unit\":\"ratio\",\"goal\":3.5,", ours / theirs
    printf "\"peer\":\"splat %.0f points/s\",\"comment\":\"%d points\"}\n", theirs, points }'
