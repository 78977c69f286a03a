// Neighbours prove who they are with the fleet's certificates; what others send changes nothing and is told.
#include "agent/io/hello_sessions.h"

#include <gmock/gmock.h>

#include <deque>
#include <functional>
#include <optional>
#include <random>

#include "agent/io/hello_keys.h"
#include "common/fnv1a.h"
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
    const auto packet = from.sessions.seal({*SiteId::parse(to), hello}, now_);
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

TEST_F(HelloAir, ForgedRepeatedAndReplayedHellosChangeNothingAndAreTold) {
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
  EXPECT_EQ(say_.all<HelloRefused>()[1].fault, HelloFault::Repeated) << "the air does that too";
  for (int i = 0; i < 64; ++i) {
    say(kollo, "say", 501);
  }
  const std::size_t heard = say_.all<HelloHeard>().size();
  carry(say_, say_.sessions.on_packet(kollo.at, recorded, now_));
  ASSERT_EQ(say_.all<HelloRefused>().size(), 3U);
  EXPECT_EQ(say_.all<HelloRefused>()[2].fault, HelloFault::Replayed) << "somebody kept it";
  // Thrown back at its own sender it is under the key of the other direction.
  carry(kollo, kollo.sessions.on_packet(say_.at, recorded, now_));
  ASSERT_EQ(kollo.all<HelloRefused>().size(), 1U);
  EXPECT_EQ(kollo.all<HelloRefused>()[0].fault, HelloFault::Forged);
  EXPECT_EQ(say_.all<HelloHeard>().size(), heard);
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

// What kollo answers to one packet.
std::vector<mesh_hello::Packet> answers_of(HelloSessions& sessions, const IpAddress& from,
                                           const mesh_hello::Packet& packet, Instant now) {
  std::vector<mesh_hello::Packet> answers;
  for (const HelloPacket& out : sessions.on_packet(from, mesh_hello::encode(packet), now).packets) {
    answers.push_back(*mesh_hello::decode(out.bytes));
  }
  return answers;
}

std::optional<mesh_hello::Begin> begin_with_cookie(HelloSessions& sessions, const IpAddress& from, Instant now,
                                                   std::uint64_t instance) {
  const auto answers = answers_of(sessions, from, mesh_hello::Ask{instance, {}}, now);
  if (answers.size() != 1 || !std::holds_alternative<mesh_hello::Challenge>(answers[0])) {
    return std::nullopt;
  }
  mesh_hello::Begin begin{instance, {}, std::get<mesh_hello::Challenge>(answers[0]).cookie};
  begin.ephemeral[0] = std::byte{9};
  return begin;
}

TEST_F(HelloAir, AFloodOfHandshakesCostsNoSignatureWithoutACookieAndFewWithOne) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  std::size_t answers = 0;
  for (unsigned i = 0; i < 1000; ++i) {
    const IpAddress from = *IpAddress::parse("fe80::1:" + std::to_string(1000 + i));
    EXPECT_TRUE(answers_of(kollo.sessions, from, mesh_hello::Begin{i, {}, {}}, now_).empty()) << "no cookie";
    if (const auto begin = begin_with_cookie(kollo.sessions, from, now_, i)) {
      answers += answers_of(kollo.sessions, from, *begin, now_).size();
    }
  }
  EXPECT_GE(answers, 1U);
  EXPECT_LE(answers, HelloSessions::kMostHalfOpen);
}

TEST_F(HelloAir, ACookieIsGoodForSomeSecondsAndForItsAddress) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  const IpAddress here = *IpAddress::parse("fe80::77");
  const auto begin = begin_with_cookie(kollo.sessions, here, now_, 1);
  ASSERT_TRUE(begin.has_value());
  EXPECT_TRUE(answers_of(kollo.sessions, *IpAddress::parse("fe80::78"), *begin, now_).empty());
  EXPECT_TRUE(answers_of(kollo.sessions, here, *begin, now_ + seconds{12}).empty()) << "too late";
  EXPECT_EQ(answers_of(kollo.sessions, here, *begin, now_ + seconds{9}).size(), 1U);
}

TEST_F(HelloAir, TheSameAnswerIsSaidAgainAFewTimesOnly) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  const IpAddress here = *IpAddress::parse("fe80::77");
  const auto begin = begin_with_cookie(kollo.sessions, here, now_, 1);
  ASSERT_TRUE(begin.has_value());
  std::size_t answers = 0;
  for (int i = 0; i < 100; ++i) {
    now_ = now_ + milliseconds{30};
    answers += answers_of(kollo.sessions, here, *begin, now_).size();
  }
  EXPECT_GE(answers, 2U) << "one may be lost";
  EXPECT_LE(answers, HelloSessions::kMostAnswers);
}

TEST_F(HelloAir, ABeaconInAnothersNameUpsetsNoSessionThatStands) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  Mast& say_ = add(identity_of(fleet(), "say"));
  run_for(seconds{2});
  ASSERT_EQ(kollo.all<NeighbourMet>().size(), 1U);
  for (int i = 0; i < 10; ++i) {
    say(say_, "kollo", 700);
    say(kollo, "say", 700);
    for (const std::uint64_t instance : {std::uint64_t{1}, ~std::uint64_t{1}}) {
      const mesh_hello::Bytes spoofed = mesh_hello::encode(mesh_hello::Beacon{instance});
      carry(kollo, kollo.sessions.on_packet(say_.at, spoofed, now_));
      carry(say_, say_.sessions.on_packet(kollo.at, spoofed, now_));
    }
    run_for(seconds{1});
  }
  EXPECT_EQ(kollo.all<NeighbourMet>().size(), 1U) << "no new handshake";
  EXPECT_EQ(say_.all<NeighbourMet>().size(), 1U);
  EXPECT_EQ(kollo.all<HelloHeard>().size(), 10U);
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

TEST_F(HelloAir, WhoFloodsWithBeaconsKeepsNobodyFromMeeting) {
  Mast& kollo = add(identity_of(fleet(), "kollo"));
  Mast& say_ = add(identity_of(fleet(), "say"));
  lose_ = [&](const mesh_hello::Bytes&) { return false; };
  unsigned next = 0;
  for (int i = 0; i < 120 && say_.all<NeighbourMet>().empty(); ++i) {
    for (int k = 0; k < 30; ++k) {
      const IpAddress from = *IpAddress::parse("fe80::2:" + std::to_string(1 + next++ % 9000));
      const auto spoofed = mesh_hello::encode(mesh_hello::Beacon{~std::uint64_t{0}});
      static_cast<void>(kollo.sessions.on_packet(from, spoofed, now_));
      static_cast<void>(say_.sessions.on_packet(from, spoofed, now_));
    }
    run_for(milliseconds{50});
  }
  EXPECT_EQ(say_.all<NeighbourMet>().size(), 1U);
  EXPECT_EQ(kollo.all<NeighbourMet>().size(), 1U);
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
  newer.at(2) = std::byte{3};
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

// As cheap as it gets: proves whatever its certificate says.
class CheapCrypto final : public HelloCrypto {
 public:
  explicit CheapCrypto(std::string site) : site_{std::move(site)} {}
  std::uint64_t random() override { return number_of(site_) + 0x9e37'79b9'7f4a'7c15U * ++drawn_; }
  std::optional<EphemeralKey> make_key() override {
    const std::array drawn{random()};
    const HelloKey key = hash(std::as_bytes(std::span{drawn}));
    return EphemeralKey{key, key};
  }
  std::optional<HelloKey> agree(const HelloKey& secret, const mesh_hello::PublicKey& theirs) override {
    HelloKey shared{};
    std::ranges::transform(secret, theirs, shared.begin(), std::bit_xor<>{});
    return shared;
  }
  HelloKey hash(std::span<const std::byte> content) override { return mac({}, content); }
  HelloKey mac(const HelloKey& key, std::span<const std::byte> content) override {
    std::string text{reinterpret_cast<const char*>(key.data()), key.size()};
    text.append(reinterpret_cast<const char*>(content.data()), content.size());
    HelloKey out{};
    std::uint64_t number = number_of(text);
    for (std::byte& byte : out) {
      byte = static_cast<std::byte>(number >> 56U);
      number = number * 0x5851'f42d'4c95'7f2dU + 1;
    }
    return out;
  }
  Result<mesh_hello::Proof> sign(std::span<const std::byte>) override {
    const auto name = std::as_bytes(std::span{site_});
    return mesh_hello::Proof{{std::byte{1}}, {name.begin(), name.end()}};
  }
  Result<ProvenSite> verify(std::span<const std::byte>, const mesh_hello::Proof& proof) override {
    const auto* name = reinterpret_cast<const char*>(proof.certificate.data());
    return ProvenSite{*SiteId::parse({name, proof.certificate.size()}), WallTime{}, WallTime{hours{1}}, "00"};
  }
  WallTime clock_floor() const override { return WallTime{}; }

 private:
  static std::uint64_t number_of(std::string_view text) { return fnv1a(text); }
  std::string site_;
  std::uint64_t drawn_ = 0;
};

// All masts of a mesh hear one, as they do over batman-adv.
TEST(HelloSessionsOfMany, WithAsManyAsFitNobodyElseIsMetAndNobodyIsPushedOut) {
  Instant now{seconds{100}};
  struct Speaker {
    Speaker(const std::string& name, std::size_t number, Instant at)
        : crypto{name},
          site{*SiteId::parse(name)},
          address{*IpAddress::parse("fe80::1:" + std::to_string(number))},
          sessions{crypto, site, at} {}
    CheapCrypto crypto;
    SiteId site;
    IpAddress address;
    HelloSessions sessions;
    bool gone = false;
  };
  std::deque<Speaker> all;
  all.emplace_back("hub", 0, now);
  std::size_t met = 0;
  std::size_t lost = 0;
  const auto count = [&](const HelloOutput& out) {
    for (const HelloEvent& event : out.events) {
      met += std::holds_alternative<NeighbourMet>(event) ? 1 : 0;
      lost += std::holds_alternative<NeighbourLost>(event) ? 1 : 0;
    }
  };
  // Only between the hub and each of the others.
  const std::function<void(Speaker&, const HelloOutput&)> carry = [&](Speaker& from, const HelloOutput& out) {
    for (const HelloPacket& packet : out.packets) {
      for (Speaker& to : all) {
        if (!to.gone && (&from == &all[0]) != (&to == &all[0]) && (!packet.to || *packet.to == to.address)) {
          const HelloOutput answer = to.sessions.on_packet(from.address, packet.bytes, now);
          if (&to == &all[0]) {
            count(answer);
          }
          carry(to, answer);
        }
      }
    }
  };
  const auto run_for = [&](Duration time) {
    for (const Instant end = now + time; now < end;) {
      now = now + milliseconds{250};
      for (Speaker& speaker : all) {
        if (speaker.gone) {
          continue;
        }
        const HelloOutput due = speaker.sessions.tick(now);
        if (&speaker == &all[0]) {
          count(due);
        }
        carry(speaker, due);
        for (const Speaker& other : all) {
          if (const auto hello = speaker.sessions.seal({other.site, Hello{*IpAddress::parse("100.124.0.1")}}, now)) {
            carry(speaker, HelloOutput{{*hello}, {}});
          }
        }
      }
    }
  };
  for (std::size_t i = 1; i <= HelloSessions::kMostSessions + 4; ++i) {
    all.emplace_back("mast" + std::to_string(i), i, now);
  }
  run_for(seconds{40});
  EXPECT_EQ(met, HelloSessions::kMostSessions);
  EXPECT_EQ(lost, 0U);
  for (std::size_t i = 1; i <= 8; ++i) {  // four of these at least were met
    all[i].gone = true;
  }
  run_for(seconds{40});
  EXPECT_GT(met, HelloSessions::kMostSessions) << "there is room again";
}

}  // namespace
}  // namespace karkara
