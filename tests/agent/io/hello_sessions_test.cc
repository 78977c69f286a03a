// Neighbours prove who they are with the fleet's certificates, and meet whatever the air loses.
#include "tests/agent/io/hello_air.h"

#include <optional>
#include <random>

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST_F(HelloAir, TwoMastsOfTheFleetMeetAndHearEachOther) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  Mast& say_ = add(identity_of(fleet(), "say"));
  run_for(seconds{2});
  ASSERT_EQ(kollo.all<NeighbourMet>().size(), 1U);
  ASSERT_EQ(say_.all<NeighbourMet>().size(), 1U);
  EXPECT_EQ(kollo.all<NeighbourMet>()[0].site.text(), "say");
  EXPECT_EQ(say_.all<NeighbourMet>()[0].site.text(), "kollo");
  say(kollo, "say", 500);
  say(say_, "kollo", 700);
  ASSERT_EQ(say_.all<HelloHeard>().size(), 1U);
  EXPECT_EQ(say_.all<HelloHeard>()[0].hello.spare_kbit, 500U);
  ASSERT_EQ(kollo.all<HelloHeard>().size(), 1U);
  EXPECT_EQ(kollo.all<HelloHeard>()[0].hello.spare_kbit, 700U);
  EXPECT_TRUE(kollo.all<HelloRefused>().empty());
  EXPECT_TRUE(say_.all<HelloRefused>().empty());
}

TEST_F(HelloAir, WhoeverBeginsAndWhateverIsLostTheyMeetWithinSomeSeconds) {
  std::mt19937 random{5};
  lose_ = [&](const mesh_hello::Bytes&) { return random() % 3 == 0; };
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  Mast& say_ = add(identity_of(fleet(), "say"));
  run_for(seconds{12});
  EXPECT_FALSE(kollo.all<NeighbourMet>().empty());
  EXPECT_FALSE(say_.all<NeighbourMet>().empty());
}

TEST_F(HelloAir, AMastOfAnotherFleetIsToldAndNeverMet) {
  const TestAuthority stranger;
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  Mast& foreign = add(identity_of(stranger, "say", hours{48}, fleet()));  // it trusts us; we do not trust it
  run_for(seconds{6});
  EXPECT_TRUE(kollo.all<NeighbourMet>().empty());
  ASSERT_FALSE(kollo.all<HelloRefused>().empty());
  EXPECT_EQ(kollo.all<HelloRefused>()[0].fault, HelloFault::Foreign);
  EXPECT_EQ(kollo.all<HelloRefused>()[0].from, foreign.at.text());
}

TEST_F(HelloAir, ACloneWithOurOwnIdIsForeign) {
  const Identity same = identity_of(fleet(), "kollo");
  Mast& kollo = add(same);
  add(same);
  run_for(seconds{4});
  EXPECT_TRUE(kollo.all<NeighbourMet>().empty());
}

TEST_F(HelloAir, AnOvertakenHelloIsNeitherHeardNorAnAttack) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  Mast& say_ = add(identity_of(fleet(), "say"));
  run_for(seconds{2});
  const auto first = kollo.sessions.seal({*SiteId::parse("say"), Hello{*IpAddress::parse("100.124.0.1")}}, now_);
  const auto second = kollo.sessions.seal({*SiteId::parse("say"), Hello{*IpAddress::parse("100.124.0.1")}}, now_);
  carry(say_, say_.sessions.on_packet(kollo.at, second->bytes, now_));
  carry(say_, say_.sessions.on_packet(kollo.at, first->bytes, now_));
  EXPECT_EQ(say_.all<HelloHeard>().size(), 1U);
  EXPECT_TRUE(say_.all<HelloRefused>().empty());
  carry(say_, say_.sessions.on_packet(kollo.at, first->bytes, now_));
  EXPECT_EQ(say_.all<HelloRefused>().size(), 1U);
}

TEST_F(HelloAir, HellosOfAnEarlierSessionAreWorthNothing) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  const Identity identity = identity_of(fleet(), "say");
  add(identity);
  run_for(seconds{2});
  heard_.clear();
  say(kollo, "say", 500);
  const mesh_hello::Bytes recorded = heard_[0];
  masts_.pop_back();  // its agent starts anew
  Mast& again = add(identity);
  run_for(seconds{5});
  ASSERT_EQ(again.all<NeighbourMet>().size(), 1U);
  EXPECT_EQ(kollo.all<NeighbourMet>().size(), 2U);
  carry(again, again.sessions.on_packet(kollo.at, recorded, now_));
  EXPECT_TRUE(again.all<HelloHeard>().empty());
}

TEST_F(HelloAir, TheOldKeysGoOnUntilTheFirstHelloUnderTheNewOnes) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  Mast& say_ = add(identity_of(fleet(), "say"));
  run_for(seconds{2});
  run_for(seconds{5});  // nothing is said for a while
  lose_ = [](const mesh_hello::Bytes& bytes) {
    const auto packet = mesh_hello::decode(bytes);
    return packet && std::holds_alternative<mesh_hello::Finish>(*packet);
  };
  // A beacon in its name now leads to a handshake, whose end never comes.
  for (Mast* mast : {&kollo, &say_}) {
    const IpAddress& other = mast == &kollo ? say_.at : kollo.at;
    carry(*mast, mast->sessions.on_packet(other, mesh_hello::encode(mesh_hello::Beacon{~std::uint64_t{0}}), now_));
  }
  run_for(seconds{1});
  EXPECT_EQ(kollo.all<NeighbourMet>().size() + say_.all<NeighbourMet>().size(), 3U) << "one of them made new keys";
  for (int i = 0; i < 3; ++i) {
    say(say_, "kollo", 700);
    say(kollo, "say", 700);
  }
  EXPECT_GE(kollo.all<HelloHeard>().size(), 2U);
  EXPECT_GE(say_.all<HelloHeard>().size(), 2U);
}

TEST_F(HelloAir, BothHaveAPartInTheNumberOfTheSession) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  add(identity_of(fleet(), "say"));
  std::optional<mesh_hello::Begin> begin;
  std::optional<mesh_hello::Answer> answer;
  std::optional<mesh_hello::Finish> finish;
  lose_ = [&](const mesh_hello::Bytes& bytes) {
    const auto packet = mesh_hello::decode(bytes);
    const auto keep = [&]<class T>(std::optional<T>& in) {
      const T* one = packet ? std::get_if<T>(&*packet) : nullptr;
      in = one != nullptr ? *one : in;
    };
    keep(begin);
    keep(answer);
    keep(finish);
    return false;
  };
  run_for(seconds{2});
  ASSERT_TRUE(begin && answer && finish);
  mesh_hello::Bytes all;
  const auto add_number = [&](std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      all.push_back(static_cast<std::byte>(number >> shift));
    }
  };
  for (const char c : std::string{"sessionkarkara-hello-2"}) {
    all.push_back(static_cast<std::byte>(c));
  }
  add_number(begin->instance);
  all.insert(all.end(), begin->ephemeral.begin(), begin->ephemeral.end());
  add_number(answer->instance);
  all.insert(all.end(), answer->ephemeral.begin(), answer->ephemeral.end());
  const HelloKey hash = kollo.keys->hash(all);
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    expected = expected << 8U | std::to_integer<std::uint64_t>(hash[i]);
  }
  EXPECT_EQ(finish->session, expected);
}

TEST_F(HelloAir, AnotherVersionIsNoForgery) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  mesh_hello::Bytes newer = mesh_hello::encode(mesh_hello::Beacon{1});
  newer.at(2) = std::byte{9};
  carry(kollo, kollo.sessions.on_packet(*IpAddress::parse("fe80::9"), newer, now_));
  ASSERT_EQ(kollo.all<HelloRefused>().size(), 1U);
  EXPECT_EQ(kollo.all<HelloRefused>()[0].fault, HelloFault::Unknown);
}

TEST_F(HelloAir, ARevokedCertificateIsNoNeighboursAnyMore) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  const Identity stolen = identity_of(fleet(), "say");
  Mast& say_ = add(stolen);
  run_for(seconds{2});
  ASSERT_EQ(kollo.all<NeighbourMet>().size(), 1U);
  const auto proof = say_.keys->sign({});
  const std::string serial = kollo.keys->verify({}, *proof)->serial;
  EXPECT_FALSE(serial.empty());
  carry(kollo, kollo.sessions.know_revoked({"00", serial}));
  ASSERT_EQ(kollo.all<NeighbourLost>().size(), 1U);
  EXPECT_THAT(kollo.all<NeighbourLost>()[0].why, testing::HasSubstr("revoked"));
  run_for(seconds{20});
  EXPECT_EQ(kollo.all<NeighbourMet>().size(), 1U);
  ASSERT_FALSE(kollo.all<HelloRefused>().empty());
  EXPECT_THAT(kollo.all<HelloRefused>()[0].why, testing::HasSubstr("revoked"));
  Mast& again = add(identity_of(fleet(), "say"));  // enrolled anew
  run_for(seconds{6});
  EXPECT_EQ(again.all<NeighbourMet>().size(), 1U);
}

TEST_F(HelloAir, WithoutAClockAnExpiredCertificateCountsUntilTheTimeIsKnown) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  add(identity_of(fleet(), "say", hours{24 * 91 + 23}));  // ends in an hour
  run_for(seconds{3});
  ASSERT_EQ(kollo.all<NeighbourMet>().size(), 1U);
  const auto now =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch());
  carry(kollo, kollo.sessions.know_wall(WallTime{now}));
  EXPECT_TRUE(kollo.all<NeighbourLost>().empty());
  carry(kollo, kollo.sessions.know_wall(WallTime{now + hours{2}}));
  ASSERT_EQ(kollo.all<NeighbourLost>().size(), 1U);
  EXPECT_THAT(kollo.all<NeighbourLost>()[0].why, testing::HasSubstr("expired"));
}

TEST_F(HelloAir, ASilentNeighbourIsForgotten) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  add(identity_of(fleet(), "say"));
  run_for(seconds{2});
  masts_.pop_back();
  run_for(seconds{16});
  EXPECT_EQ(kollo.all<NeighbourLost>().size(), 1U);
  EXPECT_FALSE(kollo.sessions.seal({*SiteId::parse("say"), Hello{}}, now_).has_value());
}

TEST_F(HelloAir, ARenewedCertificateIsShownFromTheNextHandshakeOn) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  ASSERT_TRUE(kollo.keys->use(identity_of(fleet(), "kollo")).ok());
  Mast& say_ = add(identity_of(fleet(), "say"));
  run_for(seconds{2});
  EXPECT_EQ(say_.all<NeighbourMet>().size(), 1U);
}

}  // namespace
}  // namespace karkara
