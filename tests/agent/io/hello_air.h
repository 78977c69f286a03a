// Masts with identities of one fleet and the air between them: every packet is heard by all to whom it goes, unless a
// test takes it away.
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/io/hello_keys.h"
#include "agent/io/hello_sessions.h"
#include "tests/agent/io/test_authority.h"

namespace karkara {

inline const TestAuthority& fleet() {
  static const TestAuthority authority;
  return authority;
}

inline Identity identity_of(const TestAuthority& authority, const std::string& site,
                            std::chrono::seconds age = std::chrono::hours{48}, const TestAuthority& trusted = fleet()) {
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
      now_ = now_ + std::chrono::milliseconds{50};
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

  Instant now_{std::chrono::seconds{100}};
  std::vector<std::unique_ptr<Mast>> masts_;
  std::vector<mesh_hello::Bytes> heard_;
  std::function<bool(const mesh_hello::Bytes&)> lose_;
};

}  // namespace karkara
