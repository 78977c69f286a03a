#include "agent/codec/traffic_control.h"

#include <gmock/gmock.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <cerrno>
#include <map>

#include "agent/facts/traffic_canonical.h"
#include "tests/support/recorded_netlink.h"

namespace karkara::traffic_control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kFixed = sizeof(tcmsg);

template <class T>
std::vector<T> all_in(const NetlinkBytes& bytes, Result<std::optional<T>> (*decode)(const NetlinkMessage&)) {
  std::vector<T> found;
  for (const NetlinkMessage& message : messages_in(bytes)) {
    auto one = decode(message);
    EXPECT_TRUE(one.ok()) << one.error().text;
    if (one && *one) {
      found.push_back(std::move(**one));
    }
  }
  return found;
}

NetlinkBytes recorded(const std::string& name) {
  return recorded_netlink("traffic_control/corpus/" + name);
}

std::map<std::uint16_t, Queue> leaves_in(const NetlinkBytes& bytes) {
  std::map<std::uint16_t, Queue> leaves;
  for (Queue& queue : all_in(bytes, decode_queue)) {
    if (const auto minor = queue.below()) {
      leaves[*minor] = std::move(queue);
    }
  }
  return leaves;
}

TEST(TrafficControl, ReadsRootsLeavesAndClsactsOfARealDump) {
  const auto queues = recorded("debian-queues");
  std::vector<std::string> roots;
  int clsacts = 0;
  for (const Queue& queue : all_in(queues, decode_queue)) {
    if (queue.is_root()) {
      roots.push_back(queue.kind + " " + std::to_string(queue.handle >> 16U) + " " +
                      std::to_string(queue.default_minor));
    }
    clsacts += queue.is_clsact() ? 1 : 0;
  }
  EXPECT_THAT(roots, testing::IsSupersetOf({"htb 27392 34", "noqueue 0 0"}));
  EXPECT_EQ(clsacts, 1);
  const auto leaves = leaves_in(queues);
  EXPECT_EQ(leaves.at(0x21).leaf, Leaf{PfifoLeaf{77}});
  EXPECT_EQ(leaves.at(0x22).leaf, (Leaf{FqCodelLeaf{600, 1'048'576, 5'000, 100'000, 128, 300, true}}));
  EXPECT_EQ(leaves.at(0x23).leaf, (Leaf{CakeLeaf{CakeLeaf::Hosts::Sources, true, 700'000, 500'000}}));
}

TEST(TrafficControl, ACakeThatShapesByItselfIsAnother) {
  const auto bytes = recorded("debian-queues");
  int cakes = 0;
  for (const Queue& queue : all_in(bytes, decode_queue)) {
    if (queue.kind == "cake" && queue.is_root()) {
      EXPECT_EQ(queue.leaf, Leaf{OtherLeaf{"cake"}});
      ++cakes;
    }
  }
  EXPECT_EQ(cakes, 1);
}

TEST(TrafficControl, ReadsTheClassesOfARealDumpAsTcWasToldThem) {
  for (const char* name : {"debian-classes-ours", "small-classes-ours"}) {
    std::map<std::uint16_t, Class> classes;
    const auto bytes = recorded(name);
    for (const Class& found : all_in(bytes, decode_class)) {
      ASSERT_TRUE(found.ours);
      classes[found.ours->minor] = found;
    }
    ASSERT_EQ(classes.size(), 5U) << name;
    const ShaperClass inner{0x20, 0, 64'000, 64'000, 1600, 1600, 1514, 0, {}};
    EXPECT_EQ(*classes.at(0x20).ours, inner);
    EXPECT_EQ(classes.at(0x20).framing, (Framing{24, 64}));
    // tc rounds its burst down to whole ticks; we round ours up.
    const ShaperClass second{0x22, 0x20, 56'000, 64'000, 1599, 1600, 1514, 1, {}};
    EXPECT_EQ(*classes.at(0x22).ours, second);
    EXPECT_EQ(classes.at(0x40).ours->rate, 5'000'000'000U) << "more than 32 bits hold";
    EXPECT_EQ(classes.at(0x40).ours->ceiling, 5'000'000'000U);
  }
}

TEST(TrafficControl, CountsWhatWaitsAndHowLong) {
  const auto bytes = recorded("debian-classes");
  std::uint32_t flows = 0;
  for (const Class& found : all_in(bytes, decode_class)) {
    if (found.ours && found.ours->minor == 0x22) {
      EXPECT_GT(found.count.packets, 5U);
      EXPECT_GT(found.count.bytes, 5'000U);
      EXPECT_EQ(found.count.backlog, found.count.queued * 1042) << "1000 bytes with their headers";
    }
    if (!found.ours && found.count.delay) {
      ++flows;
      EXPECT_LT(*found.count.delay, 2'000'000U);
    }
  }
  EXPECT_GE(flows, 1U) << "fq_codel tells them flow by flow";
  const auto queues = recorded("debian-queues");
  const auto leaves = leaves_in(queues);
  ASSERT_TRUE(leaves.at(0x23).count.delay) << "CAKE by tin";
  EXPECT_FALSE(leaves.at(0x21).count.delay);
}

TEST(TrafficControl, TellsOurRedirectFromFiltersOfOthers) {
  for (const char* name : {"debian-filters-out", "small-filters-out"}) {
    int ours = 0;
    int others = 0;
    const auto bytes = recorded(name);
    for (const SeenFilter& filter : all_in(bytes, decode_filter)) {
      ours += filter.redirect && *filter.redirect != 0 ? 1 : 0;
      others += filter.redirect ? 0 : 1;
    }
    EXPECT_EQ(ours, 1) << name;
    EXPECT_EQ(others, 1) << name;
  }
  const auto in = recorded("debian-filters-in");
  for (const SeenFilter& filter : all_in(in, decode_filter)) {
    EXPECT_FALSE(filter.redirect);
  }
}

TEST(TrafficControl, ARedirectOfOneNetworkIsReadAsItWasSaid) {
  const auto through = [](const Redirect& redirect, Filter filter) {
    const auto requests = encode(PutRedirect{redirect}, filter);
    EXPECT_TRUE(requests.ok());
    const auto seen = requests ? all_in(requests->back().bytes, decode_filter) : std::vector<SeenFilter>{};
    EXPECT_EQ(seen.size(), 1U);
    return seen.empty() ? SeenFilter{} : seen.front();
  };
  for (const char* network : {"100.124.0.0/14", "10.0.0.0/8", "192.0.2.1/32", "128.0.0.0/1"}) {
    for (const Filter filter : {Filter::U32, Filter::MatchAll}) {
      const SeenFilter seen = through({3, 9, IpPrefix::parse(network)}, filter);
      EXPECT_EQ(seen.redirect, 9U) << network;
      EXPECT_EQ(seen.to, IpPrefix::parse(network)) << network;
    }
  }
  EXPECT_EQ(through({3, 9}, Filter::U32).to, std::nullopt);
  EXPECT_EQ(through({3, 9}, Filter::U32).redirect, 9U);
  for (const char* wrong : {"100.124.0.1/14", "0.0.0.0/0", "fd00::/48"}) {
    EXPECT_FALSE(encode(PutRedirect{{3, 9, IpPrefix::parse(wrong)}}, Filter::U32).ok()) << wrong;
  }
}

// A filter of ours that somebody bent leads elsewhere what it should: it is put anew.
TEST(TrafficControl, ARedirectThatPicksOtherwiseIsAsOneThatLeadsNowhere) {
  const auto good = encode(PutRedirect{{3, 9, IpPrefix::parse("100.124.0.0/14")}}, Filter::U32)->back().bytes;
  const std::size_t options = attribute_at(good, TCA_OPTIONS, kFixed);
  ASSERT_NE(options, 0U);
  const std::size_t selector = options + 4 + 4;  // behind both headers
  const std::pair<std::size_t, std::uint8_t> bends[] = {
      {0, 0}, {2, 1}, {2, 3}, {sizeof(tc_u32_sel), 0}, {sizeof(tc_u32_sel) + sizeof(tc_u32_key) + 2, 0xff}};
  for (const auto& [at, value] : bends) {
    NetlinkBytes bent = good;
    bent.at(selector + at) = std::byte{value};
    for (const SeenFilter& seen : all_in(bent, decode_filter)) {
      EXPECT_EQ(seen.redirect, 0U) << at;
      EXPECT_EQ(seen.to, std::nullopt) << at;
    }
  }
}

TEST(TrafficControl, EventsTellWhatWentAndWhatCame) {
  const auto bytes = recorded("debian-events");
  std::vector<std::string> told;
  for (const Queue& queue : all_in(bytes, decode_queue)) {
    told.push_back((queue.gone ? "-" : "+") + queue.kind);
  }
  EXPECT_THAT(told, testing::IsSupersetOf({"+pfifo", "-htb", "+tbf", "-clsact"}));
}

NetlinkBytes first_message_of_kind(const std::string& name, const std::string& kind) {
  const auto bytes = recorded(name);
  std::size_t at = 0;
  while (at + sizeof(nlmsghdr) <= bytes.size()) {
    nlmsghdr header{};
    std::memcpy(&header, bytes.data() + at, sizeof header);
    NetlinkBytes message{bytes.begin() + static_cast<std::ptrdiff_t>(at),
                         bytes.begin() + static_cast<std::ptrdiff_t>(at + header.nlmsg_len)};
    const std::string_view text{reinterpret_cast<const char*>(message.data()), message.size()};
    if (text.find(kind) != std::string_view::npos) {
      return message;
    }
    at += NLMSG_ALIGN(header.nlmsg_len);
  }
  ADD_FAILURE() << "no " << kind;
  return {};
}

TEST(TrafficControl, MalformedObjectsAreErrors) {
  const auto decode = [](const NetlinkBytes& bytes) { return decode_class(messages_in(bytes).front()); };
  const auto good = first_message_of_kind("debian-classes-ours", "htb");
  ASSERT_TRUE(decode(good).ok());
  const std::size_t options = attribute_at(good, TCA_OPTIONS, kFixed);
  auto no_kind = good;
  overwrite(no_kind, attribute_at(good, TCA_KIND, kFixed) + 2, TCA_CHAIN);
  EXPECT_EQ(decode(no_kind).error().code, ErrorCode::InvalidArgument);
  auto no_options = good;
  overwrite(no_options, options + 2, TCA_FCNT);
  EXPECT_EQ(decode(no_options).error().code, ErrorCode::NotFound);
  auto short_parameters = good;
  overwrite(short_parameters, options + 4, 8);
  EXPECT_FALSE(decode(short_parameters).ok());
  auto overlong = good;
  overwrite(overlong, options + 4, 0x7fff);
  EXPECT_EQ(decode(overlong).error().code, ErrorCode::DataLoss);
  auto no_link = good;
  std::memset(no_link.data() + sizeof(nlmsghdr) + offsetof(tcmsg, tcm_ifindex), 0, sizeof(int));
  EXPECT_EQ(decode(no_link).error().code, ErrorCode::InvalidArgument);
  auto twice = good;
  overwrite(twice, attribute_at(good, TCA_STATS2, kFixed) + 2, TCA_OPTIONS);
  EXPECT_EQ(decode(twice).error().code, ErrorCode::AlreadyExists);
}

TEST(TrafficControl, OtherMessagesMeanNothing) {
  const auto bytes = recorded("debian-queues");
  EXPECT_THAT(all_in(bytes, decode_class), IsEmpty());
  EXPECT_THAT(all_in(bytes, decode_filter), IsEmpty());
}

TEST(TrafficControl, WhatCannotBeOursIsNotEncoded) {
  const ShaperClass content{33, 0, 8'000, 8'000, 1600, 1600, 1514, 0, {}};
  ShaperClass of_itself = content;
  of_itself.parent = 33;
  ShaperClass beyond = content;
  beyond.minor = kMostShaperClasses + 1;
  for (const TrafficOp& op :
       {TrafficOp{PutShaperClass{0, {}, content}}, TrafficOp{PutShaperClass{3, {}, of_itself}},
        TrafficOp{PutShaperClass{3, {}, beyond}}, TrafficOp{PutLeaf{3, 0, PfifoLeaf{1}, false}},
        TrafficOp{PutLeaf{3, 33, OtherLeaf{"sfq"}, false}}, TrafficOp{PutRedirect{{3, 0}}},
        TrafficOp{RemoveShaperClass{3, 0}}, TrafficOp{RemoveShaperRoot{0}}, TrafficOp{RemoveDownloadDevice{0}}}) {
    EXPECT_EQ(encode(op, Filter::U32).error().code, ErrorCode::InvalidArgument) << op.index();
  }
}

TEST(TrafficControl, ARootIsNeverReplacedAndItsRemovalNamesIt) {
  const auto put = encode(PutShaperRoot{3, 34}, Filter::U32);
  ASSERT_TRUE(put.ok());
  nlmsghdr header{};
  std::memcpy(&header, put->front().bytes.data(), sizeof header);
  EXPECT_EQ(header.nlmsg_flags & (NLM_F_EXCL | NLM_F_REPLACE), NLM_F_EXCL);
  const auto remove = encode(RemoveShaperRoot{3}, Filter::U32);
  ASSERT_TRUE(remove.ok());
  tcmsg message{};
  std::memcpy(&message, remove->front().bytes.data() + sizeof header, sizeof message);
  EXPECT_EQ(message.tcm_handle, 0x6b00'0000U);
  EXPECT_THAT(remove->front().fine, testing::Contains(EINVAL));
}

TEST(TrafficControl, FlowsOfFqCodelAreSaidOnlyWhenItIsMade) {
  const auto put =
      encode(PutLeaf{3, 33, FqCodelLeaf{600, 1'000'000, 5'000, 100'000, 128, 300, true}, true}, Filter::U32);
  ASSERT_TRUE(put.ok());
  ASSERT_EQ(put->size(), 4U) << "remove, create, change, no filter";
  const auto flows = [](const NetlinkBytes& bytes) {
    const auto queue = decode_queue(messages_in(bytes).front());
    return std::get_if<FqCodelLeaf>(&(*queue)->leaf)->flows;
  };
  EXPECT_EQ(flows((*put)[1].bytes), 128U);
  EXPECT_EQ(flows((*put)[2].bytes), 0U);
}

TEST(TrafficControl, AFilterThatMakesHostsOfQueuesIsReadAsItWasSaid) {
  for (const FairBy fair : {FairBy::Senders, FairBy::HiddenSenders, FairBy::Receivers}) {
    const FqCodelLeaf leaf{.limit = 600, .flows = 1024, .fair = fair};
    const auto put = encode(PutLeaf{3, 33, leaf, false}, Filter::U32);
    ASSERT_TRUE(put.ok());
    const auto seen = decode_leaf_filter(messages_in(put->back().bytes).front());
    ASSERT_TRUE(seen.ok() && *seen);
    EXPECT_EQ((*seen)->link, 3U);
    EXPECT_EQ((*seen)->minor, 33);
    EXPECT_EQ((*seen)->fair, fair);
    EXPECT_EQ((*seen)->queues, 1024U) << "each packet finds a queue: fq_codel drops what has none";
    EXPECT_TRUE(put->back().fine.empty()) << "a kernel that refuses it is to be told";
  }
}

TEST(TrafficControl, AFilterOfAnotherKindOrPlaceMakesNoHosts) {
  const FqCodelLeaf leaf{.limit = 600, .flows = 1024, .fair = FairBy::Receivers};
  const NetlinkBytes good = encode(PutLeaf{3, 33, leaf, false}, Filter::U32)->back().bytes;
  const auto decode = [](const NetlinkBytes& bytes) { return decode_leaf_filter(messages_in(bytes).front()); };
  auto of_another = good;
  const std::uint32_t handle = 0x99;
  std::memcpy(of_another.data() + sizeof(nlmsghdr) + offsetof(tcmsg, tcm_handle), &handle, sizeof handle);
  EXPECT_EQ((*decode(of_another))->fair, FairBy::Flows);
  auto on_the_root = good;
  const std::uint32_t root = shaper_class_id(0);
  std::memcpy(on_the_root.data() + sizeof(nlmsghdr) + offsetof(tcmsg, tcm_parent), &root, sizeof root);
  EXPECT_FALSE(*decode(on_the_root));
  auto elsewhere = good;  // its queues would be another leaf's
  const std::uint32_t other = (kLeafMajor + 34U) << 16U;
  std::memcpy(elsewhere.data() + sizeof(nlmsghdr) + offsetof(tcmsg, tcm_parent), &other, sizeof other);
  EXPECT_EQ((*decode(elsewhere))->fair, FairBy::Flows);
  auto cut = good;
  overwrite(cut, attribute_at(good, TCA_OPTIONS, kFixed) + 4, 0x7fff);
  EXPECT_FALSE(decode(cut).ok());
}

TEST(TrafficControl, AHeaderThatDoesNotCountIsReadAsItWasSaid) {
  for (const std::uint16_t header : {std::uint16_t{0}, std::uint16_t{14}, std::uint16_t{18}}) {
    const PutShaperRoot put{3, 34, header};
    const auto created = encode(put, Filter::U32);
    ASSERT_TRUE(created.ok());
    const auto seen = decode_queue(messages_in(created->front().bytes).front());
    ASSERT_TRUE(seen.ok() && *seen);
    EXPECT_EQ((*seen)->header, header);
    const Request change = change_header(put);
    nlmsghdr message{};
    std::memcpy(&message, change.bytes.data(), sizeof message);
    EXPECT_EQ(message.nlmsg_flags & (NLM_F_CREATE | NLM_F_REPLACE), 0) << "what waits in the tree stays";
  }
}

}  // namespace
}  // namespace karkara::traffic_control
