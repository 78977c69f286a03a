#!/usr/bin/python3
"""A NetworkManager that knows one device with the names that its leases told, on the bus of DBUS_SESSION_BUS_ADDRESS. Its
interfaces are the part of NetworkManager 1.42's that is asked for.
  fake_network_manager.py [DEVICE [ADDRESS]]     eth1, with names of both families; with ADDRESS that one alone"""
import os
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NM = "org.freedesktop.NetworkManager"
ROOT = "/org/freedesktop/NetworkManager"
XML = f"""<node>
 <interface name="{NM}"><method name="GetDeviceByIpIface">
   <arg type="s" direction="in"/><arg type="o" direction="out"/></method></interface>
 <interface name="{NM}.Device">
   <property name="Ip4Config" type="o" access="read"/><property name="Ip6Config" type="o" access="read"/></interface>
 <interface name="{NM}.IP4Config"><property name="NameserverData" type="aa{{sv}}" access="read"/></interface>
 <interface name="{NM}.IP6Config"><property name="Nameservers" type="aay" access="read"/></interface></node>"""
DEVICE, ADDRESS = (sys.argv[1:] + ["eth1", "192.0.2.53"][len(sys.argv) - 1:])[:2]
V6 = [] if len(sys.argv) > 2 else [list(bytes.fromhex("20010db8000000000000000000000053"))]
PROPERTIES = {
    "Ip4Config": GLib.Variant("o", ROOT + "/IP4Config/7"),
    "Ip6Config": GLib.Variant("o", ROOT + "/IP6Config/7"),
    "NameserverData": GLib.Variant("aa{sv}", [{"address": GLib.Variant("s", ADDRESS)}]),
    "Nameservers": GLib.Variant("aay", V6),
}
OBJECTS = {ROOT: NM, ROOT + "/Devices/3": NM + ".Device", ROOT + "/IP4Config/7": NM + ".IP4Config",
           ROOT + "/IP6Config/7": NM + ".IP6Config"}


def on_call(_bus, _sender, _path, _interface, _member, arguments, invocation):
    if arguments.unpack() == (DEVICE,):
        invocation.return_value(GLib.Variant("(o)", (ROOT + "/Devices/3",)))
    else:
        invocation.return_dbus_error(NM + ".UnknownDevice", "No device found for the requested iface.")


def on_get(_bus, _sender, _path, _interface, name):
    return PROPERTIES[name]


def main():
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    bus = Gio.DBusConnection.new_for_address_sync(os.environ["DBUS_SESSION_BUS_ADDRESS"], flags, None, None)
    node = Gio.DBusNodeInfo.new_for_xml(XML)
    for path, interface in OBJECTS.items():
        bus.register_object(path, node.lookup_interface(interface), on_call, on_get, None)
    Gio.bus_own_name_on_connection(bus, NM, Gio.BusNameOwnerFlags.NONE, lambda *_: print("ready", flush=True), None)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
