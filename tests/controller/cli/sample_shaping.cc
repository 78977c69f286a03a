// What a village tells of its shaping: a satellite that is filled to less than it carried before, a SIM as it is.
#include <optional>

#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {
namespace {

struct Flow {
  std::uint64_t carried;
  double delay_seconds;
  double drops;
  std::uint64_t backlog;
};

void add_class(v1::ShapedDirection& direction, const char* id, std::uint64_t guarantee, std::uint64_t ceiling,
               const char* terms, std::optional<Flow> flow) {
  v1::ShapedClass& one = *direction.add_classes();
  one.set_id(id);
  one.set_guarantee(guarantee);
  one.set_ceiling(ceiling);
  one.set_priority(std::string_view{id} == "control" ? 0 : 4);
  one.set_terms(terms);
  if (flow) {
    one.set_carried(flow->carried);
    one.set_delay_seconds(flow->delay_seconds);
    one.set_drops(flow->drops);
    one.set_backlog(flow->backlog);
    one.set_bytes(flow->carried * 450);
  }
}

void add_download(v1::Shaping& shaping) {
  v1::ShapedDirection& down = *shaping.add_directions();
  down.set_uplink("vsat");
  down.set_download(true);
  down.set_device("ifb-karkara");
  down.set_shaped(true);
  down.set_rate(1'850'000);
  down.set_floor(100'000);
  down.set_base(2'000'000);
  down.set_most(10'000'000);
  down.set_adaptive(true);
  down.set_reason("link-queue");
  down.set_since_seconds(14);
  down.set_carried(1'790'000);
  down.set_added_delay_seconds(0.212);
  down.add_evidence("from 2100 to 1850 kbit/s at 2040 kbit/s carried, load 97 %");
  down.add_evidence("answers 212 ms above the path's own 622 ms; late from 85 ms on");
  add_class(down, "control", 92'500, 1'850'000, "", Flow{4'200, 0.001, 0, 0});
  add_class(down, "health", 370'000, 1'850'000, "", Flow{120'000, 0.004, 0, 0});
  add_class(down, "school", 740'000, 1'850'000, "", Flow{1'240'000, 0.031, 3.24, 6'056});
  add_class(down, "public", 277'500, 555'000, "82 % of its quota used", Flow{425'800, 0.512, 12, 34'000});
  add_class(down, "other", 370'000, 1'850'000, "", Flow{0, 0, 0, 0});
}

void add_upload(v1::Shaping& shaping) {
  v1::ShapedDirection& up = *shaping.add_directions();
  up.set_uplink("vsat");
  up.set_device("eth1");
  up.set_shaped(true);
  up.set_rate(512'000);
  up.set_floor(512'000);
  up.set_base(512'000);
  up.set_most(512'000);
  up.set_reason("start");
  up.set_since_seconds(7'300);
  add_class(up, "control", 25'600, 512'000, "", std::nullopt);
  add_class(up, "health", 102'400, 512'000, "", std::nullopt);
  add_class(up, "school", 8'000, 8'000, "closed by its hours", std::nullopt);
  add_class(up, "public", 76'800, 153'600, "82 % of its quota used", std::nullopt);
  add_class(up, "other", 102'400, 512'000, "", std::nullopt);
}

void add_quota(v1::Shaping& shaping, const char* id, const char* kind, const char* period, std::uint64_t used,
               std::uint64_t limit, std::optional<double> ceiling) {
  v1::ClassQuota& quota = *shaping.add_quotas();
  quota.set_id(id);
  quota.set_kind(kind);
  quota.set_period(period);
  quota.set_used(used);
  quota.set_limit(limit);
  if (ceiling) {
    quota.set_ceiling_percent(*ceiling);
  }
}

void add_host(v1::Shaping& shaping, const char* address, const char* of_class, std::uint64_t down, std::uint64_t up) {
  v1::ShapedHost& host = *shaping.add_hosts();
  host.set_address(address);
  host.set_of_class(of_class);
  host.set_down(down);
  host.set_up(up);
  host.set_bytes(9'400'000);
}

}  // namespace

v1::Shaping sample_shaping() {
  v1::Shaping shaping;
  shaping.set_enabled(true);
  shaping.set_leaf("cake");
  shaping.add_obstacles("wwan0 has a queueing discipline of another program (mq)");
  add_download(shaping);
  add_upload(shaping);
  v1::ShapedDirection& lte = *shaping.add_directions();
  lte.set_uplink("lte");
  lte.set_device("wwan0");
  lte.set_why_not("another program's queueing discipline is on wwan0");
  add_quota(shaping, "public", "", "day", 1'640'000'000, 2'000'000'000, 30);
  add_quota(shaping, "school", "cellular", "month", 512'000'000, 3'000'000'000, std::nullopt);
  add_host(shaping, "192.168.77.31", "school", 1'180'000, 52'000);
  add_host(shaping, "192.168.77.112", "public", 410'000, 9'000);
  add_host(shaping, "fd42::17", "health", 0, 0);
  return shaping;
}

}  // namespace karkara::cli
