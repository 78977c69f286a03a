#include "common/truth.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

constexpr std::uint64_t kNonce = 0x0123456789abcdefU;

EchoKey key(std::uint32_t key_id = 7) {
  EchoMasterKey master;
  for (std::size_t i = 0; i < master.bytes.size(); ++i) {
    master.bytes[i] = static_cast<std::byte>(i);
  }
  return master.site_key(key_id);
}

TEST(Truth, PathAndBodyAreTheTextsOfTheProtocolPage) {
  EXPECT_EQ(truth_path({7, 1, kNonce}), "/karkara/truth/00000007/1/0123456789abcdef");
  // The MAC was made with another program: HMAC-SHA256(site key, "karkara-truth-v1" || nonce), its first 16 bytes.
  EXPECT_EQ(truth_body(kNonce, key()), "karkara-truth-v1 0123456789abcdef b04ebb8cecb5727b72c7f2d88bd0f826\n");
}

TEST(Truth, ReadsThePathThatItMakesAndNoOther) {
  for (const TruthRequest& request : {TruthRequest{0, 0, 0}, TruthRequest{0xffffffffU, 255, ~std::uint64_t{0}}}) {
    EXPECT_EQ(parse_truth_path(truth_path(request)).value(), request);
  }
  for (const char* path :
       {"", "/", "/karkara/truth/", "/karkara/truth/00000007/1/0123456789abcde", "/karkara/truth/7/1/0123456789abcdef",
        "/karkara/truth/00000007/01/0123456789abcdef", "/karkara/truth/00000007/256/0123456789abcdef",
        "/karkara/truth/00000007//0123456789abcdef", "/karkara/truth/00000007/1/0123456789ABCDEF",
        "/karkara/truth/00000007/1/0123456789abcdef/", "/karkara/truth/00000007/-1/0123456789abcdef",
        "/karkara/truth/00000007/1/0123456789abcdef?x"}) {
    EXPECT_FALSE(parse_truth_path(path).ok()) << path;
  }
}

TEST(Truth, BelievesItsOwnBodyAndNoOther) {
  const std::string body = truth_body(kNonce, key());
  EXPECT_TRUE(verify_truth_body(body, kNonce, key()).ok());
  EXPECT_EQ(verify_truth_body(body, kNonce + 1, key()).error().code, ErrorCode::Unauthenticated);
  EXPECT_EQ(verify_truth_body(body, kNonce, key(8)).error().code, ErrorCode::Unauthenticated);
  EXPECT_EQ(verify_truth_body("<html>", kNonce, key()).error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(verify_truth_body("", kNonce, key()).error().code, ErrorCode::InvalidArgument);
  for (std::size_t i = 0; i < body.size(); ++i) {
    std::string bad = body;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(verify_truth_body(bad, kNonce, key()).ok()) << i;
  }
}

}  // namespace
}  // namespace karkara
