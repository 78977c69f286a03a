#include "agent/io/wireguard_keys.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace karkara {
namespace {

using testing::HasSubstr;
using testing::Not;

class WireguardKeysTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/karkara-keys-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string file() const { return folder_ + "/state/tunnel.key"; }
  void write(const std::string& text, mode_t mode) const {
    std::filesystem::create_directories(folder_ + "/state");
    std::ofstream{file()} << text;
    ASSERT_EQ(chmod(file().c_str(), mode), 0);
  }
  [[nodiscard]] std::string content() const {
    std::ifstream in{file()};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  std::string folder_;
};

// RFC 7748, section 6.1: Alice's keys.
constexpr const char* kAliceSecret = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";
constexpr const char* kAlicePublic = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";

TEST_F(WireguardKeysTest, MakesAKeyOnFirstUseAndKeepsIt) {
  const auto made = own_key(file());
  ASSERT_TRUE(made.ok()) << made.error().text;
  struct stat facts {};
  ASSERT_EQ(stat(file().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  EXPECT_EQ(content().size(), 45U);
  const auto kept = own_key(file());
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(public_key_of(kept.value()).value(), public_key_of(made.value()).value());
}

TEST_F(WireguardKeysTest, DerivesThePublicKeyAsTheRfcDoes) {
  const auto secret = SecretKey::parse(kAliceSecret);
  ASSERT_TRUE(secret.ok());
  EXPECT_EQ(public_key_of(secret.value()).value().text(), kAlicePublic);
}

TEST_F(WireguardKeysTest, RefusesAKeyThatOthersMayRead) {
  for (const mode_t mode : {0640U, 0604U, 0660U, 0644U}) {
    write(std::string{kAliceSecret} + "\n", mode);
    const auto key = own_key(file());
    ASSERT_FALSE(key.ok()) << mode;
    EXPECT_EQ(key.error().code, ErrorCode::PermissionDenied);
    EXPECT_THAT(key.error().text, HasSubstr(file()));
  }
}

TEST_F(WireguardKeysTest, NeverReplacesAFileThatItCannotRead) {
  for (const char* text : {"", "rubbish\n", "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo\n"}) {
    write(text, 0600);
    const auto key = own_key(file());
    ASSERT_FALSE(key.ok()) << text;
    EXPECT_EQ(key.error().code, ErrorCode::InvalidArgument);
    EXPECT_THAT(key.error().text, Not(HasSubstr("dwdtCn")));
    EXPECT_EQ(content(), text);
  }
}

TEST_F(WireguardKeysTest, AFifoDoesNotHoldUpTheRouter) {
  std::filesystem::create_directories(folder_ + "/state");
  ASSERT_EQ(mkfifo(file().c_str(), 0600), 0);
  EXPECT_EQ(own_key(file()).error().code, ErrorCode::InvalidArgument);
}

TEST_F(WireguardKeysTest, APresharedKeyIsNeverMade) {
  EXPECT_EQ(read_key_file(file()).error().code, ErrorCode::NotFound);
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(WireguardKeysTest, SaysWhereNoKeyCanBeKept) {
  write("", 0600);
  const std::string below = file() + "/key";  // below a plain file
  const auto key = own_key(below);
  ASSERT_FALSE(key.ok());
  EXPECT_THAT(key.error().text, HasSubstr(below));
}

}  // namespace
}  // namespace karkara
