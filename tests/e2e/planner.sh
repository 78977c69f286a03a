#!/usr/bin/env bash
# The planner at the controller: a small country on ground by formula is planned by karkara-plan as the controller's job, told
# by the CLI, at /metrics and on the map; then the search is killed, the controller is killed amid a search, and the job is
# found again and cancelled. Needs neither root nor a network.   planner.sh BIN_FOLDER
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=$(readlink -f "$1")
work=$(mktemp -d /tmp/karkara-planner.XXXXXX)
controller=
end() {
    local status=$?
    trap - EXIT
    [[ $controller ]] && kill "$controller" 2>/dev/null
    for pid in $(planners); do kill -9 "$pid" 2>/dev/null || true; done
    wait 2>/dev/null
    if ((status != 0 && status != 77)); then tail -n 20 "$work"/*.log >&2; else rm -rf "$work"; fi
    exit "$status"
}
# Ours: those that write below our folder.
planners() { grep -lsz -- "--progress=$work/[s]tate/" /proc/[0-9]*/cmdline | cut -d/ -f3 || true; }
trap end EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }
karkara() { "$bin/karkara" "$@" --context "$work/state/admin.karkara"; }
wait_for() { # SECONDS WHAT COMMAND...
    local last=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < last)) || fail "$what did not happen in time"
        sleep 0.2
    done
}
said() { grep -Eq -- "$1" "$work/out" || { cat "$work/out" >&2; fail "not said: $1"; }; }
state_is() { karkara plan status -o json | grep -q "\"state\": \"$1\""; }
has_plan_so_far() { karkara plan status -o json | grep -q '"cost": [1-9]'; }

# A tile of one degree by formula, and villages strewn over it: COUNT.
country() {
    python3 - "$work/planner" "$1" <<'PY'
import array, math, pathlib, random, sys
folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
(folder / "terrain").mkdir(parents=True, exist_ok=True)
heights = array.array("h", (int(250 + 40 * math.sin(row / 90) * math.cos(column / 70))
                            for row in range(1201) for column in range(1201)))
heights.byteswap()
(folder / "terrain/N13E002.hgt").write_bytes(heights.tobytes())
draw = random.Random(1)
rows = [f"v{i},Village {i},{13.05 + 0.9 * draw.random():.5f},{2.05 + 0.9 * draw.random():.5f},{draw.randint(150, 2400)}"
        for i in range(count)]
(folder / "settlements.csv").write_text("id,name,lat,lon,population\n" + "\n".join(rows) + "\n")
(folder / "areas.geojson").write_text("""{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"ADM1_FR":"Ouest","ADM1_PCODE":"NE001"},
 "geometry":{"type":"Polygon","coordinates":[[[2,13],[2.5,13],[2.5,14],[2,14],[2,13]]]}},
{"type":"Feature","properties":{"ADM1_FR":"Est","ADM1_PCODE":"NE002"},
 "geometry":{"type":"Polygon","coordinates":[[[2.5,13],[3,13],[3,14],[2.5,14],[2.5,13]]]}}]}""")
PY
}

start_controller() {
    "$bin/karkara-controller" --config "$work/controller.yaml" >>"$work/controller.log" 2>&1 &
    controller=$!
    wait_for 30 "the controller" karkara version
}

read -r sites enrolment http < <(python3 -c '
import socket
taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*(one.getsockname()[1] for one in taken))')
cat >"$work/controller.yaml" <<YAML
state_dir: $work/state
listen: 127.0.0.1:$sites
enrolment_listen: 127.0.0.1:$enrolment
http_listen: 127.0.0.1:$http
public_endpoint: 127.0.0.1:$sites
public_enrolment_endpoint: 127.0.0.1:$enrolment
planner_folder: $work/planner
planner_memory: 2GiB
YAML
"$bin/karkara-controller" --config "$work/controller.yaml" --init >"$work/init.log" 2>&1
start_controller

# A folder that is not whole is refused with all that is missing.
mkdir -p "$work/planner/backhaul"
karkara plan run >"$work/out" 2>&1 && fail "a plan of nothing was begun"
said 'settlements.csv, terrain/, access.yaml, costs.yaml'
cp "$root/configs/radios/lte900.yaml" "$work/planner/access.yaml"
cp "$root/configs/radios/hop58.yaml" "$work/planner/backhaul/"
cp "$root/configs/costs/bench.yaml" "$work/planner/costs.yaml"
printf '# two threads are enough\nthreads 2\ntime 20s\n' >"$work/planner/options"
country 20

# To its end.
karkara plan run --budget 400000 --budget 100000000 --wait >"$work/out" 2>"$work/wait.log" || { cat "$work/out"; fail "the job did not end well"; }
said 'State +done'
karkara plan show >"$work/out"
said 'People +[0-9,]+ of [0-9,]+ \('
said 'Proven +no plan costs less than'
karkara plan explain v3 >"$work/out"
said 'Served by|Unserved'
karkara plan explain 'Vilage 7' >"$work/out" 2>&1 && fail "a village that is not there was explained"
said "did you mean 'Village 7'"
karkara coverage show >"$work/out"
said '^Est '
said '^Ouest '
karkara plan fetch plan --out "$work/plan.txt"
"$bin/karkara" plan show --plan "$work/plan.txt" >"$work/out"
said '^people '
"$bin/karkara" plan explain v3 --plan "$work/plan.txt" >"$work/out"
said 'Village 3'
python3 - "$http" <<'PY'
import gzip, json, sys, time, urllib.request
def get(path): return urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}{path}").read().decode()
metrics = get("/metrics")
assert 'karkara_coverage_people_planned{level="region",region="Est"' in metrics, metrics[-2000:]
assert 'karkara_coverage_people_phase{level="country",region="",department="",commune="",phase="2"}' in metrics
assert "<canvas" in get("/map")
for _ in range(50):
    try: features = json.loads(get("/map/coverage.geojson"))["features"]; break
    except urllib.error.HTTPError: time.sleep(0.2)
assert sum(one["properties"]["kind"] == "settlement" for one in features) == 20
def ask(**headers):
    return urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}/map/coverage.geojson", headers=headers))
packed = ask(**{"Accept-Encoding": "gzip"})
assert len(json.loads(gzip.decompress(packed.read()))["features"]) == len(features)
try: ask(**{"If-None-Match": packed.headers["ETag"]}); raise SystemExit("sent again")
except urllib.error.HTTPError as error: assert error.code == 304, error.code
PY

# The search is killed: the job fails, the plan stays.
country 250
sed -i '/^time/d' "$work/planner/options"
karkara plan run >/dev/null
wait_for 60 "a first plan of the second job" has_plan_so_far
kill -9 "$(planners)"
wait_for 10 "the end of a killed job" state_is failed
karkara plan show >"$work/out"
said 'by job 1,'
karkara plan fetch so-far | grep -q '^karkara-plan 1$' || fail "the plan so far is gone"

# Another job goes on from what it had found. The controller is killed amid it: the next one finds it, and its end.
karkara plan run --resume >/dev/null
wait_for 60 "a first plan of the third job" has_plan_so_far
search=$(planners)
kill -STOP "$search" # it must not end before its time, on a fast machine either
kill -9 "$controller"
wait "$controller" 2>/dev/null || true
start_controller
state_is running || fail "the job was lost with its controller"
[[ $(planners) == "$search" ]] || fail "the search was begun anew"
karkara plan run >"$work/out" 2>&1 && fail "a second job was begun"
said 'job 3 runs'
karkara plan cancel >/dev/null
kill -CONT "$search"
wait_for 60 "the end of a cancelled job" state_is cancelled
wait_for 10 "the plan of the cancelled job" bash -c "'$bin/karkara' plan show --context '$work/state/admin.karkara' | grep -q 'by job 3,'"
karkara plan fetch log | grep -q 'goes on from a plan of .* sites, which rests on the same' || fail "it began anew"
karkara coverage show --region Est -o json | grep -q '"settlements": [1-9]' || fail "no coverage of a region"
echo "planned, killed, found again, cancelled"
