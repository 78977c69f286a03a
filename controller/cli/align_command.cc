#include <algorithm>
#include <ostream>

#include "common/host/system_clock.h"
#include "controller/cli/align_screen.h"
#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"

namespace karkara::cli {
namespace {

constexpr Duration kTick = std::chrono::seconds{1};
constexpr Duration kPatience = std::chrono::seconds{3};             // a screen that stands still lies
constexpr Duration kBetweenBeeps = std::chrono::milliseconds{150};  // terminals join what comes at once
constexpr std::uint64_t kLongest = 86'400;

// Where it goes: a screen that is drawn anew, lines for a pipe, or a line of JSON each second.
class AlignOutput {
 public:
  explicit AlignOutput(Invocation& invocation)
      : invocation_{invocation},
        for_people_{invocation.format() == Format::Table || invocation.format() == Format::Wide},
        sound_{invocation.has("sound")} {}

  void show(const AlignScreen& screen) {
    std::ostream& out = invocation_.around().out;
    if (!for_people_) {
      render(screen.view(), Format::JsonLines, {}, out);
    } else if (!invocation_.around().out_is_terminal) {
      out << screen.line() << '\n';
    } else {
      out << (cleared_ ? "" : "\x1b[2J") << screen.draw(invocation_.style());
      cleared_ = true;
      beep(sound_ ? screen.beeps() : 0);
    }
    out.flush();
  }
  [[nodiscard]] bool broken() const { return !invocation_.around().out; }  // nobody reads any more

 private:
  void beep(unsigned times) {
    for (unsigned i = 0; i < times; ++i) {
      if (i > 0) {
        invocation_.around().pause(kBetweenBeeps);
      }
      invocation_.around().out << '\a' << std::flush;
    }
  }

  Invocation& invocation_;
  bool for_people_;
  bool sound_;
  bool cleared_ = false;
};

// 0: until Ctrl-C.
Result<std::uint64_t> seconds_of(const Invocation& invocation) {
  const auto text = invocation.option("seconds");
  return text ? parse_count("--seconds", *text, kLongest) : Result<std::uint64_t>{std::uint64_t{0}};
}

}  // namespace

Exit local_align(Invocation& invocation) {
  if (invocation.format() == Format::Yaml) {
    return invocation.fail({ErrorCode::InvalidArgument, "local align draws a screen or writes jsonl, not yaml"});
  }
  const auto seconds = seconds_of(invocation);
  if (!seconds) {
    return invocation.fail(seconds.error());
  }
  const SystemClock clock;
  AlignScreen screen{invocation.argument(0)};
  AlignOutput output{invocation};
  Instant next = clock.now();
  for (std::uint64_t second = 0; *seconds == 0 || second < *seconds; ++second) {
    const Heard heard = ask_here(invocation, values_query("uplink_"), kPatience);
    if (heard.exit != Exit::Ok && second == 0) {
      return show_heard(invocation, heard, nullptr);
    }
    const Status status = heard.exit == Exit::Ok ? screen.on_values(heard.reply.live_values(), second) : Status{};
    if (!status && second == 0) {
      return invocation.fail(status.error());
    }
    if (heard.exit != Exit::Ok || !status) {
      screen.on_trouble(status ? heard.why : status.error().text, second);  // an agent that starts again comes back
    }
    output.show(screen);
    if (output.broken()) {
      return Exit::Failed;
    }
    next = std::max(next + kTick, clock.now());
    if (second + 1 != *seconds) {
      invocation.around().pause(next - clock.now());
    }
  }
  return Exit::Ok;
}

}  // namespace karkara::cli
