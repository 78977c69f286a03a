// The methods that change something, or ask a site over its satellite link: all audited.
#include "controller/identity/enrol_token.h"
#include "controller/service/grpc_status.h"
#include "controller/service/noc_messages.h"
#include "controller/service/noc_service.h"
#include "controller/service/site_requests.h"

namespace karkara {
namespace {

constexpr std::uint32_t kUsualTimeoutMs = 30'000;
constexpr std::uint32_t kLongestTimeoutMs = 600'000;
constexpr std::uint32_t kLongestTokenSeconds = 366 * 86'400;

}  // namespace

NocService::Unary* NocService::PutSite(Context* context, const v1::PutSiteRequest* request, v1::Site* reply) {
  Unary* reactor = context->DefaultReactor();
  const bool adds = request->mode() == v1::PutSiteRequest::MODE_ADD;
  const auto deed = admit(*context, Role::Engineer, adds ? "add-site" : "edit-site", request->site().id());
  if (!deed) {
    reactor->Finish(to_grpc(deed.error()));
    return reactor;
  }
  const auto site = SiteId::parse(request->site().id());
  const auto current =
      site ? current_or_new(*site, request->mode(), request->site().revision()) : Result<SiteRecord>{site.error()};
  auto record = current ? merge(*current, *request) : current;
  if (!record) {
    refuse(reactor, *deed, record.error());
    return reactor;
  }
  ++record->revision;
  *reply = to_message(*record);
  parts_.store.submit(
      {karkara::PutSite{*record}, audit_of(*deed, "done", "revision " + std::to_string(record->revision))},
      [this, reactor, reply, deed = *deed, record = *record](const Status& status) {
        if (status) {
          parts_.fleet.apply(SiteRegistered{record});
          reactor->Finish(grpc::Status::OK);
          return;
        }
        reply->Clear();
        refuse(reactor, deed, status.error());
      });
  return reactor;
}

Result<SiteRecord> NocService::current_or_new(const SiteId& site, v1::PutSiteRequest::Mode mode,
                                              std::uint64_t revision) const {
  std::optional<SiteRecord> known;
  parts_.fleet.visit([&](const Fleet& fleet, Moment) {
    if (const SiteView* view = fleet.find(site)) {
      known = view->record;
    }
  });
  if (mode == v1::PutSiteRequest::MODE_ADD) {
    SiteRecord fresh;
    fresh.id = site;
    return known ? Result<SiteRecord>{Error{ErrorCode::AlreadyExists, "site " + site.text() + " exists"}}
                 : Result<SiteRecord>{fresh};
  }
  if (mode != v1::PutSiteRequest::MODE_EDIT) {
    return Error{ErrorCode::InvalidArgument, "say whether to add or to edit"};
  }
  if (!known) {
    return Error{ErrorCode::NotFound, "no site " + site.text()};
  }
  if (revision != 0 && revision != known->revision) {
    return Error{ErrorCode::Aborted, "site " + site.text() + " has revision " + std::to_string(known->revision) +
                                         ", not " + std::to_string(revision)};
  }
  return *known;
}

NocService::Unary* NocService::CreateEnrolToken(Context* context, const v1::CreateEnrolTokenRequest* request,
                                                v1::EnrolmentBundle* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Engineer, "create-enrol-token", request->site_id());
  if (!deed) {
    reactor->Finish(to_grpc(deed.error()));
    return reactor;
  }
  const auto site = SiteId::parse(request->site_id());
  const auto key_id = site ? parts_.store.anchor_key_id(*site) : Result<std::uint32_t>{site.error()};
  const auto token = make_enrol_token();
  if (!key_id || !token) {
    refuse(reactor, *deed,
           !token                                       ? token.error()
           : key_id.error().code == ErrorCode::NotFound ? Error{ErrorCode::NotFound, "no site " + request->site_id()}
                                                        : key_id.error());
    return reactor;
  }
  if (request->valid_seconds() > kLongestTokenSeconds) {
    refuse(reactor, *deed, {ErrorCode::InvalidArgument, "a token is good for at most 366 days"});
    return reactor;
  }
  const auto validity = request->valid_seconds() == 0
                            ? std::chrono::duration_cast<std::chrono::seconds>(parts_.bundle.token_validity)
                            : std::chrono::seconds{request->valid_seconds()};
  *reply = make_bundle(*site, *key_id, *token);
  parts_.store.submit({AddToken{*site, hash_of_token(*token), parts_.fleet.now().wall + validity, describe(deed->who)},
                       audit_of(*deed, "done", "good for " + std::to_string(validity.count()) + " s")},
                      [reactor, reply](const Status& status) {
                        if (!status) {
                          reply->Clear();
                        }
                        reactor->Finish(to_grpc(status));
                      });
  return reactor;
}

v1::EnrolmentBundle NocService::make_bundle(const SiteId& site, std::uint32_t key_id, const std::string& token) const {
  v1::EnrolmentBundle bundle;
  bundle.set_site_id(site.text());
  bundle.set_token(token);
  bundle.set_controller(parts_.bundle.controller);
  bundle.set_enrolment(parts_.bundle.enrolment);
  bundle.set_ca_certificate(parts_.authority.root_pem());
  bundle.set_trust_domain(parts_.authority.trust_domain());
  for (const v1::AnchorAddress& anchor : parts_.bundle.anchors) {
    *bundle.add_anchors() = anchor;
  }
  bundle.set_anchor_key_id(key_id);
  const EchoMasterKey& master = parts_.anchor_keys.newest();
  bundle.set_anchor_key_generation(master.generation);
  bundle.set_anchor_key(master.site_key(key_id).hex());
  bundle.set_made_at(parts_.fleet.now().wall.seconds());
  return bundle;
}

NocService::Unary* NocService::CallSite(Context* context, const v1::CallSiteRequest* request, v1::SiteReply* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto kind = kind_of(request->request());
  auto deed = admit(*context, kind ? kind->needed : Role::Viewer, kind ? kind->verb : "call-site", request->site_id());
  if (!deed) {
    reactor->Finish(to_grpc(deed.error()));
    return reactor;
  }
  const auto site = SiteId::parse(request->site_id());
  if (!kind || !site || !parts_.fleet.has(*site)) {
    refuse(reactor, *deed,
           !kind ? Error{ErrorCode::InvalidArgument, "a request that says nothing"}
                 : Error{ErrorCode::NotFound, "no site " + request->site_id()});
    return reactor;
  }
  if (const Status sound = check_request(request->request()); !sound) {
    refuse(reactor, *deed, sound.error());
    return reactor;
  }
  deed->what = describe(request->request());
  const std::uint32_t timeout =
      request->timeout_ms() == 0 ? kUsualTimeoutMs : std::min(request->timeout_ms(), kLongestTimeoutMs);
  v1::SiteRequest to_site = request->request();
  to_site.set_asked_by(deed->who.name.text());
  if (kind->needed == Role::Viewer) {
    send_to_site(reactor, *deed, *site, std::move(to_site), std::chrono::milliseconds{timeout}, reply);
    return reactor;
  }
  // A command is in the audit log before it can have an effect.
  parts_.store.submit(
      {audit_of(*deed, "sent", "")},
      [this, reactor, deed = *deed, site = *site, to_site = std::move(to_site), timeout, reply](const Status& status) {
        if (!status) {
          reactor->Finish(to_grpc(status));
          return;
        }
        send_to_site(reactor, deed, site, to_site, std::chrono::milliseconds{timeout}, reply);
      });
  return reactor;
}

void NocService::send_to_site(Unary* reactor, const Deed& deed, const SiteId& site, v1::SiteRequest request,
                              Duration timeout, v1::SiteReply* reply) {
  ++parts_.counters.site_calls;
  parts_.calls.call(site, std::move(request), timeout,
                    [this, reactor, reply, deed](const Result<v1::SiteReply>& answer) {
                      if (!answer) {
                        refuse(reactor, deed, answer.error());
                        return;
                      }
                      *reply = *answer;
                      const std::string outcome = answer->code() == 0 ? "done" : "failed";
                      parts_.store.submit({audit_of(deed, outcome, answer->error())},
                                          [reactor](const Status&) { reactor->Finish(grpc::Status::OK); });
                    });
}

}  // namespace karkara
