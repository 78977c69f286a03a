# shellcheck shell=bash
# A download that tells of every silence; sourced by the tunnel's lab tests. They set $work.

# serve_download NAMESPACE: everything that one connection takes, at 10.99.0.1:8080.
serve_download() {
    # shellcheck disable=SC2154  # $work is set by whoever sources this
    ip netns exec "$1" python3 -S - <<'PYTHON' &
import socket
listener = socket.create_server(("10.99.0.1", 8080))
stream, _ = listener.accept()
try:
    while True:
        stream.sendall(b"k" * 65536)
except OSError:
    pass
PYTHON
}

# download NAMESPACE: into $work/download each silence beyond 0.3 s as "gap BEGIN LENGTH" on the wall clock, also the one
# that has not ended, and at SIGTERM the bytes. Its process is $downloader.
download() {
    # shellcheck disable=SC2154  # $work is set by whoever sources this
    ip netns exec "$1" python3 -S - <<'PYTHON' >"$work/download" 2>&1 &
import socket, time, signal, sys
total = 0
last = time.time()
def silence(now):
    if total and now - last > 0.3:
        print("gap", "%.3f" % last, "%.3f" % (now - last), flush=True)
def end(*_):
    silence(time.time())
    print("bytes", total, flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
for _ in range(100):  # the server may not be there yet
    try:
        stream = socket.create_connection(("10.99.0.1", 8080), timeout=20)
        break
    except OSError:
        time.sleep(0.2)
print("connected", flush=True)
stream.settimeout(60)
while True:
    got = len(stream.recv(262144))
    now = time.time()
    if got == 0:
        sys.exit("the connection ended")
    silence(now)
    total += got
    last = now
PYTHON
    # shellcheck disable=SC2034  # for whoever sourced this
    downloader=$!
}

# end_download: fails when it ended by itself.
end_download() {
    kill -TERM "$downloader" # fails when the download ended by itself, and so does the next
    wait "$downloader" || fail "the download ended: $(cat "$work/download")"
}
