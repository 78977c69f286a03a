#include "agent/io/modem_calls.h"

#include <systemd/sd-bus.h>

#include <optional>
#include <string_view>

#include "agent/codec/modem_properties.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

// The bits of ModemManager's MMBearerAllowedAuth.
std::uint32_t bits_of(ApnAuth auth) {
  switch (auth) {
    case ApnAuth::Unset: return 0;
    case ApnAuth::None: return 1U << 0U;
    case ApnAuth::Pap: return 1U << 1U;
    case ApnAuth::Chap: return 1U << 2U;
    case ApnAuth::PapOrChap: return (1U << 1U) | (1U << 2U);
  }
  return 0;
}

// The bits of ModemManager's MMBearerIpFamily.
std::uint32_t bits_of(PdpType type) {
  switch (type) {
    case PdpType::V4: return 1U << 0U;
    case PdpType::V6: return 1U << 1U;
    case PdpType::V4V6: return 1U << 2U;
  }
  return 1U;
}

int append(sd_bus_message* message, const char* key, const char* signature, auto value) {
  return sd_bus_message_append(message, "{sv}", key, signature, value);
}

int append_settings(sd_bus_message* message, const ModemConnect& wanted) {
  int status = sd_bus_message_open_container(message, SD_BUS_TYPE_ARRAY, "{sv}");
  const auto text = [&](const char* key, const std::string& value) {
    if (status >= 0 && !value.empty()) {
      status = append(message, key, "s", value.c_str());
    }
  };
  text("apn", wanted.apn);
  text("user", wanted.user);
  text("password", wanted.password);
  text("number", wanted.number);
  if (status >= 0 && wanted.auth != ApnAuth::Unset) {
    status = append(message, "allowed-auth", "u", bits_of(wanted.auth));
  }
  if (status >= 0) {
    status = append(message, "ip-type", "u", bits_of(wanted.ip_type));
  }
  if (status >= 0) {
    status = append(message, "allow-roaming", "b", wanted.allow_roaming ? 1 : 0);
  }
  return status >= 0 ? sd_bus_message_close_container(message) : status;
}

class Builder {
 public:
  Builder(BusConnection& bus, const std::string& modem, const ModemCallLimits& limits)
      : bus_{bus}, modem_{modem}, limits_{limits} {}

  Result<ModemCall> call(std::string_view interface, const char* member, std::chrono::milliseconds timeout) {
    return call_at(modem_, interface, member, timeout, [](sd_bus_message*) { return 0; });
  }
  template <class Fill>
  Result<ModemCall> call(std::string_view interface, const char* member, std::chrono::milliseconds timeout, Fill fill) {
    return call_at(modem_, interface, member, timeout, fill);
  }
  template <class Fill>
  Result<ModemCall> call_at(const std::string& path, std::string_view interface, const char* member,
                            std::chrono::milliseconds timeout, Fill fill) {
    ModemCall call{bus_.new_call(kModemManagerName, path, std::string{interface}, member), timeout};
    if (!call.message || fill(call.message.get()) < 0) {
      return Error{ErrorCode::InvalidArgument, std::string{member} + ": not a message that the bus takes"};
    }
    return call;
  }
  [[nodiscard]] const ModemCallLimits& limits() const { return limits_; }

 private:
  BusConnection& bus_;
  const std::string& modem_;
  const ModemCallLimits& limits_;
};

}  // namespace

Result<ModemCall> make_modem_call(BusConnection& bus, const BusObjects& objects, const std::string& modem,
                                  const ModemDeed& deed, const ModemCallLimits& limits) {
  Builder make{bus, modem, limits};
  return std::visit(Overloaded{
                        [&](const ModemEnable& d) {
                          return make.call(kModemInterface, "Enable", limits.enable,
                                           [&](auto* m) { return sd_bus_message_append(m, "b", d.enabled ? 1 : 0); });
                        },
                        [&](const ModemConnect& d) {
                          return make.call(kSimpleInterface, "Connect", limits.connect,
                                           [&](auto* m) { return append_settings(m, d); });
                        },
                        [&](const ModemDisconnect&) {
                          return make.call(kSimpleInterface, "Disconnect", limits.other,
                                           [](auto* m) { return sd_bus_message_append(m, "o", "/"); });  // every bearer
                        },
                        [&](const ModemReset&) { return make.call(kModemInterface, "Reset", limits.other); },
                        [&](const ModemSendPin& d) -> Result<ModemCall> {
                          const auto sim = active_sim_of(objects, modem);
                          if (!sim) {
                            return Error{ErrorCode::FailedPrecondition, "the modem shows no SIM"};
                          }
                          return make.call_at(*sim, kSimInterface, "SendPin", limits.other,
                                              [&](auto* m) { return sd_bus_message_append(m, "s", d.pin.c_str()); });
                        },
                        [&](const ModemSetPrimarySlot& d) {
                          return make.call(kModemInterface, "SetPrimarySimSlot", limits.other,
                                           [&](auto* m) { return sd_bus_message_append(m, "u", d.slot); });
                        },
                        [&](const ModemUssdInitiate& d) {
                          return make.call(kUssdInterface, "Initiate", limits.ussd,
                                           [&](auto* m) { return sd_bus_message_append(m, "s", d.code.c_str()); });
                        },
                        [&](const ModemUssdRespond& d) {
                          return make.call(kUssdInterface, "Respond", limits.ussd,
                                           [&](auto* m) { return sd_bus_message_append(m, "s", d.text.c_str()); });
                        },
                        [&](const ModemUssdCancel&) { return make.call(kUssdInterface, "Cancel", limits.other); },
                        [&](const ModemSetupSignal& d) {
                          return make.call(kSignalInterface, "Setup", limits.other,
                                           [&](auto* m) { return sd_bus_message_append(m, "u", d.seconds); });
                        },
                    },
                    deed);
}

}  // namespace karkara
