// What strangers send to masts that speak with each other changes nothing, costs little and is told; and more
// neighbours than there is room for.
#include <deque>
#include <optional>

#include "common/fnv1a.h"
#include "tests/agent/io/hello_air.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

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
