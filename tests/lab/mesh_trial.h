// The steps of mesh_trial: a mesh of two radios and batman-adv above it, made with agent/codec alone, and what the
// kernel tells checked against what was done. Refuses to go on after a surprise. Called by mesh_trial's main() alone.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "agent/codec/batadv_uevent.h"
#include "agent/codec/nl80211_event.h"
#include "agent/codec/nl80211_interface.h"
#include "agent/codec/nl80211_station.h"
#include "tests/lab/generic_kernel.h"

namespace karkara::lab {

inline constexpr std::chrono::seconds kPatience{20};

inline void say(const std::string& what) {
  std::printf("ok: %s\n", what.c_str());
}
// Looks again and again.
template <class Done>
void until(const std::string& what, const Done& done) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!done()) {
    require(std::chrono::steady_clock::now() < end, what);
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
  }
  say(what);
}

struct Node {
  std::uint32_t mesh = 0;  // interface indexes
  std::uint32_t bat = 0;
  MacAddress address{};
};

class MeshTrial {
 public:
  explicit MeshTrial(Recorder recorder);
  void radios();
  void join(unsigned number);
  void peers();
  void power_and_settings();
  void scan();
  void batman(unsigned number);
  void tables();
  void gateway();
  void kick_and_leave();
  void reload();

 private:
  void await(nl80211::Event::Kind kind, std::uint32_t link, const std::string& what);
  void await(batadv::GatewayEvent::Kind kind, const std::string& what);
  std::vector<nl80211::Interface> interfaces();
  std::vector<nl80211::Station> stations(unsigned number);

  Recorder recorder_;
  GenericKernel generic_;
  GenericKernel routes_;
  genetlink::Family wifi_;
  std::uint16_t batadv_ = 0;
  Listener events_;
  Listener uevents_;
  Node nodes_[2];
};

}  // namespace karkara::lab
