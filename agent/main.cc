// karkara-agent: keeps one village online. Reading this file is reading how the agent is wired: every part is made
// here, gives what happens to the loop's sink, and is reached by the effect runner.
#include <malloc.h>

#include <cstdio>
#include <cstdlib>

#include "agent/config_bind/site_config.h"
#include "agent/io/controller_link.h"
#include "agent/io/disk_worker.h"
#include "agent/io/echo_prober.h"
#include "agent/io/hello_link.h"
#include "agent/io/local_api.h"
#include "agent/io/netlink.h"
#include "agent/io/router_facts.h"
#include "agent/io/spool.h"
#include "agent/io/state_file.h"
#include "agent/io/system_clock_setter.h"
#include "agent/options.h"
#include "agent/runtime/agent_loop.h"
#include "agent/runtime/configuration_file.h"
#include "agent/runtime/effect_runner.h"
#include "agent/runtime/link_settings.h"
#include "agent/runtime/offline_commands.h"
#include "agent/runtime/signals.h"
#include "agent/runtime/site_start.h"
#include "agent/runtime/uplink_adapters.h"
#include "common/host/file_system.h"
#include "common/host/log.h"
#include "common/host/system_clock.h"
#include "common/overloaded.h"
#include "common/version.h"

namespace karkara {
namespace {

int fail(const std::string& text, int exit_code) {
  std::fprintf(stderr, "karkara-agent: %s\n", text.c_str());
  return exit_code;
}

int run(const RunAgent& command) {
  // The network comes first and the disk last: each of these lines can fail with one clear sentence.
  auto first = read_site_config_file(command.config);
  if (!first) {
    std::fprintf(stderr, "%s\n", first.error().text.c_str());
    return 2;
  }
  const SiteSettings& settings = first->settings;
  SystemClock clock;
  Log log{stderr, clock, std::getenv("JOURNAL_STREAM") != nullptr};
  boost::asio::io_context io{1};
  AgentLoop loop{io, clock, log};
  const EventSink events = loop.sink();

  auto netlink = NetlinkAdapter::open(io, events);
  if (!netlink) {
    return fail(netlink.error().text, 1);
  }
  HostFileSystem files;
  DiskWorker disk;
  StateFile state{disk, files, settings.state_dir + "/state", log};
  // A flash that is away or broken must not take the village off the net.
  auto persisted = state.load();
  if (!persisted) log.write({MessageId::StateTrouble, {{"why", persisted.error().text}}});
  Spool spool{disk, files, settings.state_dir + "/spool", events};
  LocalApi local_api{io, events, clock, settings.local_socket};
  if (const Status opened = local_api.open(); !opened) return fail(opened.error().text, 1);
  EchoProber prober{io, events, clock};
  UplinkAdapters uplinks{io, disk, events, clock, settings};
  HelloLink hellos{io, events, clock, files, settings.state_dir};
  SystemClockSetter clock_setter{events, clock, ClockCalls::of_kernel()};
  const LinkSettings link = link_settings(settings, read_boot_id());
  ControllerLink controller{io, files, events, clock, log, link, [&](const AnchorKey& key) {
                              prober.set_key(key.generation, key.key_id, key.key);
                              uplinks.set_key(key.generation, key.key_id, key.key);
                            }};

  ConfigurationFile configuration{command.config, std::move(*first), log};
  Adapters adapters{**netlink, prober, uplinks, hellos, controller, local_api, spool, state, clock_setter, log};
  EffectRunner runner{io, events, adapters,
                      [&](const std::string& by) {
                        if (const auto change = configuration.reload(by)) {
                          loop.activate(*change);
                          uplinks.want_modems(!change->settings.cellular.uplinks.empty());
                        }
                      },
                      [&] { loop.stop(); }};

  Site site{configuration.settings(),
            site_start(link.session.boot_id, std::move(persisted), read_memory()),
            {clock.now(), clock.wall()}};

  const Signals signals{io, events};
  controller.start();
  spool.open();
  loop.run(site, runner);

  // The kernel keeps forwarding as it is: nothing here takes routes, rules or translations away.
  controller.stop();
  local_api.close();
  state.flush();
  disk.stop();
  return 0;
}

}  // namespace
}  // namespace karkara

int main(int argc, char** argv) {
  using namespace karkara;
  // One arena: gRPC's threads would otherwise each keep memory of their own on a router that has 128 MB.
  mallopt(M_ARENA_MAX, 1);
  return std::visit(Overloaded{[](const PrintText& text) {
                                 std::fputs(text.text.c_str(), text.exit_code == 0 ? stdout : stderr);
                                 return text.exit_code;
                               },
                               [](const auto& command) { return run(command); }},
                    parse_agent_options(argc, argv));
}
