// A fleet's certificates made with the openssl command, as the real controller's would be: a root, the controller's own
// for 127.0.0.1, an operator's, and an operator's of a stranger's root. Made once for each test program.
#pragma once

#include <filesystem>
#include <string>

#include "karkara/v1/controller_config.pb.h"

namespace karkara::cli {

struct KeyPair {
  std::string certificate;
  std::string key;
};

struct TestCertificates {
  std::string root;
  KeyPair controller;
  KeyPair other_host;  // of the same root, for a name that is not ours
  KeyPair operator_of_ours;
  std::string strange_root;
  KeyPair operator_of_a_stranger;
};

[[nodiscard]] const TestCertificates& test_certificates();

// The operator's context for a controller at this endpoint.
[[nodiscard]] v1::OperatorContext context_for(const std::string& endpoint);

// A folder of this test program that is removed at its end.
[[nodiscard]] const std::filesystem::path& scratch_folder();

}  // namespace karkara::cli
