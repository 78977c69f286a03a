// A frame of a hostile site, through everything that is made of it: no crash, and the picture keeps its bounds.
#include <google/protobuf/stubs/logging.h>

#include <cstdint>
#include <cstdlib>

#include "controller/fleet/fleet.h"
#include "controller/service/site_frames.h"
#include "controller/store/memory_codec.h"

namespace {

using namespace karkara;

void take(const v1::Data& data, Fleet& fleet, const SiteId& site, Moment now) {
  if (!check_class(data)) {
    return;
  }
  if (data.has_state() && check_report(data.state())) {
    fleet.on(SiteReported{site, to_report(data.state())}, now);
  }
  if (data.has_reply()) {
    const v1::SiteReply bounded = within_bounds(data.reply());
    if (bounded.id() != data.reply().id() || bounded.error().size() > 1000 || bounded.usage().uplinks_size() > 64 ||
        bounded.check().items_size() > 256) {
      std::abort();
    }
  }
  if (data.has_alarm()) {
    if (const auto signal = to_signal(data.alarm())) {
      fleet.on(SiteSignalled{site, *signal}, now);
    }
  }
  if (data.has_block()) {
    const std::string& content = data.block().content();
    if (const auto block = decode_block(std::as_bytes(std::span{content}))) {
      fleet.on(SiteSampled{site, newest_samples(*block)}, now);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto quiet = google::protobuf::SetLogHandler(nullptr);
  static_cast<void>(quiet);
  v1::AgentFrame frame;
  if (!frame.ParseFromArray(data, static_cast<int>(size))) {
    return 0;
  }
  const SiteId site = SiteId::parse("sadore").value();
  const Moment now{Instant{std::chrono::seconds{1000}}, WallTime{std::chrono::seconds{1'790'000'000}}};
  SiteRecord record;
  record.id = site;
  Fleet fleet{FleetPolicy{}};
  fleet.on(SiteRegistered{record}, now);
  if (frame.has_hello()) {
    if (const auto greeting = to_greeting(site, frame.hello())) {
      fleet.on(*greeting, now);
    }
  }
  if (frame.has_data()) {
    take(frame.data(), fleet, site, now);
  }
  const auto again = decode_memory(encode_memory(memory_of(*fleet.find(site))), site);
  if (!again || fleet.find(site)->alarms.active().size() > AlarmBook::kMostActive) {
    std::abort();
  }
  return 0;
}
