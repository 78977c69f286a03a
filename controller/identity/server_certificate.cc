#include "controller/identity/server_certificate.h"

#include <openssl/err.h>

#include "controller/identity/secret_file.h"

namespace karkara {
namespace {

constexpr std::chrono::hours kRenewBefore{24 * 30};

bool names_host(X509* certificate, const std::string& host) {
  return X509_check_host(certificate, host.data(), host.size(), 0, nullptr) == 1 ||
         X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
}

bool still_good(X509* certificate, EVP_PKEY* key, const CertificateAuthority& authority,
                const std::vector<std::string>& hosts, WallTime now) {
  const auto from = to_wall_time(X509_get0_notBefore(certificate));
  const auto until = to_wall_time(X509_get0_notAfter(certificate));
  bool good = from && until && *from <= now && *until - now > kRenewBefore && authority.signed_by_us(certificate) &&
              X509_check_private_key(certificate, key) == 1;
  for (const std::string& host : hosts) {
    good = good && names_host(certificate, host);
  }
  ERR_clear_error();
  return good;
}

Result<KeyHandle> load_or_make_key(const std::filesystem::path& path) {
  if (const auto pem = read_small_file(path); pem || pem.error().code != ErrorCode::NotFound) {
    return pem ? key_from_pem(*pem) : Result<KeyHandle>{pem.error()};
  }
  auto key = make_p256_key();
  if (key) {
    if (const Status written = write_secret_file(path, to_pem(key->get())); !written) {
      return written.error();
    }
  }
  return key;
}

}  // namespace

ServerFiles server_files(const std::filesystem::path& state_dir) {
  return {state_dir / "server.key", state_dir / "server.crt", state_dir / "ca.crt"};
}

Result<bool> refresh_server_certificate(const std::filesystem::path& state_dir, const CertificateAuthority& authority,
                                        const std::vector<std::string>& hosts, WallTime now) {
  const ServerFiles files = server_files(state_dir);
  const auto key = load_or_make_key(files.key);
  if (!key) {
    return key.error();
  }
  if (const auto pem = read_small_file(files.certificate)) {
    const auto certificate = certificate_from_pem(*pem);
    if (certificate && still_good(certificate->get(), key->get(), authority, hosts, now)) {
      return false;
    }
  }
  const auto issued = authority.sign_server(key->get(), hosts, now);
  if (!issued) {
    return issued.error();
  }
  if (const Status written = write_secret_file(files.certificate, issued->pem); !written) {
    return written.error();
  }
  return true;
}

}  // namespace karkara
