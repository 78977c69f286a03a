// Looks for the resolvers that an interface's DHCP client got: in files first, then on the bus from NetworkManager.
// Only reads: none of the clients is asked to do anything. Made by main, called by the effect runner, from io's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "agent/facts/leases.h"
#include "agent/io/disk_worker.h"
#include "agent/io/event_sink.h"
#include "agent/io/network_manager_names.h"

namespace karkara {

struct LeasePlaces {
  std::string root;  // empty on a router
  std::string bus = "unix:path=/run/dbus/system_bus_socket";
};

class LeaseLook {
 public:
  LeaseLook(boost::asio::io_context& io, DiskWorker& worker, EventSink events, LeasePlaces places = {});

  void run(const ReadLease& asked);  // -> LeaseRead, once, unless the bus goes meanwhile

 private:
  void ask_bus(const ReadLease& asked);

  boost::asio::io_context& io_;
  DiskWorker& worker_;
  EventSink events_;
  std::string root_;
  NetworkManagerNames names_;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace karkara
