#include "common/echo.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "common/hmac_sha256.h"

namespace karkara {
namespace {

constexpr std::size_t kMacSize = 8;
using Mac = std::array<std::byte, kMacSize>;

// The first byte: version in the high nibble, type in the low one.
constexpr std::byte kRequestMark{0x11};
constexpr std::byte kReplyMark{0x12};
constexpr std::byte kTimeGood{0x01};

// The MACs of the two directions start differently, so that a request thrown back is no reply.
constexpr std::string_view kRequestLabel = "karkara-echo-request-v1";
constexpr std::string_view kReplyLabel = "karkara-echo-reply-v1";

// No anchor of ours can mean a time outside 2020..2199; it would only make a reader's arithmetic overflow.
constexpr WallTime kFirstTime{std::chrono::seconds{1'577'836'800}};
constexpr WallTime kLastTime{std::chrono::seconds{7'258'118'400}};

constexpr std::size_t kRequestNonceAt = 6;
constexpr std::size_t kReplyNonceAt = 2;
constexpr std::size_t kReplyTimeAt = 10;

Mac mac_of(const EchoKey& key, std::string_view label, std::span<const std::byte> content) {
  Mac mac{};
  std::copy_n(hmac_sha256(key.bytes, label, content).begin(), kMacSize, mac.begin());
  return mac;
}

// The MAC is the last 8 bytes of a packet and covers all that is before it.
void seal(std::span<std::byte> packet, const EchoKey& key, std::string_view label) {
  std::ranges::copy(mac_of(key, label, packet.first(packet.size() - kMacSize)), packet.last(kMacSize).begin());
}

bool is_sealed(std::span<const std::byte> packet, const EchoKey& key, std::string_view label) {
  const Mac expected = mac_of(key, label, packet.first(packet.size() - kMacSize));
  return CRYPTO_memcmp(expected.data(), packet.last(kMacSize).data(), kMacSize) == 0;
}

template <class Number>
void put(std::span<std::byte> out, Number number) {
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    out[i] = static_cast<std::byte>(number >> (8 * (sizeof(Number) - 1 - i)));
  }
}

template <class Number>
Number get(std::span<const std::byte> in) {
  Number number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    number = static_cast<Number>(number << 8U) | std::to_integer<Number>(in[i]);
  }
  return number;
}

Status check_shape(std::span<const std::byte> packet, std::size_t size, std::byte mark) {
  if (packet.size() != size) {
    return Error{ErrorCode::InvalidArgument,
                 std::to_string(packet.size()) + " bytes in place of " + std::to_string(size)};
  }
  if (packet[0] != mark) {
    return Error{ErrorCode::InvalidArgument, "another version or type"};
  }
  return {};
}

}  // namespace

EchoRequestBytes encode_echo_request(const EchoRequest& request, const EchoKey& key) {
  EchoRequestBytes packet{kRequestMark, static_cast<std::byte>(request.generation)};
  put(std::span{packet}.subspan(2), request.key_id);
  put(std::span{packet}.subspan(kRequestNonceAt), request.nonce);
  seal(packet, key, kRequestLabel);
  return packet;
}

EchoReplyBytes encode_echo_reply(const EchoReply& reply, const EchoKey& key) {
  EchoReplyBytes packet{kReplyMark};
  put(std::span{packet}.subspan(kReplyNonceAt), reply.nonce);
  if (reply.anchor_time) {
    packet[1] = kTimeGood;
    put(std::span{packet}.subspan(kReplyTimeAt), static_cast<std::uint64_t>(reply.anchor_time->since_epoch().count()));
  }
  seal(packet, key, kReplyLabel);
  return packet;
}

Result<EchoRequest> decode_echo_request(std::span<const std::byte> packet, const EchoKeyLookup& key_of) {
  if (const Status shape = check_shape(packet, kEchoRequestSize, kRequestMark); !shape) {
    return shape.error();
  }
  EchoRequest request;
  request.generation = std::to_integer<std::uint8_t>(packet[1]);
  request.key_id = get<std::uint32_t>(packet.subspan(2));
  request.nonce = get<std::uint64_t>(packet.subspan(kRequestNonceAt));
  const auto key = key_of(request.generation, request.key_id);
  if (!key) {
    return Error{ErrorCode::NotFound, "no key of generation " + std::to_string(request.generation)};
  }
  if (!is_sealed(packet, *key, kRequestLabel)) {
    return Error{ErrorCode::Unauthenticated, "wrong MAC"};
  }
  return request;
}

Result<EchoReply> decode_echo_reply(std::span<const std::byte> packet, const EchoKey& key) {
  if (const Status shape = check_shape(packet, kEchoReplySize, kReplyMark); !shape) {
    return shape.error();
  }
  if (!is_sealed(packet, key, kReplyLabel)) {
    return Error{ErrorCode::Unauthenticated, "wrong MAC"};
  }
  EchoReply reply{get<std::uint64_t>(packet.subspan(kReplyNonceAt)), std::nullopt};
  // Other flags are a later version's: an old site goes on with a new anchor.
  if ((packet[1] & kTimeGood) != std::byte{0}) {
    const auto since_epoch = static_cast<std::int64_t>(get<std::uint64_t>(packet.subspan(kReplyTimeAt)));
    const WallTime anchor_time{std::chrono::microseconds{since_epoch}};
    if (anchor_time >= kFirstTime && anchor_time < kLastTime) {
      reply.anchor_time = anchor_time;
    }
  }
  return reply;
}

std::optional<std::uint64_t> nonce_of_quoted_request(std::span<const std::byte> quoted) {
  if (quoted.size() < kRequestNonceAt + sizeof(std::uint64_t) || quoted[0] != kRequestMark) {
    return std::nullopt;
  }
  return get<std::uint64_t>(quoted.subspan(kRequestNonceAt));
}

}  // namespace karkara
