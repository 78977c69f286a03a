#!/usr/bin/env bash
# Debian's NetworkManager on a private bus, with one plain profile for each uplink.
# shellcheck disable=SC2154
needs NetworkManager nmcli dbus-daemon
daemon_start() {
    start_inside networkmanager NetworkManager --no-daemon --config=/etc/NetworkManager/NetworkManager.conf
    daemon=${started[-1]}
}
write_profile() { # UPLINK METRIC
    local file=$work/etc/NetworkManager/system-connections/$1.nmconnection
    cat >"$file" <<INI
[connection]
id=$1
type=ethernet
interface-name=${1}0
autoconnect-retries=0
[ipv4]
method=auto
route-metric=$2
[ipv6]
method=disabled
INI
    chmod 600 "$file"
}

beside_begin bsm
start_private_bus
rm -rf "$work"/etc/NetworkManager/{conf.d,dispatcher.d,system-connections}
mkdir "$work"/etc/NetworkManager/{conf.d,system-connections}
cat >"$work/etc/NetworkManager/NetworkManager.conf" <<INI
[main]
plugins=keyfile
dns=none
auth-polkit=false
[keyfile]
unmanaged-devices=interface-name:lan0
[connectivity]
enabled=false
[logging]
level=INFO
INI
write_profile vsat 10
write_profile lte 20
daemon_start
expect_gateways
connect_anew() { inside nmcli connection up vsat >/dev/null; }
restart() { end_program "$daemon" TERM && daemon_start; }
killed() { end_program "$daemon" KILL && daemon_start; }
expect_failover
expect_peace 30
expect_untouched "restart" restart
expect_untouched "kill -9 and start" killed
expect_rules_kept "connection up" connect_anew
expect_carrier 7
expect_agent_restart TERM
[[ ! -e $work/etc/resolv.conf ]] || fail "dns=none wrote a resolv.conf: $(cat "$work/etc/resolv.conf")"
