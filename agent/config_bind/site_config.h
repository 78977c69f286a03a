// Where the site's configuration becomes the agent's own settings: the only place that knows both the proto and
// agent/site/settings.h. It finds what one field alone cannot tell (two uplinks on one interface) and refuses to look
// at the machine: an interface that is missing today may appear tomorrow. Called at start, at reload and by
// --check-config.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "agent/config_bind/device_table.h"
#include "agent/site/settings.h"
#include "common/host/config_problem.h"
#include "common/result.h"
#include "karkara/v1/site_config.pb.h"

namespace karkara {

// What contradicts itself in a configuration, `paths` being the fields in question, the one to blame first.
struct Contradiction {
  std::vector<std::string> paths;
  std::string what;
};
[[nodiscard]] std::vector<Contradiction> find_contradictions(const v1::SiteConfig& config);

// What can be meant but mostly is not: accepted, and told by name.
struct Doubt {
  std::string name;  // "guarantee-over-floor"
  std::vector<std::string> paths;
  std::string what;
};
[[nodiscard]] std::vector<Doubt> find_doubts(const v1::SiteConfig& config);

// The configuration must have passed the reader, or be as good: with defaults filled in. InvalidArgument: one problem a
// line, as the reader prints its own; `file` and `places` (of the ConfigReading) give them their places. `tables`: as
// the site's devices need them.
[[nodiscard]] Result<SiteSettings> bind_site(const v1::SiteConfig& config, std::string_view file = "site configuration",
                                             const ConfigPlaces& places = {}, const DeviceTables& tables = {});

// 64-bit FNV-1a over the deterministic serialization: equal for equal configurations, whatever the file looked like.
[[nodiscard]] std::uint64_t config_hash(const v1::SiteConfig& config);

// A site's configuration as read and as bound.
struct SiteConfiguration {
  v1::SiteConfig config;
  SiteSettings settings;
  std::vector<ConfigProblem> warnings{};  // doubts with their places: "warning (guarantee-over-floor): ..."
  DeviceTables tables{};                  // empty where no device needs one
};
// Reads and binds; the error holds all problems of the file, of both kinds, ordered by line. Device tables that cannot
// be read are no error: the last good ones of `before` stay, and settings.unread_tables tells.
[[nodiscard]] Result<SiteConfiguration> read_site_config(std::string_view file, std::string_view text,
                                                         const DeviceTables& before = {});
[[nodiscard]] Result<SiteConfiguration> read_site_config_file(const std::filesystem::path& path,
                                                              const DeviceTables& before = {});

}  // namespace karkara
