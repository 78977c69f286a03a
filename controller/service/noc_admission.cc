// Who may do what, and the audit log's account of it.
#include "common/version.h"
#include "controller/service/grpc_status.h"
#include "controller/service/noc_service.h"

namespace karkara {
namespace {

// Methods that change nothing are not audited when they succeed, nor when a viewer is missing: they are logged.
bool is_audited(Role needed) {
  return needed > Role::Viewer;
}

}  // namespace

Result<NocService::Deed> NocService::admit(const Context& context, Role needed, const std::string& verb,
                                           const std::string& object) {
  const auto caller = caller_of(context, parts_.authority.trust_domain());
  const auto* who = caller ? std::get_if<OperatorIdentity>(&caller->identity) : nullptr;
  if (who != nullptr && who->role >= needed) {
    return Deed{*who, verb, object};
  }
  const std::string name = caller ? describe(caller->identity) : context.peer();
  const std::string why = who != nullptr ? "needs the role " + std::string{to_string(needed)}
                          : caller       ? std::string{"is not an operator"}
                                         : caller.error().text;
  ++parts_.counters.calls_refused;
  parts_.log.write({MessageId::CallRefused, {{"who", name}, {"verb", verb}, {"why", why}}});
  if (is_audited(needed)) {
    parts_.store.submit({AppendAudit{name, verb, object, "refused", why}}, {});
  }
  return Error{caller ? ErrorCode::PermissionDenied : ErrorCode::Unauthenticated, name + ": " + verb + " " + why};
}

AppendAudit NocService::audit_of(const Deed& deed, const std::string& outcome, const std::string& detail) const {
  const std::string between = deed.what.empty() || detail.empty() ? "" : "; ";
  return {describe(deed.who), deed.verb, deed.object, outcome, deed.what + between + detail};
}

void NocService::refuse(Unary* reactor, const Deed& deed, const Error& why) {
  parts_.store.submit({audit_of(deed, "refused", why.text)},
                      [reactor, why](const Status&) { reactor->Finish(to_grpc(why)); });
}

NocService::Unary* NocService::GetVersion(Context* context, const v1::GetVersionRequest*, v1::VersionReply* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Viewer, "get-version", "");
  if (deed) {
    reply->set_version(std::string{version()});
    reply->set_commit(std::string{commit()});
    reply->set_caller(deed->who.name.text());
    reply->set_role(std::string{to_string(deed->who.role)});
  }
  reactor->Finish(deed ? grpc::Status::OK : to_grpc(deed.error()));
  return reactor;
}

}  // namespace karkara
