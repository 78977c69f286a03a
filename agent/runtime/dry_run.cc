// What the agent would decide and do, without doing it: `karkara-agent --dry-run`.
#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "agent/config_bind/site_config.h"
#include "agent/io/disk_worker.h"
#include "agent/io/state_file.h"
#include "agent/reconcile/plan.h"
#include "agent/reconcile/reconciler.h"
#include "agent/runtime/kernel_look.h"
#include "agent/runtime/offline_commands.h"
#include "agent/site/site.h"
#include "common/version.h"

namespace karkara {
namespace {

// Finding out makes and removes a device, which a look must not do.
void assume_abilities(SeenTraffic& traffic) {
  if (!traffic.abilities) {
    traffic.abilities = TrafficAbilities{true, true, true, true, true};
  }
}

// What an earlier run kept of ledgers, orders and damping decides as well; nothing is made where nothing was kept.
std::map<std::string, std::string> kept_state(const SiteSettings& settings) {
  const std::string folder = settings.state_dir + "/state";
  std::error_code unreadable;
  if (!std::filesystem::is_directory(folder, unreadable)) {
    return {};
  }
  DiskWorker worker;
  HostFileSystem files;
  const SystemClock clock;
  Log log{stderr, clock, false};
  StateFile state{worker, files, folder, log};
  auto kept = state.load();
  return kept ? std::move(kept).value() : std::map<std::string, std::string>{};
}

// The choice of each class, as `karkara local explain` would tell it.
void print_decisions(Site& site, Times at) {
  SiteRequest question;
  question.channel = 1;
  question.kind = RequestKind::ExplainUplink;
  for (const Effect& effect : site.on(question, at)) {
    const auto* answer = std::get_if<AnswerRequest>(&effect);
    const auto* report = answer != nullptr ? std::get_if<StateReport>(&answer->answer) : nullptr;
    if (report == nullptr) {
      continue;
    }
    const auto told = [](const std::string& uplink) { return uplink.empty() ? "no uplink" : uplink.c_str(); };
    std::printf("# decisions, by what the kernel shows and what was kept; no anchor was asked\n");
    std::printf("# class control: %s (%s)\n", told(report->active_uplink), report->reason.c_str());
    for (const ClassReport& each : report->classes) {
      std::printf("# class %s: %s (%s)\n", each.id.c_str(), told(each.uplink), each.reason.c_str());
    }
    for (const UplinkReport& uplink : report->uplinks) {
      std::printf("# uplink %s: %s, %s; %s\n", uplink.id.c_str(), uplink.state.c_str(), uplink.evidence.c_str(),
                  uplink.verdict.c_str());
    }
  }
}

}  // namespace

int run(const DryRun& command) {
  const auto configuration = read_site_config_file(command.config);
  if (!configuration) {
    return fail(configuration.error(), 2);
  }
  auto look = KernelLook::open(false);
  if (!look) {
    return fail(look.error(), 1);
  }
  KernelLook& kernel = **look;
  Site site{configuration->settings,
            SiteStart{std::string{version_text()}, 0, 0, source_time(), kept_state(configuration->settings)},
            kernel.times()};
  std::optional<KernelSnapshot> seen;
  std::vector<std::string> paths;
  bool assumed = false;
  const bool answered = kernel.wait([&] {
    while (auto event = kernel.next()) {
      if (auto* dump = std::get_if<KernelSeen>(&*event)) {
        assumed = assumed || !dump->snapshot.traffic.abilities;
        assume_abilities(dump->snapshot.traffic);
        (void)site.on(*event, kernel.times());
        // Once more with the settings that are wanted, so that those that hold already are not listed.
        if (!paths.empty()) {
          seen = dump->snapshot;
        }
        paths = {""};
        for (const Sysctl& sysctl : site.wanted_network().sysctls) {
          paths.push_back(sysctl.path);
        }
        paths.erase(paths.begin());
        kernel.perform({RequestDump{paths, configuration->settings.shaping.shapes()}});
      }
    }
    return seen.has_value();
  });
  if (!answered) {
    return fail({ErrorCode::DeadlineExceeded, "karkara-agent: the kernel did not answer"}, 1);
  }
  std::printf("# %s\n", summary(configuration->settings).c_str());
  for (const std::string& what : site.status(kernel.times()).waiting) {
    std::printf("# would wait for %s\n", what.c_str());
  }
  if (assumed && configuration->settings.shaping.shapes()) {
    std::printf("# the kernel was not asked what its queues can do: HTB, CAKE and ifb are assumed\n");
  }
  print_decisions(site, kernel.times());
  const auto batches = plan(site.wanted_network(), *seen);
  for (const NetworkBatch& batch : batches) {
    std::printf("# step %llu\n", static_cast<unsigned long long>(batch.id));
    for (const NetworkOp& op : batch.ops) {
      std::printf("%s\n", describe(op).c_str());
    }
  }
  if (batches.empty()) {
    std::printf("# nothing to do: the kernel is as wanted\n");
  }
  return 0;
}

}  // namespace karkara
