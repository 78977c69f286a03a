#include "controller/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace karkara {
namespace {

using testing::HasSubstr;

ControllerCommand parse(std::vector<const char*> words) {
  words.insert(words.begin(), "karkara-controller");
  return parse_controller_options(static_cast<int>(words.size()), words.data());
}

TEST(ControllerOptions, RunsWithTheUsualFile) {
  EXPECT_EQ(std::get<RunController>(parse({})).config, "/etc/karkara/controller.yaml");
  EXPECT_EQ(std::get<RunController>(parse({"--config", "x"})).config, "x");
}

TEST(ControllerOptions, MakesAnOperator) {
  const auto command = std::get<PrintOperator>(parse({"--operator", "amina", "engineer"}));
  EXPECT_EQ(command.who.name.text(), "amina");
  EXPECT_EQ(command.who.role, Role::Engineer);
}

TEST(ControllerOptions, SaysWhatIsWrongAndLeavesWithTwo) {
  const std::vector<std::vector<const char*>> bad{{"--operator", "amina"},
                                                  {"--operator", "amina", "king"},
                                                  {"--operator", "A B", "admin"},
                                                  {"--nonsense"},
                                                  {"--init", "--check-config", "x"}};
  for (const auto& words : bad) {
    const auto text = std::get<PrintText>(parse(words));
    EXPECT_EQ(text.exit_code, 2);
    EXPECT_THAT(text.text, HasSubstr("--help"));
  }
}

TEST(ControllerOptions, HelpAndVersionGoToStandardOutput) {
  EXPECT_EQ(std::get<PrintText>(parse({"--help"})).exit_code, 0);
  EXPECT_THAT(std::get<PrintText>(parse({"--version"})).text, HasSubstr("karkara-controller "));
}

}  // namespace
}  // namespace karkara
