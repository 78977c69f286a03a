#include "controller/cli/parse.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include <algorithm>

#include "common/host/nearest_name.h"
#include "controller/cli/command_table.h"

namespace karkara::cli {
namespace {

Error usage(std::string text) {
  return {ErrorCode::InvalidArgument, std::move(text)};
}

// Whether this word is a global option that takes the next word as its value.
bool takes_next_word(const std::string& word) {
  return std::any_of(global_options().begin(), global_options().end(), [&](const Option& option) {
    const bool named = word == fmt::format("--{}", option.name) ||
                       (!option.letter.empty() && word == fmt::format("-{}", option.letter));
    return named && !option.value.empty();
  });
}

// The words that name the command, and the rest of the line. Only global options may stand before or between them.
// A site may be called "power": so nothing behind the command is ever looked at as one.
struct Split {
  std::vector<std::string> words;
  std::vector<std::string> rest;
};

Split split_command(const std::vector<std::string>& line) {
  Split split;
  bool wants_more = true;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string& word = line[i];
    if (!wants_more || word.empty() || word.front() == '-') {
      split.rest.push_back(word);
      if (wants_more && takes_next_word(word) && i + 1 < line.size()) {
        split.rest.push_back(line[++i]);
      }
      continue;
    }
    split.words.push_back(word);
    wants_more = split.words.size() == 1 && is_noun(word);
  }
  return split;
}

std::vector<std::string> words_in(std::string_view text, char separator) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

Status check_word(std::string_view what, const std::string& value, std::string_view allowed) {
  const auto known = words_in(allowed, ' ');
  if (std::find(known.begin(), known.end(), value) != known.end()) {
    return {};
  }
  return usage(fmt::format("{} '{}' is none of {}{}", what, value, fmt::join(known, ", "), did_you_mean(value, known)));
}

Status check_option(const Option& option, const std::string& value) {
  if (option.words.empty()) {
    return {};
  }
  for (const std::string& one : option.list ? words_in(value, ',') : std::vector{value}) {
    if (Status status = check_word(fmt::format("--{}", option.name), one, option.words); !status) {
      return status;
    }
  }
  return {};
}

Status check_arguments(const Command& command, const std::vector<std::string>& given) {
  for (std::size_t i = 0; i < command.arguments.size(); ++i) {
    const Argument& argument = command.arguments[i];
    if (i >= given.size()) {
      if (argument.required) {
        return usage(fmt::format("'karkara {}' needs {}: {}", command.words(), argument.name, argument.help));
      }
      break;
    }
    if (given[i].empty()) {
      return usage(fmt::format("{} is empty", argument.name));
    }
    if (Status status = argument.words.empty() ? Status{} : check_word(argument.name, given[i], argument.words);
        !status) {
      return status;
    }
  }
  return {};
}

// CLI11 for one command: its own options, the global ones, and words.
class Line {
 public:
  explicit Line(const Command* command) {
    app_.set_help_flag();
    app_.allow_extras();
    app_.add_option("WORDS", words_);
    for (const Option& option : global_options()) {
      add(option);
    }
    for (const Option& option : command != nullptr ? command->options : std::vector<Option>{}) {
      add(option);
    }
  }

  Status read(std::vector<std::string> rest, Parsed& parsed) {
    std::reverse(rest.begin(), rest.end());  // CLI11 takes them from the end
    try {
      app_.parse(rest);
    } catch (const CLI::ArgumentMismatch& error) {
      const std::string_view text{error.what()};  // "--output: 1 required  missing"
      return usage(fmt::format("{} needs a value", text.substr(0, text.find(':'))));
    } catch (const CLI::ParseError& error) {
      return usage(error.what());
    }
    auto extras = app_.remaining();
    extras.erase(std::remove(extras.begin(), extras.end(), "--"), extras.end());  // CLI11 keeps the mark itself
    if (!extras.empty()) {
      const std::string name = extras.front().substr(0, extras.front().find('='));
      return usage(fmt::format("unknown option '{}'{}", name, did_you_mean(name, names_)));
    }
    parsed.arguments = words_;
    for (const auto& [option, handle] : handles_) {
      if (handle->count() > 0) {
        const std::string value =
            option.repeats ? fmt::format("{}", fmt::join(handle->results(), ",")) : handle->results().back();
        if (option.value.empty() ? value != "true" : !option.repeats && handle->results().size() > 1) {
          return usage(fmt::format("--{} {}", option.name, option.value.empty() ? "takes no value" : "is given twice"));
        }
        if (Status status = check_option(option, value); !status) {
          return status;
        }
        parsed.options[std::string{option.name}] = value;
      }
    }
    return {};
  }

 private:
  void add(const Option& option) {
    names_.push_back(fmt::format("--{}", option.name));
    const std::string letter = option.letter.empty() ? "" : fmt::format("-{},", option.letter);
    const std::string name = letter + names_.back();
    CLI::Option* handle = option.value.empty() ? app_.add_flag(name) : app_.add_option(name)->expected(1);
    handles_.emplace_back(option, handle->multi_option_policy(CLI::MultiOptionPolicy::TakeAll));
  }

  CLI::App app_;
  std::vector<std::string> words_;
  std::vector<std::string> names_;
  std::vector<std::pair<Option, CLI::Option*>> handles_;
};

Status name_command(const std::vector<std::string>& words, Parsed& parsed) {
  if (words.empty()) {
    return {};
  }
  const std::string& first = words.front();
  const bool noun = is_noun(first);
  if (!noun && find_command(first, "") == nullptr) {
    return usage(fmt::format("unknown command '{}'{}", first, did_you_mean(first, first_words())));
  }
  parsed.noun = noun ? first : "";
  if (noun && words.size() == 1) {
    return {};
  }
  const std::string verb = noun ? words[1] : "";
  parsed.command = find_command(first, verb);
  if (parsed.command == nullptr) {
    return usage(fmt::format("unknown command '{} {}'{}", first, verb, did_you_mean(verb, verbs_of(first))));
  }
  return {};
}

bool holds(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Whether the line behind the command's words is another program's to read; help of ours wins where it is always so.
bool pass_on(const std::vector<std::string>& rest, Parsed& parsed) {
  const Passes passes = parsed.command == nullptr ? Passes::Never : parsed.command->passes;
  const bool help = holds(rest, "--help") || holds(rest, "-h");
  parsed.passes_on = (passes == Passes::Always && !help) || (passes == Passes::WhenLocal && holds(rest, "--local"));
  if (parsed.passes_on) {
    parsed.passed = rest;
    std::erase(parsed.passed, "--local");
  }
  return parsed.passes_on;
}

// The line behind the command's words.
Status read_rest(const std::vector<std::string>& rest, Parsed& parsed) {
  Line line{parsed.command};
  if (Status status = line.read(rest, parsed); !status) {
    return status;
  }
  parsed.help = parsed.options.count("help") > 0;
  if (parsed.help) {
    return {};
  }
  if (parsed.command == nullptr) {
    return usage(parsed.noun.empty() ? "a command is missing"
                                     : fmt::format("'karkara {}' needs one of {}", parsed.noun,
                                                   fmt::join(verbs_of(parsed.noun), ", ")));
  }
  const auto& takes = parsed.command->arguments;
  const bool endless = !takes.empty() && takes.back().repeated;
  if (!endless && parsed.arguments.size() > takes.size()) {
    return usage(
        fmt::format("'{}' is too much for 'karkara {}'", parsed.arguments[takes.size()], parsed.command->words()));
  }
  return check_arguments(*parsed.command, parsed.arguments);
}

}  // namespace

Result<Parsed> parse(const std::vector<std::string>& arguments) {
  const Split split = split_command(arguments);
  Parsed parsed;
  Status status = name_command(split.words, parsed);
  if (status && !pass_on(split.rest, parsed)) {
    status = read_rest(split.rest, parsed);
  }
  if (status) {
    return parsed;
  }
  const std::string words = parsed.command != nullptr ? parsed.command->words() : parsed.noun;
  return Error{status.error().code,
               fmt::format("{}\nTry 'karkara{}{} --help'.", status.error().text, words.empty() ? "" : " ", words)};
}

}  // namespace karkara::cli
