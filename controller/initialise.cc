#include "controller/initialise.h"

#include <fcntl.h>
#include <unistd.h>

#include "common/host/config_writer.h"
#include "controller/identity/anchor_master.h"
#include "controller/identity/secret_file.h"
#include "controller/identity/server_certificate.h"
#include "controller/store/audit_chain.h"
#include "controller/store/schema.h"

namespace karkara {
namespace {

constexpr const char* kAdminFile = "admin.karkara";

// Beside a running controller as well: SQLite lets one writer in after the other, and the chain is read inside the
// transaction.
Status audit_beside(const std::filesystem::path& state_dir, const AppendAudit& entry, WallTime now) {
  const std::filesystem::path file = state_dir / "controller.db";
  if (const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600); fd >= 0) {
    ::close(fd);
  }
  auto database = Database::open(file, Database::Mode::ReadWrite);
  if (!database) {
    return database.error();
  }
  for (const char* setting : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"}) {
    if (Status set = database->execute(setting); !set) {
      return set;
    }
  }
  if (Status migrated = migrate(*database); !migrated) {
    return migrated;
  }
  if (Status begun = database->execute("BEGIN IMMEDIATE"); !begun) {
    return begun;
  }
  if (Status appended = append_audit(*database, entry, now); !appended) {
    return appended;  // closing the connection rolls back
  }
  return database->execute("COMMIT");
}

}  // namespace

Error not_initialised(const ControllerSettings& settings) {
  return {ErrorCode::FailedPrecondition,
          settings.state_dir.string() + " is not initialised: run 'karkara-controller --init' first"};
}

Result<std::vector<std::string>> initialise(const ControllerSettings& settings, WallTime now) {
  const std::filesystem::path& folder = settings.state_dir;
  if (Status made = make_private_folder(folder); !made) {
    return made.error();
  }
  const Status created = CertificateAuthority::create(folder, settings.trust_domain, now);
  if (!created && created.error().code != ErrorCode::AlreadyExists) {
    return created.error();
  }
  if (Status made = create_anchor_master(folder); !made) {
    return made.error();
  }
  const auto authority = CertificateAuthority::load(folder, settings.trust_domain);
  if (!authority) {
    return authority.error();
  }
  const auto server = refresh_server_certificate(folder, *authority, settings.public_hosts(), now);
  if (!server) {
    return server.error();
  }
  const std::filesystem::path admin = folder / kAdminFile;
  const auto existing = read_small_file(admin);
  if (!existing && existing.error().code != ErrorCode::NotFound) {
    return existing.error();
  }
  if (!existing) {
    const auto context = make_operator_context(settings, {OperatorName::parse("admin").value(), Role::Admin}, now);
    if (!context) {
      return context.error();
    }
    if (Status written = write_secret_file(admin, write_config(*context)); !written) {
      return written.error();
    }
  }
  return std::vector<std::string>{
      (folder / "ca.key").string() + ": the key of the fleet's root. Keep a copy where nobody else gets at it.",
      anchor_master_file(folder).string() + ": the anchors' master key. Every anchor needs a copy.",
      admin.string() + ": the context of the operator 'admin', for the CLI."};
}

Result<v1::OperatorContext> make_operator_context(const ControllerSettings& settings, const OperatorIdentity& who,
                                                  WallTime now) {
  const auto authority = CertificateAuthority::load(settings.state_dir, settings.trust_domain);
  if (!authority) {
    return authority.error().code == ErrorCode::NotFound ? not_initialised(settings) : authority.error();
  }
  const auto made = authority->make_operator(who, now);
  if (!made) {
    return made.error();
  }
  const AppendAudit entry{"the controller's machine", "make-operator", describe(who), "done",
                          "serial " + made->certificate.serial};
  if (Status audited = audit_beside(settings.state_dir, entry, now); !audited) {
    return audited.error();
  }
  v1::OperatorContext context;
  context.set_name(who.name.text());
  context.set_controller(settings.public_endpoint.text());
  context.set_ca_certificate(authority->root_pem());
  context.set_certificate(made->certificate.pem);
  context.set_private_key(made->key_pem);
  return context;
}

}  // namespace karkara
