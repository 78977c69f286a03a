#!/usr/bin/env python3
"""Somebody at a terminal: typist.py COMMAND...

Runs the command in a terminal of its own and waits for the word "ready". Then presses a key four times a second, wants each
back once and in order, and writes "echo AT WAIT" for it: when it was pressed (wall clock) and for how long nobody saw it, in
seconds. SIGTERM ends it: the last keys come back, then "q" is pressed, at which the command has to leave with 0. Only then
does the typist leave with 0; else a line "ended: ..." says why. PATIENCE: how many times longer that end may take.
"""
import collections
import os
import pty
import select
import signal
import sys
import time

PERIOD = 0.25
KEYS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"  # an order, so that one lost or doubled shows
READY = b"ready"
LAST_WAIT = 20 * float(os.environ.get("PATIENCE", "1"))


class Ended(Exception):
    """Why the session is not what it was."""


class Terminal:
    """A command behind a pseudo-terminal. Its standard error stays ours: complaints are no echoes."""

    def __init__(self, command: list[str]) -> None:
        complaints = os.dup(2)
        self.process, self.end = pty.fork()
        if self.process == 0:
            os.dup2(complaints, 2)
            os.execvp(command[0], command)

    def press(self, key: bytes) -> None:
        try:
            os.write(self.end, key)
        except OSError:
            raise EOFError from None

    def shown(self) -> bytes:
        """What has come, within a twentieth of a second; EOFError when the command is gone."""
        if not select.select([self.end], [], [], 0.05)[0]:
            return b""
        try:
            got = os.read(self.end, 4096)
        except OSError:  # EIO: nobody holds the other side any more
            got = b""
        if not got:
            raise EOFError
        return got

    def status(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


def wait_for_far_end(terminal: Terminal, told_to_end: list[float]) -> None:
    got, since = b"", time.time()
    while READY not in got:
        got += terminal.shown()
        if told_to_end:
            raise Ended("it never began")
    print(f"begun after {time.time() - since:.1f} s", flush=True)


def type_keys(terminal: Terminal, told_to_end: list[float]) -> int:
    """How many keys were pressed, all of which have come back."""
    pressed, waiting, next_key = 0, collections.deque(), time.time()
    while waiting or not told_to_end:
        now = time.time()
        if told_to_end and now > told_to_end[0] + LAST_WAIT:
            raise Ended(f"{len(waiting)} keystrokes without an echo")
        if not told_to_end and now >= next_key:
            key = KEYS[pressed % len(KEYS)]
            terminal.press(bytes([key]))
            waiting.append((key, now))
            pressed, next_key = pressed + 1, next_key + PERIOD
        for echo in terminal.shown():
            key, at = waiting.popleft() if waiting else (None, now)
            if echo != key:
                raise Ended(f"{chr(echo)!r} instead of {chr(key) if key else 'nothing'}")
            print(f"echo {at:.3f} {time.time() - at:.3f}", flush=True)
    return pressed


def leave(terminal: Terminal) -> None:
    terminal.press(b"q")
    until = time.time() + LAST_WAIT
    while time.time() < until:
        if more := terminal.shown():
            raise Ended(f"{more!r} after the last key")
    raise Ended("the command does not leave")


def main() -> None:
    told_to_end: list[float] = []
    signal.signal(signal.SIGTERM, lambda *_: told_to_end.append(time.time()))
    terminal, pressed, leaving = Terminal(sys.argv[1:]), 0, False
    try:
        wait_for_far_end(terminal, told_to_end)
        pressed = type_keys(terminal, told_to_end)
        leaving = True
        leave(terminal)
    except EOFError:
        status = terminal.status()
        if not leaving or status:
            sys.exit(f"ended: the command left with {status}")
        print(f"keystrokes {pressed} echoed {pressed}, left with {status}", flush=True)
    except Ended as reason:
        sys.exit(f"ended: {reason}")


if __name__ == "__main__":
    main()
