#include "agent/codec/dns_message.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace karkara {
namespace {

std::vector<std::byte> bytes(std::string_view hex) {
  std::vector<std::byte> out;
  std::string pair;
  for (const char c : hex) {
    if (c != ' ') {
      pair += c;
    }
    if (pair.size() == 2) {
      out.push_back(static_cast<std::byte>(std::stoi(pair, nullptr, 16)));
      pair.clear();
    }
  }
  return out;
}

const DnsQuestion kQuestion{0xbeef, "a.Ne", IpFamily::V4};
// The question as resolvers repeat it: "a.ne", A, IN.
const std::string kAsked = "01 61 02 6e 65 00 0001 0001";
const std::string kGood = "beef 8180 0001";

Result<DnsAnswer> decode(const std::string& hex, const DnsQuestion& question = kQuestion) {
  return decode_dns_answer(bytes(hex), question);
}

TEST(DnsMessage, AsksAsTheStandardSays) {
  EXPECT_EQ(encode_dns_query(kQuestion).value(), bytes("beef 0100 0001 0000 0000 0000  01 61 02 4e 65 00 0001 0001"));
  EXPECT_EQ(encode_dns_query({1, "a.ne.", IpFamily::V6}).value(),
            bytes("0001 0100 0001 0000 0000 0000  01 61 02 6e 65 00 001c 0001"));
}

TEST(DnsMessage, AsksForNothingThatIsNoHostName) {
  const std::string label(64, 'a');
  for (const std::string& name : {std::string{}, std::string{"."}, std::string{"a..ne"}, std::string{".ne"},
                                  std::string{"a.ne.."}, std::string{"a b.ne"}, label, std::string(254, 'a')}) {
    EXPECT_FALSE(encode_dns_query({1, name, IpFamily::V4}).ok()) << name;
  }
  EXPECT_TRUE(encode_dns_query({1, label.substr(1) + ".ne", IpFamily::V4}).ok());
}

TEST(DnsMessage, ReadsAddressesBehindAliasesAndPointers) {
  const auto answer = decode(kGood + "0003 0000 0000" + kAsked +
                             "c00c 0005 0001 00000e10 0004 0162 c00e"     // a.ne is an alias of b.ne
                             "0162c00e 0001 0001 00000e10 0004 cb007115"  // b.ne
                             "c00c 0001 0001 00000e10 0004 cb007116");
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  EXPECT_EQ(answer->addresses, (std::vector{*IpAddress::parse("203.0.113.21"), *IpAddress::parse("203.0.113.22")}));
}

TEST(DnsMessage, ReadsSixAddressesWhenAskedForThem) {
  const auto answer = decode(
      "beef 8180 0001 0002 0000 0000 01 61 02 6e 65 00 001c 0001"
      "c00c 001c 0001 00000e10 0010 20010db8000000000000000000000021"
      "c00c 0001 0001 00000e10 0004 cb007115",
      {0xbeef, "a.ne", IpFamily::V6});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->addresses, std::vector{*IpAddress::parse("2001:db8::21")});
}

TEST(DnsMessage, TellsRefusalsApart) {
  EXPECT_EQ(decode("beef 8183 0001 0000 0000 0000" + kAsked)->code, DnsCode::NoSuchName);
  EXPECT_EQ(decode("beef 8182 0001 0000 0000 0000" + kAsked)->code, DnsCode::ServerFailure);
  EXPECT_EQ(decode("beef 8185 0000 0000 0000 0000")->code, DnsCode::Other);  // refused, question left out
}

TEST(DnsMessage, RefusesWhatIsNoAnswerToTheQuestion) {
  EXPECT_FALSE(decode("bee0 8180 0001 0000 0000 0000" + kAsked).ok());                     // another id
  EXPECT_FALSE(decode("beef 0100 0001 0000 0000 0000" + kAsked).ok());                     // a question
  EXPECT_FALSE(decode("beef a980 0001 0000 0000 0000" + kAsked).ok());                     // an update
  EXPECT_FALSE(decode("beef 8180 0001 0000 0000 0000 01 62 02 6e 65 00 0001 0001").ok());  // another name
  EXPECT_FALSE(decode("beef 8180 0001 0000 0000 0000 01 61 02 6e 65 00 001c 0001").ok());  // another type
  EXPECT_FALSE(decode("beef 8180 0000 0000 0000 0000").ok());                              // nothing said
  EXPECT_FALSE(decode("beef 8180 0002 0000 0000 0000" + kAsked + kAsked).ok());
  EXPECT_FALSE(decode("beef").ok());
}

TEST(DnsMessage, IsNotCaughtInACompressionLoop) {
  // A name that points at itself, and one that points at the header.
  EXPECT_TRUE(decode(kGood + "0001 0000 0000" + kAsked + "c016 0001 0001 00000000 0004 cb007115").ok());
  EXPECT_TRUE(decode(kGood + "0001 0000 0000" + kAsked + "c000 0001 0001 00000000 0004 cb007115").ok());
  EXPECT_FALSE(decode(kGood + "0001 0000 0000" + kAsked + "40 0001 0001 00000000 0004 cb007115").ok());
  EXPECT_FALSE(decode(kGood + "0001 0000 0000" + kAsked + "c0").ok());
}

TEST(DnsMessage, RefusesMoreRecordsThanThereAreUnlessItSaysThatItIsCut) {
  const std::string record = "c00c 0001 0001 00000e10 0004 cb007115";
  EXPECT_FALSE(decode(kGood + "ffff 0000 0000" + kAsked + record).ok());
  const auto cut = decode("beef 8380 0001 ffff 0000 0000" + kAsked + record);
  ASSERT_TRUE(cut.ok());
  EXPECT_TRUE(cut->truncated);
  EXPECT_EQ(cut->addresses.size(), 1U);
}

TEST(DnsMessage, StepsOverAnAddressOfAWrongSizeOrClass) {
  const auto answer = decode(kGood + "0002 0000 0000" + kAsked + "c00c 0001 0001 00000e10 0003 cb0071" +
                             "c00c 0001 0003 00000e10 0004 cb007115");
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->addresses.empty());
}

}  // namespace
}  // namespace karkara
