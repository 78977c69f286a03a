// How much a symbol of the link carries now, by what its terminal or modem tells: only the ratio of two of them counts.
// Refuses to guess: a level (Es/N0, SINR) says nothing of a link whose coding does not follow it, and a MODCOD that a
// device only numbers may be any. Pure; called by agent/site.
#pragma once

#include <optional>
#include <string_view>

namespace karkara {

// Bits a symbol of a MODCOD by its name, "8PSK 3/5" or "16APSK-2/3", as in DVB-S2 (EN 302 307) and its kin.
[[nodiscard]] std::optional<double> efficiency_of_modcod(std::string_view name);

// By the channel quality that an LTE modem reports, 1 to 15: 3GPP TS 36.213, table 7.2.3-1.
[[nodiscard]] std::optional<double> efficiency_of_cqi(double cqi);

}  // namespace karkara
