#include "agent/codec/conntrack.h"

#include <gmock/gmock.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include <algorithm>
#include <set>

#include "agent/facts/kernel.h"
#include "tests/support/recorded_netlink.h"

namespace karkara::conntrack {
namespace {

constexpr std::size_t kFixed = sizeof(nfgenmsg);
constexpr std::uint32_t kVsat = 1U << 16;
constexpr std::uint32_t kSim = 2U << 16;

std::vector<Entry> entries_in(const NetlinkBytes& bytes) {
  std::vector<Entry> entries;
  for (const NetlinkMessage& message : messages_in(bytes)) {
    const auto entry = decode_entry(message);
    EXPECT_TRUE(entry.ok());
    if (entry && *entry) {
      entries.push_back(**entry);
    }
  }
  return entries;
}

Result<std::optional<Entry>> first_entry(const NetlinkBytes& bytes) {
  return decode_entry(messages_in(bytes).front());
}

bool contains(const NetlinkBytes& bytes, std::initializer_list<unsigned char> wanted) {
  return std::search(bytes.begin(), bytes.end(), wanted.begin(), wanted.end(), [](std::byte a, unsigned char b) {
           return std::to_integer<unsigned char>(a) == b;
         }) != bytes.end();
}

TEST(ConntrackCodec, ReadsTheEntriesOfARealDump) {
  const auto bytes = recorded_netlink("conntrack/corpus/dump-all");
  const auto entries = entries_in(bytes);
  ASSERT_EQ(entries.size(), 9U);
  const auto count = [&](const MarkMatch& match) {
    return std::count_if(entries.begin(), entries.end(), [&](const Entry& e) { return matches(e, match); });
  };
  EXPECT_EQ(count({kVsat, kMarkMask}), 2);
  EXPECT_EQ(count({kSim, kMarkMask}), 2);
  EXPECT_EQ(count({0, kMarkMask}), 5);
  EXPECT_EQ(count({0, 0}), 9);
  std::set<std::uint32_t> ids;
  for (const Entry& entry : entries) {
    ids.insert(entry.id);
  }
  EXPECT_EQ(ids.size(), 9U);
  EXPECT_EQ(std::count_if(entries.begin(), entries.end(), [](const Entry& e) { return e.family == IpFamily::V6; }), 2);
  EXPECT_EQ(std::count_if(entries.begin(), entries.end(), [](const Entry& e) { return e.zone == 7; }), 1);
}

TEST(ConntrackCodec, TellsWhoBeganAFlowAndNoBytesWhereNoneAreCounted) {
  std::multiset<std::string> sources;
  const auto bytes = recorded_netlink("conntrack/corpus/dump-all");
  for (const NetlinkMessage& message : messages_in(bytes)) {
    const auto entry = decode_entry(message);
    if (entry && *entry) {
      const auto flow = decode_flow_bytes(message);
      ASSERT_TRUE(flow) << flow.error().text;
      sources.insert(flow->source.text());
      EXPECT_FALSE(flow->sent);
      EXPECT_FALSE(flow->received);
    }
  }
  EXPECT_EQ(sources.size(), 9U);
  EXPECT_EQ(sources.count("::1"), 2U);
  EXPECT_EQ(sources.count("127.0.0.1"), 7U);
}

TEST(ConntrackCodec, AMarkMatchesOnlyUnderItsMask) {
  Entry entry;
  entry.mark = kVsat | 0x55;
  EXPECT_TRUE(matches(entry, {kVsat, kMarkMask})) << "the other bits are of other programs";
  EXPECT_FALSE(matches(entry, {kVsat, 0xffff'ffff}));
  EXPECT_FALSE(matches(entry, {3U << 16, kMarkMask}));
}

TEST(ConntrackCodec, AFlushSaysMarkAndMaskInNetworkOrderAndNoAddresses) {
  const auto bytes = encode_flush({kVsat, kMarkMask});
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(bytes->size(), 36U) << "two attributes";
  EXPECT_TRUE(contains(*bytes, {8, 0, CTA_MARK, 0, 0x00, 0x01, 0x00, 0x00}));
  EXPECT_TRUE(contains(*bytes, {8, 0, CTA_MARK_MASK, 0, 0x00, 0x3f, 0x00, 0x00}));
}

TEST(ConntrackCodec, RefusesToFlushEverything) {
  EXPECT_EQ(encode_flush({0, 0}).error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(encode_flush({0, kMarkMask}).error().code, ErrorCode::InvalidArgument) << "all flows without a mark";
  EXPECT_EQ(encode_flush({kVsat, 0}).error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(encode_flush({kVsat | 1, kMarkMask}).error().code, ErrorCode::InvalidArgument) << "matches nothing";
}

TEST(ConntrackCodec, ARemovalNamesTheEntryByAddressesIdAndZone) {
  const auto bytes = recorded_netlink("conntrack/corpus/dump-marked");
  const auto entries = entries_in(bytes);
  ASSERT_EQ(entries.size(), 2U);
  for (const Entry& entry : entries) {
    const auto removal = encode_removal(entry);
    EXPECT_EQ(attribute_at(removal, CTA_TUPLE_ORIG, kFixed), 20U);
    EXPECT_NE(std::search(removal.begin(), removal.end(), entry.tuple.begin(), entry.tuple.end()), removal.end());
    EXPECT_NE(attribute_at(removal, CTA_ID, kFixed), 0U);
    EXPECT_EQ(contains(removal, {6, 0, CTA_ZONE, 0, 0, 7}), entry.zone == 7);
  }
}

TEST(ConntrackCodec, AnEntryWithoutMarkHasMarkZero) {
  auto bytes = recorded_netlink("conntrack/corpus/dump-marked");
  overwrite(bytes, attribute_at(bytes, CTA_MARK, kFixed) + 2, CTA_LABELS);
  ASSERT_TRUE(first_entry(bytes).ok());
  EXPECT_EQ(first_entry(bytes).value()->mark, 0U);
}

TEST(ConntrackCodec, MalformedEntriesAreErrors) {
  const auto good = recorded_netlink("conntrack/corpus/dump-marked");
  ASSERT_TRUE(first_entry(good).ok());
  auto no_id = good;
  overwrite(no_id, attribute_at(no_id, CTA_ID, kFixed) + 2, CTA_LABELS);
  EXPECT_EQ(first_entry(no_id).error().code, ErrorCode::NotFound);
  auto no_addresses = good;
  overwrite(no_addresses, attribute_at(no_addresses, CTA_TUPLE_ORIG, kFixed) + 2, CTA_LABELS);
  EXPECT_EQ(first_entry(no_addresses).error().code, ErrorCode::NotFound);
  auto twice = good;
  overwrite(twice, attribute_at(twice, CTA_USE, kFixed) + 2, CTA_MARK);
  EXPECT_EQ(first_entry(twice).error().code, ErrorCode::AlreadyExists);
  auto overlong = good;
  overwrite(overlong, attribute_at(overlong, CTA_MARK, kFixed), 0x7fff);
  EXPECT_EQ(first_entry(overlong).error().code, ErrorCode::DataLoss);
  auto narrow = good;
  overwrite(narrow, attribute_at(narrow, CTA_MARK, kFixed), 6);
  EXPECT_EQ(first_entry(narrow).error().code, ErrorCode::InvalidArgument);
  auto cut = messages_in(good).front();
  cut.payload = cut.payload.first(kFixed - 1);
  EXPECT_EQ(decode_entry(cut).error().code, ErrorCode::DataLoss);
}

TEST(ConntrackCodec, OtherMessagesAndFamiliesAreNoEntries) {
  const auto counters = recorded_netlink("nft_counters/corpus/dump-ours");
  EXPECT_FALSE(first_entry(counters).value().has_value());
  auto bridge = recorded_netlink("conntrack/corpus/dump-marked");
  bridge[sizeof(nlmsghdr)] = std::byte{7};
  EXPECT_FALSE(first_entry(bridge).value().has_value());
}

TEST(ConntrackCodec, KnowsWhichKernelsFlushByMark) {
  for (const char* release : {"4.0.0", "4.4.60", "5.4.124", "6.1.0-18-arm64", "6.18.44-fc-v669", "10.2"}) {
    EXPECT_TRUE(flush_honours_mark(release)) << release;
  }
  for (const char* release : {"3.19.8", "3.18.44", "2.6.36.4brcmarm", "", "4", "v6.1", "-6.1.0", "99999999999.1"}) {
    EXPECT_FALSE(flush_honours_mark(release)) << release;
  }
}

}  // namespace
}  // namespace karkara::conntrack
