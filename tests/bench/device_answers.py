#!/usr/bin/python3
"""What simulated devices answer, made from their device tables: for benches that only need an answer to every question.

device_answers.py modbus TABLE.yaml   a map for tests/fakes/modbus_slave.py: each register and its neighbours hold one number
device_answers.py snmp TABLE.yaml     a recording for snmpsimd: each object holds one number
"""
import json
import re
import sys

NUMBER = 420
AROUND = 64  # registers on either side: questions take neighbours along


def modbus(text):
    spaces = {"holding": set(), "input": set()}
    for row in re.split(r"\n  - ", text):
        for address in re.findall(r"(?:register: |text_register: |per_unit: \[|, )(0x[0-9A-Fa-f]+)", row):
            space = "input" if "space: input" in row else "holding"
            number = int(address, 16)
            spaces[space].update(range(max(0, number - AROUND), number + AROUND))
    return json.dumps({"units": {"1": {name: {str(a): NUMBER for a in sorted(all_)} for name, all_ in spaces.items()}}})


def snmp(text):
    system = re.search(r"sys_object_id: ([0-9.]+)", text).group(1)
    rows = {"1.3.6.1.2.1.1.1.0": ("4", "simulated"), "1.3.6.1.2.1.1.2.0": ("6", system), "1.3.6.1.2.1.1.3.0": ("67", "4200")}
    for oid in re.findall(r"\boid: ([0-9.]+)", text):
        rows[oid] = ("2", "42")
    ordered = sorted(rows, key=lambda oid: [int(part) for part in oid.split(".")])
    return "\n".join("|".join((oid, *rows[oid])) for oid in ordered)


print({"modbus": modbus, "snmp": snmp}[sys.argv[1]](open(sys.argv[2], encoding="utf-8").read()))
