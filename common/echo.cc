#include "common/echo.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cassert>
#include <string>
#include <string_view>

#include "common/hmac_sha256.h"
#include "common/splitmix.h"

namespace karkara {
namespace {

constexpr std::size_t kMacSize = 8;
using Mac = std::array<std::byte, kMacSize>;

// The first byte: version in the high nibble, type in the low one. The MACs of the directions and forms start
// differently, so that a request thrown back is no reply.
struct Form {
  std::byte mark;
  std::string_view label;
  std::size_t sealed_size;  // with the MAC at its end; padding follows
};
constexpr Form kRequest{std::byte{0x11}, "karkara-echo-request-v1", kEchoRequestSize};
constexpr Form kReply{std::byte{0x12}, "karkara-echo-reply-v1", kEchoReplySize};
constexpr Form kPaddedRequest{std::byte{0x13}, "karkara-echo-padded-request-v1", kEchoRequestSize + 2};
constexpr Form kPaddedReply{std::byte{0x14}, "karkara-echo-padded-reply-v1", kEchoReplySize + 2};
constexpr std::byte kTimeGood{0x01};

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
    number = static_cast<Number>(static_cast<std::uint64_t>(number) << 8U) | std::to_integer<Number>(in[i]);
  }
  return number;
}

// Where the length stands in a padded form: in front of the MAC, which covers it.
std::size_t length_at(const Form& form) {
  return form.sealed_size - kMacSize - sizeof(std::uint16_t);
}

// Noise without a secret in it.
void fill_with_noise(std::span<std::byte> out, std::uint64_t state) {
  std::uint64_t noise = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i % 8 == 0) {
      noise = splitmix64(state);
    }
    out[i] = static_cast<std::byte>(noise >> (8 * (i % 8)));
  }
}

std::vector<std::byte> start(const Form& form, std::uint16_t padded_to) {
  assert(padded_to == 0 || (padded_to >= kLeastPaddedEcho && padded_to <= kMostPaddedEcho));
  std::vector<std::byte> packet(padded_to == 0 ? form.sealed_size : std::max(padded_to, kLeastPaddedEcho));
  packet[0] = form.mark;
  if (padded_to != 0) {
    put(std::span{packet}.subspan(length_at(form)), padded_to);
  }
  return packet;
}

void seal(std::span<std::byte> packet, const Form& form, const EchoKey& key, std::uint64_t nonce) {
  const auto content = packet.first(form.sealed_size - kMacSize);
  std::ranges::copy(mac_of(key, form.label, content), packet.subspan(content.size()).begin());
  fill_with_noise(packet.subspan(form.sealed_size), nonce);
}

bool is_sealed(std::span<const std::byte> packet, const Form& form, const EchoKey& key) {
  const auto content = packet.first(form.sealed_size - kMacSize);
  return CRYPTO_memcmp(mac_of(key, form.label, content).data(), packet.data() + content.size(), kMacSize) == 0;
}

// Which of the two forms it has, by its mark and length.
Result<const Form*> form_of(std::span<const std::byte> packet, const Form& small, const Form& padded) {
  if (packet.size() == small.sealed_size && packet[0] == small.mark) {
    return &small;
  }
  if (packet.size() < kLeastPaddedEcho || packet.size() > kMostPaddedEcho || packet[0] != padded.mark) {
    return Error{ErrorCode::InvalidArgument, "no such packet of " + std::to_string(packet.size()) + " bytes"};
  }
  if (get<std::uint16_t>(packet.subspan(length_at(padded))) != packet.size()) {
    return Error{ErrorCode::InvalidArgument, "another length than it says"};
  }
  return &padded;
}

std::uint16_t padding_of(std::span<const std::byte> packet, const Form& form) {
  return packet.size() == form.sealed_size ? std::uint16_t{0} : static_cast<std::uint16_t>(packet.size());
}

}  // namespace

std::vector<std::byte> encode_echo_request(const EchoRequest& request, const EchoKey& key) {
  const Form& form = request.padded_to == 0 ? kRequest : kPaddedRequest;
  auto packet = start(form, request.padded_to);
  packet[1] = static_cast<std::byte>(request.generation);
  put(std::span{packet}.subspan(2), request.key_id);
  put(std::span{packet}.subspan(kRequestNonceAt), request.nonce);
  seal(packet, form, key, request.nonce);
  return packet;
}

std::vector<std::byte> encode_echo_reply(const EchoReply& reply, const EchoKey& key) {
  const Form& form = reply.padded_to == 0 ? kReply : kPaddedReply;
  auto packet = start(form, reply.padded_to);
  put(std::span{packet}.subspan(kReplyNonceAt), reply.nonce);
  if (reply.anchor_time) {
    packet[1] = kTimeGood;
    put(std::span{packet}.subspan(kReplyTimeAt), static_cast<std::uint64_t>(reply.anchor_time->since_epoch().count()));
  }
  seal(packet, form, key, ~reply.nonce);
  return packet;
}

Result<EchoRequest> decode_echo_request(std::span<const std::byte> packet, const EchoKeyLookup& key_of) {
  const auto form = form_of(packet, kRequest, kPaddedRequest);
  if (!form) {
    return form.error();
  }
  EchoRequest request;
  request.generation = std::to_integer<std::uint8_t>(packet[1]);
  request.key_id = get<std::uint32_t>(packet.subspan(2));
  request.nonce = get<std::uint64_t>(packet.subspan(kRequestNonceAt));
  request.padded_to = padding_of(packet, **form);
  const auto key = key_of(request.generation, request.key_id);
  if (!key) {
    return Error{ErrorCode::NotFound, "no key of generation " + std::to_string(request.generation)};
  }
  if (!is_sealed(packet, **form, *key)) {
    return Error{ErrorCode::Unauthenticated, "wrong MAC"};
  }
  return request;
}

Result<EchoReply> decode_echo_reply(std::span<const std::byte> packet, const EchoKey& key) {
  const auto form = form_of(packet, kReply, kPaddedReply);
  if (!form) {
    return form.error();
  }
  if (!is_sealed(packet, **form, key)) {
    return Error{ErrorCode::Unauthenticated, "wrong MAC"};
  }
  EchoReply reply{get<std::uint64_t>(packet.subspan(kReplyNonceAt)), std::nullopt, padding_of(packet, **form)};
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
  if (quoted.size() < kRequestNonceAt + sizeof(std::uint64_t) ||
      (quoted[0] != kRequest.mark && quoted[0] != kPaddedRequest.mark)) {
    return std::nullopt;
  }
  return get<std::uint64_t>(quoted.subspan(kRequestNonceAt));
}

}  // namespace karkara
