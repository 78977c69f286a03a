#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <ostream>

#include "common/host/system_clock.h"
#include "common/host/unit_text.h"
#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"
#include "controller/cli/render/shaping_view.h"
#include "controller/cli/shaping_screen.h"

namespace karkara::cli {
namespace {

constexpr Duration kUsualInterval = std::chrono::seconds{2};
constexpr Duration kShortest = std::chrono::seconds{1};
constexpr Duration kLongest = std::chrono::hours{1};
constexpr std::uint64_t kMostSeconds = 86'400;
constexpr Duration kPatience = std::chrono::seconds{10};  // over a satellite; a screen that stands still lies
constexpr Duration kPatienceHere = std::chrono::seconds{3};

View explained(const v1::SiteReply& reply) {
  return shaping_explanation(reply.shaping());
}

// How often to ask, and how many times; 0: until the person ends it.
struct Pace {
  Duration interval = kUsualInterval;
  std::uint64_t rounds = 0;
};

Result<Pace> pace_of(const Invocation& invocation, bool once) {
  Pace pace;
  if (const auto text = invocation.option("interval")) {
    const auto interval = parse_duration("interval", *text);
    if (!interval) {
      return interval.error();
    }
    if (*interval < kShortest || *interval > kLongest) {
      return Error{ErrorCode::InvalidArgument, "--interval is 1s to 1h"};
    }
    pace.interval = *interval;
  }
  if (const auto text = invocation.option("seconds")) {
    const auto seconds = parse_count("--seconds", *text, kMostSeconds);
    if (!seconds) {
      return seconds.error();
    }
    const Duration whole = std::chrono::seconds{*seconds};
    pace.rounds = static_cast<std::uint64_t>((whole + pace.interval - Duration{1}) / pace.interval);
  } else if (once) {
    pace.rounds = 1;
  }
  return pace;
}

// Where it goes: a screen that is drawn anew, tables for a pipe, or a line of JSON each time.
class TopOutput {
 public:
  explicit TopOutput(Invocation& invocation)
      : invocation_{invocation},
        for_people_{invocation.format() == Format::Table || invocation.format() == Format::Wide} {}

  [[nodiscard]] bool for_people() const { return for_people_; }
  [[nodiscard]] bool on_screen() const { return for_people_ && invocation_.around().out_is_terminal; }

  void show(const ShapingScreen& screen, Instant now) {
    std::ostream& out = invocation_.around().out;
    if (on_screen()) {
      Style style = invocation_.style();
      style.wide = invocation_.format() == Format::Wide;
      out << (shown_ ? "" : "\x1b[2J") << screen.draw(style, invocation_.around().terminal_size(), now);
    } else {
      out << (shown_ && for_people_ ? "\n" : "");
      render(screen.view(), for_people_ ? invocation_.format() : Format::JsonLines, {}, out);
    }
    shown_ = true;
    out.flush();
  }
  // What is wrong: on the screen, or as a message.
  void trouble(ShapingScreen& screen, const std::string& why, Instant now) {
    screen.on_trouble(why);
    if (on_screen()) {
      show(screen, now);
    } else {
      invocation_.say(why);
    }
  }
  [[nodiscard]] bool broken() const { return !invocation_.around().out; }  // nobody reads any more

 private:
  Invocation& invocation_;
  bool for_people_;
  bool shown_ = false;
};

// True when the person wants no more.
bool ends_within(Invocation& invocation, Duration time) {
  if (invocation.around().quits_within) {
    return invocation.around().quits_within(time);
  }
  invocation.around().pause(time);
  return false;
}

using Ask = std::function<Heard(bool first)>;

Exit follow(Invocation& invocation, const std::string& title, const Ask& ask) {
  if (invocation.format() == Format::Yaml) {
    return invocation.fail({ErrorCode::InvalidArgument, title + " shows a table or writes jsonl, not yaml"});
  }
  TopOutput output{invocation};
  const auto pace = pace_of(invocation, output.for_people() && !output.on_screen());
  if (!pace) {
    return invocation.fail(pace.error());
  }
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(pace->interval).count();
  const std::string each = whole_text({false, static_cast<std::uint64_t>(ms)}, v1::UNIT_MILLISECONDS);
  const bool keys = static_cast<bool>(invocation.around().quits_within);
  ShapingScreen screen{title, fmt::format("each {}, {} ends", each, keys ? "q" : "Ctrl-C")};
  const SystemClock clock;
  Instant next = clock.now();
  for (std::uint64_t round = 0; pace->rounds == 0 || round < pace->rounds; ++round) {
    Heard heard = ask(round == 0);
    if (heard.exit == Exit::Ok) {
      screen.on_shaping(std::move(*heard.reply.mutable_shaping()), clock.now());
      output.show(screen, clock.now());
    } else if (round == 0) {
      return show_heard(invocation, heard, nullptr);
    } else {
      output.trouble(screen, heard.why, clock.now());  // a site that is away comes back
    }
    if (output.broken()) {
      return Exit::Failed;
    }
    next = std::max(next + pace->interval, clock.now());
    if (round + 1 != pace->rounds && ends_within(invocation, next - clock.now())) {
      return Exit::Ok;
    }
  }
  return Exit::Ok;
}

}  // namespace

Exit shaping_show(Invocation& invocation) {
  return show_from_site(invocation, invocation.argument(0), shaping_query(), view_of_reply);
}

Exit shaping_explain(Invocation& invocation) {
  return show_from_site(invocation, invocation.argument(0), shaping_query(), explained);
}

Exit shaping_top(Invocation& invocation) {
  const std::string site = invocation.argument(0);
  return follow(invocation, "karkara shaping top " + site, [&](bool first) {
    return first ? ask_site(invocation, site, shaping_query(true))
                 : ask_site_again(invocation, site, shaping_query(true), kPatience);
  });
}

Exit local_shaping(Invocation& invocation) {
  const bool top = invocation.has("top");
  if (top && invocation.has("explain")) {
    return invocation.fail({ErrorCode::InvalidArgument, "--explain and --top are two things: choose one"});
  }
  if (!top && (invocation.has("interval") || invocation.has("seconds"))) {
    return invocation.fail({ErrorCode::InvalidArgument, "--interval and --seconds are for --top"});
  }
  if (top) {
    return follow(invocation, "karkara local shaping --top",
                  [&](bool) { return ask_here(invocation, shaping_query(true), kPatienceHere); });
  }
  return show_from_agent(invocation, shaping_query(), invocation.has("explain") ? explained : view_of_reply);
}

}  // namespace karkara::cli
