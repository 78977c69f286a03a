// Drives agent/io's tunnel for a test in a network namespace that has WireGuard:
//   karkara-tunnel-trial INTERFACE KEY_FILE HUB_KEY HUB_ENDPOINT ADDRESS MTU
// then one word a line on standard input: up, nudge, show, down. Each is answered by one line that begins with "ok" or
// "failed".
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "agent/io/tunnel_actions.h"
#include "common/host/system_clock.h"

namespace {

using namespace karkara;

constexpr std::chrono::seconds kKeepalive{25};

std::string line_of(const TunnelSeen& seen) {
  if (!seen.status) {
    return "failed " + seen.status.error().text;
  }
  std::string line = "ok public_key=" + (seen.own_key ? seen.own_key->text() : "none");
  if (seen.hub) {
    line += " received=" + std::to_string(seen.hub->received_bytes) + " sent=" + std::to_string(seen.hub->sent_bytes) +
            " handshake=" + (seen.hub->last_handshake ? "yes" : "never") +
            " endpoint=" + (seen.hub->endpoint ? seen.hub->endpoint->text() : "none");
  }
  return line;
}

bool obey(const std::string& word, const WantTunnel& want, TunnelActions& actions, std::string& answer) {
  answer = "ok";
  if (word == "up") {
    actions.run(want);
  } else if (word == "nudge") {
    actions.run(NudgeTunnel{want.ends});
  } else if (word == "show") {
    actions.run(ReadTunnel{want.ends.interface, want.ends.hub_key});
  } else if (word == "down") {
    actions.run(WithdrawTunnel{want.ends.interface});
  } else {
    return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words{argv + 1, argv + argc};
  const auto hub_key = words.size() == 6 ? WireguardKey::parse(words[2]) : Result<WireguardKey>{Error{}};
  const auto hub = words.size() == 6 ? IpEndpoint::parse(words[3]) : std::nullopt;
  const auto address = words.size() == 6 ? IpPrefix::parse(words[4]) : std::nullopt;
  if (!hub_key || !hub || !address) {
    std::fprintf(stderr, "karkara-tunnel-trial INTERFACE KEY_FILE HUB_KEY HUB_ENDPOINT ADDRESS MTU\n");
    return 2;
  }
  const auto mtu = static_cast<std::uint32_t>(std::strtoul(words[5].c_str(), nullptr, 10));
  const WantTunnel want{{words[0], hub_key.value(), *hub, 0, kKeepalive}, words[1], "", 0, {*address}, mtu};
  const SystemClock clock;
  std::string answer;
  TunnelActions actions{clock, [&](const TunnelSeen& seen) { answer = line_of(seen); }};
  for (std::string word; std::getline(std::cin, word);) {
    if (!obey(word, want, actions, answer)) {
      answer = "failed: no such deed";
    }
    std::cout << answer << std::endl;  // at once: somebody waits for it
  }
  return 0;
}
