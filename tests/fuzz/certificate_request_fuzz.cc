// No bytes of a stranger at the enrolment listener may do more than be refused.
#include <cstdint>
#include <span>

#include "controller/identity/openssl.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto request = karkara::request_from_der(std::as_bytes(std::span{data, size}));
  if (request) {
    static_cast<void>(karkara::is_p256(X509_REQ_get0_pubkey(request->get())));
  }
  return 0;
}
