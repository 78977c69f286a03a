#!/usr/bin/env bash
# Whom the router asks for names follows what DHCP clients leave behind. No client runs here: files of our own in the form of each
# are put where it leaves them, from the one that is asked last to the one that is asked first, beside files that must not be
# taken; the agent finds them, writes its resolver file and says who told.   lease_names.sh BIN_FOLDER
# shellcheck disable=SC2154  # net and resolver are the village's
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
bin=$(readlink -f "$1")
# shellcheck source=tests/e2e/beside/village.bash
. "$here/beside/village.bash"
system_begin "ln$$" "$bin"
make_private_root
write_site_config
sed -i -e '/^    resolvers: /d' -e '/^truth:/,/^$/d' "$work/site.yaml"
start_agent # not enrolled: online by its carrier, which is enough for names
wait_for 30 "the agent" local_karkara status

# shellcheck disable=SC2016  # the inner shell's
leave() { # FILE: in the router's own root; the content is the standard input
    inside sh -c 'mkdir -p "$(dirname "$1")" && cat >"$1"' sh "$1"
}
# An interface that gets an address is looked at at once, else each minute.
addresses=0
look() {
    addresses=$((addresses + 1))
    router_ip address add "192.0.2.$addresses/32" dev vsat0
}
is_written() { grep -q "^nameserver $1\$" "$work/resolv.conf"; }
expect() { # ADDRESS CLIENT
    look
    wait_for 20 "the resolver that $2 tells" is_written "$1"
    [[ $(grep -c ^nameserver "$work/resolv.conf") == 1 ]] || fail "others were taken too: $(cat "$work/resolv.conf")"
    wait_for 5 "the word that $2 told it" is_told_by "$1" "$2"
    echo "$2: $1"
}

# What is not this uplink's, or nobody whom one may ask.
index=$(ip netns exec "$name-router" cat /sys/class/net/vsat0/ifindex)
leave "/run/systemd/netif/leases/$((index + 100))" <<<"DNS=203.0.113.99"
leave "/run/systemd/netif/links/$index" <<<"DNS=127.0.0.53"
leave /run/resolvconf/interface/vsat0.10 <<<"nameserver 203.0.113.98"
leave /run/resolvconf/interface/vsat01.udhcpc <<<"nameserver 203.0.113.97"
leave /var/lib/dhcp/dhclient.vsat0.leases <<'TEXT'
lease {
  interface "vsat0";
  fixed-address 198.51.100.77;
  option domain-name-servers 203.0.113.96;
}
TEXT
head -c 200000 /dev/urandom | leave /run/karkara/dns/lte0
look
sleep 2
[[ ! -e $work/resolv.conf ]] || fail "somebody else's names were taken: $(cat "$work/resolv.conf")"
echo "what is not the uplink's is left out"

if command -v dbus-daemon >/dev/null && /usr/bin/python3 -c 'import gi' 2>/dev/null; then
    inside mkdir /run/NetworkManager
    start_private_bus
    start_inside network_manager env DBUS_SESSION_BUS_ADDRESS=unix:path=/run/dbus/system_bus_socket \
        /usr/bin/python3 "$here/../fakes/fake_network_manager.py" vsat0 203.0.113.61
    wait_for 10 "NetworkManager's part" grep -q ready "$work/network_manager.log"
    expect 203.0.113.61 NetworkManager
else
    echo "NetworkManager: left out, dbus-daemon or python3-gi is not installed"
fi
leave /etc/resolv.conf <<<$'nameserver 127.0.0.1\nnameserver 203.0.113.95 # lte0\nnameserver 203.0.113.62 # vsat0'
expect 203.0.113.62 udhcpc
leave /var/lib/dhcp/dhclient.vsat0.leases <<TEXT
lease {
  interface "vsat0";
  fixed-address 100.64.${net[vsat]}.2;
  option subnet-mask 255.255.255.0;
  option domain-name-servers 203.0.113.94;
  renew 5 2026/11/27 10:00:00;
}
lease {
  interface "vsat0";
  fixed-address 100.64.${net[vsat]}.2;
  option domain-name-servers 203.0.113.63;
}
lease {
  interface "vsat0";
  fixed-address 100.64.${net[vsat]}.2;
  option domain-name-servers 203.0.113.93;
TEXT
expect 203.0.113.63 dhclient
leave /run/resolvconf/interface/vsat0.udhcpc <<<$'domain village\nnameserver 203.0.113.64'
expect 203.0.113.64 resolvconf
leave "/run/systemd/netif/leases/$index" <<<$'# This is private data. Do not parse.\nADDRESS=100.64.1.2\nDNS=203.0.113.65'
expect 203.0.113.65 systemd-networkd
