#include "agent/codec/content_answer.h"

#include <gmock/gmock.h>

namespace karkara {
namespace {

constexpr std::uint64_t kNonce = 0x0123456789abcdefU;
const EchoKey kKey = EchoKey::from_hex(std::string(64, '7')).value();

std::string ours(std::uint64_t nonce = kNonce) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + truth_body(nonce, kKey);
}
ContentOpinion opinion(std::string_view received, bool ended = true) {
  return judge_content(received, ended, kNonce, kKey).value();
}

TEST(ContentAnswer, AsksOneServerForOnePath) {
  EXPECT_EQ(content_request({7, 1, kNonce}, *IpEndpoint::parse("203.0.113.21:80")),
            "GET /karkara/truth/00000007/1/0123456789abcdef HTTP/1.0\r\nHost: 203.0.113.21:80\r\n"
            "Connection: close\r\n\r\n");
}

TEST(ContentAnswer, IsSignedAsSoonAsItIsWholeAndNotBefore) {
  const std::string answer = ours();
  for (std::size_t size = 0; size < answer.size(); ++size) {
    EXPECT_EQ(judge_content(answer.substr(0, size), false, kNonce, kKey), std::nullopt) << size;
    const auto cut = judge_content(answer.substr(0, size), true, kNonce, kKey);
    ASSERT_TRUE(cut.has_value());
    EXPECT_NE(cut->verdict, ContentVerdict::Signed) << size;
  }
  EXPECT_EQ(opinion(answer, false), (ContentOpinion{ContentVerdict::Signed, "signed"}));
}

TEST(ContentAnswer, IsForeignWithAnotherNonceKeyOrWithSomethingBehindIt) {
  EXPECT_EQ(opinion(ours(kNonce + 1)).verdict, ContentVerdict::Foreign);
  EXPECT_EQ(judge_content(ours(), true, kNonce, EchoKey{})->verdict, ContentVerdict::Foreign);
  EXPECT_EQ(opinion(ours() + "<script>").verdict, ContentVerdict::Foreign);
  EXPECT_EQ(opinion("HTTP/1.1 201 Created\r\n\r\n" + truth_body(kNonce, kKey)).verdict, ContentVerdict::Foreign);
  EXPECT_EQ(opinion("HTTP/1.1 200 OK\r\n\r\n").verdict, ContentVerdict::Foreign);  // empty, as some portals do
  EXPECT_EQ(opinion("HTTP/1.1 404 Not Found\r\n\r\n"),
            (ContentOpinion{ContentVerdict::Foreign, "status 404, content that is not ours"}));
  EXPECT_EQ(opinion("HTTP/1.1 511 Network Authentication Required\r\n\r\n").verdict, ContentVerdict::Foreign);
}

TEST(ContentAnswer, SaysWhereARedirectWouldLeadAndThatMuchOnly) {
  EXPECT_EQ(opinion("HTTP/1.1 302 Found\r\nServer: x\r\nLOCATION:  http://portal.example/login\t\r\n\r\n", false),
            (ContentOpinion{ContentVerdict::Redirected, "302 to http://portal.example/login"}));
  EXPECT_EQ(opinion("HTTP/1.0 307 T\nlocation: http://a\n\n").detail, "307 to http://a");
  EXPECT_EQ(opinion("HTTP/1.1 302 Found\r\n\r\n").detail, "302 to ");
  const auto hostile = opinion("HTTP/1.1 301 M\r\nLocation: \x1b[31m" + std::string(500, 'x') + "\r\n\r\n");
  EXPECT_EQ(hostile.detail.size(), 120U);
  EXPECT_THAT(hostile.detail, testing::StartsWith("301 to ?[31mxxx"));
}

TEST(ContentAnswer, IsRefusedWhenItEndsWithoutHavingSaidAnything) {
  EXPECT_EQ(opinion("").verdict, ContentVerdict::Refused);
  EXPECT_EQ(opinion(ours().substr(0, ours().size() - 5)).verdict, ContentVerdict::Refused);
  EXPECT_EQ(opinion("HTTP/1.1 200 OK\r\nContent-").verdict, ContentVerdict::Refused);
}

TEST(ContentAnswer, TakesNoOtherProtocolForHttp) {
  EXPECT_EQ(opinion("SSH-2.0-dropbear\r\n", false).verdict, ContentVerdict::Foreign);
  EXPECT_EQ(opinion("HTTP/2 200\r\n\r\n", false).verdict, ContentVerdict::Foreign);
  EXPECT_EQ(opinion("HTTP/1.1 2x0 OK\r\n\r\n").verdict, ContentVerdict::Foreign);
  EXPECT_EQ(opinion("<html>").detail, "not HTTP: <html>");
}

TEST(ContentAnswer, StopsWaitingForAnEndlessHead) {
  const std::string endless = "HTTP/1.1 200 OK\r\n" + std::string(kMostContentBytes, 'x');
  EXPECT_EQ(opinion(endless, false).verdict, ContentVerdict::Foreign);
}

}  // namespace
}  // namespace karkara
