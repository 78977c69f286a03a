// What the hello sessions need of cryptography, as an interface: agent/io/hello_keys has it from OpenSSL and the
// router's identity, tests have a cheap one. Refuses to decide whom to trust beyond the fleet's CA.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/codec/mesh_hello.h"
#include "common/ids.h"
#include "common/result.h"
#include "common/time.h"

namespace karkara {

using HelloKey = std::array<std::byte, 32>;

struct EphemeralKey {
  HelloKey secret{};
  mesh_hello::PublicKey shown{};
};

// Who a certificate says its owner is.
struct ProvenSite {
  SiteId site;
  WallTime not_before;
  WallTime not_after;
  std::string serial{};  // of its certificate, lower-case hex
};

class HelloCrypto {
 public:
  HelloCrypto() = default;
  HelloCrypto(const HelloCrypto&) = delete;
  HelloCrypto& operator=(const HelloCrypto&) = delete;
  virtual ~HelloCrypto() = default;

  [[nodiscard]] virtual std::uint64_t random() = 0;
  [[nodiscard]] virtual std::optional<EphemeralKey> make_key() = 0;  // X25519
  // Nothing for a key of small order.
  [[nodiscard]] virtual std::optional<HelloKey> agree(const HelloKey& secret, const mesh_hello::PublicKey& theirs) = 0;
  [[nodiscard]] virtual HelloKey hash(std::span<const std::byte> content) = 0;                      // SHA-256
  [[nodiscard]] virtual HelloKey mac(const HelloKey& key, std::span<const std::byte> content) = 0;  // HMAC-SHA256
  // Of ours, with the certificate's key; an error while the router has no certificate.
  [[nodiscard]] virtual Result<mesh_hello::Proof> sign(std::span<const std::byte> content) = 0;
  // Unauthenticated: not of this fleet, or another key signed. Times are not judged here.
  [[nodiscard]] virtual Result<ProvenSite> verify(std::span<const std::byte> content,
                                                  const mesh_hello::Proof& proof) = 0;
  // A certificate that ended before this is refused even without a clock.
  [[nodiscard]] virtual WallTime clock_floor() const = 0;
};

}  // namespace karkara
