#include "controller/anchor/echo_responder.h"

#include <algorithm>
#include <utility>

namespace karkara {
namespace {

// 2025-01-01: an anchor that believes in an earlier time has lost its own clock.
constexpr WallTime kEarliestTime{std::chrono::seconds{1'735'689'600}};

}  // namespace

EchoResponder::EchoResponder(EchoResponderSettings settings)
    : keys_{std::move(settings.keys)},
      give_time_{settings.give_time},
      budget_{settings.echoes_per_second, settings.most_sites},
      padded_bytes_{std::max<unsigned>(settings.padded_bytes_per_second, kMostPaddedEcho), settings.most_sites} {}

std::optional<std::vector<std::byte>> EchoResponder::on_datagram(std::span<const std::byte> datagram, Instant now,
                                                                 WallTime wall) {
  std::optional<EchoKey> key;
  const auto request = decode_echo_request(datagram, [&](std::uint8_t generation, std::uint32_t key_id) {
    const EchoMasterKey* const master = keys_.find(generation);
    key = master == nullptr ? std::nullopt : std::optional{master->site_key(key_id)};
    return key;
  });
  if (!request) {
    count_refusal(request.error().code);
    return std::nullopt;
  }
  if (!may_answer(*request, now)) {
    ++counts_.limited;
    return std::nullopt;
  }
  ++counts_.answered;
  const bool time_good = give_time_ && wall >= kEarliestTime;
  return encode_echo_reply({request->nonce, time_good ? std::optional{wall} : std::nullopt, request->padded_to}, *key);
}

// By site and not by source address: an address is anyone's to write, and a site has one for each uplink.
bool EchoResponder::may_answer(const EchoRequest& request, Instant now) {
  return budget_.spend(request.key_id, now) &&
         (request.padded_to == 0 || padded_bytes_.spend(request.key_id, now, request.padded_to));
}

void EchoResponder::count_refusal(ErrorCode why) {
  if (why == ErrorCode::InvalidArgument) {
    ++counts_.malformed;
  } else {
    ++counts_.unauthentic;
  }
}

}  // namespace karkara
