// Looks at the mesh of this kernel and judges it, as the agent does, for so many seconds:
//   karkara-mesh-watch-trial SECONDS
// One line for each change, with the seconds since boot: a peer's state, a way, an alarm, what cannot be read. At the
// end, which SIGTERM brings about, what is known, line by line.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "agent/io/mesh_view.h"
#include "agent/mesh/mesh_watch.h"
#include "common/host/system_clock.h"
#include "tests/lab/event_answers.h"

namespace {

using namespace karkara;

volatile std::sig_atomic_t g_ended = 0;

double seconds_of(Instant at) {
  return std::chrono::duration<double>(at.since_boot()).count();
}

std::string rate_text(std::optional<BitsPerSecond> rate) {
  return rate ? std::to_string(static_cast<long long>(rate->value())) : "unknown";
}

// Says what is another than before.
class Teller {
 public:
  void tell(const MeshReport& report, Instant now) {
    tell("look", report.state, now);
    for (const MeshInterfaceReport& interface : report.interfaces) {
      tell("interface=" + interface.name, interface.frequency ? "joined" : "not joined", now);
    }
    for (const MeshPeerReport& peer : report.peers) {
      tell("peer=" + peer.interface, peer.state, now);
    }
    for (const MeshWayReport& way : report.ways) {
      tell("way=" + way.interface, way.mac + (way.is_gateway ? " gateway" : ""), now);
    }
  }
  void tell(const SetAlarm& alarm, Instant now) {
    std::printf("at=%.2f alarm=%s %s\n", seconds_of(now), std::string{info(alarm.key.message).name}.c_str(),
                alarm.raised ? "raised" : "cleared");
  }

 private:
  void tell(const std::string& what, const std::string& word, Instant now) {
    if (auto& told = told_[what]; told != word) {
      told = word;
      std::printf("at=%.2f %s %s\n", seconds_of(now), what.c_str(), word.c_str());
      std::fflush(stdout);
    }
  }
  std::map<std::string, std::string> told_;
};

void print(const MeshReport& report) {
  for (const MeshInterfaceReport& interface : report.interfaces) {
    std::printf("end interface=%s mac=%s mesh_id=%s frequency=%u width=%u\n", interface.name.c_str(),
                interface.mac.c_str(), interface.mesh_id.c_str(), interface.frequency.value_or(0),
                interface.width.value_or(0));
  }
  for (const MeshPeerReport& peer : report.peers) {
    std::printf("end peer=%s mac=%s state=%s signal=%.0f airtime=%u expected=%s trouble=%s\n", peer.interface.c_str(),
                peer.mac.c_str(), peer.state.c_str(), peer.signal.value_or(Dbm{0}).value(), peer.airtime.value_or(0),
                rate_text(peer.expected).c_str(), peer.trouble.c_str());
  }
  std::printf("end batman=%s\n", report.batman.c_str());
  for (const MeshWayReport& way : report.ways) {
    std::printf("end way=%s via=%s over=%s quality=%.2f throughput=%s gateway=%s%s\n", way.mac.c_str(),
                way.next_hop.c_str(), way.interface.c_str(), way.quality_ratio.value_or(0),
                rate_text(way.throughput).c_str(), way.is_gateway ? "yes" : "no", way.chosen_gateway ? " chosen" : "");
  }
}

void watch_until(Instant end, const Clock& clock) {
  Answers answers;
  MeshView view{[&](Event event) { answers.push(std::move(event)); }};
  MeshWatch watch{clock.now()};
  Teller teller;
  while (clock.now() < end && g_ended == 0) {
    for (const Effect& effect : watch.tick(clock.now())) {
      view.run(std::get<LookAtMesh>(effect));
    }
    for (const Event& event : answers.wait(std::min(watch.next_deadline(), end) - clock.now())) {
      for (const Effect& effect : watch.on(std::get<MeshSeen>(event), clock.now())) {
        teller.tell(std::get<SetAlarm>(effect), clock.now());
      }
      teller.tell(watch.report(clock.now()), clock.now());
    }
  }
  print(watch.report(clock.now()));
}

}  // namespace

int main(int argc, char** argv) {
  const int seconds = argc == 2 ? std::atoi(argv[1]) : 0;
  if (seconds <= 0) {
    std::fprintf(stderr, "karkara-mesh-watch-trial SECONDS\n");
    return 2;
  }
  std::signal(SIGTERM, [](int) { g_ended = 1; });
  const SystemClock clock;
  watch_until(clock.now() + std::chrono::seconds{seconds}, clock);
  return 0;
}
