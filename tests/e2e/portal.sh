#!/usr/bin/env bash
# The satellite's operator puts a wall before the village while the anchors' echoes go on passing: first a portal, which sends the
# web to its login page, then a bundle that is used up. Each is found, told to the NOC, left for the SIM and returned to when it is
# gone.   portal.sh BIN_FOLDER
set -euo pipefail
# shellcheck source=scripts/lab/whole-system
. "$(dirname "$0")/../../scripts/lab/whole-system"
command -v python3 >/dev/null || { echo "needs python3 for the portal's web server" >&2; exit 77; }
begun=$SECONDS
system_begin "po$$" "$(readlink -f "$1")"
start_controller
start_anchors
start_service
enrol_site >/dev/null
start_agent
operator() { ip netns exec "$name-vsat" "$@"; }
now_ms() { date +%s%3N; }
took() { # WHAT SINCE_MS
    echo "$1 after $(awk "BEGIN {printf \"%.1f\", ($(now_ms) - $2) / 1000}") s"
}
uplink_is() { local_karkara status -o json | tr -d ' \n' | has "\"id\":\"$1\"[^}]*\"state\":\"$2\""; }
router_uses() { local_karkara status -o json | tr -d ' \n' | has "\"active_uplink\":\"$1\""; }
is_proven() {
    local_karkara check >"$work/check.txt" || true # what fails here is not the question
    grep -q 'internet over vsat.*content signed' "$work/check.txt"
}
is_told() { karkara alarm list | has UPLINK_PORTAL; }
is_told_no_more() { ! is_told; }
village_is_online() { ip netns exec "$name-client" ping -c 1 -W 1 203.0.113.10; }

cat >"$work/login.py" <<'PYTHON'
import http.server
class Portal(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        page = b"<html><body>Rechargez votre forfait</body></html>"
        self.send_response(200 if self.path == "/login" else 302)
        if self.path != "/login":
            self.send_header("Location", "http://portal.example/login")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("100.64.1.1", 8080), Portal).serve_forever()
PYTHON
start vsat login python3 -S "$work/login.py"

wait_for 60 "the session" session_is_open
wait_for 20 "the SIM up" uplink_is_up lte
wait_for 20 "traffic on vsat" active_uplink_is vsat
wait_for 20 "signed content over the satellite" is_proven
ip netns exec "$name-client" "$bin/karkara-stream" --to 203.0.113.10:9000 --rate 20 --bytes 100 --seconds 300 >/dev/null 2>&1 &
started+=($!)
sleep 2

wall() { # NAME [RULES]: whatever else the subscriber sends is dropped
    operator nft "add table ip $1
        add chain ip $1 names { type nat hook prerouting priority -100; }
        add chain ip $1 rest { type filter hook forward priority 0; }
        ${2-}
        add rule ip $1 rest iifname sub0 udp dport 7445 accept
        add rule ip $1 rest iifname sub0 drop"
}
expect_wall() { # NAME WHAT_EXPLAIN_TELLS SINCE_MS
    wait_for 40 "the satellite behind the $1" uplink_is vsat portal
    took "$1: the satellite's state is portal" "$3"
    wait_for 10 "the traffic of the router on the SIM" router_uses lte
    wait_for 5 "the village's traffic on the SIM" village_is_online
    took "$1: the village is online over the SIM" "$3"
    wait_for 20 "UPLINK_PORTAL in the NOC" is_told
    took "$1: the NOC is told" "$3"
    karkara uplink explain sadore | tr -s ' \n' ' ' >"$work/explain.txt"
    grep -q "$2" "$work/explain.txt" || fail "'uplink explain' does not tell of '$2': $(cat "$work/explain.txt")"
}
expect_return() { # NAME SINCE_MS
    wait_for 60 "the satellite without the $1" router_uses vsat
    took "$1 gone: the traffic is back on the satellite" "$2"
    wait_for 20 "the end of UPLINK_PORTAL in the NOC" is_told_no_more
    wait_for 5 "the village's traffic on the satellite" village_is_online
}

begin=$(now_ms)
wall portal 'add rule ip portal names iifname sub0 tcp dport 80 dnat to 100.64.1.1:8080
        add rule ip portal rest iifname sub0 udp dport 53 accept'
expect_wall portal 'portal.example/login' "$begin"
operator nft delete table ip portal
expect_return portal "$(now_ms)"

begin=$(now_ms)
wall bundle
expect_wall bundle 'only echoes pass' "$begin"
operator nft delete table ip bundle
expect_return bundle "$(now_ms)"
echo "all in $((SECONDS - begun)) s"
