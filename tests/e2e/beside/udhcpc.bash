#!/usr/bin/env bash
# ifupdown with busybox's udhcpc, whose script in Debian gives every default route the same metric: the second uplink's is refused
# until the script is told of the metric.
# shellcheck disable=SC2154
needs ifup udhcpc logger
renew() { inside pkill -USR1 -F "/run/udhcpc.$1.pid"; }
renew_all() { renew vsat0 && renew lte0; }

beside_begin bsu
# Where it is installed, ifupdown prefers dhclient.
[[ ! -e /usr/sbin/dhclient ]] || inside mount --bind /dev/null /usr/sbin/dhclient
cat >"$work/etc/network/interfaces" <<TEXT
auto vsat0
iface vsat0 inet dhcp
    metric 10
auto lte0
iface lte0 inet dhcp
    metric 20
TEXT
inside ifup -a >>"$work/ifup.log" 2>&1
[[ $(router_ip route show default | wc -l) == 1 ]] || echo "note: the script as shipped has learned of metrics"
inside ifdown -a >>"$work/ifup.log" 2>&1
# shellcheck disable=SC2016  # the script's variables
sed -i 's/route add default via $router dev $interface/& metric ${IF_METRIC:-0}/' "$work/etc/udhcpc/default.script"
inside ifup -a >>"$work/ifup.log" 2>&1
expect_gateways
expect_failover
expect_untouched "renewal" renew_all
expect_carrier 4
