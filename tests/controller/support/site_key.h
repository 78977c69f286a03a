// A router's side of the enrolment: its key and its certificate request, made with OpenSSL's public functions only.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <string>

namespace karkara {

// A PKCS #10 request in DER, as a router sends it; the subject is rubbish on purpose, since only the key counts.
inline std::string make_request_der(EVP_PKEY* key) {
  X509_REQ* request = X509_REQ_new();
  X509_REQ_set_pubkey(request, key);
  X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("operator root (admin)"), -1, -1, 0);
  X509_REQ_sign(request, key, EVP_sha256());
  unsigned char* der = nullptr;
  const int length = i2d_X509_REQ(request, &der);
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  X509_REQ_free(request);
  return bytes;
}

}  // namespace karkara
