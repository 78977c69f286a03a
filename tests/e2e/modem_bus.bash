# shellcheck shell=bash
# A village whose LTE is a modem behind ModemManager: what the tests of modems share.
# shellcheck source=scripts/lab/whole-system
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lab/whole-system"
for needed in dbus-daemon busctl; do
    command -v "$needed" >/dev/null || { echo "needs $needed for the modem's bus" >&2; exit 77; }
done
/usr/bin/python3 -c 'import gi' 2>/dev/null || { echo "needs python3-gi for ModemManager's part" >&2; exit 77; }
[[ -f /usr/share/dbus-1/interfaces/org.freedesktop.ModemManager1.Modem.xml ]] ||
    { echo "needs modemmanager-dev for its interfaces" >&2; exit 77; }
fake=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../fakes/fake_modem_manager.py

control() { busctl --address="$bus" call org.freedesktop.ModemManager1 /control test.Control "$@"; }
modem_was_told() { control Calls | has -F "$1"; }
is_logged() { has "$1" <"$work/agent.log"; }
is_explained() { local_karkara explain | tr -s ' \n' ' ' | has "$1"; }

# The operator's cable becomes the modem's interface, without address and route: those are the bearer's.
# shellcheck disable=SC2120  # one of them has no options
start_modem() { # OPTION...: of the fake
    bus=unix:path=$work/bus
    ip -n "$name-router" link set lte0 down
    ip -n "$name-router" address flush dev lte0
    ip -n "$name-router" link set lte0 name wwan7 up
    cat >"$work/bus.conf" <<XML
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>$bus</listen>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy>
</busconfig>
XML
    start router bus dbus-daemon --nofork --config-file="$work/bus.conf"
    wait_for 10 "the bus" test -S "$work/bus"
    start router modem env DBUS_SESSION_BUS_ADDRESS="$bus" /usr/bin/python3 "$fake" "$@" \
        interface=wwan7 address=100.64.2.2/24 gateway=100.64.2.1
    wait_for 10 "ModemManager" control Calls
}
