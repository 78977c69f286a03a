// What an anchor answers: bytes in, perhaps bytes out, time as an argument. Silent to everything that is not authentic,
// so nobody without a key learns that something listens here. Refuses sockets; EchoServer owns those.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/echo.h"
#include "common/time.h"
#include "controller/anchor/echo_budget.h"

namespace karkara {

struct EchoResponderSettings {
  EchoMasterKeys keys;
  unsigned echoes_per_second = 50;               // most answers to one site
  unsigned padded_bytes_per_second = 32 * 1024;  // most of padded answers to one site; a search takes 1 kB/s
  bool give_time = true;
  std::size_t most_sites = 65'536;
};

// Since start; each datagram is counted once.
struct EchoCounts {
  std::uint64_t answered = 0;
  std::uint64_t malformed = 0;    // not a request of this protocol
  std::uint64_t unauthentic = 0;  // wrong MAC, or a key generation that is not in force
  std::uint64_t limited = 0;      // authentic, but the site asked too often
  friend bool operator==(const EchoCounts&, const EchoCounts&) = default;
};

class EchoResponder {
 public:
  explicit EchoResponder(EchoResponderSettings settings);

  // Never more bytes back than came, but for 4 of the small form.
  std::optional<std::vector<std::byte>> on_datagram(std::span<const std::byte> datagram, Instant now, WallTime wall);
  [[nodiscard]] const EchoCounts& counts() const { return counts_; }

 private:
  void count_refusal(ErrorCode why);
  bool may_answer(const EchoRequest& request, Instant now);

  EchoMasterKeys keys_;
  bool give_time_;
  EchoBudget budget_;
  EchoBudget padded_bytes_;
  EchoCounts counts_;
};

}  // namespace karkara
