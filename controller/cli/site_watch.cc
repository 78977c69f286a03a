#include <fmt/format.h>

#include <chrono>
#include <ostream>
#include <random>
#include <thread>

#include "common/host/system_clock.h"
#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"
#include "controller/cli/watch_screen.h"

namespace karkara::cli {
namespace {

constexpr Duration kTimeout = std::chrono::seconds{15};
constexpr Duration kTick = std::chrono::seconds{1};

// Where the changes go: a screen that is drawn anew, or a line of JSON for each.
class Output {
 public:
  explicit Output(Invocation& invocation)
      : invocation_{invocation},
        on_screen_{invocation.around().out_is_terminal &&
                   (invocation.format() == Format::Table || invocation.format() == Format::Wide)} {}

  void site(const v1::SiteDetail& site) {
    heard_ = true;
    trouble("");
    if (on_screen_) {
      screen_.on_site(site, clock_.now());
      draw();
    } else {
      render(watched_site_view(site), Format::JsonLines, {}, invocation_.around().out);
      invocation_.around().out.flush();
    }
  }

  // What is wrong with the connection, once; "" when it is well again.
  void trouble(const std::string& text) {
    if (text.empty() == trouble_.empty()) {
      return;
    }
    trouble_ = text;
    screen_.on_trouble(text);
    if (on_screen_) {
      draw();
    } else {
      invocation_.say(text.empty() ? "connected again" : text);
    }
  }

  void draw() {
    if (on_screen_) {
      std::ostream& out = invocation_.around().out;
      const TerminalSize size = invocation_.around().terminal_size();
      if (!cleared_) {
        out << "\x1b[2J";
        cleared_ = true;
      }
      out << screen_.draw("karkara site watch, " + invocation_.controller(), invocation_.style(), size, clock_.now())
          << std::flush;
    }
  }

  [[nodiscard]] bool heard() const { return heard_; }
  [[nodiscard]] bool broken() const { return !invocation_.around().out; }  // nobody reads any more

 private:
  Invocation& invocation_;
  SystemClock clock_;
  WatchScreen screen_;
  std::string trouble_;
  bool on_screen_;
  bool cleared_ = false;
  bool heard_ = false;
};

// Whether connecting again can help, after it has worked once.
bool may_pass(const Status& status) {
  return status.ok() || status.error().code == ErrorCode::Unavailable ||
         status.error().code == ErrorCode::DeadlineExceeded || status.error().code == ErrorCode::Unauthenticated;
}

// A pause of 1 to 5 seconds, so that all the screens of a control room do not come back at once.
void pause(Output& output) {
  std::random_device random;
  for (unsigned seconds = 1 + random() % 5; seconds > 0; --seconds) {
    std::this_thread::sleep_for(kTick);
    output.draw();
  }
}

}  // namespace

Exit site_watch(Invocation& invocation) {
  if (invocation.format() == Format::Yaml) {
    return invocation.fail({ErrorCode::InvalidArgument, "site watch shows a table or writes jsonl, not yaml"});
  }
  const auto noc = invocation.noc();
  if (!noc) {
    return invocation.fail(noc.error());
  }
  v1::WatchSitesRequest request;
  for (const std::string& id : invocation.arguments()) {
    request.add_ids(id);
  }
  Output output{invocation};
  while (true) {
    const Status status = (*noc)->watch_sites(request,
                                              {[&](const v1::SiteDetail& site) { output.site(site); },
                                               [&] {
                                                 output.draw();
                                                 return !output.broken();
                                               }},
                                              invocation.timeout_or(kTimeout));
    if (output.broken()) {
      return Exit::Failed;
    }
    if (!may_pass(status) || (!output.heard() && !status.ok())) {
      return request.ids_size() == 1 ? fail_for_site(invocation, request.ids(0), status.error())
                                     : invocation.fail(status.error());
    }
    output.trouble(status.ok() ? "the controller ended the stream, trying again"
                               : status.error().text + ", trying again");
    pause(output);
  }
}

}  // namespace karkara::cli
