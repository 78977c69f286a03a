#!/usr/bin/env bash
# dnsmasq as the village's resolver, fed by the agent's resolver file; addresses are static, as a person would set them.
# shellcheck disable=SC2154
needs python3
# The client asks the router again and again: a line for each answer, with the time in milliseconds and the address in it.
# Another name each time: dnsmasq forwards no question that it waits for an answer to already, and the last one before a cut
# waits for a resolver that is gone.
ask='import itertools, socket, time
for number in itertools.count():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(0.3)
    try:
        s.sendto(bytes.fromhex("123401000001000000000000") + b"\6%06d\7village\7example\0\0\1\0\1" % number, ("192.168.77.1", 53))
        print(int(time.time() * 1000), socket.inet_ntoa(s.recv(512)[-4:]), flush=True)
    except OSError:
        pass
    s.close()
    time.sleep(0.05)'
first_answer() { # UPLINK SINCE: of its resolver, since that time
    awk -v address="${resolver[$1]}" -v since="$2" '$1 >= since && $2 == address { print $1; exit }' "$work/answers.log"
}
is_answered() { [[ $(first_answer "$@") ]]; }
is_written() { grep -q "nameserver ${resolver[$1]}\$" "$work/names/resolv.conf"; } # UPLINK
expect_names() { # UPLINK
    local written took
    wait_for 20 "traffic on $1" is_active "$1"
    wait_for 5 "the file of $1's resolver" is_written "$1"
    written=$(stat --format=%.3Y "$work/names/resolv.conf")
    wait_for 10 "an answer of $1's resolver" is_answered "$1" "${written/./}"
    took=$(($(first_answer "$1" "${written/./}") - ${written/./}))
    ((took < 2000)) || fail "names followed to $1 only after $took ms: $(tail "$work/dnsmasq.log")"
    passed "the first answer of $1's resolver came $took ms after the file was written"
}

beside_begin bsn
mkdir -m 755 "$work/names" # dnsmasq does not start when the folder is missing
# Before there is a file; as the user that Debian's dnsmasq runs as.
start router dnsmasq dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --no-hosts --interface=lan0 --bind-interfaces \
    --log-queries --log-facility=- --resolv-file="$work/names/resolv.conf"
metric=10
for uplink in "${uplinks[@]}"; do
    router_ip link set "${uplink}0" up
    router_ip address add "100.64.${net[$uplink]}.2/24" dev "${uplink}0"
    router_ip route add default via "100.64.${net[$uplink]}.1" dev "${uplink}0" metric $metric
    metric=$((metric + 10))
done
start client answers python3 -c "$ask"
expect_gateways
expect_names vsat
"$village" cut "$name" vsat blackhole
expect_names lte
"$village" heal "$name" vsat
expect_names vsat
