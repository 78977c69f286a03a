#!/usr/bin/env bash
# What DHCP clients do when an operator changes its mind: ISC's dhclient for the satellite, busybox's udhcpc for the SIM, without
# ifupdown, each with the lines of docs/uplinks.md. A lease is refused and nothing offered; later both get another address.
# shellcheck disable=SC2034,SC2154
needs dhclient udhcpc logger
names_by_lease=1
renew_after=4
start_clients() {
    # A client in the field backs off to minutes; its script and what it leaves behind are what is tried here.
    printf 'initial-interval 1;\nbackoff-cutoff 2;\nretry 2;\n' >>"$work/etc/dhcp/dhclient.conf"
    echo 'make_resolv_conf() { :; }' >"$work/etc/dhcp/dhclient-enter-hooks.d/karkara"
    # shellcheck disable=SC2016  # the script's variables
    sed -i -e 's/route add default via $router dev $interface/& metric ${IF_METRIC:-0}/' \
        -e '/-x \/sbin\/resolvconf ]; then/i mkdir -p /run/karkara/dns; echo "$R" >"/run/karkara/dns/$interface"' \
        "$work/etc/udhcpc/default.script"
    start_inside dhclient dhclient -4 -d -e IF_METRIC=10 -pf /run/dhclient.vsat0.pid -lf /var/lib/dhcp/dhclient.vsat0.leases vsat0
    start_inside udhcpc env IF_METRIC=20 udhcpc --foreground --interface lte0 --retries 3 --timeout 1 --tryagain 2
    udhcpc=${started[-1]}
}
asks_for_names() { grep -q "^nameserver ${resolver[$1]}\$" "$work/names/resolv.conf"; } # UPLINK
is_linked() { local_karkara status -o json | tr -d ' \n' | has "\"id\":\"$1\"[^}]*\"state\":\"linked\""; } # UPLINK
# Every route of ours over the uplink has this source, and there are some.
goes_out_as() { # UPLINK ADDRESS
    our_state | has "dev ${1}0 .*src $2 " && ! our_state | grep "dev ${1}0 " | has -v "src $2 "
}

beside_begin bsl
start_clients
expect_gateways
expect_names_of_leases dhclient
is_told_by "${resolver[lte]}" "the DHCP client's script" || fail "lte's resolver is not told: $(local_karkara explain)"
passed "the resolver of lte's lease is known, told by its script"

lease_out vsat none
wait_for 20 "the loss of vsat's address" is_linked vsat
wait_for 5 "the move to lte" is_active lte
wait_for 5 "names over lte" asks_for_names lte
! our_state | has "dev vsat0 " || fail "routes over what has no address: $(our_state)"
passed "a lease that was refused: its uplink says so, traffic and names went to the other"

lease_out vsat 3
lease_out lte 3
kill -USR1 "$udhcpc" # renew: by itself it does so after half of the lease, whatever it was told
for uplink in "${uplinks[@]}"; do
    wait_for 30 "$uplink's other address" goes_out_as "$uplink" "100.64.${net[$uplink]}.3"
done
wait_for 30 "both uplinks up with other addresses" both_are_up
wait_for 20 "traffic on vsat" is_active vsat
! our_state | has "src 100\.64\.[12]\.2 " || fail "routes with an address that was taken back: $(our_state)"
start_stream 2
end_stream
((lost == 0)) || fail "$lost packets lost over the new addresses"
wait_for 20 "names over vsat" asks_for_names vsat # dhclient writes a lease at most each 15 s
passed "both leases came back with another address: proven anew, nothing of the old ones is left"
