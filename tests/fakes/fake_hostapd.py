#!/usr/bin/python3
"""What the agent needs of hostapd: fake_hostapd.py -B -P PIDFILE CONFIGURATION.

Goes into the background and answers on its control socket. In the configuration, beside interface and ctrl_interface:
"stubborn=1" hears no TERMINATE, "fails=1" does not start and says why.
"""
import os
import socket
import sys


def read(path: str) -> dict[str, str]:
    with open(path, encoding="utf-8") as lines:
        return dict(line.rstrip("\n").split("=", 1) for line in lines)


def serve(control: socket.socket, stubborn: bool) -> None:
    while True:
        command, sender = control.recvfrom(256)
        if command == b"STATUS":
            control.sendto(b"state=ENABLED\n", sender)
        elif command == b"TERMINATE" and not stubborn:
            control.sendto(b"OK\n", sender)
            return


def main() -> None:
    pid_file, configuration = sys.argv[3], read(sys.argv[4])
    if "fails" in configuration:
        print("Could not set channel for kernel driver", file=sys.stderr)
        sys.exit(1)
    path = f"{configuration['ctrl_interface']}/{configuration['interface']}"
    control = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    control.bind(path)
    child = os.fork()
    if child != 0:
        with open(pid_file, "w", encoding="ascii") as file:
            file.write(f"{child}\n")
        os._exit(0)
    os.setsid()
    for stream in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    serve(control, "stubborn" in configuration)
    os.unlink(path)


main()
