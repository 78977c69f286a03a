// One run of one command: what was typed, where its answer goes, and the controller when it needs one.
// Refuses to connect before a handler asks for it: --help and completion never touch gRPC. Made by run.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/result.h"
#include "common/time.h"
#include "controller/cli/context.h"
#include "controller/cli/parse.h"
#include "controller/cli/render/render.h"
#include "controller/cli/render/words.h"
#include "controller/cli/surroundings.h"

namespace karkara::cli {

class NocClient;

class Invocation {
 public:
  // Errors: InvalidArgument for a global option's value.
  static Result<std::unique_ptr<Invocation>> make(Parsed parsed, Surroundings& around);
  ~Invocation();
  Invocation(const Invocation&) = delete;
  Invocation& operator=(const Invocation&) = delete;

  [[nodiscard]] const std::vector<std::string>& arguments() const { return parsed_.arguments; }
  [[nodiscard]] const std::string& argument(std::size_t at) const { return parsed_.arguments[at]; }  // required ones
  [[nodiscard]] std::string argument_or(std::size_t at, const std::string& otherwise) const;
  [[nodiscard]] std::optional<std::string> option(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return option(name).has_value(); }

  [[nodiscard]] const Command& command() const { return *parsed_.command; }
  // What goes to karkara-plan as it was typed; none: it is ours to answer.
  [[nodiscard]] bool passes_on() const { return parsed_.passes_on; }
  [[nodiscard]] const std::vector<std::string>& passed() const { return parsed_.passed; }

  [[nodiscard]] Format format() const { return format_; }
  [[nodiscard]] Style style() const;  // with the terminal's width of now
  [[nodiscard]] Language language() const;
  [[nodiscard]] Surroundings& around() const { return around_; }
  [[nodiscard]] Duration timeout_or(Duration otherwise) const { return timeout_.value_or(otherwise); }

  Exit show(const View& view);        // data; Ok, or Failed when it could not be written
  Exit fail(const Error& error);      // one message; the exit code of the error
  void say(const std::string& text);  // one message a line, on standard error, cleaned

  [[nodiscard]] bool has_context() const;  // whether a context file is there at all
  // The controller of the context, made at the first call. Errors: InvalidArgument when the context is missing or
  // wrong.
  Result<NocClient*> noc();
  [[nodiscard]] std::string controller() const;  // its endpoint; empty before noc()

 private:
  Invocation(Parsed parsed, Surroundings& around) : parsed_{std::move(parsed)}, around_{around} {}

  Parsed parsed_;
  Surroundings& around_;
  Format format_ = Format::Table;
  std::optional<Duration> timeout_;
  std::string controller_;
  std::unique_ptr<NocClient> noc_;
};

// "14d", "90s", "250ms"; the text names the option in its error.
[[nodiscard]] Result<Duration> parse_duration(std::string_view option, const std::string& text);

// A whole number from 1 to `most`.
[[nodiscard]] Result<std::uint64_t> parse_count(std::string_view what, const std::string& text, std::uint64_t most);

}  // namespace karkara::cli
