#include "tests/controller/support/running_controller.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "common/host/config_writer.h"
#include "common/host/system_clock.h"
#include "controller/controller.h"
#include "controller/identity/anchor_master.h"
#include "controller/identity/secret_file.h"
#include "controller/initialise.h"
#include "controller/service/listeners.h"
#include "karkara/v1/noc.grpc.pb.h"
#include "tests/support/test_folder.h"

namespace karkara {
namespace {

[[noreturn]] void give_up(const std::string& what, const std::string& why) {
  std::fprintf(stderr, "running controller: %s: %s\n", what.c_str(), why.c_str());
  std::abort();
}

template <class T>
T must(const std::string& what, Result<T> result) {
  if (!result) {
    give_up(what, result.error().text);
  }
  return std::move(result).value();
}

ControllerSettings settings_of(const RunningController::Options& options, const std::filesystem::path& state_dir) {
  ControllerSettings settings;
  settings.state_dir = state_dir;
  for (Endpoint* endpoint : {&settings.listen, &settings.enrolment_listen, &settings.http_listen,
                             &settings.public_endpoint, &settings.public_enrolment_endpoint}) {
    *endpoint = {"127.0.0.1", "0"};
  }
  settings.trust_domain = "karkara.test";
  settings.anchors = options.anchors;
  settings.heartbeat_interval = options.heartbeat_interval;
  settings.flush_interval = options.flush_interval;
  settings.token_validity = std::chrono::hours{1};
  settings.planner_folder = options.planner_folder;
  settings.planner_program = options.planner_program;
  settings.planner_memory = std::uint64_t{4} << 30U;
  return settings;
}

std::string loopback(int port) {
  return "127.0.0.1:" + std::to_string(port);
}

}  // namespace

struct RunningController::Parts {
  explicit Parts(const Options& options) : settings{settings_of(options, folder.path() / "state")} {}
  ~Parts() {
    std::fclose(log_file);
    std::free(log_text);
  }

  TestFolder folder;
  ControllerSettings settings;
  char* log_text = nullptr;
  std::size_t log_length = 0;
  std::FILE* log_file = open_memstream(&log_text, &log_length);
  SystemClock clock;
  Log log{log_file, clock, false};
  std::unique_ptr<boost::asio::io_context> io;
  std::unique_ptr<Controller> controller;
  std::thread thread;
  Controller::Ports ports;
};

RunningController::RunningController() : RunningController{Options{}} {}

RunningController::RunningController(Options options) : parts_{std::make_unique<Parts>(options)} {
  quieten_grpc();
  must("initialise", initialise(parts_->settings, parts_->clock.wall()));
  start();
}

RunningController::~RunningController() {
  stop();
}

void RunningController::stop() {
  if (parts_->controller == nullptr) {
    return;
  }
  parts_->io->stop();
  parts_->thread.join();
  parts_->controller.reset();
  parts_->io.reset();
}

void RunningController::start() {
  Parts& parts = *parts_;
  parts.io = std::make_unique<boost::asio::io_context>(1);
  parts.controller = must("start", Controller::start(parts.settings, *parts.io, parts.clock, parts.log));
  parts.ports = parts.controller->ports();
  parts.settings.listen.port = std::to_string(parts.ports.sites);
  parts.settings.enrolment_listen.port = std::to_string(parts.ports.enrolment);
  parts.settings.http_listen.port = std::to_string(parts.ports.http);
  parts.settings.public_endpoint.port = parts.settings.listen.port;
  parts.settings.public_enrolment_endpoint.port = parts.settings.enrolment_listen.port;
  parts.thread = std::thread{[&parts] { parts.io->run(); }};
}

std::string RunningController::endpoint() const {
  return loopback(parts_->ports.sites);
}
std::string RunningController::enrolment_endpoint() const {
  return loopback(parts_->ports.enrolment);
}
std::string RunningController::http_endpoint() const {
  return loopback(parts_->ports.http);
}
const std::filesystem::path& RunningController::state_dir() const {
  return parts_->settings.state_dir;
}
std::filesystem::path RunningController::anchor_master_file() const {
  return karkara::anchor_master_file(parts_->settings.state_dir);
}

std::string RunningController::log_text() const {
  std::fflush(parts_->log_file);
  return {parts_->log_text, parts_->log_length};
}

v1::OperatorContext RunningController::operator_context(const std::string& name, Role role) const {
  const OperatorIdentity who{must("name", OperatorName::parse(name)), role};
  return must("operator", make_operator_context(parts_->settings, who, parts_->clock.wall()));
}

std::string RunningController::context_file(const std::string& name, Role role) const {
  const std::filesystem::path path = parts_->folder.path() / (name + "-" + std::string{to_string(role)} + ".karkara");
  if (const Status written = write_secret_file(path, write_config(operator_context(name, role))); !written) {
    give_up("context", written.error().text);
  }
  return path.string();
}

void RunningController::add_site(const std::string& id) const {
  const auto noc = v1::Noc::NewStub(operator_channel("fixture", Role::Engineer));
  v1::PutSiteRequest request;
  request.set_mode(v1::PutSiteRequest::MODE_ADD);
  request.mutable_site()->set_id(id);
  request.mutable_site()->set_name("Site " + id);
  request.mutable_site()->set_region("Tillabéri");
  v1::Site site;
  grpc::ClientContext context;
  if (const grpc::Status status = noc->PutSite(&context, request, &site); !status.ok()) {
    give_up("add site " + id, status.error_message());
  }
}

v1::EnrolmentBundle RunningController::bundle(const std::string& site) const {
  const auto noc = v1::Noc::NewStub(operator_channel("fixture", Role::Engineer));
  v1::CreateEnrolTokenRequest request;
  request.set_site_id(site);
  v1::EnrolmentBundle bundle;
  grpc::ClientContext context;
  if (const grpc::Status status = noc->CreateEnrolToken(&context, request, &bundle); !status.ok()) {
    give_up("token for " + site, status.error_message());
  }
  return bundle;
}

std::shared_ptr<grpc::Channel> RunningController::operator_channel(const std::string& name, Role role) const {
  const v1::OperatorContext context = operator_context(name, role);
  return channel(context.certificate(), context.private_key());
}

std::shared_ptr<grpc::Channel> RunningController::enrolment_channel() const {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = must("root", read_small_file(state_dir() / "ca.crt"));
  return grpc::CreateChannel(enrolment_endpoint(), grpc::SslCredentials(options));
}

std::shared_ptr<grpc::Channel> RunningController::channel(const std::string& certificate_pem,
                                                          const std::string& key_pem) const {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = must("root", read_small_file(state_dir() / "ca.crt"));
  options.pem_cert_chain = certificate_pem;
  options.pem_private_key = key_pem;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection of its own: another identity is another peer
  return grpc::CreateCustomChannel(endpoint(), grpc::SslCredentials(options), arguments);
}

}  // namespace karkara
