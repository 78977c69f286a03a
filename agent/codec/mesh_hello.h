// The packets that neighbours' agents exchange over the mesh, as bytes: docs/mesh.md is the contract. Fixed sizes, but
// for hellos of later agents, which may say more; a length that does not fit is an error. Whether a packet is
// authentic, agent/io/hello_sessions finds out. Refuses keys and sockets. Called by the sessions and by their tests.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "agent/facts/hello.h"
#include "common/result.h"

namespace karkara::mesh_hello {

using Bytes = std::vector<std::byte>;
using PublicKey = std::array<std::byte, 32>;
using Cookie = std::array<std::byte, 20>;
using Nonce = std::array<std::byte, 16>;
using Mac = std::array<std::byte, 16>;
inline constexpr std::size_t kMostPacket = 1232;  // in one IPv6 packet of the smallest size that every link takes
inline constexpr std::size_t kMostCertificate = 1000;
inline constexpr std::size_t kMostSignature = 72;  // ECDSA over P-256, in DER

// To all, each second: somebody is here. `instance` changes with each start of an agent.
struct Beacon {
  std::uint64_t instance = 0;
  friend bool operator==(const Beacon&, const Beacon&) = default;
};
// To one, before anything is spent on it: can you hear me? As long as the answer, so that nobody gets more out of us in
// another's name than he puts in.
struct Ask {
  std::uint64_t instance = 0;
  Nonce nonce{};
  friend bool operator==(const Ask&, const Ask&) = default;
};
// The answer: the nonce proves to who asked that somebody hears at this address, the cookie will prove the same of it.
struct Challenge {
  std::uint64_t instance = 0;  // of the Ask
  Nonce nonce{};               // likewise
  Cookie cookie{};
  friend bool operator==(const Challenge&, const Challenge&) = default;
};
struct Begin {
  std::uint64_t instance = 0;
  PublicKey ephemeral{};
  Cookie cookie{};
  friend bool operator==(const Begin&, const Begin&) = default;
};
struct Proof {
  Bytes signature;
  Bytes certificate;  // DER
  friend bool operator==(const Proof&, const Proof&) = default;
};
struct Answer {
  std::uint64_t begun_by = 0;  // the first bytes of its key
  std::uint64_t instance = 0;
  PublicKey ephemeral{};
  Proof proof{};
  friend bool operator==(const Answer&, const Answer&) = default;
};
struct Finish {
  std::uint64_t session = 0;  // follows from what both have said
  Proof proof{};
  friend bool operator==(const Finish&, const Finish&) = default;
};
// Behind the MAC's check it is a hello.
struct Sealed {
  std::uint64_t session = 0;
  std::uint64_t number = 0;  // rises within the session and direction
  Hello hello{};
  Mac mac{};
  friend bool operator==(const Sealed&, const Sealed&) = default;
};
using Packet = std::variant<Beacon, Ask, Challenge, Begin, Answer, Finish, Sealed>;

// hello.transit must be IPv4.
[[nodiscard]] Bytes encode(const Packet& packet);
// What the MAC of a sealed hello is made over: all before it.
[[nodiscard]] std::span<const std::byte> sealed_part(std::span<const std::byte> packet);
// FailedPrecondition: nothing of ours, or of another version. InvalidArgument: broken (length, a name that is none).
[[nodiscard]] Result<Packet> decode(std::span<const std::byte> packet);

}  // namespace karkara::mesh_hello
