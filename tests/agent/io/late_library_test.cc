#include "agent/io/late_library.h"

#include <gtest/gtest.h>

#include <array>

namespace karkara {
namespace {

TEST(LateLibrary, FindsWhatTheLibraryHas) {
  double (*root)(double) = nullptr;
  const std::array functions{LateFunction{"sqrt", reinterpret_cast<void**>(&root)}};
  ASSERT_TRUE(load_late_library("libm.so.6", functions).ok());
  EXPECT_EQ(root(9.0), 3.0);
}

TEST(LateLibrary, SaysWhichLibraryIsMissing) {
  const Status loaded = load_late_library("libkarkara-nobody.so.1", {});
  ASSERT_FALSE(loaded.ok());
  EXPECT_NE(loaded.error().text.find("libkarkara-nobody.so.1"), std::string::npos) << loaded.error().text;
}

TEST(LateLibrary, RefusesALibraryThatLacksAFunction) {
  void* found = nullptr;
  const Status loaded = load_late_library("libm.so.6", std::array{LateFunction{"karkara_nobody", &found}});
  ASSERT_FALSE(loaded.ok());
  EXPECT_NE(loaded.error().text.find("karkara_nobody"), std::string::npos) << loaded.error().text;
}

}  // namespace
}  // namespace karkara
