// The router's radios as the mesh core asks for them: looks, transmit power, on and off. An access point of hostapd
// goes on and off by hostapd, which sets it up again whole; every other interface by its link. Refuses to decide and to
// repeat. Made by agent/runtime, called by the effect runner, from the loop's thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>

#include "agent/facts/radio.h"
#include "agent/io/event_sink.h"
#include "agent/io/hostapd.h"
#include "agent/io/nl80211_radios.h"

namespace karkara {

class Radios {
 public:
  Radios(boost::asio::io_context& io, EventSink events, std::string hostapd_folder = Hostapd::kFolder)
      : events_{std::move(events)}, hostapd_{io, std::move(hostapd_folder)} {}

  void run(const LookAtRadios& effect);   // -> RadiosSeen, once
  void run(const SetRadioPower& effect);  // -> RadioSet, once
  void run(const SwitchRadio& effect);    // -> RadioSet, once

 private:
  struct Look;
  struct Switching;
  [[nodiscard]] Result<Nl80211Radios*> kernel();
  void ask_hostapd(const std::shared_ptr<Look>& look, RadioInterface& interface);
  [[nodiscard]] Status set_link(const RadioInterface& interface, bool on);
  void switch_by_hostapd(const std::shared_ptr<Switching>& switching, const std::string& interface);
  void settle_refusal(const std::shared_ptr<Switching>& switching, const std::string& interface);

  EventSink events_;
  Hostapd hostapd_;
  std::optional<Nl80211Radios> kernel_;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  // hostapd may answer later
};

}  // namespace karkara
