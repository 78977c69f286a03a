#!/usr/bin/python3
"""A ModemManager with one modem whose faults a test decides, on the bus of DBUS_SESSION_BUS_ADDRESS.

Its interfaces are the D-Bus XML of the installed modemmanager-dev, read at start: GDBus then holds every call, answer
and property to those signatures. Like the true one it lists only modems in its object manager; SIMs and bearers have to
be asked for one by one. A test drives it over the interface test.Control at /control.
"""
import os
import pathlib
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

XML = pathlib.Path("/usr/share/dbus-1/interfaces")
MM = "org.freedesktop.ModemManager1"
ROOT = "/org/freedesktop/ModemManager1"
MODEM_INTERFACES = [f"{MM}.Modem", f"{MM}.Modem.Modem3gpp", f"{MM}.Modem.Modem3gpp.Ussd", f"{MM}.Modem.Signal",
                    f"{MM}.Modem.Simple"]
OBJECT_MANAGER = """<node><interface name="org.freedesktop.DBus.ObjectManager">
  <method name="GetManagedObjects"><arg type="a{oa{sa{sv}}}" direction="out"/></method>
  <signal name="InterfacesAdded"><arg type="o"/><arg type="a{sa{sv}}"/></signal>
  <signal name="InterfacesRemoved"><arg type="o"/><arg type="as"/></signal></interface></node>"""
CONTROL = """<node><interface name="test.Control">
  <method name="Set"><arg type="s" direction="in"/><arg type="s" direction="in"/></method>
  <method name="Do"><arg type="s" direction="in"/></method>
  <method name="Calls"><arg type="s" direction="out"/></method></interface></node>"""
EMPTY = {"s": "", "o": "/", "b": False, "u": 0, "i": 0, "d": 0.0}


def interface_of(name):
    return Gio.DBusNodeInfo.new_for_xml((XML / f"{name}.xml").read_text()).lookup_interface(name)


def value(signature, content):
    return GLib.Variant(signature, content)


def nothing(signature):
    if signature in EMPTY:
        return value(signature, EMPTY[signature])
    if signature.startswith("a"):
        return GLib.Variant.new_array(GLib.VariantType(signature[1:]), [])
    return value(signature, tuple(EMPTY[c] for c in signature.strip("()")))


class Shown:
    """One object on the bus: every property that the XML names, with the type that it names."""

    def __init__(self, bus, path, interfaces, handler):
        self.bus, self.path, self.handler = bus, path, handler
        self.infos = {name: interface_of(name) for name in interfaces}
        self.properties = {name: {p.name: nothing(p.signature) for p in info.properties}
                           for name, info in self.infos.items()}
        self.types = {name: {p.name: p.signature for p in info.properties} for name, info in self.infos.items()}
        self.ids = [bus.register_object(path, info, self.on_call, self.on_get, None) for info in self.infos.values()]

    def on_call(self, _bus, _sender, _path, interface, member, arguments, invocation):
        self.handler(self, f"{interface.removeprefix(MM + '.')}.{member}", arguments.unpack(), invocation)

    def on_get(self, _bus, _sender, _path, interface, name):
        return self.properties[interface][name]

    def set(self, interface, told=True, **changes):
        changed = {name: value(self.types[interface][name], content) for name, content in changes.items()}
        self.properties[interface].update(changed)
        if told:
            self.tell(interface, changed)

    def tell(self, interface, changed):
        self.bus.emit_signal(None, self.path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                             GLib.Variant("(sa{sv}as)", (interface, changed, [])))

    def hide(self):
        for registration in self.ids:
            self.bus.unregister_object(registration)


class FakeModemManager:
    def __init__(self, bus):
        self.bus, self.calls, self.number = bus, [], -1
        self.knobs = {"pin": "", "tries": "3", "hang": "", "registration": "1", "ussd": "Solde: 1 250 FCFA",
                      "slots": "1", "method": "2", "interface": "wwan0", "address": "10.64.3.9/30",
                      "gateway": "10.64.3.10"}
        self.slot = 1
        self.tries = None
        self.modem = self.bearer = None
        self.sims = []
        bus.register_object(ROOT, Gio.DBusNodeInfo.new_for_xml(OBJECT_MANAGER).interfaces[0], self.on_manager, None,
                            None)
        bus.register_object("/control", Gio.DBusNodeInfo.new_for_xml(CONTROL).interfaces[0], self.on_control, None,
                            None)

    # --- the modem's life ---
    def shown(self):
        return {name: dict(properties) for name, properties in self.modem.properties.items()}

    def signal(self, member, signature, content):
        self.bus.emit_signal(None, ROOT, "org.freedesktop.DBus.ObjectManager", member,
                             GLib.Variant(signature, content))

    def appear(self):
        self.number += 1
        n = self.number
        self.modem = Shown(self.bus, f"{ROOT}/Modem/{n}", MODEM_INTERFACES, self.on_modem)
        slots = int(self.knobs["slots"])
        self.sims = [Shown(self.bus, f"{ROOT}/SIM/{n * 4 + i}", [f"{MM}.Sim"], self.on_sim) for i in range(slots)]
        for i, sim in enumerate(self.sims):
            sim.set(f"{MM}.Sim", False, SimIdentifier=f"892270{i + 1}0000000000{i + 1}", Imsi="614021234567890",
                    OperatorIdentifier="61402", Active=i + 1 == self.slot)
        locked = bool(self.knobs.get(f"pin-{self.slot}", self.knobs["pin"]))
        self.tries = int(self.knobs["tries"]) if self.tries is None else self.tries
        self.modem.set(f"{MM}.Modem", False, Device="/sys/devices/fake/usb1/1-1", DeviceIdentifier="abcdef",
                       EquipmentIdentifier="001100110011002", Model="FAKE", State=2 if locked else 3,
                       UnlockRequired=self.lock() if locked else 1, UnlockRetries={2: self.tries, 4: 10},
                       Sim=self.sims[self.slot - 1].path, SimSlots=[s.path for s in self.sims] + ["/"],
                       PrimarySimSlot=self.slot, PowerState=3)
        self.modem.set(f"{MM}.Modem.Modem3gpp.Ussd", False, State=1)
        self.signal("InterfacesAdded", "(oa{sa{sv}})", (self.modem.path, self.shown()))

    def vanish(self):
        self.signal("InterfacesRemoved", "(oas)", (self.modem.path, MODEM_INTERFACES))
        for gone in [self.modem, self.bearer, *self.sims]:
            if gone:
                gone.hide()
        self.modem, self.bearer, self.sims = None, None, []

    def recreate(self):
        self.vanish()
        GLib.timeout_add(50, lambda: self.appear())

    def lock(self):
        return 2 if (self.tries is None or self.tries > 0) else 4

    # --- what callers may do ---
    def fail(self, invocation, name, text):
        invocation.return_dbus_error(f"{MM}.Error.{name}", text)

    def on_manager(self, _bus, _sender, _path, _interface, _member, _arguments, invocation):
        objects = {self.modem.path: self.shown()} if self.modem else {}
        invocation.return_value(GLib.Variant("(a{oa{sa{sv}}})", (objects,)))

    def on_modem(self, modem, call, arguments, invocation):
        shown = str(arguments).replace(str(self.knobs["pin"] or "\0"), "PIN")
        self.calls.append(f"{call}{shown}")
        member = call.rsplit(".", 1)[1]
        if member in self.knobs["hang"].split(","):
            return
        handler = getattr(self, f"do_{member}", None)
        if not handler:
            self.fail(invocation, "Core.Unsupported", "not in this fake")
            return
        handler(invocation, *arguments)

    def do_Enable(self, invocation, enable):
        registration = int(self.knobs["registration"])
        state = (8 if registration in (1, 5) else 7) if enable else 3
        self.modem.set(f"{MM}.Modem.Modem3gpp", RegistrationState=registration if enable else 0,
                       OperatorCode="61402" if enable else "", OperatorName="Réseau" if enable else "")
        self.modem.set(f"{MM}.Modem", State=state, AccessTechnologies=1 << 14, SignalQuality=(71, True))
        invocation.return_value(None)

    def do_Connect(self, invocation, settings):
        if self.modem.properties[f"{MM}.Modem"]["State"].unpack() < 8:
            self.fail(invocation, "Core.WrongState", "not registered")
            return
        if not self.bearer:
            self.bearer = Shown(self.bus, f"{ROOT}/Bearer/{self.number}", [f"{MM}.Bearer"], self.on_modem)
        method = int(self.knobs["method"])
        address = {"method": value("u", method), "mtu": value("u", 1460)}
        if method == 2:
            own, _, prefix = self.knobs["address"].partition("/")
            address |= {"address": value("s", own), "prefix": value("u", int(prefix)),
                        "gateway": value("s", self.knobs["gateway"]), "dns1": value("s", "10.0.0.53"), "dns2": value("s", "nonsense")}
        self.bearer.set(f"{MM}.Bearer", Connected=True, Interface=self.knobs["interface"], Ip4Config=address)
        self.modem.set(f"{MM}.Modem", Bearers=[self.bearer.path], State=11)
        invocation.return_value(GLib.Variant("(o)", (self.bearer.path,)))

    def do_Disconnect(self, invocation, _bearer):
        self.drop(8)
        invocation.return_value(None)

    def drop(self, state):
        if self.bearer:
            self.bearer.set(f"{MM}.Bearer", Connected=False, Interface="", Ip4Config={},
                            ConnectionError=(f"{MM}.Error.MobileEquipment.Unknown", "emm-detached"))
        self.modem.set(f"{MM}.Modem", State=state)

    def do_Reset(self, invocation):
        invocation.return_value(None)
        GLib.timeout_add(20, lambda: self.recreate())

    def do_SetPrimarySimSlot(self, invocation, slot):
        if slot < 1 or slot > len(self.sims):
            self.fail(invocation, "Core.InvalidArgs", "no such slot")
            return
        self.slot = slot
        if "recreate-first" in self.knobs:  # goes before it answers, as some firmwares do
            self.recreate()
            return
        invocation.return_value(None)
        self.recreate()

    def do_Setup(self, invocation, rate):
        self.modem.set(f"{MM}.Modem.Signal", Rate=rate,
                       Lte={"rsrp": value("d", -97.0), "rsrq": value("d", -11.5), "snr": value("d", 7.2),
                            "rssi": value("d", -sys.float_info.max)})
        invocation.return_value(None)

    def do_Initiate(self, invocation, _code):
        self.modem.set(f"{MM}.Modem.Modem3gpp.Ussd", State=3)
        invocation.return_value(GLib.Variant("(s)", (self.knobs["ussd"],)))

    def do_Respond(self, invocation, response):
        self.modem.set(f"{MM}.Modem.Modem3gpp.Ussd", State=1)
        invocation.return_value(GLib.Variant("(s)", (f"reply to {response}",)))

    def do_Cancel(self, invocation):
        self.modem.set(f"{MM}.Modem.Modem3gpp.Ussd", State=1)
        invocation.return_value(None)

    def on_sim(self, _sim, call, arguments, invocation):
        self.calls.append(call)
        if not call.endswith("SendPin"):
            self.fail(invocation, "Core.Unsupported", "not in this fake")
        elif self.lock() == 4:
            self.fail(invocation, "MobileEquipment.SimPuk", "SIM PUK required")
        elif arguments[0] != self.knobs["pin"]:
            self.tries -= 1
            self.modem.set(f"{MM}.Modem", UnlockRetries={2: self.tries, 4: 10}, UnlockRequired=self.lock())
            self.fail(invocation, "MobileEquipment.IncorrectPassword", "Incorrect password")
        else:
            self.tries = 3
            self.modem.set(f"{MM}.Modem", UnlockRetries={2: 3, 4: 10}, UnlockRequired=1, State=3)
            invocation.return_value(None)

    # --- what a test may do ---
    def on_control(self, _bus, _sender, _path, _interface, member, arguments, invocation):
        answer = None
        if member == "Set":
            self.knobs[arguments.unpack()[0]] = arguments.unpack()[1]
        elif member == "Calls":
            answer = GLib.Variant("(s)", ("\n".join(self.calls),))
        else:
            what = arguments.unpack()[0]
            getattr(self, "play_" + what.replace("-", "_"))()
        invocation.return_value(answer)

    def play_appear(self):
        self.appear()

    def play_vanish(self):
        self.vanish()

    def play_recreate(self):
        self.recreate()

    def play_drop_bearer(self):
        self.drop(8)

    def play_lose_cell(self):
        self.knobs["registration"] = "2"
        self.modem.set(f"{MM}.Modem.Modem3gpp", RegistrationState=2, OperatorCode="", OperatorName="")
        self.drop(7)

    def play_hostile(self):
        """Wrong types for everything, past GDBus, which would not let us."""
        wrong = value("as", ["wrong"])
        for interface, properties in self.modem.properties.items():
            self.modem.tell(interface, {name: wrong for name in properties if name not in ("Device",)})

    def play_flood(self):
        for i in range(5000):
            self.modem.set(f"{MM}.Modem", SignalQuality=(i % 100, True))

    def play_quit(self):
        GLib.timeout_add(10, lambda: os._exit(0))


def main():
    address = os.environ["DBUS_SESSION_BUS_ADDRESS"]
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    bus = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
    fake = FakeModemManager(bus)
    for knob in sys.argv[1:]:
        key, _, content = knob.partition("=")
        fake.knobs[key] = content
    if "absent" not in fake.knobs:
        fake.appear()
    Gio.bus_own_name_on_connection(bus, MM, Gio.BusNameOwnerFlags.NONE, lambda *_: print("ready", flush=True), None)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
