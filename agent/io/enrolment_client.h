// Makes a router a member of the fleet: waits for the installer's bundle and for a clock that can be trusted, asks for
// a certificate with the one-time token, and looks hard at the answer. Refuses to dial anybody but who the bundle's
// root vouches for. Owned by agent/io/controller_link until the site is enrolled; lives on the loop's thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/io/backoff.h"
#include "agent/io/bundle.h"
#include "agent/io/controller_calls.h"
#include "agent/io/identity_files.h"
#include "common/result.h"
#include "common/time.h"

namespace karkara {

struct EnrolmentSettings {
  std::string bundle_path;
  SiteId site;  // as configured: a bundle for another site is refused
  std::string agent_version;
  std::string hardware_id;  // for the audit log
  BackoffPolicy backoff;
  Duration look_interval = std::chrono::seconds{5};   // at the bundle's file
  Duration refused_pause = std::chrono::minutes{10};  // after a refusal, unless the file changes
  Duration timeout = std::chrono::seconds{60};
};

class EnrolmentClient {
 public:
  struct Told {
    std::function<void(const std::string&)> trying;   // for people; only when it changed
    std::function<void(const std::string&)> failed;   // worth a line in the log
    std::function<void(const Bundle&)> bundle_known;  // anchors and keys are good before enrolment
    std::function<void(Identity)> enrolled;           // not on the disk yet
  };
  EnrolmentClient(boost::asio::io_context& io, ControllerCalls& calls, IdentityFiles& files, const Clock& clock,
                  EnrolmentSettings settings, Uniform uniform, Told told);
  EnrolmentClient(const EnrolmentClient&) = delete;
  EnrolmentClient& operator=(const EnrolmentClient&) = delete;

  void start();
  void allow(bool allowed);
  void hurry();  // the way out changed
  void stop();

 private:
  // What tells one version of the bundle's file from another.
  struct FileMark {
    std::int64_t changed = 0;
    std::uint64_t size = 0;
    std::uint64_t inode = 0;
    friend bool operator==(const FileMark&, const FileMark&) = default;
  };
  void look();
  void read_bundle();
  void ask();
  void on_answer(const Result<v1::EnrolReply>& answer);
  Result<Identity> examine(const v1::EnrolReply& reply) const;
  void refused(const std::string& why);
  void say(const std::string& what);
  [[nodiscard]] static std::optional<FileMark> mark_of(const std::string& path);

  ControllerCalls& calls_;
  IdentityFiles& files_;
  const Clock& clock_;
  EnrolmentSettings settings_;
  Told told_;
  Backoff backoff_;
  boost::asio::steady_timer timer_;
  std::optional<FileMark> mark_;
  std::optional<Bundle> bundle_;
  std::string key_pem_;
  std::unique_ptr<PendingCall> call_;
  Instant next_try_;
  std::string said_;
  std::string trouble_;  // of the last try, or of the bundle's file
  bool allowed_ = false;
  bool refused_ = false;
  bool stopped_ = false;
};

}  // namespace karkara
