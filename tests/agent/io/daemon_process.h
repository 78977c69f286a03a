// A real daemon that a test runs on loopback, with a folder of its own; ended and removed with the object.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace karkara {

class DaemonProcess {
 public:
  explicit DaemonProcess(std::filesystem::path folder) : folder_{std::move(folder)} {}
  ~DaemonProcess() { end(); }
  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;

  // `environment`: "NAME=value" in addition to ours. What it prints goes to log() in the folder.
  void start(const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {});
  void end();
  [[nodiscard]] bool is_running() const;
  [[nodiscard]] std::filesystem::path log() const { return folder_ / "log"; }

 private:
  std::filesystem::path folder_;
  pid_t pid_ = -1;
};

// A folder below the temporary one that is removed with the object.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

// A UDP port on 127.0.0.1 that was free a moment ago.
[[nodiscard]] std::uint16_t free_udp_port();

}  // namespace karkara
