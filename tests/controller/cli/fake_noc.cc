#include "tests/controller/cli/fake_noc.h"

#include <stdexcept>

#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {
namespace {

const grpc::Status kNoSite{grpc::StatusCode::NOT_FOUND, "no such site"};

}  // namespace

FakeNoc::FakeNoc(const KeyPair& identity) : identity_{identity} {
  for (const v1::SiteDetail& site : {sample_well(), sample_in_trouble()}) {
    sites_[site.site().id()] = site;
  }
  start(0);
}

FakeNoc::~FakeNoc() {
  stop();
}

void FakeNoc::start(int port) {
  stopping_ = false;
  grpc::SslServerCredentialsOptions tls{GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY};
  tls.pem_root_certs = test_certificates().root;
  tls.pem_key_cert_pairs.push_back({identity_.key, identity_.certificate});
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + std::to_string(port), grpc::SslServerCredentials(tls), &port_);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) {
    throw std::runtime_error("the fake controller does not start");
  }
}

void FakeNoc::stop() {
  if (server_ == nullptr) {
    return;
  }
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
  server_.reset();
}

void FakeNoc::change_state(const std::string& id, v1::SiteState state) {
  {
    const std::lock_guard lock{mutex_};
    sites_[id].set_state(state);
    changes_.push_back(id);
  }
  changed_.notify_all();
}

void FakeNoc::change_report(const std::string& id, const v1::StateReport& report) {
  const std::lock_guard lock{mutex_};
  *sites_[id].mutable_report() = report;
}

grpc::Status FakeNoc::wait_while_stuck(grpc::ServerContext* context) {
  std::unique_lock lock{mutex_};
  while (stuck && !stopping_ && !context->IsCancelled()) {
    changed_.wait_for(lock, std::chrono::milliseconds{10});
  }
  return grpc::Status::OK;
}

grpc::Status FakeNoc::denied_to_viewers() const {
  return viewer_only ? grpc::Status{grpc::StatusCode::PERMISSION_DENIED, "the role viewer may not do this"}
                     : grpc::Status::OK;
}

grpc::Status FakeNoc::GetVersion(grpc::ServerContext*, const v1::GetVersionRequest*, v1::VersionReply* reply) {
  reply->set_version("0.1.0");
  reply->set_commit("abc1234");
  reply->set_caller("operator/aissa");
  reply->set_role("engineer");
  return grpc::Status::OK;
}

grpc::Status FakeNoc::ListSites(grpc::ServerContext* context, const v1::ListSitesRequest* request,
                                v1::ListSitesReply* reply) {
  wait_while_stuck(context);
  last_list_request = *request;
  *reply = sample_sites();
  return grpc::Status::OK;
}

grpc::Status FakeNoc::ListUplinks(grpc::ServerContext*, const v1::ListUplinksRequest* request,
                                  v1::ListUplinksReply* reply) {
  const std::lock_guard lock{mutex_};
  last_uplinks_request = *request;
  if (!request->site_id().empty() && sites_.count(request->site_id()) == 0) {
    return kNoSite;
  }
  *reply = sample_uplinks();
  return grpc::Status::OK;
}

grpc::Status FakeNoc::ListSoiling(grpc::ServerContext*, const v1::ListSoilingRequest* request,
                                  v1::ListSoilingReply* reply) {
  const std::lock_guard lock{mutex_};
  last_soiling_request = *request;
  if (older) {
    return {grpc::StatusCode::UNIMPLEMENTED, ""};
  }
  if (!request->site_id().empty() && sites_.count(request->site_id()) == 0) {
    return kNoSite;
  }
  const v1::ListSoilingReply known = sample_soiling();
  for (const v1::SiteSoiling& site : known.sites()) {
    if (request->site_id().empty() || site.site_id() == request->site_id()) {
      *reply->add_sites() = site;
    }
  }
  reply->set_age_ms(known.age_ms());
  return grpc::Status::OK;
}

grpc::Status FakeNoc::GetPowerHistory(grpc::ServerContext*, const v1::GetPowerHistoryRequest* request,
                                      v1::PowerHistoryReply* reply) {
  const std::lock_guard lock{mutex_};
  if (sites_.count(request->site_id()) == 0) {
    return kNoSite;
  }
  if (knows_history) {
    *reply->mutable_history() = sample_power_history();
    reply->mutable_history()->mutable_chargers(0)->clear_product();
  }
  return grpc::Status::OK;
}

grpc::Status FakeNoc::GetSite(grpc::ServerContext*, const v1::GetSiteRequest* request, v1::SiteDetail* reply) {
  const std::lock_guard lock{mutex_};
  const auto at = sites_.find(request->id());
  if (at == sites_.end()) {
    return kNoSite;
  }
  *reply = at->second;
  return grpc::Status::OK;
}

grpc::Status FakeNoc::WatchSites(grpc::ServerContext* context, const v1::WatchSitesRequest* request,
                                 grpc::ServerWriter<v1::SiteDetail>* writer) {
  std::unique_lock lock{mutex_};
  const auto wanted = [&](const std::string& id) {
    return request->ids().empty() ||
           std::find(request->ids().begin(), request->ids().end(), id) != request->ids().end();
  };
  for (const std::string& id : request->ids()) {
    if (sites_.count(id) == 0) {
      return kNoSite;
    }
  }
  for (const auto& [id, site] : sites_) {
    if (wanted(id)) {
      writer->Write(site);
    }
  }
  std::size_t told = changes_.size();
  while (!stopping_ && !context->IsCancelled()) {
    changed_.wait_for(lock, std::chrono::milliseconds{10});
    for (; told < changes_.size(); ++told) {
      if (wanted(changes_[told])) {
        writer->Write(sites_[changes_[told]]);
      }
    }
  }
  return {grpc::StatusCode::UNAVAILABLE, "the controller stops"};
}

grpc::Status FakeNoc::PutSite(grpc::ServerContext*, const v1::PutSiteRequest* request, v1::Site* reply) {
  if (const grpc::Status status = denied_to_viewers(); !status.ok()) {
    return status;
  }
  const std::lock_guard lock{mutex_};
  const auto at = sites_.find(request->site().id());
  if (request->mode() == v1::PutSiteRequest::MODE_ADD) {
    if (at != sites_.end()) {
      return {grpc::StatusCode::ALREADY_EXISTS, "there is a site " + request->site().id() + " already"};
    }
    v1::Site& site = *sites_[request->site().id()].mutable_site();
    site = request->site();
    site.set_revision(1);
    *reply = site;
    return grpc::Status::OK;
  }
  if (at == sites_.end()) {
    return kNoSite;
  }
  v1::Site& site = *at->second.mutable_site();
  if (request->site().revision() != 0 && request->site().revision() != site.revision()) {
    return {grpc::StatusCode::ABORTED, "the site is at revision " + std::to_string(site.revision())};
  }
  for (const std::string& field : request->fields()) {
    const auto* known = v1::Site::descriptor()->FindFieldByName(field);
    if (known == nullptr) {
      return {grpc::StatusCode::INVALID_ARGUMENT, "no field " + field};
    }
    if (known->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
      site.GetReflection()->SetString(&site, known, request->site().GetReflection()->GetString(request->site(), known));
    } else {
      site.GetReflection()->SetDouble(&site, known, request->site().GetReflection()->GetDouble(request->site(), known));
    }
  }
  site.set_revision(site.revision() + 1);
  *reply = site;
  return grpc::Status::OK;
}

grpc::Status FakeNoc::CreateEnrolToken(grpc::ServerContext*, const v1::CreateEnrolTokenRequest* request,
                                       v1::EnrolmentBundle* reply) {
  if (const grpc::Status status = denied_to_viewers(); !status.ok()) {
    return status;
  }
  const std::lock_guard lock{mutex_};
  if (sites_.count(request->site_id()) == 0) {
    return kNoSite;
  }
  last_token_request = *request;
  *reply = sample_bundle(request->site_id());
  return grpc::Status::OK;
}

grpc::Status FakeNoc::RevokeSite(grpc::ServerContext*, const v1::RevokeSiteRequest* request,
                                 v1::RevokeSiteReply* reply) {
  if (const grpc::Status status = denied_to_viewers(); !status.ok()) {
    return status;
  }
  const std::lock_guard lock{mutex_};
  if (sites_.count(request->site_id()) == 0) {
    return kNoSite;
  }
  reply->set_certificates(1);
  return grpc::Status::OK;
}

grpc::Status FakeNoc::ListAlarms(grpc::ServerContext*, const v1::ListAlarmsRequest* request,
                                 v1::ListAlarmsReply* reply) {
  last_alarms_request = *request;
  const std::lock_guard lock{mutex_};
  if (!request->site_id().empty() && sites_.count(request->site_id()) == 0) {
    return kNoSite;
  }
  if (request->site_id().empty() || request->site_id() == sample_alarm().site_id()) {
    *reply->add_alarms() = sample_alarm();
  }
  return grpc::Status::OK;
}

grpc::Status FakeNoc::GetAlarm(grpc::ServerContext*, const v1::GetAlarmRequest* request, v1::Alarm* reply) {
  if (request->id() != sample_alarm().id()) {
    return {grpc::StatusCode::NOT_FOUND, "no such alarm"};
  }
  *reply = sample_alarm();
  return grpc::Status::OK;
}

grpc::Status FakeNoc::CallSite(grpc::ServerContext* context, const v1::CallSiteRequest* call, v1::SiteReply* reply) {
  {
    const std::lock_guard lock{mutex_};
    if (sites_.count(call->site_id()) == 0) {
      return kNoSite;
    }
    last_request = call->request();
  }
  if (sites_offline) {
    return {grpc::StatusCode::UNAVAILABLE, "borgo-darey is offline, last heard 26h ago"};
  }
  wait_while_stuck(context);
  if (hostile_reply.code() != 0 || hostile_reply.what_case() != v1::SiteReply::WHAT_NOT_SET) {
    *reply = hostile_reply;
    return grpc::Status::OK;
  }
  switch (call->request().what_case()) {
    case v1::SiteRequest::kStatus: *reply->mutable_status() = sample_status(); break;
    case v1::SiteRequest::kLiveValues: *reply->mutable_live_values() = sample_live_values(); break;
    case v1::SiteRequest::kExplainUplink: *reply->mutable_explanation() = sample_explanation(); break;
    case v1::SiteRequest::kReload: reply->mutable_done()->set_text("the configuration is the same"); break;
    case v1::SiteRequest::kFlush: reply->mutable_done()->set_text("2 blocks sent"); break;
    case v1::SiteRequest::kOrder: reply->mutable_done()->set_text("ordered"); break;
    case v1::SiteRequest::kUsage: *reply->mutable_usage() = sample_usage(); break;
    case v1::SiteRequest::kCheck: *reply->mutable_check() = sample_check(); break;
    case v1::SiteRequest::kShaping: *reply->mutable_shaping() = sample_shaping(); break;
    case v1::SiteRequest::kPower: *reply->mutable_power() = sample_power(); break;
    case v1::SiteRequest::kPowerHistory: *reply->mutable_power_history() = sample_power_history(); break;
    case v1::SiteRequest::kMesh: *reply->mutable_mesh() = sample_mesh(); break;
    case v1::SiteRequest::kDecisions: *reply->mutable_done() = sample_decisions(); break;
    case v1::SiteRequest::kBalance: reply->mutable_done()->set_text("the ledger is corrected"); break;
    case v1::SiteRequest::WHAT_NOT_SET: return {grpc::StatusCode::INVALID_ARGUMENT, "nothing asked"};
  }
  return grpc::Status::OK;
}

grpc::Status FakeNoc::ListAudit(grpc::ServerContext*, const v1::ListAuditRequest*, v1::ListAuditReply* reply) {
  *reply = sample_audit();
  if (chain_broken) {
    reply->set_chain_intact(false);
    reply->set_chain_error("entry 7 does not fit entry 6");
  }
  return grpc::Status::OK;
}

}  // namespace karkara::cli
