// A whole controller in this process, on free ports of the loopback and in a folder of its own: real certificates, real
// TLS, real disk. For tests of whatever talks to one.
//   RunningController controller;
//   controller.add_site("sadore");
//   write(controller.bundle("sadore"));                            // for an agent
//   run_cli(controller.context_file("amina", Role::Engineer));     // for the CLI
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "controller/identity/role.h"
#include "karkara/v1/controller_config.pb.h"
#include "karkara/v1/enrolment.pb.h"

namespace grpc {
class ChannelInterface;
class Channel;
}  // namespace grpc

namespace karkara {

class RunningController {
 public:
  struct Options {
    std::chrono::milliseconds heartbeat_interval{60'000};
    std::chrono::milliseconds flush_interval{0};
    std::vector<v1::AnchorAddress> anchors{};
    std::filesystem::path planner_folder{};   // empty: nothing is planned
    std::filesystem::path planner_program{};  // empty: karkara-plan beside the test
  };
  RunningController();
  explicit RunningController(Options options);
  ~RunningController();  // stops it and removes its folder

  // Stops, and starts again over the same state and on the same ports.
  void stop();
  void start();

  [[nodiscard]] std::string endpoint() const;  // "127.0.0.1:PORT": sites and operators
  [[nodiscard]] std::string enrolment_endpoint() const;
  [[nodiscard]] std::string http_endpoint() const;
  [[nodiscard]] const std::filesystem::path& state_dir() const;
  [[nodiscard]] std::filesystem::path anchor_master_file() const;
  [[nodiscard]] std::string log_text() const;  // what it logged so far

  [[nodiscard]] v1::OperatorContext operator_context(const std::string& name, Role role) const;
  // The same as a YAML file, as the CLI reads it.
  [[nodiscard]] std::string context_file(const std::string& name, Role role) const;
  // By the Noc service, as operator "fixture" with the role of an engineer. Abort the test program when refused.
  void add_site(const std::string& id) const;
  [[nodiscard]] v1::EnrolmentBundle bundle(const std::string& site) const;

  [[nodiscard]] std::shared_ptr<grpc::Channel> operator_channel(const std::string& name, Role role) const;
  // Server-authenticated only, for enrolment.
  [[nodiscard]] std::shared_ptr<grpc::Channel> enrolment_channel() const;
  // Mutual TLS with any certificate.
  [[nodiscard]] std::shared_ptr<grpc::Channel> channel(const std::string& certificate_pem,
                                                       const std::string& key_pem) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace karkara
