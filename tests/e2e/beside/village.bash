#!/usr/bin/env bash
# A village whose two operators give addresses by DHCP, a router that has a root of its own for the daemons beside the agent, and
# a record of every change of its routes, rules and addresses. Sourced by the parts of beside_network_daemons.sh.
#
#   needs PROGRAM...             ends the part with its reason when one is not there
#   beside_begin                 the village, the operators, the agent; no interface has an address yet
#   inside ...                   in the router's network and in the private root (own /etc, /run, /var/lib; /sys read-only)
#   names_by_lease=1             before beside_begin: the uplinks have no resolvers but those of their leases
#   daemon_start, daemon_stop    defined by the part; start_inside LOG COMMAND... sets daemon
# shellcheck disable=SC2034,SC2154  # variables are shared with the part and with whole-system

# shellcheck source=scripts/lab/whole-system
. "$here/../../scripts/lab/whole-system"
export KARKARA_VILLAGE_RTT_MS="vsat=60"
uplinks=(vsat lte)
declare -A net=([vsat]=1 [lte]=2)
declare -A resolver=([vsat]=203.0.113.31 [lte]=203.0.113.32) # behind the slow links
renew_after=8 # seconds; so that leases are renewed while one looks
declare -A leases=() # the operators' DHCP servers

passed() { printf '%3d s: %s\n' "$SECONDS" "$*"; }

needs() {
    local program
    for program; do
        command -v "$program" >/dev/null || { echo "left out: $program is not installed"; exit 77; }
    done
}

beside_begin() { # PREFIX
    needs dnsmasq
    system_begin "$1$$" "$bin"
    trap 'end_of_router || system_end; system_end' EXIT
    start_controller
    start_anchors
    start_service
    enrol_site >/dev/null 2>&1
    local uplink
    for uplink in "${uplinks[@]}"; do
        start_operator "$uplink"
    done
    make_private_root
    write_site_config
    for uplink in "${uplinks[@]}"; do
        if [[ ${names_by_lease:-} ]]; then
            sed -i "/^    interface: ${uplink}0\$/{n;d}" "$work/site.yaml"
            continue
        fi
        sed -i "/^    interface: ${uplink}0\$/{n;s/.*/    resolvers: [${resolver[$uplink]}]/}" "$work/site.yaml"
    done
    sed -i '/^truth:/,/^$/d' "$work/site.yaml" # these resolvers answer every name with an address of their own
    # Quick to forgive, and no budget: here uplinks fail more often than in a year.
    sed -i -e 's/metered: true/metered: false/' -e 's/hold_down: .*/hold_down: 0s/' -e 's/switch_back_after: .*/switch_back_after: 1s/' \
        -e 's/min_dwell: .*/min_dwell: 1s/' -e "s|resolver_file: .*|resolver_file: $work/names/resolv.conf|" "$work/site.yaml"
    chmod 711 "$work" # a dnsmasq that is not root reads below it
    start router monitor ip -ts monitor route rule address
    start_agent
}

end_of_router() { # DHCP clients that went into the background end too; keeps the exit status
    local status=$?
    ip netns pids "$name-router" 2>/dev/null | xargs -r kill 2>/dev/null || true
    return "$status"
}

# The router's interface becomes what a router boots with; the operator leases its one address. Its resolver is
# beyond the slow link and answers names with its own address.
start_operator() { # UPLINK
    ip -n "$name-router" link set "${1}0" down
    ip -n "$name-router" address flush dev "${1}0"
    lease_out "$1" 2
    ip -n "$name-world" address add "${resolver[$1]}/32" dev lo
    start world "resolver-$1" dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --pid-file= --no-resolv --no-hosts \
        --log-queries --log-facility=- --bind-interfaces --listen-address="${resolver[$1]}" \
        --address="/village.example/${resolver[$1]}"
}

# What the operator's DHCP server has for its subscriber from now on; only packets from there pass. Whoever wants to keep
# another address is told no. With 'none' nobody gets one.
lease_out() { # UPLINK HOST|none
    local network=100.64.${net[$1]}. range=$2
    if [[ $2 == none ]]; then
        range=${network}0,static
    else
        range=$network$2,$network$2,255.255.255.0,2m
        ip netns exec "$name-$1" nft "flush chain ip operator forward
            add rule ip operator forward iifname sub0 ip saddr != $network$2 counter drop"
    fi
    [[ ! ${leases[$1]:-} ]] || end_program "${leases[$1]}" TERM
    start "$1" "operator-$1" dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --pid-file= --leasefile-ro \
        --no-ping --dhcp-authoritative --log-facility=- \
        --bind-interfaces --interface=sub0 --port=0 \
        --dhcp-range="$range" --dhcp-option="option:router,${network}1" \
        --dhcp-option="option:dns-server,${resolver[$1]}" --dhcp-option="option:T1,$renew_after"
    leases[$1]=${started[-1]}
}

make_private_root() {
    mkdir "$work/etc"
    cp -a /etc/. "$work/etc/"
    rm -f "$work/etc/resolv.conf"
    # Read-only, /sys tells daemons that no udev runs here, as in a container.
    cat >"$work/private-root" <<SH
mount --bind $work/etc /etc
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/netif /run/dbus /run/network /run/udev
chown -R systemd-network: /run/systemd/netif || true
for folder in dhcp NetworkManager; do
    mkdir -p /var/lib/\$folder
    mount -t tmpfs tmpfs /var/lib/\$folder
done
mount -o remount,bind,ro /sys
touch $work/private-root.ready
exec sleep infinity
SH
    start router private-root unshare --uts sh -e "$work/private-root"
    root_holder=${started[-1]}
    wait_for 5 "the private root" test -e "$work/private-root.ready"
}

# With the daemons' /run and /var/lib before it, as on a router.
start_agent() {
    start_inside agent "$bin/karkara-agent" --config "$work/site.yaml"
    agent=${started[-1]}
}

inside() { nsenter --target "$root_holder" --mount --net --uts -- "$@"; }

start_inside() { # LOG COMMAND...
    local log=$work/$1.log
    shift
    nsenter --target "$root_holder" --mount --net --uts -- "$@" >>"$log" 2>&1 &
    started+=($!)
}

start_private_bus() {
    cat >"$work/etc/private-bus.conf" <<'XML'
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/> <allow own="*"/> <allow send_type="method_call"/> <allow send_type="signal"/>
    <allow send_type="method_return"/> <allow send_type="error"/> <allow receive_type="method_call"/>
    <allow receive_type="signal"/> <allow receive_type="method_return"/> <allow receive_type="error"/>
    <allow send_destination="*" eavesdrop="true"/>
  </policy>
</busconfig>
XML
    start_inside bus dbus-daemon --nofork --config-file=/etc/private-bus.conf
    wait_for 5 "the private bus" inside test -S /run/dbus/system_bus_socket
}

# --- what is seen ---------------------------------------------------------------------------------------------------

router_ip() { ip -n "$name-router" "$@"; }
our_state() { router_ip -4 route show table all proto 107 | sort; router_ip -4 rule | grep 'proto 107'; }
their_state() { router_ip -4 route show table main | sort; router_ip -4 -o address | sed 's/\\.*//'; }
is_active() { # UPLINK
    [[ $(router_ip route show table 10000 | sed -n 's/.* dev \([a-z]*\)0 .*metric \([0-9]*\).*/\2 \1/p' | sort -n |
        sed -n '1s/.* //p') == "$1" ]]
}
both_are_up() { uplink_is_up vsat && uplink_is_up lte; }
milliseconds() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

mark() { marked=$(wc -l <"$work/monitor.log"); }
# IPv4 only: the kernel gives and takes link-local addresses by itself. One line for each message.
changes() { tail -n "+$((marked + 1))" "$work/monitor.log" | grep '^\[' | grep -v 'inet6\|fe80:\|ff00:' || true; }
ours_removed() { changes | grep -c 'Deleted.*proto 107' || true; }
# What makes an uplink fail for a moment moves routes, but takes no rule and no dead end away.
expect_rules_kept() { # WHAT COMMAND...
    local what=$1
    shift
    mark
    "$@"
    sleep 1
    wait_for 30 "both uplinks up after $what" both_are_up
    ! changes | has 'Deleted.*proto 107.*lookup\|Deleted.*lookup.*proto 107\|Deleted unreachable' ||
        fail "$what removed rules or dead ends of ours: $(changes)"
    wait_for 20 "traffic on vsat" is_active vsat
    passed "$what: no rule and no dead end of ours removed"
}

# From the first rule or dead end of ours that went to the last that came.
repaired_after() {
    changes | awk '/proto 107/ && (/lookup/ || /unreachable/) {
        split(substr($1, 2), stamp, /[T:\]]/)
        time = (stamp[2] * 60 + stamp[3]) * 60 + stamp[4]
        if (/Deleted/) { first = first ? first : time } else { last = time }
    } END { printf "%d", first ? (last - first) * 1000 : 0 }'
}
theirs_removed() { changes | grep 'Deleted' | grep -vc 'proto 107' || true; }

start_stream() {
    ip netns exec "$name-client" "$bin/karkara-stream" --to 203.0.113.10:9000 --rate 100 --seconds "$1" --linger 1 \
        >"$work/stream.json" &
    stream=$!
}
end_stream() { # sets lost
    wait "$stream"
    lost=$(sed -n 's/.*"lost": *\([0-9]*\).*/\1/p' "$work/stream.json")
}

# --- what every daemon is put through ---------------------------------------------------------------------------

expect_gateways() {
    local uplink
    wait_for 40 "both uplinks up" both_are_up
    for uplink in "${uplinks[@]}"; do
        [[ $(our_state) == *"default via 100.64.${net[$uplink]}.1 dev ${uplink}0 table 10000 "* ]] ||
            fail "no way over $uplink: $(our_state)"
    done
    wait_for 20 "traffic on vsat" is_active vsat
    passed "both uplinks are up, their next hops learned from the main table"
}

# With names_by_lease: what the daemon's leases tell is what the router asks for names.
is_told_by() { local_karkara explain | tr -s ' \n' ' ' | has -F "resolvers $1 (from $2)"; } # RESOLVER CLIENT
expect_names_of_leases() { # CLIENT
    wait_for 20 "the resolver of vsat's lease" grep -q "nameserver ${resolver[vsat]}\$" "$work/names/resolv.conf"
    is_told_by "${resolver[vsat]}" "$1" || fail "not told from where: $(local_karkara explain)"
    passed "the resolver of vsat's lease is in use, told by $1"
}

expect_failover() {
    local begun dark
    mark
    start_stream 4
    sleep 0.5
    "$village" cut "$name" vsat blackhole
    begun=$(milliseconds)
    wait_for 10 "the move to lte" is_active lte
    dark=$(($(milliseconds) - begun))
    end_stream
    "$village" heal "$name" vsat
    wait_for 40 "the return to vsat" is_active vsat
    wait_for 20 "both uplinks up again" both_are_up
    (($(theirs_removed) == 0)) || fail "a switch took away what is not ours: $(changes | grep Deleted)"
    passed "left a dead uplink under traffic after $dark ms and came back; nothing of the daemon's was touched"
}

expect_peace() { # SECONDS
    local ours theirs count
    ours=$(our_state) theirs=$(their_state)
    mark
    sleep "$1"
    count=$(changes | wc -l)
    [[ $(our_state) == "$ours" && $(their_state) == "$theirs" ]] || fail "something changed in peace: $(changes)"
    (($(ours_removed) == 0 && $(theirs_removed) == 0)) || fail "somebody removed in peace: $(changes)"
    # Two leases, each renewed every few seconds; some clients say four messages for each.
    ((count <= 8 * ($1 / renew_after + 1))) || fail "$count messages in $1 s: $(changes)"
    passed "$count messages in $1 s with leases renewed every $renew_after s; nothing removed by anybody"
}

# What is done to the daemon leaves everything of ours where it is, and the client notices nothing.
expect_untouched() { # WHAT COMMAND...
    local ours what=$1 lost
    shift
    ours=$(our_state)
    mark
    start_stream 3
    sleep 0.5
    "$@"
    end_stream
    (($(ours_removed) == 0)) || fail "$what removed ours: $(changes)"
    [[ $(our_state) == "$ours" ]] || fail "$what changed ours: $(diff <(echo "$ours") <(our_state))"
    ((lost == 0)) || fail "$what lost $lost packets: $(changes)"
    passed "$what: nothing of ours touched, no packet lost"
}

# What is done to the daemon removes some of ours; rules and dead ends are back at once, the order of the ways when the
# uplink has proved itself again, and then there is peace.
expect_repair() { # WHAT COMMAND...
    local ours what=$1 took removed
    shift
    ours=$(our_state)
    is_repaired() { [[ $(our_state) == "$ours" ]]; }
    mark
    start_stream 4
    sleep 0.5
    "$@"
    # On a busy machine the daemon itself may take seconds to begin.
    end_stream
    wait_for 40 "the repair after $what" is_repaired
    sleep 2
    is_repaired || fail "$what: a fight: $(changes)"
    took=$(repaired_after)
    removed=$(ours_removed)
    ((took < 500)) || fail "$what: rules and dead ends were away for $took ms: $(changes)"
    passed "$what: $removed of ours removed, rules and dead ends back within $took ms; the client lost $lost of 400 packets"
}

expect_agent_restart() { # SIGNAL...
    local signal theirs
    for signal; do
        # A return to vsat that was due anyway moves routes of ours.
        wait_for 40 "traffic on vsat" is_active vsat
        theirs=$(their_state)
        mark
        kill_agent "$signal"
        sleep 0.5
        start_agent
        wait_for 20 "the agent's return" both_are_up
        (($(ours_removed) == 0 && $(theirs_removed) == 0)) || fail "an agent started again removed: $(changes)"
        [[ $(their_state) == "$theirs" ]] || fail "an agent started again changed the daemon's: $(changes)"
    done
    wait_for 20 "traffic on vsat" is_active vsat
    passed "the agent ended ($*) and started again: nothing removed by anybody"
}

expect_carrier() { # SECONDS: longer than the daemon waits before it takes the address away
    local begun
    "$village" cut "$name" vsat carrier
    wait_for 5 "the move to lte" is_active lte
    sleep "$1"
    begun=$(milliseconds)
    "$village" heal "$name" vsat
    wait_for 60 "the return of vsat" both_are_up
    wait_for 40 "traffic on vsat" is_active vsat
    passed "a cable out for $1 s and in again: up $(($(milliseconds) - begun)) ms later"
}
