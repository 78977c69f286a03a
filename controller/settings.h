// The controller's configuration as it works with it. Refuses what one field alone cannot tell the reader: a trust
// domain that no certificate could hold. Bound from the file by main.cc and made directly by tests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/result.h"
#include "common/time.h"
#include "karkara/v1/controller_config.pb.h"

namespace karkara {

struct Endpoint {
  std::string host;  // without brackets
  std::string port;
  [[nodiscard]] std::string text() const;
};

struct ControllerSettings {
  std::filesystem::path state_dir;
  Endpoint listen;
  Endpoint enrolment_listen;
  Endpoint http_listen;
  Endpoint public_endpoint;  // port 0: the one that was bound, for tests
  Endpoint public_enrolment_endpoint;
  std::string trust_domain;
  std::vector<v1::AnchorAddress> anchors;
  Duration heartbeat_interval{};
  Duration flush_interval{};
  Duration token_validity{};
  std::filesystem::path planner_folder;   // empty: nothing is planned
  std::filesystem::path planner_program;  // empty: karkara-plan beside this program
  std::uint64_t planner_memory = 0;       // bytes

  // Of the server's certificate.
  [[nodiscard]] std::vector<std::string> public_hosts() const;
};

[[nodiscard]] Result<Endpoint> parse_endpoint(const std::string& text);
// InvalidArgument: "path: what is wrong". All defaults must be filled in.
[[nodiscard]] Result<ControllerSettings> bind_settings(const v1::ControllerConfig& config);

}  // namespace karkara
