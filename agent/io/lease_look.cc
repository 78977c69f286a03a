#include "agent/io/lease_look.h"

#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

#include "agent/codec/lease_text.h"
#include "agent/io/lease_files.h"

namespace karkara {

LeaseLook::LeaseLook(boost::asio::io_context& io, DiskWorker& worker, EventSink events, LeasePlaces places)
    : io_{io},
      worker_{worker},
      events_{std::move(events)},
      root_{std::move(places.root)},
      names_{io, std::move(places.bus)} {}

void LeaseLook::run(const ReadLease& asked) {
  worker_.run([this, &io = io_, root = root_, asked, alive = std::weak_ptr<const bool>(alive_)] {
    LeaseRead lease = find_lease(root, asked);
    const bool on_bus = lease.resolvers.empty() && network_manager_was_here(root);
    boost::asio::post(io, [this, asked, lease = std::move(lease), on_bus, alive]() mutable {
      if (alive.lock() && on_bus) {
        ask_bus(asked);
      } else if (alive.lock()) {
        events_(std::move(lease));
      }
    });
  });
}

// Only where it runs: a router without it needs no D-Bus.
void LeaseLook::ask_bus(const ReadLease& asked) {
  names_.ask(asked.interface, [this, asked](const std::vector<IpAddress>& told) {
    const auto fit = fit_resolvers(told, asked.addresses);
    events_(LeaseRead{asked.uplink, asked.link, fit, fit.empty() ? "" : "NetworkManager"});
  });
}

}  // namespace karkara
