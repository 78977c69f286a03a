#include "agent/io/identity_files.h"

#include <algorithm>
#include <span>
#include <utility>

#include "common/version.h"

namespace karkara {
namespace {

constexpr std::size_t kMostBytes = 64U << 10U;
constexpr const char* kKey = "key.pem";
constexpr const char* kNextKey = "key.next.pem";
constexpr const char* kCertificate = "cert.pem";
constexpr const char* kCa = "ca.pem";
constexpr const char* kBundle = "bundle.yaml";

}  // namespace

WallTime clock_floor(const Bundle& bundle, const CertificateFacts* facts) {
  const WallTime known = std::max(bundle.made_at, source_time());
  return facts != nullptr ? std::max(known, facts->not_before) : known;
}

IdentityFiles::IdentityFiles(FileSystem& files, std::string state_dir)
    : files_{files}, directory_{std::move(state_dir) + "/identity"} {}

Result<Identity> IdentityFiles::load() {
  Result<std::string> certificate = read(kCertificate);
  if (!certificate) {
    return certificate.error();
  }
  finish_renewal(*certificate);
  Result<std::string> key = read(kKey);
  Result<std::string> ca = read(kCa);
  Result<Bundle> bundle = load_bundle();
  for (const Error* error :
       {key ? nullptr : &key.error(), ca ? nullptr : &ca.error(), bundle ? nullptr : &bundle.error()}) {
    if (error != nullptr) {
      return Error{ErrorCode::DataLoss, error->text};
    }
  }
  Result<CertificateFacts> facts = check_certificate(*certificate, *key, *ca);
  if (!facts) {
    return facts.error().in(directory_ + "/" + kCertificate);
  }
  if (facts->uri != bundle->spiffe_id()) {
    return Error{ErrorCode::DataLoss,
                 directory_ + "/" + kCertificate + ": for " + facts->uri + " instead of " + bundle->spiffe_id()};
  }
  return Identity{std::move(*bundle), std::move(*key), std::move(*certificate), std::move(*ca), std::move(*facts)};
}

Result<std::string> IdentityFiles::certificate() {
  return read(kCertificate);
}

Result<Bundle> IdentityFiles::load_bundle() {
  Result<std::string> yaml = read(kBundle);
  if (!yaml) {
    return yaml.error();
  }
  return parse_bundle(directory_ + "/" + kBundle, *yaml);
}

Result<std::string> IdentityFiles::key_for_enrolment() {
  if (Result<std::string> kept = read(kKey)) {
    if (make_request_der(*kept, "probe").ok()) {
      return kept;
    }
    if (Status aside = rename(kKey, std::string{kKey} + ".unreadable"); !aside) {
      return aside.error();
    }
  }
  Result<std::string> fresh = make_key_pem();
  if (fresh) {
    if (Status written = write(kKey, *fresh); !written) {
      return written.error();
    }
  }
  return fresh;
}

// The certificate comes last: with it the site is enrolled.
Status IdentityFiles::store(const Identity& identity) {
  const std::pair<const char*, std::string> parts[] = {{kKey, identity.key_pem},
                                                       {kCa, identity.ca_pem},
                                                       {kBundle, bundle_to_keep(identity.bundle)},
                                                       {kCertificate, identity.certificate_pem}};
  for (const auto& [name, content] : parts) {
    if (Status written = write(name, content); !written) {
      return written;
    }
  }
  return {};
}

// Two files cannot change at once. Between the second step and the third, load() finds the certificate's key beside.
Status IdentityFiles::store_renewed(const std::string& key_pem, const std::string& certificate_pem) {
  if (Status written = write(kNextKey, key_pem); !written) {
    return written;
  }
  if (Status written = write(kCertificate, certificate_pem); !written) {
    return written;
  }
  return rename(kNextKey, kKey);
}

void IdentityFiles::finish_renewal(const std::string& certificate_pem) {
  const Result<std::string> next = read(kNextKey);
  if (next && belongs_to_key(certificate_pem, *next)) {
    (void)rename(kNextKey, kKey).ok();  // if it fails the mismatch is told by load()
  }
}

Result<std::string> IdentityFiles::read(const std::string& name) {
  const std::string path = directory_ + "/" + name;
  Result<std::vector<std::byte>> bytes = files_.read(path, 0, kMostBytes);
  if (!bytes) {
    return bytes.error();
  }
  return std::string{reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

Status IdentityFiles::write(const std::string& name, const std::string& content) {
  if (Status made = files_.make_directories(directory_); !made) {
    return made;
  }
  return write_atomically(files_, directory_, name, std::as_bytes(std::span{content.data(), content.size()}));
}

Status IdentityFiles::rename(const std::string& from, const std::string& to) {
  if (Status renamed = files_.rename(directory_ + "/" + from, directory_ + "/" + to); !renamed) {
    return renamed;
  }
  return files_.sync_directory(directory_);
}

}  // namespace karkara
