#include "controller/settings.h"

#include <algorithm>

#include "controller/identity/spiffe_id.h"

namespace karkara {

std::string Endpoint::text() const {
  return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + port;
}

std::vector<std::string> ControllerSettings::public_hosts() const {
  std::vector<std::string> hosts{public_endpoint.host};
  if (public_enrolment_endpoint.host != public_endpoint.host) {
    hosts.push_back(public_enrolment_endpoint.host);
  }
  return hosts;
}

Result<Endpoint> parse_endpoint(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) {
    return Error{ErrorCode::InvalidArgument, "'" + text + "' is not HOST:PORT"};
  }
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  return Endpoint{host, text.substr(colon + 1)};
}

Result<ControllerSettings> bind_settings(const v1::ControllerConfig& config) {
  ControllerSettings settings;
  const std::pair<Endpoint*, std::pair<const char*, std::string>> endpoints[] = {
      {&settings.listen, {"listen", config.listen()}},
      {&settings.enrolment_listen, {"enrolment_listen", config.enrolment_listen()}},
      {&settings.http_listen, {"http_listen", config.http_listen()}},
      {&settings.public_endpoint, {"public_endpoint", config.public_endpoint()}},
      {&settings.public_enrolment_endpoint, {"public_enrolment_endpoint", config.public_enrolment_endpoint()}},
  };
  for (const auto& [endpoint, named] : endpoints) {
    auto parsed = parse_endpoint(named.second);
    if (!parsed) {
      return parsed.error().in(named.first);
    }
    *endpoint = *std::move(parsed);
  }
  if (!is_trust_domain(config.trust_domain())) {
    return Error{ErrorCode::InvalidArgument,
                 "trust_domain: '" + config.trust_domain() + "' is not a domain in lower case, such as karkara.ne"};
  }
  settings.state_dir = config.state_dir();
  settings.trust_domain = config.trust_domain();
  settings.anchors.assign(config.anchors().begin(), config.anchors().end());
  settings.heartbeat_interval = std::chrono::milliseconds{config.heartbeat_interval()};
  settings.flush_interval = std::chrono::milliseconds{config.flush_interval()};
  settings.token_validity = std::chrono::milliseconds{config.token_validity()};
  settings.planner_folder = config.planner_folder();
  settings.planner_memory = config.planner_memory();
  return settings;
}

}  // namespace karkara
