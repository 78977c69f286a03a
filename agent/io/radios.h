// The router's radios as the mesh core asks for them: looks, transmit power, on and off. An access point of hostapd
// goes on and off by hostapd, which sets it up again whole; every other interface by its link. The kernel is asked on a
// thread of its own: some drivers boot their firmware meanwhile. Refuses to decide and to repeat. Made by
// agent/runtime, called by the effect runner, from the loop's thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/radio.h"
#include "agent/io/driver_thread.h"
#include "agent/io/event_sink.h"
#include "agent/io/hostapd.h"
#include "agent/io/nl80211_radios.h"
#include "common/time.h"

namespace karkara {

class Radios {
 public:
  static constexpr Duration kDriverPatience = std::chrono::seconds{30};  // then whoever asked counts on it no more

  Radios(boost::asio::io_context& io, EventSink events, std::string hostapd_folder = Hostapd::kFolder,
         Duration patience = kDriverPatience)
      : io_{io}, events_{std::move(events)}, hostapd_{io, std::move(hostapd_folder)}, patience_{patience} {}

  void run(const LookAtRadios& effect);   // -> RadiosSeen, once
  void run(const SetRadioPower& effect);  // -> RadioSet, once
  void run(const SwitchRadio& effect);    // -> RadioSet, once

 private:
  struct Look;
  struct Switching;
  using Seen = Result<std::vector<RadioSeen>>;
  struct Asked {
    std::uint64_t request;
    std::chrono::steady_clock::time_point at = std::chrono::steady_clock::now();
  };
  // On the driver's thread.
  [[nodiscard]] Result<Nl80211Radios*> kernel();
  [[nodiscard]] Seen look();
  [[nodiscard]] Status change(const Asked& asked, const std::function<Status(Nl80211Radios&)>& deed);
  void back(std::function<void()> task);  // to the loop's

  void take(Seen seen);
  void ask_hostapd(const std::shared_ptr<Look>& look, RadioInterface& interface);
  void switch_by_link(const std::shared_ptr<Switching>& switching, const RadioInterface& interface);
  void switch_by_hostapd(const std::shared_ptr<Switching>& switching, const std::string& interface);
  void settle_refusal(const std::shared_ptr<Switching>& switching, const std::string& interface);

  boost::asio::io_context& io_;
  EventSink events_;
  Hostapd hostapd_;
  const Duration patience_;
  bool looking_ = false;
  std::optional<Nl80211Radios> kernel_;                                     // of the driver's thread
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  // answers may come later
  DriverThread driver_;                                                     // last: it uses the others
};

}  // namespace karkara
