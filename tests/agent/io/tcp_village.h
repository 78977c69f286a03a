// A village's client and a server of the world with a true router between them, and a slow link behind it:
//
//   client 192.168.77.2 -- lan0 192.168.77.1 router 10.9.0.1 link-a ~ karkara-link-relay ~ link-b 10.9.0.2 server
//          fd00:77::2           fd00:77::1          fd00:9::1                                     fd00:9::2
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "tests/agent/io/daemon_process.h"
#include "tests/support/sandboxed.h"

namespace karkara {

// The test itself is in the router.
class TcpVillageTest : public SandboxedTest {
 protected:
  void SetUp() override;
  // Devices and addresses; 'shape': what the relay is told, such as "--delay-ms=40".
  void link_up(const std::vector<std::string>& shape);
  [[nodiscard]] static std::uint32_t link(const char* name);

  struct Connected {
    std::unique_ptr<PlainSocket> client;
    std::unique_ptr<PlainSocket> server;
  };
  [[nodiscard]] Connected connect(IpFamily family) const;

  std::unique_ptr<NetSandbox> client_;
  std::unique_ptr<NetSandbox> server_;
  TestFolder folder_;
  DaemonProcess relay_{folder_.path()};
};

// So many bytes from one socket to the other, each of them looked at; ends with the object.
class Transfer {
 public:
  // bytes_per_second: 0 for as many as TCP likes.
  Transfer(int from, int to, std::size_t bytes, unsigned bytes_per_second);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  void unleash() const;  // from now on as many as TCP likes
  [[nodiscard]] bool is_over() const { return over_; }
  // As they were sent, so far.
  [[nodiscard]] std::size_t right_bytes() const { return right_; }

 private:
  void send(std::size_t bytes) const;
  void receive(std::size_t bytes);

  int from_;
  int to_;
  std::atomic<bool> over_ = false;
  std::atomic<std::size_t> right_ = 0;
  std::thread sender_;
  std::thread receiver_;
};

}  // namespace karkara
