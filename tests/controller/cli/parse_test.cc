#include "controller/cli/parse.h"

#include <gtest/gtest.h>

#include "controller/cli/command_table.h"

namespace karkara::cli {
namespace {

std::string error_of(const std::vector<std::string>& line) {
  const auto parsed = parse(line);
  return parsed ? "" : parsed.error().text;
}

Parsed parsed(const std::vector<std::string>& line) {
  auto result = parse(line);
  EXPECT_TRUE(result.ok()) << result.error().text;
  return result ? *result : Parsed{};
}

TEST(Parse, TakesGlobalOptionsAnywhere) {
  for (const std::vector<std::string>& line : {std::vector<std::string>{"-o", "json", "site", "show", "sadore"},
                                               {"site", "--output", "json", "show", "sadore"},
                                               {"site", "show", "-ojson", "sadore"},
                                               {"site", "show", "sadore", "--output=json"}}) {
    const Parsed result = parsed(line);
    ASSERT_NE(result.command, nullptr);
    EXPECT_EQ(result.command->words(), "site show");
    EXPECT_EQ(result.options.at("output"), "json");
    EXPECT_EQ(result.arguments, std::vector<std::string>{"sadore"});
  }
}

TEST(Parse, LetsASiteBeNamedLikeACommand) {
  const Parsed result = parsed({"site", "show", "power"});
  EXPECT_EQ(result.command->words(), "site show");
  EXPECT_EQ(result.arguments, std::vector<std::string>{"power"});
  EXPECT_EQ(parsed({"site", "watch", "show", "local", "help"}).arguments.size(), 3U);
}

TEST(Parse, TakesEverythingBehindTwoDashesAsWords) {
  EXPECT_EQ(parsed({"site", "show", "--", "-x"}).arguments, std::vector<std::string>{"-x"});
}

TEST(Parse, LetsHelpWinOverWhatIsMissing) {
  EXPECT_TRUE(parsed({"site", "show", "--help"}).help);
  EXPECT_TRUE(parsed({"-h"}).help);
  EXPECT_EQ(parsed({"site", "-h"}).noun, "site");
}

TEST(Parse, SaysWhatIsWrongAndWhatWasMeant) {
  EXPECT_EQ(error_of({"sit", "list"}), "unknown command 'sit'; did you mean 'site'?\nTry 'karkara --help'.");
  EXPECT_EQ(error_of({"site", "lst"}), "unknown command 'site lst'; did you mean 'list'?\nTry 'karkara site --help'.");
  EXPECT_EQ(error_of({"zzz"}), "unknown command 'zzz'\nTry 'karkara --help'.");
  EXPECT_EQ(error_of({"site", "list", "--regoin", "x"}),
            "unknown option '--regoin'; did you mean '--region'?\nTry 'karkara site list --help'.");
  EXPECT_EQ(error_of({"site", "list", "-x"}), "unknown option '-x'\nTry 'karkara site list --help'.");
  EXPECT_EQ(error_of({"site", "show"}),
            "'karkara site show' needs SITE: id of the site\nTry 'karkara site show --help'.");
  EXPECT_EQ(error_of({"site", "show", ""}), "SITE is empty\nTry 'karkara site show --help'.");
  EXPECT_EQ(error_of({"site", "show", "a", "b"}),
            "'b' is too much for 'karkara site show'\nTry 'karkara site show --help'.");
  EXPECT_EQ(error_of({"site", "list", "-o", "jsn"}),
            "--output 'jsn' is none of table, wide, json, jsonl, yaml; did you mean 'json'?\nTry 'karkara site list "
            "--help'.");
  EXPECT_EQ(error_of({"site", "list", "-o"}), "--output needs a value\nTry 'karkara site list --help'.");
  EXPECT_EQ(error_of({"site", "list", "-o", "json", "-o", "yaml"}),
            "--output is given twice\nTry 'karkara site list --help'.");
  EXPECT_EQ(error_of({"uplink", "show", "a", "--live=false"}),
            "--live takes no value\nTry 'karkara uplink show --help'.");
  EXPECT_EQ(error_of({"site", "list", "--state", "up,dwn"}),
            "--state 'dwn' is none of up, degraded, unreachable, unknown\nTry 'karkara site list --help'.");
  EXPECT_EQ(error_of({"completion", "tcsh"}),
            "SHELL 'tcsh' is none of bash, zsh, fish, sites\nTry 'karkara completion --help'.");
}

TEST(Parse, JoinsWhatMayBeGivenSeveralTimes) {
  const Parsed result =
      parsed({"uplink", "hold", "a", "lte", "--accept-risk", "not-up", "--accept-risk", "site-goes-dark,costs-money"});
  EXPECT_EQ(result.options.at("accept-risk"), "not-up,site-goes-dark,costs-money");
  EXPECT_NE(error_of({"uplink", "hold", "a", "lte", "--accept-risk", "not-up", "--accept-risk", "dark"}), "");
}

TEST(Parse, DoesNotLetOneCommandsOptionsIntoAnother) {
  EXPECT_NE(error_of({"site", "show", "a", "--region", "x"}), "");
  EXPECT_NE(error_of({"site", "list", "--live"}), "");
}

TEST(Parse, SaysThatACommandIsMissing) {
  EXPECT_EQ(error_of({"-o", "json"}), "a command is missing\nTry 'karkara --help'.");
  EXPECT_EQ(error_of({"alarm"}), "'karkara alarm' needs one of list, show\nTry 'karkara alarm --help'.");
}

}  // namespace
}  // namespace karkara::cli
