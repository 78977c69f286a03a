// Drives a Site in numeric time: disk and kernel answer at once, anchors and the tunnel's hub as a test says. The
// kernel keeps what it is told, also over a restart of the agent.
#pragma once

#include <gmock/gmock.h>

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/site/site.h"

namespace karkara {

inline constexpr WallTime kBuilt{std::chrono::seconds{1'790'000'000}};

class SiteBench : public testing::Test {
 protected:
  explicit SiteBench(SiteSettings settings = SiteBench::settings());

  [[nodiscard]] static SiteSettings settings();  // one uplink, vsat
  [[nodiscard]] static KernelSnapshot kernel(bool carrier = true);
  // One more interface with an address and a default route, 10.0.<index>.0/24.
  static void add_link(KernelSnapshot& kernel, std::uint32_t index, const std::string& name, bool carrier = true);
  [[nodiscard]] static SiteRequest request(RequestKind kind);

  void boot(WallTime wall, std::map<std::string, std::string> persisted = {});
  void reload(const SiteSettings& settings);
  void give(const Event& event);
  void know_anchors();
  void run_for(Duration time);
  [[nodiscard]] AnswerRequest ask(SiteRequest request);
  bool finish_next();     // one batch or one dump; false: nothing waits
  void finish_batches();  // unless they wait
  void set_carrier(const std::string& interface, bool carrier);
  virtual void answer_device(const Effect& effect) { (void)effect; }  // a modem or a terminal, where a test has one
  void look_at_hub(const std::string& interface);                     // beside the looks that the site asks for

  template <class T>
  [[nodiscard]] std::vector<T> all() const {
    std::vector<T> found;
    for (const Effect& effect : effects_) {
      if (const T* one = std::get_if<T>(&effect)) {
        found.push_back(*one);
      }
    }
    return found;
  }

  std::optional<Site> site_;
  Times at_;
  Effects effects_;
  KernelSnapshot kernel_;
  SiteSettings booted_with_;
  bool anchors_answer_ = true;
  std::set<UplinkId> black_holes_;              // nothing comes back over these
  std::map<UplinkId, ContentVerdict> content_;  // what a look at the truth sees; without: it never ends
  bool batches_wait_ = false;
  bool hub_answers_ = true;
  std::optional<WallTime> anchor_time_;

 private:
  void wait_until(Instant to);
  void take(const Effects& effects);
  void answer(const Effect& effect);
  void answer_tunnel(const Effect& effect);
  void dump(const RequestDump& request);

  std::deque<NetworkBatch> open_batches_;
  bool dump_asked_ = false;
  std::uint32_t last_index_ = 9;
  HubTraffic hub_;
};

}  // namespace karkara
