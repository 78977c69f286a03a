#!/usr/bin/env bash
# Debian's systemd-networkd, run as its unit does but for its sandbox. SIGUSR2 is what 'systemctl restart' sends, SIGTERM what
# 'systemctl stop' sends. As shipped, or with the lines of docs/uplinks.md.
# shellcheck disable=SC2034,SC2154
networkd=/lib/systemd/systemd-networkd
needs "$networkd" networkctl dbus-daemon
daemon_start() {
    start_inside networkd "$networkd"
    daemon=${started[-1]}
}
restart() { end_program "$daemon" USR2 && daemon_start; }
stop_and_start() {
    end_program "$daemon" TERM
    sleep 0.5
    daemon_start
}
reconfigure() { inside networkctl reconfigure vsat0; }
reload() { write_network vsat 11 && inside networkctl reload; }
write_network() { # UPLINK METRIC
    cat >"$work/etc/systemd/network/$1.network" <<INI
[Match]
Name=${1}0
[Network]
DHCP=ipv4
$keep
[DHCPv4]
RouteMetric=$2
UseHostname=no
RoutesToDNS=no
RoutesToNTP=no
INI
}

as_shipped() {
    expect_untouched "restart" restart
    expect_repair "reconfigure" reconfigure
    expect_repair "reload with a change" reload
    expect_repair "stop and start" stop_and_start
}

as_documented() {
    expect_names_of_leases systemd-networkd
    expect_failover
    expect_peace 30
    expect_untouched "restart" restart
    expect_untouched "stop and start" stop_and_start
    expect_rules_kept "reconfigure" reconfigure
    expect_carrier 4
    expect_agent_restart KILL
}

[[ $variant == as_shipped ]] || names_by_lease=1
beside_begin "bsd"
start_private_bus
keep=''
if [[ $variant == as_documented ]]; then
    keep=KeepConfiguration=dhcp-on-stop
    mkdir -p "$work/etc/systemd/networkd.conf.d"
    printf '[Network]\nManageForeignRoutes=no\nManageForeignRoutingPolicyRules=no\n' \
        >"$work/etc/systemd/networkd.conf.d/karkara.conf"
fi
write_network vsat 10
write_network lte 20
daemon_start
expect_gateways
"$variant"
