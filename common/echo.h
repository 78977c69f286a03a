// The authenticated UDP echo that proves that an uplink reaches an anchor, as bytes: docs/echo-protocol.md is the
// contract. Refuses sockets, clocks and retries; a request or reply whose MAC is wrong is an error and never a value.
// Called by the agent's echo prober and the anchor's responder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "common/echo_keys.h"
#include "common/result.h"
#include "common/time.h"

namespace karkara {

inline constexpr std::size_t kEchoRequestSize = 22;
inline constexpr std::size_t kEchoReplySize = 26;
// Datagrams of the padded form. The most is what a 1500-byte IPv4 packet holds: no path over the internet takes more.
inline constexpr std::uint16_t kLeastPaddedEcho = 64;
inline constexpr std::uint16_t kMostPaddedEcho = 1472;

struct EchoRequest {
  std::uint8_t generation = 1;
  std::uint32_t key_id = 0;
  std::uint64_t nonce = 0;
  std::uint16_t padded_to = 0;  // bytes of the whole datagram; 0: the small form
  friend bool operator==(const EchoRequest&, const EchoRequest&) = default;
};

struct EchoReply {
  std::uint64_t nonce = 0;
  // Only when the anchor vouches for its clock; a time before 2020 or after 2199 is read as none.
  std::optional<WallTime> anchor_time;
  std::uint16_t padded_to = 0;  // the request's
  friend bool operator==(const EchoReply&, const EchoReply&) = default;
};

// The key that a request claims to be made with; nothing when there is none.
using EchoKeyLookup = std::function<std::optional<EchoKey>(std::uint8_t generation, std::uint32_t key_id)>;

// padded_to must be 0 or within the bounds above. Padding follows from the nonce and does not compress, so that a
// tunnel that compresses does not make the packet fit.
[[nodiscard]] std::vector<std::byte> encode_echo_request(const EchoRequest& request, const EchoKey& key);
[[nodiscard]] std::vector<std::byte> encode_echo_reply(const EchoReply& reply, const EchoKey& key);

// InvalidArgument: not such a packet (length, version, type). NotFound: no such key. Unauthenticated: wrong MAC.
[[nodiscard]] Result<EchoRequest> decode_echo_request(std::span<const std::byte> packet, const EchoKeyLookup& key_of);
[[nodiscard]] Result<EchoReply> decode_echo_reply(std::span<const std::byte> packet, const EchoKey& key);

// The nonce of a request that an ICMP error quotes, which may be cut behind it. Proves nothing: look it up.
[[nodiscard]] std::optional<std::uint64_t> nonce_of_quoted_request(std::span<const std::byte> quoted);

}  // namespace karkara
