#include "agent/io/controller_link.h"

#include <utility>

#include "agent/io/router_facts.h"

namespace karkara {
namespace {

constexpr auto kSaveAgain = std::chrono::minutes{1};

}  // namespace

ControllerLink::ControllerLink(boost::asio::io_context& io, FileSystem& files, EventSink sink, const Clock& clock,
                               Log& log, LinkSettings settings, AnchorKeyKnown anchor_key_known)
    : sink_{std::move(sink)},
      log_{log},
      anchor_key_known_{std::move(anchor_key_known)},
      files_{files, settings.state_dir},
      calls_{io},
      session_{io, calls_, sink_, clock, std::move(settings.session), random_uniform()},
      enrolment_{io,
                 calls_,
                 files_,
                 clock,
                 std::move(settings.enrolment),
                 random_uniform(),
                 {.trying = [this](const std::string& what) { sink_(SessionTrying{what}); },
                  .failed = [this](const std::string& why) { note(MessageId::EnrolmentFailed, why); },
                  .bundle_known = [this](const Bundle& bundle) { know(bundle, nullptr); },
                  .enrolled = [this](Identity identity) { on_enrolled(std::move(identity)); }}},
      renewal_{io,
               calls_,
               clock,
               settings.renewal,
               random_uniform(),
               {.renewed = [this](const Identity& identity) { on_renewed(identity); },
                .failed = [this](const std::string& why) { note(MessageId::RenewalFailed, why); }}},
      save_again_{io} {}

ControllerLink::~ControllerLink() {
  stop();
}

void ControllerLink::start() {
  load();
  if (!enrolled_) {
    enrolment_.start();
  }
}

void ControllerLink::allow(bool allowed) {
  enrolment_.allow(allowed && !enrolled_);
  renewal_.allow(allowed);
  session_.allow(allowed);
}

void ControllerLink::hurry(const std::string& why) {
  if (enrolled_) {
    session_.hurry(why);
  } else {
    enrolment_.hurry();
  }
}

void ControllerLink::describe(DescribeSelf self) {
  session_.describe(std::move(self));
}
void ControllerLink::send(SendBlock block) {
  session_.send(std::move(block));
}
void ControllerLink::send(SendAlarm alarm) {
  session_.send(std::move(alarm));
}
void ControllerLink::send(SendState state) {
  session_.send(std::move(state));
}
void ControllerLink::answer(const AnswerRequest& answer) {
  session_.answer(answer);
}

void ControllerLink::stop() {
  enrolment_.stop();
  renewal_.stop();
  session_.stop();
}

void ControllerLink::load() {
  const Result<Identity> identity = files_.load();
  if (identity) {
    adopt(*identity);
    return;
  }
  if (identity.error().code != ErrorCode::NotFound) {
    note(MessageId::IdentityUnusable, identity.error().text);
  }
  if (const Result<Bundle> bundle = files_.load_bundle()) {
    know(*bundle, nullptr);  // the anchors are good all the same
  }
}

void ControllerLink::know(const Bundle& bundle, const CertificateFacts* facts) {
  anchor_key_known_(bundle.anchor_key);
  sink_(IdentityKnown{bundle.anchors, clock_floor(bundle, facts), facts != nullptr});
}

void ControllerLink::adopt(const Identity& identity) {
  enrolled_ = true;
  know(identity.bundle, &identity.facts);
  session_.use(identity.bundle.controller, TlsIdentity{identity.ca_pem, identity.key_pem, identity.certificate_pem});
  renewal_.use(identity);
}

void ControllerLink::on_enrolled(Identity identity) {
  enrolment_.stop();
  log_.write(Note{MessageId::Enrolled, {{"site", identity.bundle.site.text()}}});
  adopt(identity);
  save([this, identity = std::move(identity)] { return files_.store(identity); });
}

void ControllerLink::on_renewed(const Identity& identity) {
  log_.write(Note{MessageId::CertificateRenewed, {{"site", identity.bundle.site.text()}}});
  adopt(identity);
  save([this, key = identity.key_pem, certificate = identity.certificate_pem] {
    return files_.store_renewed(key, certificate);
  });
}

// The token is used up or the old certificate about to end: what came must get to the disk, however long that takes.
void ControllerLink::save(std::function<Status()> deed) {
  const Status saved = deed();
  if (saved) {
    return;
  }
  note(MessageId::StateTrouble, saved.error().text);
  save_again_.expires_after(kSaveAgain);
  save_again_.async_wait([this, deed = std::move(deed)](const boost::system::error_code& error) {
    if (!error) {
      save(deed);
    }
  });
}

void ControllerLink::note(MessageId id, const std::string& why) {
  log_.write(Note{id, {{"why", why}}});
}

}  // namespace karkara
