#include "controller/cli/noc_client.h"

#include <fmt/format.h>
#include <grpc/support/log.h>
#include <grpc/support/time.h>
#include <grpcpp/grpcpp.h>

#include <cstdlib>

#include "common/host/unit_text.h"
#include "karkara/v1/noc.grpc.pb.h"

namespace karkara::cli {
namespace {

// What gRPC logs by itself goes to standard error in its own words; ours come from the status.
void silence_grpc() {
  if (std::getenv("GRPC_VERBOSITY") == nullptr) {
    gpr_set_log_function([](gpr_log_func_args*) {});
  }
}

std::shared_ptr<grpc::Channel> open_channel(const v1::OperatorContext& context) {
  silence_grpc();
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = context.ca_certificate();
  tls.pem_private_key = context.private_key();
  tls.pem_cert_chain = context.certificate();
  grpc::ChannelArguments arguments;
  arguments.SetInt("grpc.http2.bdp_probe", 0);              // pings for nothing: answers are small
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);     // only while something is asked or watched: a watch must
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);  // notice that the network is gone
  constexpr int kMostBytes = 64 << 20;                      // 35,000 sites in one list
  arguments.SetMaxReceiveMessageSize(kMostBytes);
  return grpc::CreateCustomChannel(context.controller(), grpc::SslCredentials(tls), arguments);
}

// Monotonic: an operator's clock may jump.
gpr_timespec after(Duration wait) {
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_nanos(wait.count(), GPR_TIMESPAN));
}

bool mentions(const std::string& text, std::initializer_list<const char*> words) {
  for (const char* word : words) {
    if (text.find(word) != std::string::npos) {
      return true;
    }
  }
  return false;
}

bool is_broken_off(const std::string& text) {
  return mentions(text, {"Socket closed", "reset by peer", "Broken pipe"});
}

std::string seconds_text(Duration timeout) {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  return whole_text({false, static_cast<std::uint64_t>(ms)}, v1::UNIT_MILLISECONDS);
}

// The last cause in gRPC's text, which is built from the outside in: "...; last error: UNKNOWN: ipv4:...: Connection
// refused".
std::string last_cause(const std::string& text) {
  const auto at = text.rfind(": ");
  return at != std::string::npos && at + 2 < text.size() ? text.substr(at + 2) : text;
}

}  // namespace

struct NocClient::Connection {
  std::string endpoint;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::Noc::Stub> stub;

  // Whether the status came over a connection that stands, so from the controller itself.
  [[nodiscard]] bool is_up() const { return channel->GetState(false) == GRPC_CHANNEL_READY; }
  [[nodiscard]] Error error_of(const grpc::Status& status, Duration timeout) const;
  // Whether a second connection is closed at once as well.
  [[nodiscard]] bool is_shut_out() const;

  template <class Reply, class Request>
  Result<Reply> ask(grpc::Status (v1::Noc::Stub::*method)(grpc::ClientContext*, const Request&, Reply*),
                    const Request& request, Duration timeout) {
    grpc::ClientContext context;
    context.set_deadline(after(timeout));
    Reply reply;
    const grpc::Status status = (stub.get()->*method)(&context, request, &reply);
    if (!status.ok()) {
      return error_of(status, timeout);
    }
    return reply;
  }
};

// In TLS 1.3 a server that does not accept our certificate says so only after our side of the handshake is done: it
// looks like a connection that broke. One that breaks twice at the same place is no accident.
bool NocClient::Connection::is_shut_out() const {
  grpc::ClientContext context;
  context.set_deadline(after(std::chrono::seconds{3}));
  v1::VersionReply reply;
  const grpc::Status status = stub->GetVersion(&context, {}, &reply);
  return status.error_code() == grpc::StatusCode::UNAVAILABLE && is_broken_off(status.error_message());
}

Error NocClient::Connection::error_of(const grpc::Status& status, Duration timeout) const {
  const std::string& text = status.error_message();
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return {ErrorCode::DeadlineExceeded,
            is_up() ? fmt::format("no answer within {} from {}", seconds_text(timeout), endpoint)
                    : fmt::format("the controller at {} does not answer (waited {})", endpoint, seconds_text(timeout))};
  }
  if (status.error_code() != grpc::StatusCode::UNAVAILABLE || is_up()) {
    const auto code = static_cast<ErrorCode>(status.error_code());
    const bool unknown = status.error_code() == grpc::StatusCode::UNIMPLEMENTED;
    return {code, unknown ? fmt::format("the controller at {} is older than this command: {}", endpoint, text) : text};
  }
  if (mentions(text, {"andshake", "certificate", "CERTIFICATE", "SSL", "Peer name"})) {
    return {ErrorCode::Unauthenticated,
            fmt::format("TLS with the controller at {} failed: {}", endpoint, last_cause(text))};
  }
  if (is_broken_off(text) && is_shut_out()) {
    return {
        ErrorCode::Unauthenticated,
        fmt::format("the controller at {} hangs up: it does not accept your certificate (run out, or of another fleet)",
                    endpoint)};
  }
  return {ErrorCode::Unavailable, fmt::format("cannot reach the controller at {}: {}", endpoint, last_cause(text))};
}

NocClient::NocClient(const v1::OperatorContext& context) : connection_{std::make_unique<Connection>()} {
  connection_->endpoint = context.controller();
  connection_->channel = open_channel(context);
  connection_->stub = v1::Noc::NewStub(connection_->channel);
}

NocClient::~NocClient() = default;

Result<v1::VersionReply> NocClient::version(Duration timeout) {
  return connection_->ask<v1::VersionReply>(&v1::Noc::Stub::GetVersion, v1::GetVersionRequest{}, timeout);
}

Result<v1::ListSitesReply> NocClient::list_sites(const v1::ListSitesRequest& request, Duration timeout) {
  return connection_->ask<v1::ListSitesReply>(&v1::Noc::Stub::ListSites, request, timeout);
}

Result<v1::ListUplinksReply> NocClient::list_uplinks(const v1::ListUplinksRequest& request, Duration timeout) {
  return connection_->ask<v1::ListUplinksReply>(&v1::Noc::Stub::ListUplinks, request, timeout);
}

Result<v1::ListSoilingReply> NocClient::list_soiling(const v1::ListSoilingRequest& request, Duration timeout) {
  return connection_->ask<v1::ListSoilingReply>(&v1::Noc::Stub::ListSoiling, request, timeout);
}

Result<v1::PowerHistoryReply> NocClient::power_history(const std::string& site, Duration timeout) {
  v1::GetPowerHistoryRequest request;
  request.set_site_id(site);
  return connection_->ask<v1::PowerHistoryReply>(&v1::Noc::Stub::GetPowerHistory, request, timeout);
}

Result<v1::SiteDetail> NocClient::site(const std::string& id, Duration timeout) {
  v1::GetSiteRequest request;
  request.set_id(id);
  return connection_->ask<v1::SiteDetail>(&v1::Noc::Stub::GetSite, request, timeout);
}

Result<v1::Site> NocClient::put_site(const v1::PutSiteRequest& request, Duration timeout) {
  return connection_->ask<v1::Site>(&v1::Noc::Stub::PutSite, request, timeout);
}

Result<v1::EnrolmentBundle> NocClient::create_token(const v1::CreateEnrolTokenRequest& request, Duration timeout) {
  return connection_->ask<v1::EnrolmentBundle>(&v1::Noc::Stub::CreateEnrolToken, request, timeout);
}

Result<v1::RevokeSiteReply> NocClient::revoke_site(const std::string& id, Duration timeout) {
  v1::RevokeSiteRequest request;
  request.set_site_id(id);
  return connection_->ask<v1::RevokeSiteReply>(&v1::Noc::Stub::RevokeSite, request, timeout);
}

Result<v1::ListAlarmsReply> NocClient::list_alarms(const v1::ListAlarmsRequest& request, Duration timeout) {
  return connection_->ask<v1::ListAlarmsReply>(&v1::Noc::Stub::ListAlarms, request, timeout);
}

Result<v1::Alarm> NocClient::alarm(std::uint64_t id, Duration timeout) {
  v1::GetAlarmRequest request;
  request.set_id(id);
  return connection_->ask<v1::Alarm>(&v1::Noc::Stub::GetAlarm, request, timeout);
}

Result<v1::PlanJob> NocClient::start_plan(const v1::StartPlanRequest& request, Duration timeout) {
  return connection_->ask<v1::PlanJob>(&v1::Noc::Stub::StartPlan, request, timeout);
}

Result<v1::PlanJob> NocClient::cancel_plan(Duration timeout) {
  return connection_->ask<v1::PlanJob>(&v1::Noc::Stub::CancelPlan, v1::CancelPlanRequest{}, timeout);
}

Result<v1::PlanJob> NocClient::plan_job(Duration timeout) {
  return connection_->ask<v1::PlanJob>(&v1::Noc::Stub::GetPlanJob, v1::GetPlanJobRequest{}, timeout);
}

Result<v1::PlanSummary> NocClient::plan(Duration timeout) {
  return connection_->ask<v1::PlanSummary>(&v1::Noc::Stub::GetPlan, v1::GetPlanRequest{}, timeout);
}

Result<v1::PlanExplanation> NocClient::explain_plan(const std::string& settlement, Duration timeout) {
  v1::ExplainPlanRequest request;
  request.set_settlement(settlement);
  return connection_->ask<v1::PlanExplanation>(&v1::Noc::Stub::ExplainPlan, request, timeout);
}

Result<v1::CoverageReply> NocClient::coverage(const std::string& region, Duration timeout) {
  v1::GetCoverageRequest request;
  request.set_region(region);
  return connection_->ask<v1::CoverageReply>(&v1::Noc::Stub::GetCoverage, request, timeout);
}

Result<v1::PlanFile> NocClient::plan_file(v1::PlanFileKind kind, Duration timeout) {
  v1::GetPlanFileRequest request;
  request.set_kind(kind);
  return connection_->ask<v1::PlanFile>(&v1::Noc::Stub::GetPlanFile, request, timeout);
}

Result<v1::ListAuditReply> NocClient::list_audit(std::uint32_t limit, Duration timeout) {
  v1::ListAuditRequest request;
  request.set_limit(limit);
  return connection_->ask<v1::ListAuditReply>(&v1::Noc::Stub::ListAudit, request, timeout);
}

Result<v1::SiteReply> NocClient::call_site(const v1::CallSiteRequest& request, Duration timeout) {
  auto reply = connection_->ask<v1::SiteReply>(&v1::Noc::Stub::CallSite, request, timeout);
  if (reply || reply.error().code != ErrorCode::Unavailable || !connection_->is_up()) {
    return reply;
  }
  v1::SiteReply offline;
  offline.set_code(static_cast<std::uint32_t>(ErrorCode::Unavailable));
  offline.set_error(reply.error().text);
  return offline;
}

namespace {

// One stream of sites, read on the caller's thread with a tick about once a second.
class SiteStream {
 public:
  SiteStream(v1::Noc::Stub& stub, const v1::WatchSitesRequest& request, const NocClient::Watcher& watcher)
      : watcher_{watcher}, reader_{stub.AsyncWatchSites(&context_, request, &queue_, tag(Tag::Started))} {}

  // is_silent: asked with each tick; true gives the stream up.
  template <class Silent>
  grpc::Status run(Silent is_silent) {
    void* done = nullptr;
    bool ok = false;
    while (true) {
      if (queue_.AsyncNext(&done, &ok, after(kTick)) == grpc::CompletionQueue::TIMEOUT) {
        gave_up_ = gave_up_ || is_silent();
        if (!watcher_.on_tick() || gave_up_) {
          context_.TryCancel();  // the stream's end follows
        }
        continue;
      }
      if (done == tag(Tag::Finished)) {
        return gave_up_ ? grpc::Status{grpc::StatusCode::DEADLINE_EXCEEDED, ""} : status_;
      }
      go_on(done, ok);
    }
  }

 private:
  static constexpr Duration kTick = std::chrono::seconds{1};
  enum class Tag : std::intptr_t { Started = 1, Read, Finished };
  static void* tag(Tag which) { return reinterpret_cast<void*>(which); }

  void go_on(void* done, bool ok) {
    if (!ok) {
      reader_->Finish(&status_, tag(Tag::Finished));
      return;
    }
    if (done == tag(Tag::Read)) {
      watcher_.on_site(site_);
    }
    reader_->Read(&site_, tag(Tag::Read));
  }

  const NocClient::Watcher& watcher_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  grpc::Status status_;
  v1::SiteDetail site_;
  bool gave_up_ = false;
  std::unique_ptr<grpc::ClientAsyncReader<v1::SiteDetail>> reader_;
};

}  // namespace

Status NocClient::watch_sites(const v1::WatchSitesRequest& request, const Watcher& watcher, Duration timeout) {
  SiteStream stream{*connection_->stub, request, watcher};
  const gpr_timespec give_up = after(timeout);
  const grpc::Status status =
      stream.run([&] { return !connection_->is_up() && gpr_time_cmp(after(Duration{0}), give_up) > 0; });
  return status.ok() ? Status{} : Status{connection_->error_of(status, timeout)};
}

}  // namespace karkara::cli
