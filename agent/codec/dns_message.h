// As much of DNS (RFC 1035) as asking for one name's addresses takes: a query as bytes, an answer read back. Refuses
// recursion, names in answers (they are stepped over, so a compression loop has nothing to loop in) and everything that
// is not an answer to this question. Called by agent/io/resolver_check.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "agent/facts/ip.h"
#include "common/result.h"

namespace karkara {

inline constexpr std::size_t kMostDnsMessage = 512;  // over UDP, without extensions

struct DnsQuestion {
  std::uint16_t id = 0;  // unpredictable
  std::string name;      // "anchor.karkara.ne"
  IpFamily family = IpFamily::V4;
};

// What a resolver may say; the numbers are DNS's.
enum class DnsCode : std::uint8_t { Good = 0, FormatError = 1, ServerFailure = 2, NoSuchName = 3, Other = 4 };

struct DnsAnswer {
  DnsCode code = DnsCode::Good;
  bool truncated = false;            // the resolver had more to say than a datagram holds
  std::vector<IpAddress> addresses;  // of the family asked for, whichever name they stand under (aliases)
};

// InvalidArgument: not a host name (labels of 1 to 63 letters, digits, '-' or '_', at most 253 characters).
[[nodiscard]] Result<std::vector<std::byte>> encode_dns_query(const DnsQuestion& question);

// InvalidArgument: not an answer to this question, or cut or crooked before what its counts promise.
[[nodiscard]] Result<DnsAnswer> decode_dns_answer(std::span<const std::byte> message, const DnsQuestion& question);

}  // namespace karkara
