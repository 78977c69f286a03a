#include "agent/io/certificate_renewal.h"

#include <utility>

namespace karkara {

bool renewal_is_due(const CertificateFacts& facts, WallTime now) {
  return now >= facts.not_before + (facts.not_after - facts.not_before) / 3;
}

CertificateRenewal::CertificateRenewal(boost::asio::io_context& io, ControllerCalls& calls, const Clock& clock,
                                       RenewalSettings settings, Uniform uniform, Told told)
    : calls_{calls},
      clock_{clock},
      settings_{settings},
      uniform_{std::move(uniform)},
      told_{std::move(told)},
      timer_{io} {}

void CertificateRenewal::use(const Identity& identity) {
  identity_ = identity;
  arm();
}

void CertificateRenewal::allow(bool allowed) {
  allowed_ = allowed;
}

void CertificateRenewal::stop() {
  identity_.reset();
  call_.reset();
  timer_.cancel();
}

void CertificateRenewal::arm() {
  const double part = 0.5 + 0.5 * uniform_();
  timer_.expires_after(
      Duration{static_cast<Duration::rep>(part * static_cast<double>(settings_.look_interval.count()))});
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) {
      look();
    }
  });
}

void CertificateRenewal::look() {
  if (!identity_) {
    return;
  }
  if (allowed_ && !call_ && renewal_is_due(identity_->facts, clock_.wall())) {
    ask();
  }
  arm();
}

void CertificateRenewal::ask() {
  Result<std::string> key = make_key_pem();
  Result<std::string> request = key ? make_request_der(*key, identity_->bundle.site.text()) : key;
  if (!request) {
    told_.failed(request.error().text);
    return;
  }
  next_key_pem_ = std::move(*key);
  v1::RenewRequest message;
  message.set_csr_der(std::move(*request));
  call_ = calls_.renew(
      identity_->bundle.controller, TlsIdentity{identity_->ca_pem, identity_->key_pem, identity_->certificate_pem},
      std::move(message), settings_.timeout, [this](const Result<v1::RenewReply>& answer) { on_answer(answer); });
}

void CertificateRenewal::on_answer(const Result<v1::RenewReply>& answer) {
  call_.reset();
  if (!answer) {
    told_.failed(answer.error().text);
    return;
  }
  Identity next = *identity_;
  next.key_pem = next_key_pem_;
  next.certificate_pem = answer->certificate_pem();
  const Result<CertificateFacts> facts = check_certificate(next.certificate_pem, next.key_pem, next.ca_pem);
  if (!facts || facts->uri != next.bundle.spiffe_id()) {
    told_.failed(facts ? "the controller gave a certificate for '" + facts->uri + "'" : facts.error().text);
    return;
  }
  next.facts = *facts;
  identity_ = next;
  told_.renewed(std::move(next));
}

}  // namespace karkara
