// Asks Starlink dishes over plaintext gRPC on their own Ethernet and answers every ReadDish once, within its deadline.
// The connection is made here, not by gRPC, so that it is bound to the uplink's interface and mark; gRPC's threads only
// post to the loop. Refuses to retry and to know what the answers mean. Made in main.cc; called by the effect runner.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>

#include "agent/facts/terminal.h"
#include "common/ids.h"

namespace karkara {

class StarlinkDishes {
 public:
  using Seen = std::function<void(DishSeen)>;

  // `seen` is called from the loop, never from within read(). io must outlive the dishes.
  StarlinkDishes(boost::asio::io_context& io, Seen seen);
  // On the loop's thread or after the loop ended: gives up what is under way and waits until gRPC let go of it. No
  // answer comes after it.
  ~StarlinkDishes();
  StarlinkDishes(const StarlinkDishes&) = delete;
  StarlinkDishes& operator=(const StarlinkDishes&) = delete;

  void read(const ReadDish& ask);

 private:
  class Dish;
  class Call;
  class InFlight;
  boost::asio::io_context& io_;
  Seen seen_;
  std::shared_ptr<InFlight> in_flight_;
  std::map<UplinkId, std::shared_ptr<Dish>> dishes_;
};

}  // namespace karkara
