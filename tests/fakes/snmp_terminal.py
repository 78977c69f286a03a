#!/usr/bin/python3
"""A satellite terminal's objects for net-snmp's snmpd (pass_persist), which speaks the protocol.

snmp_terminal.py FILE: lines "OID TYPE VALUE", read again for each question, so that whoever writes FILE turns the dish.
"""
import sys


def rows_of(path):
    rows = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            words = line.split(None, 2)
            if len(words) == 3:
                rows[tuple(int(part) for part in words[0].split("."))] = (words[1], words[2].strip())
    return rows


def answer(rows, oid):
    if oid not in rows:
        print("NONE", flush=True)
        return
    kind, content = rows[oid]
    print("." + ".".join(map(str, oid)), kind, content, sep="\n", flush=True)


def main():
    for line in sys.stdin:
        command = line.strip()
        if command == "PING":
            print("PONG", flush=True)
            continue
        if command not in ("get", "getnext"):
            continue
        oid = tuple(int(part) for part in sys.stdin.readline().strip().strip(".").split("."))
        rows = rows_of(sys.argv[1])
        if command == "getnext":
            oid = min((known for known in rows if known > oid), default=None)
        answer(rows, oid)


main()
