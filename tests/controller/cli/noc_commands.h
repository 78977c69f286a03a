// Commands against a controller of the test's own, with a context that names it.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "common/host/config_writer.h"
#include "tests/controller/cli/cli_run.h"
#include "tests/controller/cli/fake_noc.h"
#include "tests/controller/cli/test_certificates.h"

namespace karkara::cli {

class NocCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto path = scratch_folder() / "noc.yaml";
    std::ofstream{path} << write_config(context_for(noc_.endpoint()));
    ::chmod(path.c_str(), 0600);
    environment_ = {{"KARKARA_CONTEXT", path}, {"XDG_CACHE_HOME", scratch_folder() / "cache"}};
  }
  Ran cli(const std::vector<std::string>& arguments) { return run_cli(arguments, environment_); }

  FakeNoc noc_;
  std::map<std::string, std::string, std::less<>> environment_;
};

}  // namespace karkara::cli
