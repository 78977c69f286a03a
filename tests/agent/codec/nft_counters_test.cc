#include "agent/codec/nft_counters.h"

#include <gmock/gmock.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "tests/support/recorded_netlink.h"

namespace karkara::nft_counters {
namespace {

using testing::UnorderedElementsAre;

constexpr std::size_t kFixed = sizeof(nfgenmsg);

std::vector<FlowCounter> counters_in(const NetlinkBytes& bytes) {
  std::vector<FlowCounter> counters;
  for (const NetlinkMessage& message : messages_in(bytes)) {
    FlowCounter counter;
    const auto found = decode_counter(message, counter);
    EXPECT_TRUE(found.ok());
    if (found && *found) {
      counters.push_back(counter);
    }
  }
  return counters;
}

Result<bool> first_counter(const NetlinkBytes& bytes) {
  FlowCounter counter;
  return decode_counter(messages_in(bytes).front(), counter);
}

const auto kOurs = UnorderedElementsAre(FlowCounter{"vsat_out", 14, 3526}, FlowCounter{"sim_a_out", 1, 35},
                                        FlowCounter{"class_school_sim_a", 5'000'000'000, 1'234'567'890'123'456});

TEST(NftCounters, ReadsTheCountersOfARealDump) {
  EXPECT_THAT(counters_in(recorded_netlink("nft_counters/corpus/dump-ours")), kOurs);
}

TEST(NftCounters, SkipsQuotasAndOtherTablesOfAnUnfilteredDump) {
  EXPECT_THAT(counters_in(recorded_netlink("nft_counters/corpus/dump-all-objects")), kOurs);
}

TEST(NftCounters, ATableThatIsNotThereHasNone) {
  EXPECT_TRUE(counters_in(recorded_netlink("nft_counters/corpus/dump-no-table")).empty());
}

TEST(NftCounters, AsksForCountersOfOurTableAndNeverResets) {
  const auto request = encode_dump();
  const auto message = messages_in(request).front();
  EXPECT_EQ(message.type, (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETOBJ);
  const std::size_t table = attribute_at(request, NFTA_OBJ_TABLE, kFixed);
  EXPECT_STREQ(reinterpret_cast<const char*>(request.data() + table + 4), "karkara");
  EXPECT_NE(attribute_at(request, NFTA_OBJ_TYPE, kFixed), 0U);
}

TEST(NftCounters, MalformedCountersAreErrors) {
  const auto good = recorded_netlink("nft_counters/corpus/dump-ours");
  ASSERT_TRUE(first_counter(good).ok() && *first_counter(good));
  const std::size_t data = attribute_at(good, NFTA_OBJ_DATA, kFixed);
  const std::size_t name = attribute_at(good, NFTA_OBJ_NAME, kFixed);
  auto narrow = good;
  overwrite(narrow, data + 4, 8);  // the first value has 4 bytes, and what follows it is an attribute of no length
  EXPECT_FALSE(first_counter(narrow).ok());
  auto missing = good;
  overwrite(missing, data + 6, NFTA_COUNTER_PAD);
  EXPECT_EQ(first_counter(missing).error().code, ErrorCode::InvalidArgument);
  auto overlong = good;
  overwrite(overlong, data + 4, 0x7fff);
  EXPECT_EQ(first_counter(overlong).error().code, ErrorCode::DataLoss);
  auto no_values = good;
  overwrite(no_values, data + 2, NFTA_OBJ_USERDATA);
  EXPECT_EQ(first_counter(no_values).error().code, ErrorCode::InvalidArgument);
  auto no_name = good;
  overwrite(no_name, name + 2, NFTA_OBJ_USERDATA);
  EXPECT_EQ(first_counter(no_name).error().code, ErrorCode::InvalidArgument);
  auto escape = good;
  escape[name + 4] = std::byte{0x1b};
  EXPECT_EQ(first_counter(escape).error().code, ErrorCode::InvalidArgument);
  auto twice = good;
  overwrite(twice, name + 2, NFTA_OBJ_TABLE);
  EXPECT_EQ(first_counter(twice).error().code, ErrorCode::AlreadyExists);
}

TEST(NftCounters, ACutHeaderIsAnError) {
  const auto bytes = recorded_netlink("nft_counters/corpus/dump-ours");
  auto message = messages_in(bytes).front();
  message.payload = message.payload.first(3);
  FlowCounter counter;
  EXPECT_EQ(decode_counter(message, counter).error().code, ErrorCode::DataLoss);
}

}  // namespace
}  // namespace karkara::nft_counters
