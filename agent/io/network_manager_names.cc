#include "agent/io/network_manager_names.h"

#include <systemd/sd-bus.h>

#include <utility>

#include "agent/codec/bus_fields.h"
#include "agent/codec/lease_text.h"
#include "agent/io/bus_message.h"

namespace karkara {
namespace {

const std::string kName = "org.freedesktop.NetworkManager";
const std::string kRoot = "/org/freedesktop/NetworkManager";
constexpr std::chrono::milliseconds kPatience{2000};

// "/" stands for none.
std::string object_named(const BusDict& properties, std::string_view key) {
  const BusValue* value = bus_field(properties, key);
  const auto* path = value != nullptr ? value->as<BusPath>() : nullptr;
  return path != nullptr && path->text.size() > 1 ? path->text : std::string{};
}

}  // namespace

bool NetworkManagerNames::connected() {
  if (broken_) {
    bus_.reset();
    broken_ = false;
  }
  if (!bus_) {
    auto opened = BusConnection::open(io_, address_, [this](const std::string&) { broken_ = true; });
    if (opened) {
      bus_ = std::move(opened).value();
    }
  }
  return bus_ != nullptr;
}

void NetworkManagerNames::ask(const std::string& interface, Done done) {
  if (!connected()) {
    done({});
    return;
  }
  BusMessage call = bus_->new_call(kName, kRoot, kName, "GetDeviceByIpIface");
  if (call) {
    (void)sd_bus_message_append(call.get(), "s", interface.c_str());
  }
  const auto asked = std::make_shared<Question>(Question{std::move(done)});
  bus_->call(std::move(call), kPatience, [this, asked](const BusReply& reply) {
    const auto value = reply.message != nullptr ? read_bus_value(reply.message) : std::nullopt;
    const auto* path = value ? value->as<BusPath>() : nullptr;
    if (path == nullptr) {
      asked->done({});
      return;
    }
    ask_device(path->text, asked);
  });
}

void NetworkManagerNames::ask_device(const std::string& path, const Asked& asked) {
  properties(path, kName + ".Device", [this, asked](const BusDict& device) {
    ask_config("IP4Config", object_named(device, "Ip4Config"), asked,
               [this, asked, v6 = object_named(device, "Ip6Config")] {
                 ask_config("IP6Config", v6, asked, [asked] { asked->done(std::move(asked->told)); });
               });
  });
}

void NetworkManagerNames::ask_config(const std::string& interface, const std::string& path, const Asked& asked,
                                     std::function<void()> then) {
  if (path.empty()) {
    then();
    return;
  }
  properties(path, kName + "." + interface, [asked, then = std::move(then)](const BusDict& config) {
    for (const IpAddress& address : network_manager_resolvers(config)) {
      asked->told.push_back(address);
    }
    then();
  });
}

// An object that is gone has no properties.
void NetworkManagerNames::properties(const std::string& path, const std::string& interface, OnProperties then) {
  if (broken_) {  // replaced with the next question: this may be within an answer of it
    then({});
    return;
  }
  BusMessage call = bus_->new_call(kName, path, "org.freedesktop.DBus.Properties", "GetAll");
  if (call) {
    (void)sd_bus_message_append(call.get(), "s", interface.c_str());
  }
  bus_->call(std::move(call), kPatience, [then = std::move(then)](const BusReply& reply) {
    const auto value = reply.message != nullptr ? read_bus_value(reply.message) : std::nullopt;
    const auto* dict = value ? value->as<BusDict>() : nullptr;
    then(dict != nullptr ? *dict : BusDict{});
  });
}

}  // namespace karkara
