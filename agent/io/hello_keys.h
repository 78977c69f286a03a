// The cryptography of hellos from OpenSSL, with the router's identity: its certificate and key sign, the fleet's CA
// proves others. Refuses to judge times: the sessions do. Used by agent/io/hello_link.
#pragma once

#include <memory>
#include <string>

#include "agent/io/hello_crypto.h"
#include "agent/io/identity_files.h"

namespace karkara {

class HelloKeys final : public HelloCrypto {
 public:
  // InvalidArgument: a part of the identity cannot be read.
  [[nodiscard]] static Result<std::unique_ptr<HelloKeys>> make(const Identity& identity);
  ~HelloKeys() override;

  [[nodiscard]] std::uint64_t random() override;
  [[nodiscard]] std::optional<EphemeralKey> make_key() override;
  [[nodiscard]] std::optional<HelloKey> agree(const HelloKey& secret, const mesh_hello::PublicKey& theirs) override;
  [[nodiscard]] HelloKey hash(std::span<const std::byte> content) override;
  [[nodiscard]] HelloKey mac(const HelloKey& key, std::span<const std::byte> content) override;
  [[nodiscard]] Result<mesh_hello::Proof> sign(std::span<const std::byte> content) override;
  [[nodiscard]] Result<ProvenSite> verify(std::span<const std::byte> content, const mesh_hello::Proof& proof) override;
  [[nodiscard]] WallTime clock_floor() const override { return floor_; }
  // After a renewal: the next handshakes show the new certificate.
  Status use(const Identity& identity);

 private:
  struct Parts;  // OpenSSL's
  HelloKeys();
  std::unique_ptr<Parts> parts_;
  std::string uri_prefix_;  // "spiffe://DOMAIN/site/"
  WallTime floor_{};
};

}  // namespace karkara
