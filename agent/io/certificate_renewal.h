// Asks for a fresh certificate, with a fresh key, when a third of the life of the present one is over; goes on asking
// after it expired. Refuses an answer that is not for this site and key. Owned by agent/io/controller_link;
// lives on the loop's thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/io/backoff.h"
#include "agent/io/controller_calls.h"
#include "agent/io/identity_files.h"
#include "common/time.h"

namespace karkara {

struct RenewalSettings {
  Duration look_interval = std::chrono::hours{1};  // each wait is between half of it and the whole
  Duration timeout = std::chrono::seconds{60};
};

[[nodiscard]] bool renewal_is_due(const CertificateFacts& facts, WallTime now);

class CertificateRenewal {
 public:
  struct Told {
    std::function<void(Identity)> renewed;  // not on the disk yet
    std::function<void(const std::string&)> failed;
  };
  CertificateRenewal(boost::asio::io_context& io, ControllerCalls& calls, const Clock& clock, RenewalSettings settings,
                     Uniform uniform, Told told);
  CertificateRenewal(const CertificateRenewal&) = delete;
  CertificateRenewal& operator=(const CertificateRenewal&) = delete;

  void use(const Identity& identity);
  void allow(bool allowed);
  void stop();

 private:
  void arm();
  void look();
  void ask();
  void on_answer(const Result<v1::RenewReply>& answer);

  ControllerCalls& calls_;
  const Clock& clock_;
  RenewalSettings settings_;
  Uniform uniform_;
  Told told_;
  boost::asio::steady_timer timer_;
  std::optional<Identity> identity_;
  std::string next_key_pem_;
  std::unique_ptr<PendingCall> call_;
  bool allowed_ = false;
};

}  // namespace karkara
