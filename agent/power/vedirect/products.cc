// Victron's product ids, by the tables of VE.Direct-Protocol 3.33 and the BlueSolar HEX protocol.
#include <fmt/format.h>

#include <algorithm>

#include "agent/power/vedirect/names.h"

namespace karkara::vedirect {
namespace {

struct Product {
  std::uint16_t id;
  std::string_view family;
  std::string_view model;
};

constexpr std::string_view kBlue = "BlueSolar MPPT";
constexpr std::string_view kSmart = "SmartSolar MPPT";
constexpr std::string_view kSmartCan = "SmartSolar MPPT VE.Can";
constexpr std::string_view kBmv = "BMV";
constexpr std::string_view kShunt = "SmartShunt";

constexpr Product kProducts[] = {
    {0x0203, kBmv, "700"},
    {0x0204, kBmv, "702"},
    {0x0205, kBmv, "700H"},
    {0x0300, kBlue, "70/15"},
    {0xA040, kBlue, "75/50"},
    {0xA041, kBlue, "150/35"},
    {0xA042, kBlue, "75/15"},
    {0xA043, kBlue, "100/15"},
    {0xA044, kBlue, "100/30"},
    {0xA045, kBlue, "100/50"},
    {0xA046, kBlue, "150/70"},
    {0xA047, kBlue, "150/100"},
    {0xA049, kBlue, "100/50 rev2"},
    {0xA04A, kBlue, "100/30 rev2"},
    {0xA04B, kBlue, "150/35 rev2"},
    {0xA04C, kBlue, "75/10"},
    {0xA04D, kBlue, "150/45"},
    {0xA04E, kBlue, "150/60"},
    {0xA04F, kBlue, "150/85"},
    {0xA050, kSmart, "250/100"},
    {0xA051, kSmart, "150/100"},
    {0xA052, kSmart, "150/85"},
    {0xA053, kSmart, "75/15"},
    {0xA054, kSmart, "75/10"},
    {0xA055, kSmart, "100/15"},
    {0xA056, kSmart, "100/30"},
    {0xA057, kSmart, "100/50"},
    {0xA058, kSmart, "150/35"},
    {0xA059, kSmart, "150/100 rev2"},
    {0xA05A, kSmart, "150/85 rev2"},
    {0xA05B, kSmart, "250/70"},
    {0xA05C, kSmart, "250/85"},
    {0xA05D, kSmart, "250/60"},
    {0xA05E, kSmart, "250/45"},
    {0xA05F, kSmart, "100/20"},
    {0xA060, kSmart, "100/20 48V"},
    {0xA061, kSmart, "150/45"},
    {0xA062, kSmart, "150/60"},
    {0xA063, kSmart, "150/70"},
    {0xA064, kSmart, "250/85 rev2"},
    {0xA065, kSmart, "250/100 rev2"},
    {0xA066, kBlue, "100/20"},
    {0xA067, kBlue, "100/20 48V"},
    {0xA068, kSmart, "250/60 rev2"},
    {0xA069, kSmart, "250/70 rev2"},
    {0xA06A, kSmart, "150/45 rev2"},
    {0xA06B, kSmart, "150/60 rev2"},
    {0xA06C, kSmart, "150/70 rev2"},
    {0xA06D, kSmart, "150/85 rev3"},
    {0xA06E, kSmart, "150/100 rev3"},
    {0xA06F, kBlue, "150/45 rev2"},
    {0xA070, kBlue, "150/60 rev2"},
    {0xA071, kBlue, "150/70 rev2"},
    {0xA072, kBlue, "150/45 rev3"},
    {0xA073, kSmart, "150/45 rev3"},
    {0xA074, kSmart, "75/10 rev2"},
    {0xA075, kSmart, "75/15 rev2"},
    {0xA076, kBlue, "100/30 rev3"},
    {0xA077, kBlue, "100/50 rev3"},
    {0xA078, kBlue, "150/35 rev3"},
    {0xA079, kBlue, "75/10 rev2"},
    {0xA07A, kBlue, "75/15 rev2"},
    {0xA07B, kBlue, "100/15 rev2"},
    {0xA07C, kBlue, "75/10 rev3"},
    {0xA07D, kBlue, "75/15 rev3"},
    {0xA07E, kSmart, "100/30 12V"},
    {0xA102, kSmartCan, "150/70"},
    {0xA103, kSmartCan, "150/45"},
    {0xA104, kSmartCan, "150/60"},
    {0xA105, kSmartCan, "150/85"},
    {0xA106, kSmartCan, "150/100"},
    {0xA107, kSmartCan, "250/45"},
    {0xA108, kSmartCan, "250/60"},
    {0xA109, kSmartCan, "250/70"},
    {0xA10A, kSmartCan, "250/85"},
    {0xA10B, kSmartCan, "250/100"},
    {0xA110, kSmart, "RS 450/100"},
    {0xA111, kSmart, "RS 450/200"},
    {0xA381, kBmv, "712 Smart"},
    {0xA382, kBmv, "710H Smart"},
    {0xA383, kBmv, "712 Smart rev2"},
    {0xA389, kShunt, "500A/50mV"},
    {0xA38A, kShunt, "1000A/50mV"},
    {0xA38B, kShunt, "2000A/50mV"},
};

}  // namespace

std::string product_name(std::uint16_t product_id) {
  const auto* found = std::ranges::lower_bound(kProducts, product_id, {}, &Product::id);
  if (found == std::end(kProducts) || found->id != product_id) {
    return fmt::format("product 0x{:04X}", product_id);
  }
  return fmt::format("{}{}{}", found->family, found->family == kBmv ? "-" : " ", found->model);
}

}  // namespace karkara::vedirect
