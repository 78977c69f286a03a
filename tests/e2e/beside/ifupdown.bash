#!/usr/bin/env bash
# ifupdown with ISC's dhclient. Without a metric of its own the second default route would be refused, and without the hook
# dhclient would write through the link into the agent's resolver file.
# shellcheck disable=SC2154
needs ifup dhclient
down_and_up() { inside ifdown vsat0 >>"$work/ifup.log" 2>&1 && inside ifup vsat0 >>"$work/ifup.log" 2>&1; }
killed() { inside pkill -KILL -F /run/dhclient.vsat0.pid && inside ifup --force vsat0 >>"$work/ifup.log" 2>&1; }

beside_begin bsi
cat >"$work/etc/network/interfaces" <<TEXT
auto vsat0
iface vsat0 inet dhcp
    metric 10
auto lte0
iface lte0 inet dhcp
    metric 20
TEXT
ln -s "$work/names/resolv.conf" "$work/etc/resolv.conf"
echo 'make_resolv_conf() { :; }' >"$work/etc/dhcp/dhclient-enter-hooks.d/karkara"
inside ifup -a >>"$work/ifup.log" 2>&1
expect_gateways
expect_failover
expect_peace 30
expect_untouched "dhclient killed and started" killed
expect_rules_kept "ifdown and ifup" down_and_up
expect_carrier 4
expect_agent_restart KILL
grep -q "${resolver[vsat]}" "$work/names/resolv.conf" || fail "dhclient wrote the agent's file: $(cat "$work/names/resolv.conf")"
