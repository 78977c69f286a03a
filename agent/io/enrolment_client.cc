#include "agent/io/enrolment_client.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace karkara {
namespace {

constexpr std::uint64_t kMostBundleBytes = 64U << 10U;

std::string seconds_text(Duration wait) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()) + " s";
}

}  // namespace

EnrolmentClient::EnrolmentClient(boost::asio::io_context& io, ControllerCalls& calls, IdentityFiles& files,
                                 const Clock& clock, EnrolmentSettings settings, Uniform uniform, Told told)
    : calls_{calls},
      files_{files},
      clock_{clock},
      settings_{std::move(settings)},
      told_{std::move(told)},
      backoff_{settings_.backoff, std::move(uniform)},
      timer_{io} {}

void EnrolmentClient::start() {
  look();
}

void EnrolmentClient::allow(bool allowed) {
  if (std::exchange(allowed_, allowed) != allowed) {
    look();
  }
}

void EnrolmentClient::hurry() {
  if (!refused_) {
    backoff_.restart();
    next_try_ = clock_.now();
    call_.reset();  // bound to the old way's source address
    look();
  }
}

void EnrolmentClient::stop() {
  stopped_ = true;
  call_.reset();
  timer_.cancel();
}

// Looks at everything that can have changed, and arranges the next look.
void EnrolmentClient::look() {
  if (stopped_) {
    return;
  }
  const std::optional<FileMark> mark = mark_of(settings_.bundle_path);
  if (mark && mark != mark_) {
    read_bundle();
  }
  mark_ = mark;
  const Instant now = clock_.now();
  if (!mark_) {
    say("not enrolled: no bundle at " + settings_.bundle_path);
  } else if (!bundle_) {
    say("not enrolled: " + trouble_);
  } else if (!allowed_) {
    say("not enrolled: waiting for the clock");
  } else if (!call_ && now >= next_try_) {
    ask();
  }
  if (stopped_) {
    return;
  }
  const Duration wait = now < next_try_ ? std::min(next_try_ - now, settings_.look_interval) : settings_.look_interval;
  timer_.expires_after(wait);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) {
      look();
    }
  });
}

void EnrolmentClient::read_bundle() {
  bundle_.reset();
  call_.reset();
  refused_ = false;
  backoff_.restart();
  next_try_ = clock_.now();
  std::ifstream in{settings_.bundle_path, std::ios::binary};
  const std::string yaml{std::istreambuf_iterator<char>{in}, {}};
  Result<Bundle> bundle = parse_bundle(settings_.bundle_path, yaml);
  if (!bundle) {
    trouble_ = bundle.error().text;
  } else if (bundle->site != settings_.site) {
    trouble_ = settings_.bundle_path + " is for site '" + bundle->site.text() + "', this router is configured as '" +
               settings_.site.text() + "'";
  } else if (bundle->token.empty()) {
    trouble_ = settings_.bundle_path + " holds no token";
  } else {
    bundle_ = std::move(*bundle);
    told_.bundle_known(*bundle_);
    return;
  }
  told_.failed(trouble_);
}

void EnrolmentClient::ask() {
  Result<std::string> key = files_.key_for_enrolment();
  Result<std::string> request = key ? make_request_der(*key, bundle_->site.text()) : key;
  if (!request) {
    refused(request.error().text);
    return;
  }
  key_pem_ = std::move(*key);
  say("enrolling at " + bundle_->enrolment);
  v1::EnrolRequest message;
  message.set_site_id(bundle_->site.text());
  message.set_token(bundle_->token);
  message.set_csr_der(std::move(*request));
  message.set_hardware_id(settings_.hardware_id);
  message.set_agent_version(settings_.agent_version);
  call_ = calls_.enrol(bundle_->enrolment, TlsIdentity{bundle_->ca_certificate, "", ""}, std::move(message),
                       settings_.timeout, [this](const Result<v1::EnrolReply>& answer) { on_answer(answer); });
}

void EnrolmentClient::on_answer(const Result<v1::EnrolReply>& answer) {
  call_.reset();
  if (answer) {
    if (Result<Identity> identity = examine(*answer)) {
      told_.enrolled(std::move(*identity));
    } else {
      refused(identity.error().text);
    }
    return;
  }
  const Error& error = answer.error();
  if (error.code == ErrorCode::PermissionDenied || error.code == ErrorCode::InvalidArgument) {
    refused("the controller refused: " + error.text);
    return;
  }
  const Duration pause = backoff_.next();
  next_try_ = clock_.now() + pause;
  say("not enrolled: " + bundle_->enrolment + ": " + error.text + "; again in " + seconds_text(pause));
  look();
}

Result<Identity> EnrolmentClient::examine(const v1::EnrolReply& reply) const {
  Identity identity{*bundle_,
                    key_pem_,
                    reply.certificate_pem(),
                    reply.ca_pem().empty() ? bundle_->ca_certificate : reply.ca_pem(),
                    {}};
  Result<CertificateFacts> facts = check_certificate(identity.certificate_pem, identity.key_pem, identity.ca_pem);
  if (!facts) {
    return facts.error().in("the controller's answer");
  }
  if (facts->uri != bundle_->spiffe_id()) {
    return Error{ErrorCode::FailedPrecondition, "the controller gave a certificate for '" + facts->uri +
                                                    "' instead of '" + bundle_->spiffe_id() + "'"};
  }
  identity.bundle.token.clear();
  identity.facts = *facts;
  return identity;
}

void EnrolmentClient::refused(const std::string& why) {
  refused_ = true;
  next_try_ = clock_.now() + settings_.refused_pause;
  told_.failed(why);
  say("not enrolled: " + why + "; again in " + seconds_text(settings_.refused_pause) + ", or when the bundle changes");
  look();
}

void EnrolmentClient::say(const std::string& what) {
  if (what != said_) {
    said_ = what;
    told_.trying(what);
  }
}

std::optional<EnrolmentClient::FileMark> EnrolmentClient::mark_of(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode) ||
      static_cast<std::uint64_t>(facts.st_size) > kMostBundleBytes) {
    return std::nullopt;
  }
  return FileMark{facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec,
                  static_cast<std::uint64_t>(facts.st_size), facts.st_ino};
}

}  // namespace karkara
