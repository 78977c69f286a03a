// Neighbours prove who they are with the fleet's certificates; what others send changes nothing and is told.
#include "agent/io/hello_sessions.h"

#include <gmock/gmock.h>

#include <random>

#include "agent/io/hello_keys.h"
#include "tests/agent/io/test_authority.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const TestAuthority& fleet() {
  static const TestAuthority authority;
  return authority;
}

Identity identity_of(const TestAuthority& authority, const std::string& site, std::chrono::seconds age = hours{48},
                     const TestAuthority& trusted = fleet()) {
  Identity identity;
  identity.bundle.site = *SiteId::parse(site);
  identity.bundle.trust_domain = "niger.example";
  const auto made = authority.site("spiffe://niger.example/site/" + site, age);
  identity.key_pem = made.key_pem;
  identity.certificate_pem = made.certificate_pem;
  identity.ca_pem = trusted.root_pem();
  identity.facts = *read_certificate(made.certificate_pem);
  return identity;
}

struct Mast {
  Mast(const Identity& identity, const char* address, Instant now)
      : keys{std::move(HelloKeys::make(identity)).value()},
        at{*IpAddress::parse(address)},
        sessions{*keys, identity.bundle.site, now} {}
  std::unique_ptr<HelloKeys> keys;
  IpAddress at;
  HelloSessions sessions;
  std::vector<HelloEvent> events{};

  template <class T>
  [[nodiscard]] std::vector<T> all() const {
    std::vector<T> found;
    for (const HelloEvent& event : events) {
      if (const T* one = std::get_if<T>(&event)) {
        found.push_back(*one);
      }
    }
    return found;
  }
};

// The air between masts: everybody hears everybody, unless a test takes a packet away.
class HelloAir : public testing::Test {
 protected:
  Mast& add(const Identity& identity) {
    const std::string address = "fe80::" + std::to_string(masts_.size() + 1);
    return *masts_.emplace_back(std::make_unique<Mast>(identity, address.c_str(), now_));
  }
  void carry(Mast& from, HelloOutput output) {
    from.events.insert(from.events.end(), output.events.begin(), output.events.end());
    for (HelloPacket& packet : output.packets) {
      for (const auto& to : masts_) {
        if (to.get() != &from && (!packet.to || packet.to == to->at)) {
          heard_.push_back(packet.bytes);
          if (!lose_ || !lose_(packet.bytes)) {
            carry(*to, to->sessions.on_packet(from.at, packet.bytes, now_));
          }
        }
      }
    }
  }
  void run_for(Duration time) {
    const Instant end = now_ + time;
    while (now_ < end) {
      now_ = now_ + milliseconds{50};
      for (const auto& mast : masts_) {
        if (mast->sessions.next_deadline() <= now_) {
          carry(*mast, mast->sessions.tick(now_));
          EXPECT_GT(mast->sessions.next_deadline(), now_);
        }
      }
    }
  }
  void say(Mast& from, const char* to, std::uint32_t kbit) {
    Hello hello;
    hello.transit = *IpAddress::parse("100.124.0.1");
    hello.spare_kbit = kbit;
    const auto packet = from.sessions.seal({*SiteId::parse(to), hello});
    ASSERT_TRUE(packet.has_value());
    HelloOutput output;
    output.packets.push_back(*packet);
    carry(from, std::move(output));
  }

  Instant now_{seconds{100}};
  std::vector<std::unique_ptr<Mast>> masts_;
  std::vector<mesh_hello::Bytes> heard_;
  std::function<bool(const mesh_hello::Bytes&)> lose_;
};

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

TEST_F(HelloAir, AnAnswerInAnothersNameEndsNoHandshake) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  Mast& say_ = add(identity_of(fleet(), "say"));
  bool spoken = false;
  lose_ = [&](const mesh_hello::Bytes& bytes) {
    const auto packet = mesh_hello::decode(bytes);
    const auto* answer = packet ? std::get_if<mesh_hello::Answer>(&*packet) : nullptr;
    if (answer != nullptr && !spoken) {
      spoken = true;  // it comes before the true one
      mesh_hello::Answer forged = *answer;
      forged.ephemeral[0] ^= std::byte{1};
      carry(kollo, kollo.sessions.on_packet(say_.at, mesh_hello::encode(forged), now_));
      carry(say_, say_.sessions.on_packet(kollo.at, mesh_hello::encode(forged), now_));
    }
    return false;
  };
  run_for(seconds{2});
  ASSERT_TRUE(spoken);
  EXPECT_EQ(kollo.all<HelloRefused>().size() + say_.all<HelloRefused>().size(), 1U);
  EXPECT_EQ(kollo.all<NeighbourMet>().size(), 1U);
  EXPECT_EQ(say_.all<NeighbourMet>().size(), 1U);
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

TEST_F(HelloAir, ForgedAndReplayedHellosChangeNothingAndAreTold) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  Mast& say_ = add(identity_of(fleet(), "say"));
  run_for(seconds{2});
  heard_.clear();
  say(kollo, "say", 500);
  ASSERT_EQ(heard_.size(), 1U);
  const mesh_hello::Bytes recorded = heard_[0];
  mesh_hello::Bytes forged = recorded;
  forged.at(30) ^= std::byte{1};
  carry(say_, say_.sessions.on_packet(kollo.at, forged, now_));
  ASSERT_EQ(say_.all<HelloRefused>().size(), 1U);
  EXPECT_EQ(say_.all<HelloRefused>()[0].fault, HelloFault::Forged);
  carry(say_, say_.sessions.on_packet(kollo.at, recorded, now_));
  ASSERT_EQ(say_.all<HelloRefused>().size(), 2U);
  EXPECT_EQ(say_.all<HelloRefused>()[1].fault, HelloFault::Replayed);
  // Thrown back at its own sender it is under the key of the other direction.
  carry(kollo, kollo.sessions.on_packet(say_.at, recorded, now_));
  ASSERT_EQ(kollo.all<HelloRefused>().size(), 1U);
  EXPECT_EQ(kollo.all<HelloRefused>()[0].fault, HelloFault::Forged);
  EXPECT_EQ(say_.all<HelloHeard>().size(), 1U);
}

TEST_F(HelloAir, AnOvertakenHelloIsNeitherHeardNorAnAttack) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  Mast& say_ = add(identity_of(fleet(), "say"));
  run_for(seconds{2});
  const auto first = kollo.sessions.seal({*SiteId::parse("say"), Hello{*IpAddress::parse("100.124.0.1")}});
  const auto second = kollo.sessions.seal({*SiteId::parse("say"), Hello{*IpAddress::parse("100.124.0.1")}});
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

TEST_F(HelloAir, AFloodOfHandshakesCostsNoSignatureWithoutACookieAndFewWithOne) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  unsigned answers = 0;
  unsigned challenges = 0;
  for (unsigned i = 0; i < 1000; ++i) {
    const IpAddress from = *IpAddress::parse("fe80::1:" + std::to_string(1000 + i));
    const HelloOutput out = kollo.sessions.on_packet(from, mesh_hello::encode(mesh_hello::Begin{i, {}, {}}), now_);
    ASSERT_EQ(out.packets.size(), 1U);
    const auto answer = *mesh_hello::decode(out.packets[0].bytes);
    ASSERT_TRUE(std::holds_alternative<mesh_hello::Challenge>(answer));
    EXPECT_LE(out.packets[0].bytes.size(), mesh_hello::encode(mesh_hello::Begin{}).size()) << "no amplifier";
    ++challenges;
    mesh_hello::Begin with_cookie{i, {}, std::get<mesh_hello::Challenge>(answer).cookie};
    with_cookie.ephemeral[0] = std::byte{9};
    const HelloOutput second = kollo.sessions.on_packet(from, mesh_hello::encode(with_cookie), now_);
    answers += static_cast<unsigned>(second.packets.size());
  }
  EXPECT_EQ(challenges, 1000U);
  EXPECT_LE(answers, HelloSessions::kMostHalfOpen);
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
  EXPECT_FALSE(kollo.sessions.seal({*SiteId::parse("say"), Hello{}}).has_value());
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
