// Words for VE.Direct's numbers: products, charge states, errors, reasons, firmware. Refuses to invent one: a number
// that is not in a table is shown as itself. Called for reports and alarms.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace karkara::vedirect {

[[nodiscard]] std::string product_name(std::uint16_t product_id);          // "SmartSolar MPPT 75/15", "product 0xA0FF"
[[nodiscard]] std::string charge_state_name(unsigned cs);                  // "bulk", "state 77"
[[nodiscard]] std::string charger_error_name(unsigned err);                // "panel voltage too high", "error 200"
[[nodiscard]] std::string tracker_name(unsigned mppt);                     // "limited", "tracker 9"
[[nodiscard]] std::vector<std::string> off_reasons(std::uint32_t bits);    // of OR and register 0x0207
[[nodiscard]] std::vector<std::string> alarm_reasons(std::uint32_t bits);  // of AR and WARN

// FW ("208", "C208", "0308") and FWE ("0208FF", "020804") as people write them: "2.08", "2.08-rc-C", "2.08-beta-04".
// Text of another form as it is.
[[nodiscard]] std::string firmware_version(std::string_view text);

}  // namespace karkara::vedirect
