#include "controller/controller.h"

#include <future>

#include "common/version.h"
#include "controller/controller_numbers.h"
#include "controller/identity/anchor_master.h"
#include "controller/initialise.h"
#include "controller/metrics/coverage_metrics.h"
#include "controller/metrics/fleet_metrics.h"
#include "controller/planning/plan_desk.h"
#include "controller/service/enrolment_service.h"
#include "controller/service/listeners.h"
#include "controller/service/noc_service.h"
#include "controller/service/site_link_service.h"
#include "controller/service/soiling_watch.h"
#include "controller/store/sqlite_store.h"
#include "controller/ticker.h"
#include "controller/web/pages.h"

namespace karkara {
namespace {

constexpr std::chrono::seconds kStopGrace{2};
constexpr std::chrono::milliseconds kTick{100};
constexpr std::chrono::seconds kSave{30};
constexpr std::chrono::hours kRenewalCheck{1};
constexpr std::chrono::minutes kSoilingCheck{10};

std::uint32_t milliseconds(Duration duration) {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

PlannerSettings planner_settings(const ControllerSettings& settings) {
  PlannerSettings planner;
  planner.folder = settings.planner_folder;
  planner.program = settings.planner_program;
  planner.state = settings.state_dir / "planner";
  planner.memory = settings.planner_memory;
  if (planner.program.empty()) {
    std::error_code error;
    planner.program = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "karkara-plan";
  }
  return planner;
}

std::string with_port(Endpoint endpoint, int bound) {
  if (endpoint.port == "0") {
    endpoint.port = std::to_string(bound);
  }
  return endpoint.text();
}

}  // namespace

// In the order in which each needs the ones above it; destroyed the other way round.
struct Controller::Parts {
  Parts(const ControllerSettings& wanted, CertificateAuthority root, EchoMasterKeys keys,
        std::unique_ptr<SqliteStore> opened, const Clock& time, Log& lines)
      : settings{wanted},
        clock{time},
        log{lines},
        authority{std::move(root)},
        anchor_keys{std::move(keys)},
        store{std::move(opened)} {}

  static HostFileSystem& files() {
    static HostFileSystem disk;  // has no state of its own
    return disk;
  }

  Status listen();
  void serve_http(boost::asio::io_context& io, Status& listening);
  void start_ticking(boost::asio::io_context& io);
  void renew_own_certificate();
  void stop();

  const ControllerSettings settings;
  const Clock& clock;
  Log& log;
  const CertificateAuthority authority;
  const EchoMasterKeys anchor_keys;
  const Instant started = clock.now();

  std::unique_ptr<SqliteStore> store;
  ServiceCounters counters;
  LiveFleet fleet{FleetPolicy{settings.heartbeat_interval}, *store, clock, log};
  SoilingWatch soiling{fleet};
  PlanDesk plan_desk{planner_settings(settings), fleet, files(), clock, log};
  SessionTable sessions;
  SiteCalls calls{sessions, clock, store->epoch()};
  BundleTerms bundle{{}, {}, settings.anchors, settings.token_validity};

  SiteLinkService site_link{{{milliseconds(settings.heartbeat_interval), milliseconds(settings.flush_interval)},
                             fleet,
                             *store,
                             sessions,
                             calls,
                             counters,
                             log},
                            authority};
  NocService noc{{fleet, *store, calls, authority, anchor_keys, bundle, counters, log, sessions, plan_desk}};
  EnrolmentService enrolment{{fleet, *store, sessions, authority, counters, log}};
  std::optional<Listener> site_listener;
  std::optional<Listener> enrolment_listener;

  FleetMetrics fleet_metrics{fleet};
  ControllerMetrics controller_metrics{[this] {
    return gather_numbers({*store, counters, sessions, settings.state_dir, started, clock});
  }};
  CoverageMetrics coverage_metrics{[this] {
    const auto picture = plan_desk.picture();
    return picture ? std::shared_ptr<const planner::LiveCoverage>{picture, &picture->live} : nullptr;
  }};
  Pages pages{fleet,
              {&controller_metrics, &fleet_metrics, &coverage_metrics},
              [this] { return store->healthy(); },
              [this] { return plan_desk.map(); }};
  std::unique_ptr<HttpServer> http;
  std::vector<std::unique_ptr<Ticker>> tickers;
};

Result<std::unique_ptr<Controller>> Controller::start(const ControllerSettings& settings, boost::asio::io_context& io,
                                                      const Clock& clock, Log& log) {
  auto authority = CertificateAuthority::load(settings.state_dir, settings.trust_domain);
  if (!authority) {
    return authority.error().code == ErrorCode::NotFound ? not_initialised(settings) : authority.error();
  }
  auto keys = load_anchor_master(settings.state_dir);
  if (!keys) {
    return keys.error().code == ErrorCode::NotFound ? not_initialised(settings) : keys.error();
  }
  const auto server = refresh_server_certificate(settings.state_dir, *authority, settings.public_hosts(), clock.wall());
  if (!server) {
    return server.error();
  }
  auto store = SqliteStore::open(settings.state_dir, Parts::files(), clock, log);
  if (!store) {
    return store.error();
  }
  auto parts = std::make_unique<Parts>(settings, std::move(authority).value(), std::move(keys).value(),
                                       std::move(store).value(), clock, log);
  if (Status restored = parts->fleet.restore(); !restored) {
    return restored.error();
  }
  parts->soiling.compare();  // from what is stored: an alarm that stood before stands again with its numbers
  parts->fleet.when_silent([raw = parts.get()](const SiteId& site) {
    if (const auto session = raw->sessions.find(site)) {
      session->end({ErrorCode::DeadlineExceeded, "no heartbeat came"});
    }
  });
  parts->fleet.watch([raw = parts.get()](const SiteId& site) { raw->plan_desk.changed(site); });
  parts->plan_desk.begin();
  Status listening = parts->listen();
  if (listening) {
    parts->serve_http(io, listening);
  }
  std::unique_ptr<Controller> controller{new Controller{std::move(parts)}};
  if (!listening) {
    return listening.error();
  }
  controller->parts_->start_ticking(io);
  return controller;
}

Controller::Controller(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}

Controller::~Controller() {
  parts_->stop();
}

Controller::Ports Controller::ports() const {
  return {parts_->site_listener->port(), parts_->enrolment_listener->port(), parts_->http->port()};
}

Status Controller::Parts::listen() {
  const ServerFiles files = server_files(settings.state_dir);
  auto sites = Listener::start(settings.listen.text(), Listener::Trust::MutualTls, files, {&site_link, &noc});
  if (!sites) {
    return sites.error();
  }
  site_listener.emplace(std::move(sites).value());
  auto strangers = Listener::start(settings.enrolment_listen.text(), Listener::Trust::ServerTls, files, {&enrolment});
  if (!strangers) {
    return strangers.error();
  }
  enrolment_listener.emplace(std::move(strangers).value());
  bundle.controller = with_port(settings.public_endpoint, site_listener->port());
  bundle.enrolment = with_port(settings.public_enrolment_endpoint, enrolment_listener->port());
  return {};
}

void Controller::Parts::serve_http(boost::asio::io_context& io, Status& listening) {
  auto server = HttpServer::listen(io, settings.http_listen.host, settings.http_listen.port,
                                   [this](const std::string& target) { return pages.answer(target); });
  if (!server) {
    listening = server.error();
    return;
  }
  http = std::move(server).value();
}

void Controller::Parts::start_ticking(boost::asio::io_context& io) {
  tickers.push_back(std::make_unique<Ticker>(io, kTick, [this] {
    fleet.tick();
    calls.expire();
  }));
  tickers.push_back(std::make_unique<Ticker>(io, kSave, [this] { fleet.save_changed(); }));
  tickers.push_back(std::make_unique<Ticker>(io, kRenewalCheck, [this] { renew_own_certificate(); }));
  tickers.push_back(std::make_unique<Ticker>(io, kSoilingCheck, [this] { soiling.tick(); }));
}

// A failure shows in karkara_controller_certificate_left_seconds, a month before it matters.
void Controller::Parts::renew_own_certificate() {
  const auto renewed = refresh_server_certificate(settings.state_dir, authority, settings.public_hosts(), clock.wall());
  if (renewed && *renewed) {
    log.write({MessageId::CertificateIssued, {{"who", "controller"}}});
  }
}

void Controller::Parts::stop() {
  tickers.clear();
  http.reset();
  const Error stopping{ErrorCode::Unavailable, "the controller stops"};
  calls.stop(stopping);
  sessions.end_all(stopping);
  for (auto* listener : {&enrolment_listener, &site_listener}) {
    if (*listener) {
      (*listener)->stop(kStopGrace);
    }
  }
  fleet.save_changed();
  // What is queued tells its outcome to parts that are about to go: it must have done so before.
  std::promise<void> drained;
  store->submit({}, [&](const Status&) { drained.set_value(); });
  drained.get_future().wait();
}

}  // namespace karkara
