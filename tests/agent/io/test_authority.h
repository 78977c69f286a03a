// A certificate authority for tests: a root, and certificates that it signs for sites and servers, good or deliberately
// wrong.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <chrono>
#include <memory>
#include <string>

namespace karkara {

class TestAuthority {
 public:
  struct Signed {
    std::string key_pem;
    std::string certificate_pem;
  };

  TestAuthority();
  [[nodiscard]] const std::string& root_pem() const { return root_pem_; }
  // A server's, with the host as DNS name or address.
  [[nodiscard]] Signed server(const std::string& host) const;
  // For the public key of a certificate request; the whole life is 92 days of which `age` is over.
  [[nodiscard]] std::string sign(const std::string& request_der, const std::string& uri,
                                 std::chrono::seconds age = std::chrono::hours{48}) const;
  // A fresh key with a certificate for it.
  [[nodiscard]] Signed site(const std::string& uri, std::chrono::seconds age = std::chrono::hours{48}) const;

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
  };
  std::unique_ptr<EVP_PKEY, Free> key_;
  std::unique_ptr<X509, Free> root_;
  std::string root_pem_;
};

}  // namespace karkara
