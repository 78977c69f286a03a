#!/usr/bin/python3
"""The serial port of a GSM modem, as an abstract unix socket, for the true ModemManager: answers AT commands.

Usage: fake_at_modem.py SOCKET [KEY=VALUE...]; prints "ready". pin=2580 locks the SIM, tries=3 counts down, reg=0 denies
the network, ussd=TEXT is its answer. record=FILE: answers of a recorded modem come before the usual ones.
"""
import re
import socket
import sys

knobs = {"pin": "", "tries": "3", "reg": "1", "ussd": "Solde: 1 250 FCFA, valable 31/12/2026"}
OK, ERROR = "\r\nOK\r\n", "\r\nERROR\r\n"
USUAL = {
    "AT+GCAP": "\r\n+GCAP: +CGSM\r\n" + OK,
    "AT+CGMI": "\r\nKarkara tests\r\n" + OK,
    "AT+CGMM": "\r\nPaper modem\r\n" + OK,
    "AT+CGMR": "\r\n1\r\n" + OK,
    "AT+CGSN": "\r\n356938035643809\r\n" + OK,
    "AT+CIMI": "\r\n614021234567890\r\n" + OK,
    "AT+CRSM=176,12258,0,0,10": '\r\n+CRSM: 144,0,"98220710000000000021"\r\n' + OK,
    "AT+CGDCONT=?": '\r\n+CGDCONT: (1-4),"IP",,,(0),(0)\r\n' + OK,
    "AT+CGACT?": OK,
    "AT+CSQ": "\r\n+CSQ: 21,99\r\n" + OK,
    "AT+CUSD=?": "\r\n+CUSD: (0,1,2)\r\n" + OK,
    "AT+CUSD=1": OK,
    "AT+CUSD=0": OK,
    "AT+CUSD=2": OK,
    "AT+CSCS=?": '\r\n+CSCS: ("GSM","UCS2","IRA")\r\n' + OK,
    "AT+CLCK=?": '\r\n+CLCK: ("SC")\r\n' + OK,
    "AT+CLCK=\"SC\",2": "\r\n+CLCK: 0\r\n" + OK,
    "AT+CNMI=?": ERROR,
    "AT+CMGF=?": ERROR,
    "AT+WS46=?": "\r\n+WS46: (12,22)\r\n" + OK,
}


def recorded(path):
    """Lines of a command, white space, and its answer with C escapes."""
    answers = {}
    for line in open(path, encoding="utf-8"):
        found = re.match(r"^(AT.*?)\s{2,}(\S.*)$", line.rstrip("\n"))
        if found:
            answers[found.group(1)] = (found.group(2).replace("<CR><LF>", "\r\n").replace("\\r", "\r")
                                       .replace("\\n", "\n"))
    return answers


def registration(command):
    what = command[2:].split("?")[0]
    return f"\r\n{what}: 2,{knobs['reg']},\"1F3A\",\"0083F7CD\"\r\n" + OK


class Modem:
    def __init__(self, answers):
        self.answers = answers
        self.locked = bool(knobs["pin"])
        self.tries = int(knobs["tries"])
        self.charset, self.operator_format, self.radio = "GSM", "2", "1"
        self.contexts = {}

    def lock(self):
        return "SIM PUK" if self.locked and self.tries == 0 else "SIM PIN" if self.locked else "READY"

    def answer(self, command):
        if command == "AT+CPIN?":
            return f"\r\n+CPIN: {self.lock()}\r\n" + OK
        if command.startswith("AT+CPIN="):
            if self.tries > 0 and command[8:].strip('"') == knobs["pin"]:
                self.locked, self.tries = False, 3
                return OK
            self.tries = max(0, self.tries - 1)
            return "\r\n+CME ERROR: 16\r\n"
        if command in ("AT+CREG?", "AT+CGREG?", "AT+CEREG?"):
            return registration(command)
        if command.startswith("AT+CUSD=1,"):
            return OK + f'\r\n+CUSD: 0,"{knobs["ussd"]}",15\r\n'
        if command.startswith(("ATD*99", "ATDT*99")):
            return "\r\nCONNECT\r\n"
        if command.startswith("AT+CGDCONT=") and "?" not in command:
            context, kind, apn = (command[11:].split(",") + ["", ""])[:3]
            self.contexts[context] = f'\r\n+CGDCONT: {context},{kind},{apn},"",0,0\r\n'
            return OK
        if command == "AT+CGDCONT?":
            return "".join(self.contexts.values()) + OK
        return self.setting(command)

    def setting(self, command):
        """What is set and asked for again."""
        if command.startswith("AT+CSCS="):
            self.charset = command[8:].strip('"') if "?" not in command else self.charset
        elif command == "AT+CSCS?":
            return f'\r\n+CSCS: "{self.charset}"\r\n' + OK
        elif command.startswith("AT+COPS=3,"):
            self.operator_format = command[10:11]
        elif command == "AT+COPS?":
            name = "61402" if self.operator_format == "2" else "Sahel"
            return f'\r\n+COPS: 0,{self.operator_format},"{name}",2\r\n' + OK
        elif command.startswith("AT+CFUN=") and "?" not in command:
            self.radio = command[8:9]
        elif command == "AT+CFUN?":
            return f"\r\n+CFUN: {self.radio}\r\n" + OK
        if command in self.answers:
            return self.answers[command]
        # What sets something is taken, what asks for something unknown is not.
        return ERROR if "?" in command else OK


def serve(port, modem):
    pending = b""
    while data := port.recv(4096):
        pending += data
        while b"\r" in pending:
            line, _, pending = pending.partition(b"\r")
            command = line.decode("latin-1").strip()
            if command:
                port.sendall(modem.answer(command).encode("latin-1"))


def main():
    for knob in sys.argv[2:]:
        key, _, content = knob.partition("=")
        knobs[key] = content
    modem = Modem(USUAL | (recorded(knobs["record"]) if "record" in knobs else {}))
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind("\0" + sys.argv[1])
    listener.listen(4)
    print("ready", flush=True)
    while True:
        port, _ = listener.accept()
        with port:
            try:
                serve(port, modem)
            except OSError:
                pass  # ModemManager closed it in the middle, as it does while it probes


if __name__ == "__main__":
    main()
