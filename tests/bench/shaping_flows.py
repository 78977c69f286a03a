#!/usr/bin/env python3
"""The crowd of the shaping bench: TCP connections that always have more to send.

  shaping_flows.py serve ADDRESS PORT CONTROL              ends with SIGTERM; CONTROL: the congestion control of its downloads
  shaping_flows.py load ADDRESS PORT CONTROL SOURCE DOWN UP  DOWN downloads and UP uploads from SOURCE
  shaping_flows.py watch DEVICE...                         what the devices of this namespace have sent

'load' and 'watch' write a line every quarter of a second: the seconds since boot as in /proc/uptime, then bytes in all: of
downloads that came and of uploads that were acknowledged, or of each device. No line before all are connected.
"""
import fcntl
import selectors
import signal
import socket
import struct
import sys
import termios
import time

PERIOD = 0.25
PIECE = b"k" * 65536


def now() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def choose_control(stream: socket.socket, control: str) -> None:
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, control.encode())


def fill(stream: socket.socket) -> int:
    """What the socket takes now."""
    try:
        return stream.send(PIECE)
    except BlockingIOError:
        return 0


def drain(stream: socket.socket) -> int:
    """What has come; raises at the end of the connection."""
    try:
        got = stream.recv(1 << 18)
    except BlockingIOError:
        return 0
    if not got:
        raise ConnectionError("the other end is gone")
    return len(got)


def serve(address: str, port: str, control: str) -> None:
    listener = socket.create_server((address, int(port)), backlog=64)
    choose_control(listener, control)  # which what it accepts inherits
    chosen = selectors.DefaultSelector()
    chosen.register(listener, selectors.EVENT_READ)
    print("ready", flush=True)
    while True:
        for key, _ in chosen.select():
            if key.fileobj is listener:
                stream, _ = listener.accept()
                stream.setblocking(False)
                chosen.register(stream, selectors.EVENT_READ, "asked")
                continue
            try:
                if key.data == "asked":
                    if key.fileobj.recv(1) == b"d":
                        chosen.modify(key.fileobj, selectors.EVENT_WRITE, "d")
                    else:
                        chosen.modify(key.fileobj, selectors.EVENT_READ, "u")
                elif key.data == "d":
                    fill(key.fileobj)
                else:
                    drain(key.fileobj)
            except OSError:
                chosen.unregister(key.fileobj)
                key.fileobj.close()


def unacknowledged(stream: socket.socket) -> int:
    return struct.unpack("i", fcntl.ioctl(stream, termios.TIOCOUTQ, b"\0" * 4))[0]


def load(address: str, port: str, control: str, source: str, down: str, up: str) -> None:
    chosen = selectors.DefaultSelector()
    connecting, uploads = set(), []
    for way in [b"d"] * int(down) + [b"u"] * int(up):  # side by side: on a full link each takes its time
        stream = socket.socket()
        choose_control(stream, control)
        stream.bind((source, 0))
        stream.setblocking(False)
        stream.connect_ex((address, int(port)))
        chosen.register(stream, selectors.EVENT_WRITE, way)
        connecting.add(stream)
    came, written, due = 0, 0, now()
    while True:
        for key, events in chosen.select(max(due - now(), 0)):
            stream = key.fileobj
            if stream in connecting:
                stream.send(key.data)  # raises when it is not connected
                connecting.remove(stream)
                if key.data == b"d":
                    chosen.modify(stream, selectors.EVENT_READ, key.data)
                else:
                    uploads.append(stream)
            elif events & selectors.EVENT_READ:
                came += drain(stream)
            else:
                written += fill(stream)
        if now() >= due:
            if not connecting:
                print("%.3f %d %d" % (now(), came, written - sum(map(unacknowledged, uploads))), flush=True)
            due += PERIOD


def watch(*devices: str) -> None:
    while True:
        with open("/proc/net/dev", encoding="ascii") as table:
            rows = dict(line.split(":", 1) for line in table if ":" in line)
        sent = {name.strip(): row.split()[8] for name, row in rows.items()}
        print("%.3f" % now(), *(sent[device] for device in devices), flush=True)
        time.sleep(PERIOD)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    {"serve": serve, "load": load, "watch": watch}[sys.argv[1]](*sys.argv[2:])
