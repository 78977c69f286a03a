#include "agent/runtime/offline_commands.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>

#include "agent/config_bind/device_table.h"
#include "agent/config_bind/site_config.h"
#include "agent/io/tunnel_actions.h"
#include "agent/reconcile/reconciler.h"
#include "agent/runtime/kernel_look.h"
#include "agent/site/replay.h"
#include "agent/site/site.h"
#include "common/host/config_change.h"
#include "common/host/nearest_name.h"
#include "common/host/system_clock.h"
#include "common/version.h"

namespace karkara {
namespace {

// The tables that a configuration names, each with the key that names it.
struct NamedTable {
  std::string key;
  std::string table;
  bool modbus = false;
};
std::vector<NamedTable> named_tables(const SiteSettings& settings) {
  std::vector<NamedTable> named;
  for (const TerminalSettings& terminal : settings.vsat.terminals) {
    if (const auto* snmp = std::get_if<SnmpTerminal>(&terminal.by); snmp && !snmp->table.empty()) {
      named.push_back({"uplinks[" + terminal.uplink.text() + "].terminal.table", snmp->table});
    }
  }
  for (const PowerSourceSettings& source : settings.power.sources) {
    if (!source.table.empty()) {
      named.push_back(
          {"power[" + source.id.text() + "].device_table", source.table, source.kind == PowerSourceKind::Modbus});
    }
  }
  return named;
}

bool uses_tables(const SiteSettings& settings) {
  return std::ranges::any_of(
             settings.vsat.terminals,
             [](const TerminalSettings& terminal) { return std::holds_alternative<SnmpTerminal>(terminal.by); }) ||
         std::ranges::any_of(settings.power.sources, [](const PowerSourceSettings& source) {
           return source.kind == PowerSourceKind::Modbus || source.kind == PowerSourceKind::Snmp;
         });
}

// Only what the site's devices use: on another machine than the router the folder may not be there.
int check_device_tables(const SiteSettings& settings) {
  int exit_code = 0;
  if (!uses_tables(settings)) {
    return exit_code;
  }
  const DeviceTables found = read_device_tables(settings.device_tables);
  for (const UnreadTable& each : found.unread) {
    exit_code = fail({ErrorCode::InvalidArgument, each.why}, 2);
  }
  std::vector<std::string> known;
  std::ranges::transform(found.tables, std::back_inserter(known), &DeviceTable::id);
  for (const auto& [key, name, modbus] : named_tables(settings)) {
    const DeviceTable* table = find_table(found.tables, name);
    if (table == nullptr) {
      exit_code = fail({ErrorCode::NotFound, key + ": there is no '" + name + ".yaml' in " + settings.device_tables +
                                                 did_you_mean(name, known)},
                       2);
    } else if (table->modbus.has_value() != modbus) {
      exit_code = fail({ErrorCode::InvalidArgument,
                        key + ": '" + name + "' is a table for " + (modbus ? "SNMP" : "Modbus") + " devices"},
                       2);
    }
  }
  return exit_code;
}

}  // namespace

int run(const CheckConfig& command) {
  const auto configuration = read_site_config_file(command.file);
  if (!configuration) {
    return fail(configuration.error(), 2);
  }
  if (const int exit_code = check_device_tables(configuration->settings); exit_code != 0) {
    return exit_code;
  }
  std::fputs(to_text(configuration->warnings).c_str(), stderr);
  std::printf("%s: ok (%s)\n", command.file.c_str(), summary(configuration->settings).c_str());
  if (command.against.empty()) {
    return 0;
  }
  const auto active = read_site_config_file(command.against);
  if (!active) {
    return fail(active.error(), 2);
  }
  const auto changes = compare_configs(active->config, configuration->config);
  for (const FieldChange& change : changes) {
    std::printf("  %s\n", to_string(change).c_str());
  }
  const auto cost = highest_cost(changes);
  std::printf("%zu changes; cost: %s - %s\n", changes.size(), std::string{to_string(cost)}.c_str(),
              std::string{cost_sentence(cost)}.c_str());
  return 0;
}

// The tunnel's interface is the one that our table leads to, or has the usual name; one of another kind stays.
void withdraw_tunnel(const KernelSnapshot& kernel) {
  std::set<std::string> names{TunnelSettings{}.interface};
  for (const Route& route : kernel.routes) {
    for (const Link& link : kernel.links) {
      if (route.table == kTunnelTable && route.protocol == kOurProtocol && route.link == link.index) {
        names.insert(link.name);
      }
    }
  }
  const SystemClock clock;
  TunnelActions tunnel{clock, [](const TunnelSeen&) {}};
  for (const std::string& name : names) {
    if (kernel.link_named(name)) {
      tunnel.run(WithdrawTunnel{name});
    }
  }
}

int run(const Withdraw&) {
  auto look = KernelLook::open(true);
  if (!look) {
    return fail(look.error(), 1);
  }
  KernelLook& kernel = **look;
  Reconciler reconciler;
  kernel.perform(reconciler.want({}, kernel.times().now));
  kernel.perform({RequestDump{}});
  bool seen = false;
  const bool settled = kernel.wait([&] {
    while (const auto event = kernel.next()) {
      if (const auto* dump = std::get_if<KernelSeen>(&*event)) {
        if (!seen) {
          withdraw_tunnel(dump->snapshot);
        }
        kernel.perform(reconciler.on(*dump, kernel.times().now));
        seen = true;
      } else if (const auto* done = std::get_if<BatchDone>(&*event)) {
        kernel.perform(reconciler.on(*done, kernel.times().now));
      }
    }
    kernel.perform(reconciler.tick(kernel.times().now));
    return seen && reconciler.settled();
  });
  if (!settled) {
    return fail({ErrorCode::DeadlineExceeded, "karkara-agent: not everything could be removed"}, 1);
  }
  std::printf("# everything of Karkara is gone from the kernel's routes, rules and nft tables\n");
  return 0;
}

int run(const Replay& command) {
  std::ifstream file{command.file};
  if (!file) {
    return fail({ErrorCode::NotFound, command.file + ": cannot be opened"}, 2);
  }
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const ReplayOutcome outcome = replay_decisions(text);
  for (const std::string& problem : outcome.problems) {
    std::fprintf(stderr, "%s: %s\n", command.file.c_str(), problem.c_str());
  }
  for (const std::string& divergence : outcome.divergences) {
    std::printf("%s\n", divergence.c_str());
  }
  std::printf("%zu decisions, %zu differ\n", outcome.decisions, outcome.divergences.size());
  return !outcome.problems.empty() ? 2 : outcome.divergences.empty() ? 0 : 1;
}

}  // namespace karkara
