// A router's link in a test: a folder of its own, a loop that runs until something happened or patience ends, and the
// events that came out.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>

#include "agent/io/controller_link.h"
#include "common/host/file_system.h"
#include "common/host/system_clock.h"
#include "tests/agent/io/fake_controller.h"
#include "tests/agent/io/test_bundle.h"

namespace karkara {

// The kernel's clocks, with a calendar that can be set ahead.
class ShiftedClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return clock_.now(); }
  [[nodiscard]] WallTime wall() const override { return clock_.wall() + shift; }
  std::chrono::microseconds shift{0};

 private:
  SystemClock clock_;
};

class LinkBench {
 public:
  LinkBench() {
    settings.state_dir = folder / "state";
    settings.session.site_name = "Borgo Darey";
    settings.session.agent_version = "0.1.0";
    settings.session.boot_id = "boot-1";
    settings.session.policy.backoff = {std::chrono::milliseconds{20}, std::chrono::milliseconds{50},
                                       std::chrono::milliseconds{200}, std::chrono::seconds{1}};
    settings.session.policy.least_heartbeat = std::chrono::milliseconds{20};
    settings.enrolment.bundle_path = folder / "bundle.yaml";
    settings.enrolment.site = SiteId::parse("borgo-darey").value();
    settings.enrolment.backoff = settings.session.policy.backoff;
    settings.enrolment.look_interval = std::chrono::milliseconds{20};
  }
  ~LinkBench() {
    link.reset();
    std::filesystem::remove_all(folder);
    std::fclose(log_file);
  }
  LinkBench(const LinkBench&) = delete;
  LinkBench& operator=(const LinkBench&) = delete;

  void put_bundle(const FakeController& controller, const TestAuthority& authority,
                  const std::string& token = "a-token-of-some-length") const {
    put_bundle(test_bundle(authority.root_pem(), controller.session_endpoint(), controller.enrolment_endpoint()),
               token);
  }
  void put_bundle(const Bundle& bundle, const std::string& token) const {
    std::ofstream{settings.enrolment.bundle_path} << test_bundle_yaml(bundle, token);
  }
  // As after an earlier enrolment.
  void put_identity(const FakeController& controller, const TestAuthority& authority,
                    std::chrono::seconds age = std::chrono::hours{48}) {
    Bundle bundle = test_bundle(authority.root_pem(), controller.session_endpoint(), controller.enrolment_endpoint());
    TestAuthority::Signed site = authority.site(bundle.spiffe_id(), age);
    const CertificateFacts facts = read_certificate(site.certificate_pem).value();
    ASSERT_TRUE(identity_files().store(
        {std::move(bundle), std::move(site.key_pem), std::move(site.certificate_pem), authority.root_pem(), facts}));
  }
  IdentityFiles identity_files() { return {files, settings.state_dir}; }

  void start() {
    link.emplace(
        io, files, [this](Event event) { events.push_back(std::move(event)); }, clock, log, settings,
        [this](const AnchorKey& key) { anchor_keys.push_back(key); });
    link->start();
  }
  // As the cores do once they have seen the site and trust the clock.
  void start_and_allow() {
    start();
    link->describe(description);
    link->allow(true);
  }
  // Runs the loop until it holds; false when patience ended first.
  template <class Holds>
  bool until(Holds holds, Duration patience = std::chrono::seconds{20}) {
    const Instant end = clock.now() + patience;
    io.restart();
    while (!holds()) {
      if (clock.now() >= end) {
        return false;
      }
      io.run_for(std::chrono::milliseconds{5});
      io.restart();
    }
    return true;
  }
  template <class What>
  [[nodiscard]] int count() const {
    int n = 0;
    for (const Event& event : events) {
      n += std::holds_alternative<What>(event) ? 1 : 0;
    }
    return n;
  }
  template <class What>
  [[nodiscard]] const What* last() const {
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      if (const auto* what = std::get_if<What>(&*event)) {
        return what;
      }
    }
    return nullptr;
  }
  [[nodiscard]] bool said(const std::string& part) const {
    for (const Event& event : events) {
      const auto* trying = std::get_if<SessionTrying>(&event);
      if (trying != nullptr && trying->what.find(part) != std::string::npos) {
        return true;
      }
    }
    return false;
  }
  [[nodiscard]] std::string logged() const {
    std::fflush(log_file);
    std::ifstream in{folder / "log"};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  std::filesystem::path folder = fresh_folder();
  LinkSettings settings;
  DescribeSelf description;
  boost::asio::io_context io;
  HostFileSystem files;
  ShiftedClock clock;
  std::FILE* log_file = std::fopen((folder / "log").c_str(), "w");
  Log log{log_file, clock, false};
  std::vector<Event> events;
  std::vector<AnchorKey> anchor_keys;
  std::optional<ControllerLink> link;

 private:
  static std::filesystem::path fresh_folder() {
    const auto fresh = std::filesystem::path{testing::TempDir()} / ("karkara-link-" + std::to_string(::getpid()));
    std::filesystem::remove_all(fresh);
    std::filesystem::create_directories(fresh);
    return fresh;
  }
};

}  // namespace karkara
