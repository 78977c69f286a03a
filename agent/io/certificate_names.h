// What is read out of a certificate: whose it is and until when. Private to the identity's readers in agent/io.
#pragma once

#include <ctime>

#include "common/host/openssl_handles.h"
#include "common/time.h"

namespace karkara {

[[nodiscard]] inline WallTime wall_time_of(const ASN1_TIME* at) {
  std::tm fields{};
  return ASN1_TIME_to_tm(at, &fields) == 1 ? WallTime{std::chrono::seconds{timegm(&fields)}} : WallTime{};
}

// Empty: it names none.
[[nodiscard]] inline std::string first_uri_of(const X509* certificate) {
  const NamesHandle names{
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_URI) {
      const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
      return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
              static_cast<std::size_t>(ASN1_STRING_length(uri))};
    }
  }
  return {};
}

}  // namespace karkara
