#include "common/host/yaml_tree.h"

#include <gtest/gtest.h>

#include <chrono>

namespace karkara {
namespace {

std::string problems_of(std::string_view text) {
  return to_text(read_yaml("f", text).problems);
}

TEST(YamlTree, KeepsThePlaceOfEveryKeyAndValue) {
  const YamlTree tree = read_yaml("f", "a: 1\nb:\n  - x: é\n    y: [p, \"q\"]\n");
  ASSERT_TRUE(tree.problems.empty());
  ASSERT_EQ(tree.root.children.size(), 2U);
  EXPECT_EQ(tree.root.children[0].key, "a");
  EXPECT_EQ(tree.root.children[0].at, (ConfigPlace{1, 4}));
  const YamlNode& element = tree.root.children[1].children.at(0);
  EXPECT_EQ(element.at, (ConfigPlace{3, 5}));
  EXPECT_EQ(element.children.at(0).text, "é");
  EXPECT_EQ(element.children.at(1).key_at, (ConfigPlace{4, 5}));
  EXPECT_EQ(element.children.at(1).children.at(1).text, "q");
}

TEST(YamlTree, ReadsLinesThatEndLikeOnWindows) {
  const YamlTree tree = read_yaml("f", "a: 1\r\nb: |\r\n  x\r\n  y\r\nc: 2\r\n");
  ASSERT_TRUE(tree.problems.empty());
  EXPECT_EQ(tree.root.children.at(0).text, "1");
  EXPECT_EQ(tree.root.children.at(1).text, "x\ny\n");
  EXPECT_EQ(tree.root.children.at(2).at, (ConfigPlace{5, 4}));
}

TEST(YamlTree, RefusesAFileThatSaysNothing) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "--- ~\n"}) {
    EXPECT_EQ(problems_of(text), "f: is empty\n") << text;
  }
}

TEST(YamlTree, RefusesASecondDocument) {
  EXPECT_EQ(problems_of("a: 1\n---\nb: 2\n"),
            "f:2:1: a second document begins here: a configuration is one document\n");
  EXPECT_EQ(problems_of("---\na: 1\n...\n"), "");
}

TEST(YamlTree, RefusesAnchorsAliasesAndTagsButLooksOn) {
  EXPECT_EQ(problems_of("a: &x 1\nb: *x\nc: !!int 3\n"),
            "f:1:4: an anchor (&name) is not allowed: write the value out where it is needed\n"
            "f:2:4: an alias (*name) is not allowed: write the value out\n"
            "f:3:4: a tag ('tag:yaml.org,2002:int') is not allowed: the schema knows the type\n");
}

TEST(YamlTree, AnAliasBombCostsNothing) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int n = 0; n < 8; ++n) {
      bomb += ", " + last;
    }
    bomb += "]\n";
  }
  EXPECT_NE(problems_of(bomb), "");
}

TEST(YamlTree, RefusesWhatIsNotPlainUtf8) {
  EXPECT_EQ(problems_of("\xef\xbb\xbf"
                        "a: 1\n"),
            "f:1:1: begins with a byte order mark: save the file as plain UTF-8\n");
  EXPECT_EQ(problems_of(std::string_view{"\xff\xfe"
                                         "a\0:\0",
                                         6}),
            "f:1:1: begins with a byte order mark: save the file as plain UTF-8\n");
  EXPECT_EQ(problems_of("a: 1\nb: caf\xe9\n"), "f:2:7: is not UTF-8: save the file as plain UTF-8\n");
  EXPECT_EQ(problems_of(std::string_view{"a\0: 1\n", 6}), "f:1:2: a control character is not allowed\n");
  EXPECT_EQ(problems_of("a: \x1b[2J\n"), "f:1:4: a control character is not allowed\n");
  EXPECT_EQ(problems_of("a: 1\rb: 2\n"), "f:1:5: a carriage return without a line feed is not allowed\n");
}

TEST(YamlTree, TellsEveryTabInTheIndentation) {
  EXPECT_EQ(problems_of("a:\n\tb: 1\n  \tc: 2\n\t\n\t# fine\n"),
            "f:2:1: a tab in the indentation: YAML allows spaces only\n"
            "f:3:3: a tab in the indentation: YAML allows spaces only\n");
}

TEST(YamlTree, TellsWhereTheGrammarIsBroken) {
  EXPECT_EQ(
      problems_of("a: 1\n b: 2\n"),
      "f:2:3: is not valid YAML: illegal map value (look for wrong indentation, or a text with ':' or '#' that needs "
      "quotes)\n");
  for (const char* text : {"a: [1, 2\n", "a: {\n", "a: \"x\n", "a: 'x\n", "}", "]", "a: b: c\n", "- a\nb: 1\n",
                           "a: *none\n", "%YAML 9.0\n---\na: 1\n", "a: \"\\ud800\"\n", "a: \"\\q\"\n", "@", "`",
                           "a: |x\n  y\n", "!", "&", "*", "? : :"}) {
    EXPECT_NE(problems_of(text), "") << text;
  }
}

TEST(YamlTree, RefusesAQuotedTextThatIsTornAtTheEndOfTheFile) {
  for (const char* torn : {"a: \"x", "a: \"x\n", "a: \"x\n  ", "a: 'x\n\n", "a: 'x\n", "\"a", "'a\n"}) {
    EXPECT_NE(problems_of(torn), "") << torn;
  }
}

TEST(YamlTree, KeepsTheLineFeedsOfABlockAtTheEndOfTheFile) {
  const auto last = [](std::string_view text) { return read_yaml("f", text).root.children.at(0).text; };
  EXPECT_EQ(last("a: |\n  x\n"), "x\n");
  EXPECT_EQ(last("a: |\n  x"), "x\n") << "also where the file lacks its last line feed";
  EXPECT_EQ(last("a: |-\n  x\n"), "x");
  EXPECT_EQ(last("a: |+\n  x\n\n"), "x\n\n");
  EXPECT_EQ(last("a: x"), "x");
}

TEST(YamlTree, RefusesKeysThatAreNotWords) {
  EXPECT_EQ(problems_of("? [x]\n: 1\n"), "f:1:3: a key must be a word\n");
  EXPECT_EQ(problems_of("~: 1\n"), "f:1:1: a key is missing before ':'\n");
  EXPECT_EQ(problems_of(": 1\n"), "f:1:1: a key is missing before ':'\n");
}

TEST(YamlTree, RefusesDeepNestingInEveryStyle) {
  EXPECT_EQ(problems_of(std::string(20, '[') + std::string(20, ']')), "f:1:17: is nested more than 16 levels deep\n");
  EXPECT_NE(problems_of(std::string(100'000, '[')), "");
  std::string blocks;
  for (int i = 0; i < 5'000; ++i) {
    blocks += "- ";
  }
  EXPECT_EQ(problems_of(blocks), "f:1:33: is nested more than 16 levels deep\n");
  std::string maps;
  for (int i = 0; i < 400; ++i) {
    maps += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  }
  EXPECT_EQ(problems_of(maps), "f:17:17: is nested more than 16 levels deep\n");
  EXPECT_NE(problems_of(std::string(100'000, '{')), "");
}

TEST(YamlTree, RefusesMoreThanItNeedsToHold) {
  EXPECT_EQ(problems_of(std::string(kLargestConfig + 1, '#')), "f: is larger than 1 MiB\n");
  EXPECT_EQ(problems_of(std::string(kLargestConfig, '#')), "f: is empty\n");
  std::string list;
  for (int i = 0; i < 30'000; ++i) {
    list += "- x\n";
  }
  EXPECT_EQ(problems_of(list), "f:20000:3: has more than 20000 values\n");
}

TEST(YamlTree, TakesHostileFilesOfFullSizeInBoundedTime) {
  const auto repeat = [](std::string_view part) {
    std::string text;
    while (text.size() + part.size() <= kLargestConfig) {
      text += part;
    }
    return text;
  };
  for (const char* part : {"[",    "{",       "- ",  "? ",     ": ",  "a: ",  "\"",    "'",     "a",      " ",
                           "\n",   "|\n",     "!",   "&a ",    "*a ", "%",    "---\n", "...\n", "a: 1\n", "[a: ",
                           "{a, ", "\"a\": ", "#\n", "- - \n", ",",   "a\n ", "!<",    "? a\n", "\"\\\n", "]"}) {
    const auto start = std::chrono::steady_clock::now();
    const YamlTree tree = read_yaml("f", repeat(part));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{20}) << part;
    EXPECT_EQ(tree.root.kind == YamlNode::Kind::Refused, !tree.problems.empty()) << part;
  }
}

}  // namespace
}  // namespace karkara
