#!/usr/bin/python3
"""Modbus slaves whose protocol is pymodbus's (Debian: python3-pymodbus); the lines and their faults are this file's.

modbus_slave.py MAP.json (--link PATH | --port N) [--ready FILE] [--echo] [--delay MS] [--late MS] [--drop-after N]
  --link: RTU on a pseudo-terminal, PATH a symbolic link to its port.  --port: TCP on 127.0.0.1; 0: any free one.
  --ready: FILE is written (with the TCP port) once the slave can be asked.
  --echo: what is sent comes back first, as on a two-wire adapter.
  --delay: each answer waits.  --late: the first answer waits so long, the others do not.
  --drop-after: a TCP connection is reset in the middle of answer N.
MAP: {"units": {"1": {"holding": {"256": 7}, "input": {}, "coils": {}, "discrete": {}}}, "identity": {"0": "vendor"}}.
What is not in the map is a hole. A unit that is not in it is silent on a serial line; over TCP the gateway says so.
"""
import argparse
import json
import os
import socket
import struct
import threading
import time
import tty

from pymodbus.datastore import ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.device import ModbusControlBlock
from pymodbus.factory import ServerDecoder
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.framer.socket_framer import ModbusSocketFramer
from pymodbus.pdu import ModbusExceptions

NOBODY_USES = 60_000  # a block must not be empty


def block(registers):
    values = {int(address): value for address, value in registers.items()}
    return ModbusSparseDataBlock(values or {NOBODY_USES: 0})


def unit_of(tables):
    return ModbusSlaveContext(hr=block(tables.get("holding", {})), ir=block(tables.get("input", {})),
                              co=block(tables.get("coils", {})), di=block(tables.get("discrete", {})), zero_mode=True)


class Slave:
    def __init__(self, options):
        with open(options.map, encoding="utf-8") as file:
            content = json.load(file)
        self.units = {int(unit): unit_of(tables) for unit, tables in content["units"].items()}
        identity = ModbusControlBlock().Identity
        for number, text in content.get("identity", {}).items():
            identity[int(number)] = text
        self.options = options
        self.answered = 0

    def respond(self, request, gateway):
        context = self.units.get(request.unit_id)
        if context is None and not gateway:
            return None
        response = (request.execute(context) if context is not None
                    else request.doException(ModbusExceptions.GatewayNoResponse))
        response.unit_id = request.unit_id
        response.transaction_id = request.transaction_id
        return response

    def wait_of_next(self):
        self.answered += 1
        first = self.answered == 1 and self.options.late > 0
        return (self.options.late if first else self.options.delay) / 1000

    def talk(self, framer, data, gateway, send):
        def on_request(request):
            response = self.respond(request, gateway)
            if response is not None:
                threading.Timer(self.wait_of_next(), send, [framer.buildPacket(response)]).start()

        # All units here: one that is not in the map is told from the others in respond().
        framer.processIncomingPacket(data=data, callback=on_request, unit=list(range(256)), single=False)


def serve_line(slave, options):
    device, port = os.openpty()
    tty.setraw(port)
    os.symlink(os.ttyname(port), options.link)
    say_ready(options, 0)
    framer = ModbusRtuFramer(ServerDecoder())
    while True:
        data = os.read(device, 512)
        if options.echo:
            os.write(device, data)
        slave.talk(framer, data, False, lambda frame: os.write(device, frame))


def serve_connection(slave, connection, options):
    framer = ModbusSocketFramer(ServerDecoder())
    sent = 0

    def send(frame):
        nonlocal sent
        sent += 1
        try:
            if sent != options.drop_after:
                return connection.sendall(frame)
            connection.sendall(frame[:len(frame) // 2])
            time.sleep(0.05)  # so that the half arrives before the reset
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.shutdown(socket.SHUT_RD)
            connection.close()
        except OSError:
            pass  # the master went away

    try:
        while data := connection.recv(512):
            slave.talk(framer, data, True, send)
    except OSError:
        pass
    connection.close()


def serve_tcp(slave, options):
    listener = socket.create_server(("127.0.0.1", options.port))
    say_ready(options, listener.getsockname()[1])
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve_connection, args=(slave, connection, options), daemon=True).start()


def say_ready(options, port):
    if options.ready:
        with open(options.ready + ".new", "w", encoding="ascii") as file:
            file.write(str(port))
        os.rename(options.ready + ".new", options.ready)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("map")
    arguments.add_argument("--link")
    arguments.add_argument("--port", type=int)
    arguments.add_argument("--ready")
    arguments.add_argument("--echo", action="store_true")
    arguments.add_argument("--delay", type=float, default=0)
    arguments.add_argument("--late", type=float, default=0)
    arguments.add_argument("--drop-after", type=int, default=0)
    options = arguments.parse_args()
    slave = Slave(options)
    if options.link:
        serve_line(slave, options)
    else:
        serve_tcp(slave, options)


if __name__ == "__main__":
    main()
