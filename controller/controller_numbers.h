// The controller's own numbers for /metrics, gathered from the parts that know them. Called at each scrape.
#pragma once

#include <filesystem>

#include "common/time.h"
#include "controller/metrics/controller_metrics.h"
#include "controller/service/service_counters.h"
#include "controller/service/session_table.h"
#include "controller/store/store.h"

namespace karkara {

struct NumberSources {
  const Store& store;
  const ServiceCounters& counters;
  const SessionTable& sessions;
  const std::filesystem::path& state_dir;
  Instant started;
  const Clock& clock;
};

[[nodiscard]] ControllerNumbers gather_numbers(const NumberSources& from);

}  // namespace karkara
