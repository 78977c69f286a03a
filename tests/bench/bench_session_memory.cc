// How much memory the link to the controller costs: enrols with a controller in another process, opens the session,
// sends some telemetry, and prints what the kernel says of this process: one JSON line. A release build is what counts.
//   karkara-bench-session-memory [SECONDS]     how long to stay after the session opened (1)
#include <malloc.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "agent/io/controller_link.h"
#include "common/host/file_system.h"
#include "common/host/system_clock.h"
#include "tests/agent/io/fake_controller.h"
#include "tests/agent/io/test_bundle.h"

extern char** environ;

namespace karkara {
namespace {

constexpr const char* kToken = "a-token-of-some-length";

// Kilobytes, as /proc/self/status tells them; of the threads their number.
long status_of(const std::string& key) {
  std::ifstream in{"/proc/self/status"};
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(key + ":")) {
      return std::atol(line.c_str() + key.size() + 1);
    }
  }
  return -1;
}

void print_memory(const char* when) {
  std::fprintf(stderr, "%-20s resident %6ld kB, anonymous %6ld kB, files %6ld kB, threads %ld\n", when,
               status_of("VmRSS"), status_of("RssAnon"), status_of("RssFile"), status_of("Threads"));
}

int be_the_controller(const std::filesystem::path& folder) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  const TestAuthority authority;
  const FakeController controller{authority};
  const Bundle bundle =
      test_bundle(authority.root_pem(), controller.session_endpoint(), controller.enrolment_endpoint());
  std::ofstream{folder / "bundle.part"} << test_bundle_yaml(bundle, kToken);
  std::filesystem::rename(folder / "bundle.part", folder / "bundle.yaml");
  ::pause();
  return 0;
}

int measure(const std::filesystem::path& folder, int stay) {
  print_memory("at start");
  boost::asio::io_context io;
  HostFileSystem files;
  const SystemClock clock;
  Log log{stderr, clock, false};
  LinkSettings settings;
  settings.state_dir = folder / "state";
  settings.enrolment.bundle_path = folder / "bundle.yaml";
  settings.enrolment.site = SiteId::parse("borgo-darey").value();
  settings.enrolment.look_interval = std::chrono::milliseconds{50};
  int opened = 0;
  std::uint64_t acknowledged = 0;
  const EventSink sink = [&](const Event& event) {
    opened += std::holds_alternative<SessionOpened>(event) ? 1 : 0;
    if (const auto* ack = std::get_if<FrameAcknowledged>(&event)) {
      acknowledged = ack->sequence;
    }
  };
  ControllerLink link{io, files, sink, clock, log, settings, [](const AnchorKey&) {}};
  link.start();
  link.describe({});
  link.allow(true);
  for (int i = 0; i < 4000 && opened == 0; ++i) {
    io.run_for(std::chrono::milliseconds{5});
    io.restart();
  }
  print_memory("session open");
  for (std::uint64_t sequence = 1; sequence <= 96 && opened > 0; ++sequence) {  // a day of blocks
    link.send(SendBlock{sequence, std::vector<std::byte>(900)});
    while (acknowledged < sequence) {
      io.run_one();
    }
  }
  io.run_for(std::chrono::seconds{stay});
  print_memory("after 96 blocks");
  ::malloc_trim(0);
  print_memory("after malloc_trim");
  std::printf("{\"benchmark\": \"session_memory\", \"resident_kb\": %ld, \"anonymous_kb\": %ld, \"threads\": %ld}\n",
              status_of("VmRSS"), status_of("RssAnon"), status_of("Threads"));
  return opened > 0 ? 0 : 1;
}

}  // namespace
}  // namespace karkara

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "--controller") == 0) {
    return karkara::be_the_controller(argv[2]);
  }
  char folder[] = "/tmp/karkara-bench-XXXXXX";
  if (::mkdtemp(folder) == nullptr) {
    return 1;
  }
  char self[] = "/proc/self/exe";
  char mode[] = "--controller";
  char* arguments[] = {self, mode, folder, nullptr};
  pid_t child = 0;
  if (::posix_spawn(&child, self, nullptr, nullptr, arguments, environ) != 0) {
    return 1;
  }
  const int result = karkara::measure(folder, argc > 1 ? std::atoi(argv[1]) : 1);
  ::kill(child, SIGTERM);
  ::waitpid(child, nullptr, 0);
  std::filesystem::remove_all(folder);
  return result;
}
