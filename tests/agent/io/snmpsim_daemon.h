// snmpsimd, a simulator that is not ours, on loopback with recordings of its own folder: each is a community, and a
// context of its SNMPv3 user.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "agent/facts/terminal.h"
#include "tests/agent/io/daemon_process.h"

namespace karkara {

class SnmpsimDaemon {
 public:
  static bool is_installed() { return std::filesystem::exists("/usr/bin/snmpsimd"); }

  void serve(const std::string& name, std::string_view lines) {
    folder_.write("data/" + name + ".snmprec", std::string{lines});
  }
  // False when there is no such recording.
  bool serve_shared(const std::filesystem::path& recordings, const std::string& name) {
    std::filesystem::create_directories(folder_.path() / "data");
    std::error_code error;
    return std::filesystem::copy_file(recordings / (name + ".snmprec"), folder_.path() / "data" / (name + ".snmprec"),
                                      error);
  }
  // Where it answers, with the credentials of its user; the community or the context is the caller's.
  SnmpTarget start() {
    std::filesystem::create_directories(folder_.path() / "cache");
    std::filesystem::permissions(folder_.path() / "cache", std::filesystem::perms::all);
    const std::string endpoint = "127.0.0.1:" + std::to_string(free_udp_port());
    daemon_.start({"/usr/bin/snmpsimd", "--data-dir=" + (folder_.path() / "data").string(),
                   "--cache-dir=" + (folder_.path() / "cache").string(), "--agent-udpv4-endpoint=" + endpoint,
                   "--process-user=nobody", "--process-group=nogroup", "--v3-user=simulator",
                   "--v3-auth-key=auctoritas", "--v3-auth-proto=MD5", "--v3-priv-key=privatus", "--v3-priv-proto=DES"},
                  {"HOME=" + folder_.path().string()});
    SnmpTarget target;
    target.endpoint = *IpEndpoint::parse(endpoint);
    target.user = "simulator";
    target.auth = SnmpAuth::Md5;
    target.auth_password = "auctoritas";
    target.privacy = SnmpPrivacy::Des;
    target.privacy_password = "privatus";
    return target;
  }
  [[nodiscard]] std::filesystem::path log() const { return daemon_.log(); }

 private:
  TestFolder folder_;
  DaemonProcess daemon_{folder_.path()};
};

}  // namespace karkara
