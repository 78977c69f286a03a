// The command table as a whole: help of every command, the generated page, and that the table makes sense.
#include "controller/cli/help.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "controller/cli/command_table.h"
#include "controller/cli/parse.h"
#include "controller/cli/reference.h"
#include "tests/controller/cli/cli_run.h"
#include "tests/controller/cli/golden.h"

namespace karkara::cli {
namespace {

// The words of an example as a shell would split them; enough for the quotes that examples use.
std::vector<std::string> shell_words(std::string_view line) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '\'') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

TEST(Help, OfEveryCommandIsAsItWas) {
  expect_golden("help", run_cli({"--help"}).out);
  for (const Noun& noun : nouns()) {
    expect_golden("help_" + std::string{noun.name}, run_cli({std::string{noun.name}, "--help"}).out);
  }
  for (const Command& command : command_table()) {
    std::vector<std::string> words{std::string{command.noun}};
    std::string name = "help_" + words.front();
    if (!command.verb.empty()) {
      words.emplace_back(command.verb);
      name += "_" + words.back();
    }
    words.emplace_back("--help");
    const Ran ran = run_cli(words);
    EXPECT_EQ(ran.exit, Exit::Ok);
    EXPECT_EQ(ran.err, "");
    expect_golden(name, ran.out);
  }
}

TEST(Help, ListsEveryExitCode) {
  const std::string help = run_cli({"--help"}).out;
  for (const ExitMeaning& meaning : exit_meanings()) {
    EXPECT_NE(help.find(std::to_string(static_cast<int>(meaning.exit)) + "  " + std::string{meaning.meaning}),
              std::string::npos);
  }
}

TEST(Help, ShowsExamplesBeforeUsage) {
  const std::string help = run_cli({"site", "add", "--help"}).out;
  ASSERT_NE(help.find("Examples:"), std::string::npos);
  EXPECT_LT(help.find("Examples:"), help.find("Usage:"));
}

TEST(Help, GoesToStandardErrorWhenNothingWasTyped) {
  const Ran ran = run_cli({});
  EXPECT_EQ(ran.exit, Exit::Usage);
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find("Examples:"), std::string::npos);
}

TEST(CommandTable, HasExamplesThatParse) {
  for (const Command& command : command_table()) {
    ASSERT_FALSE(command.examples.empty()) << command.words();
    for (const std::string_view example : command.examples) {
      std::string line{example.substr(0, std::min(example.find(" | "), example.find(" > ")))};
      if (line.rfind("source <(", 0) == 0) {
        line = line.substr(9, line.size() - 10);
      }
      std::vector<std::string> words = shell_words(line);
      ASSERT_EQ(words.front(), "karkara") << example;
      words.erase(words.begin());
      const auto parsed = parse(words);
      ASSERT_TRUE(parsed.ok()) << example << ": " << parsed.error().text;
      EXPECT_EQ(parsed->command, &command) << example;
    }
  }
}

TEST(CommandTable, HasAHandlerAndASummaryForEverything) {
  std::set<std::string> seen;
  for (const Command& command : command_table()) {
    EXPECT_NE(command.handler, nullptr) << command.words();
    EXPECT_FALSE(command.summary.empty()) << command.words();
    EXPECT_TRUE(seen.insert(command.words()).second) << command.words() << " is there twice";
    EXPECT_TRUE(command.verb.empty() || is_noun(command.noun)) << command.words();
  }
}

// Completion looks at options without knowing the command yet.
TEST(CommandTable, UsesAnOptionsNameForOneThingOnly) {
  std::map<std::string_view, const Option*> known;
  for (const Command& command : command_table()) {
    for (const Option& option : command.options) {
      const auto [at, fresh] = known.emplace(option.name, &option);
      EXPECT_EQ(at->second->value.empty(), option.value.empty()) << option.name;
      EXPECT_EQ(at->second->completes, option.completes) << option.name;
      for (const Option& global : global_options()) {
        EXPECT_NE(global.name, option.name);
      }
    }
  }
}

TEST(Reference, IsCurrent) {
  expect_file(std::filesystem::path{KARKARA_SOURCE_DIR} / "docs/cli.md", reference_markdown());
  EXPECT_EQ(run_cli({"docs"}).out, reference_markdown());
}

}  // namespace
}  // namespace karkara::cli
