#include "controller/cli/invocation.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ostream>

#include "common/host/unit_text.h"
#include "controller/cli/noc_client.h"
#include "controller/cli/render/display.h"

namespace karkara::cli {
namespace {

constexpr std::uint64_t kLongestMs = 366ULL * 86'400'000ULL;

bool wants_colour(const Surroundings& around) {
  const std::string forced = around.variable("CLICOLOR_FORCE");
  if (!around.variable("NO_COLOR").empty()) {
    return false;
  }
  return (!forced.empty() && forced != "0") || (around.out_is_terminal && around.variable("TERM") != "dumb");
}

}  // namespace

Result<Duration> parse_duration(std::string_view option, const std::string& text) {
  const auto parsed = parse_whole(text, v1::UNIT_MILLISECONDS);
  if (!parsed) {
    return parsed.error().in(fmt::format("--{}", option));
  }
  if (parsed->negative || parsed->magnitude == 0 || parsed->magnitude > kLongestMs) {
    return Error{ErrorCode::InvalidArgument, fmt::format("--{}: '{}' is not between 1ms and 366d", option, text)};
  }
  return Duration{std::chrono::milliseconds{static_cast<std::int64_t>(parsed->magnitude)}};
}

Result<std::uint64_t> parse_count(std::string_view what, const std::string& text, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0 || value > most) {
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("{}: '{}' is not a whole number from 1 to {}", what, text, most)};
  }
  return value;
}

Result<std::unique_ptr<Invocation>> Invocation::make(Parsed parsed, Surroundings& around) {
  std::unique_ptr<Invocation> made{new Invocation{std::move(parsed), around}};
  if (const auto word = made->option("output")) {
    made->format_ = parse_format(*word).value_or(Format::Table);  // the parser checked the word
  }
  if (const auto text = made->option("timeout")) {
    const auto timeout = parse_duration("timeout", *text);
    if (!timeout) {
      return timeout.error();
    }
    made->timeout_ = *timeout;
  }
  return made;
}

Invocation::~Invocation() = default;

std::string Invocation::argument_or(std::size_t at, const std::string& otherwise) const {
  return at < parsed_.arguments.size() ? parsed_.arguments[at] : otherwise;
}

std::optional<std::string> Invocation::option(std::string_view name) const {
  const auto at = parsed_.options.find(name);
  return at != parsed_.options.end() ? std::optional{at->second} : std::nullopt;
}

Style Invocation::style() const {
  Style style;
  style.colour = wants_colour(around_);
  style.wide = format_ == Format::Wide;
  style.width = around_.out_is_terminal ? around_.terminal_size().columns : 0;
  return style;
}

Language Invocation::language() const {
  for (const char* name : {"KARKARA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"}) {
    if (const std::string value = around_.variable(name); !value.empty()) {
      return value.rfind("fr", 0) == 0 ? Language::French : Language::English;
    }
  }
  return Language::English;
}

Exit Invocation::show(const View& view) {
  const bool for_people = format_ == Format::Table || format_ == Format::Wide;
  if (const std::string* nothing = for_people ? nothing_to_show(view) : nullptr) {
    say(*nothing);
    return Exit::Ok;
  }
  render(view, format_, style(), around_.out);
  around_.out.flush();
  if (!around_.out) {
    say("the output could not be written");
    return Exit::Failed;
  }
  return Exit::Ok;
}

Exit Invocation::fail(const Error& error) {
  say(error.text);
  return exit_of(error.code);
}

void Invocation::say(const std::string& text) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    around_.err << "karkara: " << clean_text(std::string_view{text}.substr(at, end - at)) << '\n';
    at = end + 1;
  }
  around_.err.flush();
}

bool Invocation::has_context() const {
  return find_context(option("context"), around_).ok();
}

Result<NocClient*> Invocation::noc() {
  if (noc_ == nullptr) {
    const auto path = find_context(option("context"), around_);
    if (!path) {
      return path.error();
    }
    const auto context = read_context(*path);
    if (!context) {
      return context.error();
    }
    if (const std::string worry = context_worry(*path); !worry.empty()) {
      say(worry);
    }
    controller_ = context->controller();
    noc_ = std::make_unique<NocClient>(*context);
  }
  return noc_.get();
}

std::string Invocation::controller() const {
  return controller_;
}

}  // namespace karkara::cli
