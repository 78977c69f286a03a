// ModemManager's properties to ModemFacts. Whatever has a wrong type, an impossible value or a strange character is
// absent; never fails otherwise. Pure; called by agent/io/modem_manager.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/codec/bus_value.h"
#include "agent/facts/modem.h"
#include "common/result.h"

namespace karkara {

inline constexpr std::string_view kModemInterface = "org.freedesktop.ModemManager1.Modem";
inline constexpr std::string_view kModem3gppInterface = "org.freedesktop.ModemManager1.Modem.Modem3gpp";
inline constexpr std::string_view kUssdInterface = "org.freedesktop.ModemManager1.Modem.Modem3gpp.Ussd";
inline constexpr std::string_view kSignalInterface = "org.freedesktop.ModemManager1.Modem.Signal";
inline constexpr std::string_view kSimpleInterface = "org.freedesktop.ModemManager1.Modem.Simple";
inline constexpr std::string_view kSimInterface = "org.freedesktop.ModemManager1.Sim";
inline constexpr std::string_view kBearerInterface = "org.freedesktop.ModemManager1.Bearer";

// Nothing when there is no modem at this path, or it does not tell which device it is.
[[nodiscard]] std::optional<ModemFacts> decode_modem(const BusObjects& objects, std::string_view path);

// Objects of a modem that are not in the object manager's list: to be asked for one by one. At most 8 and 16.
[[nodiscard]] std::vector<std::string> sims_of(const BusObjects& objects, std::string_view modem);
[[nodiscard]] std::vector<std::string> bearers_of(const BusObjects& objects, std::string_view modem);
[[nodiscard]] std::optional<std::string> active_sim_of(const BusObjects& objects, std::string_view modem);

// A D-Bus error as ours: the classes that the cellular feature tells apart are PermissionDenied (a wrong PIN), Aborted,
// DeadlineExceeded and NotFound.
[[nodiscard]] Error decode_modem_error(std::string_view name, std::string_view message);

}  // namespace karkara
