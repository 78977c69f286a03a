// What any host may send to the resolver check's port: each input is read as an answer to both kinds of question, and
// its front as the name to ask for.
#include <cstdlib>

#include "agent/codec/dns_message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  const auto bytes = std::as_bytes(std::span{data, size});
  for (const IpFamily family : {IpFamily::V4, IpFamily::V6}) {
    const DnsQuestion question{0xbeef, "anchor.karkara.ne", family};
    if (const auto answer = decode_dns_answer(bytes, question)) {
      for (const IpAddress& address : answer->addresses) {
        if (address.family() != family) {
          std::abort();
        }
      }
    }
  }
  const DnsQuestion any{1, {reinterpret_cast<const char*>(data), size}, IpFamily::V4};
  if (const auto query = encode_dns_query(any); query && query->size() > kMostDnsMessage) {
    std::abort();
  }
  return 0;
}
