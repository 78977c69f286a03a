#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ostream>
#include <sstream>

#include "common/host/config_writer.h"
#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"

namespace karkara::cli {
namespace {

constexpr Duration kTimeout = std::chrono::seconds{15};

// A new file that only its owner can read. It is made before the token is, so that no token is lost on a full disk or
// a wrong path; unless it was kept, it goes again.
class SecretFile {
 public:
  explicit SecretFile(std::string path)
      : path_{std::move(path)},
        fd_{::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)},
        trouble_{fd_ < 0 ? errno : 0} {}
  ~SecretFile() {
    if (fd_ >= 0) {
      ::close(fd_);
      if (!kept_) {
        ::unlink(path_.c_str());
      }
    }
  }
  SecretFile(const SecretFile&) = delete;
  SecretFile& operator=(const SecretFile&) = delete;

  [[nodiscard]] Status status() const {
    if (trouble_ == 0) {
      return {};
    }
    return Error{trouble_ == EEXIST ? ErrorCode::AlreadyExists : ErrorCode::Internal,
                 fmt::format("{}: {}", path_, std::strerror(trouble_))};
  }

  Status keep(std::string_view text) {
    while (trouble_ == 0 && !text.empty()) {
      const ssize_t written = ::write(fd_, text.data(), text.size());
      if (written < 0 && errno != EINTR) {
        trouble_ = errno;
      }
      text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
    if (trouble_ == 0 && ::fsync(fd_) != 0) {
      trouble_ = errno;
    }
    kept_ = trouble_ == 0;
    return status();
  }

 private:
  std::string path_;
  int fd_;
  int trouble_;
  bool kept_ = false;
};

Result<v1::EnrolmentBundle> make_token(Invocation& invocation, v1::CreateEnrolTokenRequest request) {
  if (const auto text = invocation.option("valid")) {
    const auto valid = parse_duration("valid", *text);
    if (!valid) {
      return valid.error();
    }
    request.set_valid_seconds(static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(*valid).count()));
  }
  const auto noc = invocation.noc();
  if (!noc) {
    return noc.error();
  }
  return (*noc)->create_token(request, invocation.timeout_or(kTimeout));
}

// What a router reads is YAML; JSON is for programs that make something else of it.
std::string text_of(const v1::EnrolmentBundle& bundle, Format format) {
  if (format != Format::Json && format != Format::JsonLines) {
    return write_config(bundle);
  }
  std::ostringstream text;
  render({.kind = "EnrolmentBundle", .value = value_of(bundle), .list = "", .item = "", .sections = {}}, format, {},
         text);
  return text.str();
}

}  // namespace

Exit enrol_token(Invocation& invocation) {
  const std::string& site = invocation.argument(0);
  const auto path = invocation.option("out");
  std::optional<SecretFile> file;
  if (path) {
    file.emplace(*path);
    if (Status made = file->status(); !made) {
      return invocation.fail(made.error());
    }
  }
  v1::CreateEnrolTokenRequest request;
  request.set_site_id(site);
  const auto bundle = make_token(invocation, std::move(request));
  if (!bundle) {
    return fail_for_site(invocation, site, bundle.error());
  }
  const std::string text = text_of(*bundle, invocation.format());
  if (!file) {
    invocation.around().out << text << std::flush;
    return invocation.around().out ? Exit::Ok : Exit::Failed;
  }
  if (Status kept = file->keep(text); !kept) {
    return invocation.fail(kept.error());
  }
  invocation.say(fmt::format("the bundle of {} is in {}; its token works once", site, *path));
  return Exit::Ok;
}

Exit enrol_revoke(Invocation& invocation) {
  const std::string& site = invocation.argument(0);
  const auto noc = invocation.noc();
  if (!noc) {
    return invocation.fail(noc.error());
  }
  const auto reply = (*noc)->revoke_site(site, invocation.timeout_or(kTimeout));
  if (!reply) {
    return fail_for_site(invocation, site, reply.error());
  }
  const unsigned count = reply->certificates();
  invocation.say(count == 0
                     ? fmt::format("{} had no certificate that counted; its tokens are refused from now on", site)
                 : count == 1 ? fmt::format("the certificate of {} is refused from now on", site)
                              : fmt::format("{} certificates of {} are refused from now on", count, site));
  return Exit::Ok;
}

}  // namespace karkara::cli
