// The resolvers in what DHCP clients leave behind: systemd-networkd's state files, files in the form of resolv.conf,
// netifd's common one, dhclient's leases, NetworkManager's addresses on the bus. Refuses whom nobody should ask: the
// router itself, and what an address alone does not reach. Called by agent/io/lease_look.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/codec/bus_value.h"
#include "agent/facts/ip.h"

namespace karkara {

// Of /run/systemd/netif/links/N or leases/N: the words of DNS=.
[[nodiscard]] std::vector<IpAddress> networkd_resolvers(std::string_view state);

// Every nameserver of a file that is one interface's own.
[[nodiscard]] std::vector<IpAddress> listed_resolvers(std::string_view text);
// Those marked as the interface's, as BusyBox does: "nameserver 192.0.2.1 # eth1".
[[nodiscard]] std::vector<IpAddress> marked_resolvers(std::string_view text, std::string_view interface);

// OpenWrt's netifd has names of its own: those of the kernel's interface by /etc/config/network, "wan" and "wan6" of
// eth1, "wan" of pppoe-wan.
[[nodiscard]] std::vector<std::string> netifd_interfaces(std::string_view config, std::string_view interface);
// Of its resolv.conf.auto: what stands behind "# Interface NAME", for each of these names and for what netifd makes of
// them by itself, "wwan_4".
[[nodiscard]] std::vector<IpAddress> netifd_resolvers(std::string_view text, std::span<const std::string> names);

// Of the last lease of this interface for an address that it holds: a clock that is wrong cannot make an old one new.
[[nodiscard]] std::vector<IpAddress> dhclient_resolvers(std::string_view leases, std::string_view interface,
                                                        std::span<const IpAddress> held);

// Of the properties of an org.freedesktop.NetworkManager.IP4Config or IP6Config.
[[nodiscard]] std::vector<IpAddress> network_manager_resolvers(const BusDict& config);

// At most three, each once, in their order; none that is the router's own (held), loopback, link-local or no host's.
[[nodiscard]] std::vector<IpAddress> fit_resolvers(const std::vector<IpAddress>& told, std::span<const IpAddress> held);

}  // namespace karkara
