// The check on site of a satellite terminal: what the person beside it should look at, in the order in which it can be
// told apart.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "agent/devices/object_id.h"
#include "agent/devices/quantities.h"
#include "agent/vsat/dish_watch.h"
#include "agent/vsat/terminal_watch.h"

namespace karkara {
namespace {

constexpr Db kThinMargin{3};
constexpr const char* kWaitAdvice = "wait half a minute and check again";

std::string ids_of(const std::vector<DeviceTable>& tables) {
  std::vector<std::string> ids;
  ids.reserve(tables.size());
  for (const DeviceTable& table : tables) {
    ids.push_back(table.id);
  }
  return ids.empty() ? "none is loaded: see 'agent.device_tables'" : fmt::format("there are {}", fmt::join(ids, ", "));
}

CheckItem failed(std::string name, std::string detail, std::string advice) {
  return {std::move(name), CheckVerdict::Fail, std::move(detail), std::move(advice)};
}

}  // namespace

CheckItem TerminalWatch::check_answers(Instant now) const {
  const SnmpTarget& target = poll_.polled().target;
  const std::string endpoint = target.endpoint.text();
  if (is_silent(now)) {
    return failed("terminal", "does not answer at " + endpoint,
                  fmt::format("look at the terminal's power and Ethernet cable, and try 'ping {}'; when that is "
                              "answered, SNMP is switched off in the terminal, or 'terminal.snmp' has another "
                              "community or user than the terminal",
                              target.endpoint.address.text()));
  }
  if (said_.is_raised(VsatMessage::TerminalUnknown)) {
    return failed("terminal", poll_.why_unknown(kTerminal),
                  fmt::format("write the right table in 'terminal.table' ({}), or a new one: docs/device-tables.md; "
                              "until then nobody foresees a fade",
                              ids_of(poll_.tables())));
  }
  const DeviceTable* table = poll_.table();
  if (!told_at_ || table == nullptr) {
    return {"terminal", CheckVerdict::Warn, "was not heard yet at " + endpoint, kWaitAdvice};
  }
  if (poll_.has_nothing()) {
    const DeviceIdentity& identity = poll_.identity();
    return failed("terminal",
                  fmt::format("answers, but has nothing of the device table '{}': sysObjectID {}, '{}'", table->id,
                              to_text(identity.sys_object_id), identity.description.substr(0, 60)),
                  fmt::format("the table is another device's, or SNMP hides these objects: take 'terminal.table' out, "
                              "so that the terminal is recognised, or name another ({})",
                              ids_of(poll_.tables())));
  }
  return {"terminal", CheckVerdict::Pass, fmt::format("{} answers at {}", table->title, endpoint), ""};
}

CheckItem TerminalWatch::check_signal() const {
  const auto receiver = number_of(poll_.readings(), quantity::kReceiveLocked);
  if (locked() == std::optional{false}) {
    if (receiver && *receiver != 0) {
      return failed("signal", "received, but the terminal is not in its network",
                    "wait some minutes; if it stays so, it is another satellite, or the hub does not let it in: call "
                    "the operator with the terminal's number");
    }
    return failed("signal", "no lock",
                  "look at the cable and at what stands before the dish, then turn it with "
                  "'karkara local align'");
  }
  const auto level = fade_.level();
  if (!level) {
    const QuantityReading* reading = find_reading(poll_.readings(), quantity::kEsN0);
    const auto* absent = reading != nullptr ? std::get_if<Absent>(&reading->value) : nullptr;
    if (reading != nullptr && absent == nullptr) {
      return {"signal", CheckVerdict::Warn, "too few values yet", kWaitAdvice};
    }
    return {"signal", CheckVerdict::Warn,
            fmt::format("no Es/N0: {}", absent != nullptr ? to_string(*absent) : "the table has none"),
            "fades cannot be foreseen: look at the terminal's own page, and tell the NOC which terminal it is"};
  }
  const bool thin = fade_.margin() < kThinMargin;
  return {"signal", thin ? CheckVerdict::Warn : CheckVerdict::Pass,
          fmt::format("Es/N0 {:.1f} dB, {:.1f} dB above the loss of lock", level->value(), fade_.margin()->value()),
          thin ? "the first rain takes it: turn the dish with 'karkara local align', and clean the feed" : ""};
}

std::vector<CheckItem> TerminalWatch::check(Instant now) const {
  std::vector<CheckItem> items{check_answers(now)};
  if (items.front().verdict == CheckVerdict::Pass) {
    items.push_back(check_signal());
  }
  return items;
}

std::vector<CheckItem> DishWatch::check(Instant now) const {
  const std::string endpoint = dish_.endpoint.text();
  if (is_silent(now)) {
    return {failed("dish", "does not answer at " + endpoint,
                   "look at the dish's power supply and cable; behind a Starlink router of its own the address is "
                   "reached through that router only")};
  }
  if (!status_) {
    return {{"dish", CheckVerdict::Warn, "was not heard yet at " + endpoint, kWaitAdvice}};
  }
  const VsatAdvice known = advice(now);
  if (known.drain) {
    return {failed("dish", known.why, "see the dish's own application: account, place, snow, heat or cable")};
  }
  const bool well = status_->alerts.empty() && known.locked.value_or(true);
  return {{"dish", well ? CheckVerdict::Pass : CheckVerdict::Warn, known.why,
           well ? "" : "look at what stands before the dish, and at the dish's own application"}};
}

}  // namespace karkara
