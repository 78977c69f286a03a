// The router's identity on its disk, in STATE_DIR/identity: key.pem, cert.pem, ca.pem, bundle.yaml, and key.next.pem
// while a renewal is under way. Refuses to delete anything and to judge times: a router that boots in 1970 keeps its
// identity. Survives a power cut at any moment. Used by agent/io/controller_link.
#pragma once

#include <string>

#include "agent/io/bundle.h"
#include "agent/io/certificate_request.h"
#include "common/host/file_system.h"
#include "common/result.h"

namespace karkara {

struct Identity {
  Bundle bundle;
  std::string key_pem;
  std::string certificate_pem;
  std::string ca_pem;
  CertificateFacts facts;
};

// The wall clock cannot be before this: made_at, the certificate's NotBefore, the program's source.
[[nodiscard]] WallTime clock_floor(const Bundle& bundle, const CertificateFacts* facts);

class IdentityFiles {
 public:
  IdentityFiles(FileSystem& files, std::string state_dir);

  // Errors: NotFound when there never was a certificate; otherwise the file and what is wrong with it.
  Result<Identity> load();
  // cert.pem alone, as it is: whether it is another one by now. Changes nothing on the disk.
  Result<std::string> certificate();
  // bundle.yaml alone, for the anchors when the rest is not usable.
  Result<Bundle> load_bundle();
  // The key to enrol with: the kept one if there is a good one, so that an answer that was lost can be asked for again
  // with the same key; else a fresh one, kept before it is used.
  Result<std::string> key_for_enrolment();
  // After enrolment. May be repeated.
  Status store(const Identity& identity);
  // After a renewal, with a key that is not in key.pem yet. May be repeated.
  Status store_renewed(const std::string& key_pem, const std::string& certificate_pem);

 private:
  Result<std::string> read(const std::string& name);
  Status write(const std::string& name, const std::string& content);
  Status rename(const std::string& from, const std::string& to);
  void finish_renewal(const std::string& certificate_pem);

  FileSystem& files_;
  std::string directory_;
};

}  // namespace karkara
