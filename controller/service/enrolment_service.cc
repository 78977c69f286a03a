#include "controller/service/enrolment_service.h"

#include "common/host/text_checks.h"
#include "controller/identity/enrol_token.h"
#include "controller/service/grpc_status.h"
#include "controller/service/revocations.h"

namespace karkara {
namespace {

constexpr std::size_t kLongestText = 200;

// What a stranger says of itself goes into the audit log: short, and without anything that would rewrite a terminal.
std::string plain(const std::string& text) {
  return text.size() <= kLongestText && !first_control(text, "") ? text : std::string{"(not plain text)"};
}

}  // namespace

grpc::ServerUnaryReactor* EnrolmentService::Enrol(grpc::CallbackServerContext* context, const v1::EnrolRequest* request,
                                                  v1::EnrolReply* reply) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const auto site = SiteId::parse(request->site_id());
  const auto fail = [&](const Error& why) {
    reactor->Finish(refuse(context->peer(), plain(request->site_id()), why));
    return reactor;
  };
  if (!site) {
    return fail(site.error());
  }
  if (request->token().size() > kLongestText) {
    return fail({ErrorCode::InvalidArgument, "the token is longer than any"});
  }
  const auto issued =
      parts_.authority.sign_site(std::as_bytes(std::span{request->csr_der()}), *site, parts_.fleet.now().wall);
  if (!issued) {
    return fail(issued.error());
  }
  reply->set_certificate_pem(issued->pem);
  reply->set_ca_pem(parts_.authority.root_pem());
  const std::string detail = "hardware " + plain(request->hardware_id()) + ", agent " +
                             plain(request->agent_version()) + ", serial " + issued->serial;
  parts_.store.submit(
      {UseToken{*site, hash_of_token(request->token()), issued->key},
       AddCertificate{*site, issued->serial, issued->not_after, issued->key, true},
       AppendAudit{context->peer(), "enrol", site->text(), "done", detail}},
      [this, reactor, reply, peer = context->peer(), site = *site, expires = issued->not_after](const Status& status) {
        if (status) {
          accepted(site, expires);
          reactor->Finish(grpc::Status::OK);
          return;
        }
        reply->Clear();
        reactor->Finish(refuse(peer, site.text(), status.error()));
      });
  return reactor;
}

grpc::Status EnrolmentService::refuse(const std::string& peer, const std::string& site, const Error& why) {
  if (why.code == ErrorCode::Unavailable || why.code == ErrorCode::ResourceExhausted) {
    return to_grpc(Error{ErrorCode::Unavailable, "the controller cannot write now, try again later"});
  }
  ++parts_.counters.enrolments_refused;
  std::uint64_t untold = 0;
  if (budget_.take(parts_.fleet.now().at, untold)) {
    const std::string detail = untold == 0 ? why.text : why.text + "; " + std::to_string(untold) + " more before it";
    parts_.log.write({MessageId::EnrolmentRefused, {{"site", site}, {"from", peer}, {"why", detail}}});
    parts_.store.submit({AppendAudit{peer, "enrol", site, "refused", detail}}, {});
  }
  return to_grpc(why.code == ErrorCode::InvalidArgument
                     ? why
                     : Error{ErrorCode::PermissionDenied, "the token is wrong, used or expired"});
}

void EnrolmentService::accepted(const SiteId& site, WallTime expires) {
  ++parts_.counters.enrolments;
  parts_.log.write({MessageId::SiteEnrolled, {{"site", site.text()}}});
  parts_.fleet.apply(SiteCertified{site, expires});
  // A device that this one replaces must not go on under the same name.
  if (const auto older = parts_.sessions.find(site)) {
    older->end({ErrorCode::PermissionDenied, "another device was enrolled for this site"});
  }
  tell_revoked(parts_.store, parts_.sessions, parts_.fleet.now().wall);
}

}  // namespace karkara
