// What one cellular uplink tells: to the kernel's keeper (interface and addresses of the bearer), to telemetry, and in
// one sentence to people. Plain values. Made by CellularFeature.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/cellular/ussd_balance.h"
#include "agent/facts/modem.h"
#include "agent/facts/uplink_advice.h"
#include "common/ids.h"

namespace karkara {

struct CellularReport {
  UplinkId uplink;
  bool connected = false;
  std::string interface;       // of the connected bearer, else empty
  std::optional<BearerIp> v4;  // static: to be put on the interface as it is; dhcp: somebody has to ask
  std::optional<BearerIp> v6;
  std::string bearer_fault{};  // why the bearer carries nothing, or empty
  std::optional<std::string> iccid;
  std::optional<std::uint32_t> slot;
  std::optional<std::string> operator_code;
  std::optional<std::string> operator_name;
  std::string technology;  // "2G" to "5G", or empty
  bool roaming = false;
  RadioSignal signal;                       // of that technology
  std::optional<Duration> signal_interval;  // between two measurements; nothing: it does not measure
  std::optional<Percent> quality;
  std::optional<UssdBalance> balance;  // of the SIM that is in; from before a restart without its text
  std::optional<Instant> balance_at;
  std::uint32_t sim_slot = 0;  // of the configured SIM that is in; 0: none is
  std::vector<KnownSim> sims;  // all that are configured
  std::string recovery;        // the rung that is being tried, or empty
  std::string leaving{};       // why its session will be cut in a moment, or empty
  std::string spares{};        // what is known of the other SIMs, where they are checked
  std::string sentence;
  friend bool operator==(const CellularReport&, const CellularReport&) = default;
};

// "connected over 4G to Airtel NE, RSRP -97 dBm, SIM 1".
[[nodiscard]] std::string_view technology_of(const ModemFacts& facts);
[[nodiscard]] const RadioSignal& signal_of(const ModemFacts& facts);
[[nodiscard]] std::string describe_modem(const ModemFacts& facts);
// "1250.00 FCFA, 2.50 GB, valid until 2026-12-31, read 5 h ago"; empty when nothing was ever understood.
[[nodiscard]] std::string balance_sentence(const CellularReport& report, Instant now);

}  // namespace karkara
