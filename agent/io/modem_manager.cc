#include "agent/io/modem_manager.h"

#include <systemd/sd-bus.h>

#include <boost/asio/post.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "agent/codec/modem_properties.h"
#include "agent/io/bus_message.h"

namespace karkara {
namespace {

const std::string kRoot = "/org/freedesktop/ModemManager1";
const std::string kObjectManager = "org.freedesktop.DBus.ObjectManager";
const std::string kProperties = "org.freedesktop.DBus.Properties";
const std::string kBus = "org.freedesktop.DBus";

std::string rule(const std::string& sender, const std::string& interface, const std::string& member,
                 const std::string& more) {
  return "type='signal',sender='" + sender + "',interface='" + interface + "',member='" + member + "'," + more;
}

std::string text_argument(sd_bus_message* message) {
  const auto value = read_bus_value(message);
  const std::string* text = value ? value->as<std::string>() : nullptr;
  return text ? *text : std::string{};
}

std::string path_argument(sd_bus_message* message) {
  const auto value = read_bus_value(message);
  const BusPath* path = value ? value->as<BusPath>() : nullptr;
  return path ? path->text : std::string{};
}

}  // namespace

ModemManagerAdapter::ModemManagerAdapter(boost::asio::io_context& io, ModemSinks sinks, ModemManagerOptions options)
    : io_{io},
      sinks_{std::move(sinks)},
      options_{std::move(options)},
      reconnect_timer_{io},
      settle_timer_{io},
      ask_timer_{io} {
  boost::asio::post(io_, [this, alive = std::weak_ptr<const bool>(alive_)] {
    if (alive.lock()) {
      connect();
    }
  });
}

void ModemManagerAdapter::connect() {
  auto bus = BusConnection::open(io_, options_.address, [this](const std::string& why) { on_broken(why); });
  if (!bus) {
    on_broken(bus.error().text);
    return;
  }
  bus_ = std::move(bus).value();
  watch_signals();
  ask_owner();
}

void ModemManagerAdapter::on_broken(const std::string& why) {
  bus_.reset();
  owner_.clear();
  ++life_;
  objects_.clear();
  set_available(false, why);
  reconnect_timer_.expires_after(options_.reconnect);
  reconnect_timer_.async_wait(
      [this, alive = std::weak_ptr<const bool>(alive_)](const boost::system::error_code& error) {
        if (alive.lock() && !error) {
          connect();
        }
      });
}

void ModemManagerAdapter::watch_signals() {
  bus_->watch(rule(kBus, kBus, "NameOwnerChanged", "arg0='" + kModemManagerName + "'"),
              [this](sd_bus_message* message) {
                (void)text_argument(message);
                (void)text_argument(message);
                on_owner(text_argument(message));
              });
  bus_->watch(rule(kModemManagerName, kObjectManager, "InterfacesAdded", "path='" + kRoot + "'"),
              [this](sd_bus_message* message) { on_added(message); });
  bus_->watch(rule(kModemManagerName, kObjectManager, "InterfacesRemoved", "path='" + kRoot + "'"),
              [this](sd_bus_message* message) { on_removed(message); });
  bus_->watch(rule(kModemManagerName, kProperties, "PropertiesChanged", "path_namespace='" + kRoot + "'"),
              [this](sd_bus_message* message) { on_changed(message); });
}

void ModemManagerAdapter::ask_owner() {
  BusMessage call = bus_->new_call(kBus, "/org/freedesktop/DBus", kBus, "GetNameOwner");
  if (call) {
    (void)sd_bus_message_append(call.get(), "s", kModemManagerName.c_str());
  }
  bus_->call(std::move(call), options_.question,
             [this](const BusReply& reply) { on_owner(reply.message ? text_argument(reply.message) : std::string{}); });
}

void ModemManagerAdapter::on_owner(const std::string& owner) {
  if (owner == owner_ && (available_.has_value() || !owner.empty())) {
    return;
  }
  const bool replaced = !owner_.empty() && !owner.empty();
  owner_ = owner;
  ++life_;
  objects_.clear();
  if (owner.empty() || replaced) {
    set_available(false, owner.empty() ? "ModemManager does not run" : "ModemManager was replaced");
  }
  if (!owner.empty()) {
    ask_objects();
  }
}

void ModemManagerAdapter::ask_objects() {
  bus_->call(bus_->new_call(kModemManagerName, kRoot, kObjectManager, "GetManagedObjects"), options_.question,
             [this, life = life_](const BusReply& reply) {
               if (life != life_) {
                 return;
               }
               const auto managed = reply.message ? read_bus_value(reply.message) : std::nullopt;
               if (!managed) {  // it runs, and does not answer: ask again
                 set_available(false, "ModemManager does not answer: " + reply.error);
                 ask_timer_.expires_after(options_.ask_again);
                 ask_timer_.async_wait([this, life, alive = std::weak_ptr<const bool>(alive_)](const auto& error) {
                   if (alive.lock() && !error && life == life_) {
                     ask_objects();
                   }
                 });
                 return;
               }
               objects_.replace_all(*managed);
               set_available(true, "");
               settle_soon();
             });
}

void ModemManagerAdapter::ask_wanted() {
  for (const ModemObjects::Wanted& wanted : objects_.take_wanted()) {
    BusMessage call = bus_->new_call(kModemManagerName, wanted.path, kProperties, "GetAll");
    if (call) {
      (void)sd_bus_message_append(call.get(), "s", wanted.interface.c_str());
    }
    bus_->call(std::move(call), options_.question, [this, wanted, life = life_](const BusReply& reply) {
      if (life != life_) {
        return;
      }
      if (const auto all = reply.message ? read_bus_value(reply.message) : std::nullopt) {
        objects_.put(wanted.path, wanted.interface, *all);
        settle_soon();
        return;
      }
      ask_timer_.expires_after(options_.ask_again);
      ask_timer_.async_wait([this, wanted, life, alive = std::weak_ptr<const bool>(alive_)](const auto& error) {
        if (alive.lock() && life == life_) {  // also when a later failure took the timer over
          (void)error;
          objects_.ask_again(wanted.path);
          settle_soon();
        }
      });
    });
  }
}

// The bus delivers by our match; a message that another program sends to us alone would match, too.
bool ModemManagerAdapter::is_from_owner(sd_bus_message* message) const {
  const char* sender = sd_bus_message_get_sender(message);
  return sender && owner_ == sender;
}

void ModemManagerAdapter::on_added(sd_bus_message* message) {
  if (!is_from_owner(message)) {
    return;
  }
  const std::string path = path_argument(message);
  if (const auto interfaces = read_bus_value(message); interfaces && !path.empty()) {
    objects_.add(path, *interfaces);
    settle_soon();
  }
}

void ModemManagerAdapter::on_removed(sd_bus_message* message) {
  if (!is_from_owner(message)) {
    return;
  }
  const std::string path = path_argument(message);
  if (const auto interfaces = read_bus_value(message); interfaces && !path.empty()) {
    objects_.remove(path, *interfaces);
    settle();  // at once: a modem that comes back under the same path is another one
  }
}

void ModemManagerAdapter::on_changed(sd_bus_message* message) {
  if (!is_from_owner(message)) {
    return;
  }
  const char* path = sd_bus_message_get_path(message);
  const std::string interface = text_argument(message);
  const auto changed = read_bus_value(message);
  const auto invalidated = read_bus_value(message);
  if (path && changed) {
    objects_.change(path, interface, *changed, invalidated.value_or(BusValue{}));
    settle_soon();
  }
}

void ModemManagerAdapter::settle_soon() {
  if (std::exchange(settling_, true)) {
    return;
  }
  settle_timer_.expires_after(options_.settle);
  settle_timer_.async_wait([this, alive = std::weak_ptr<const bool>(alive_)](const boost::system::error_code& error) {
    if (alive.lock() && !error) {
      settling_ = false;
      settle();
    }
  });
}

void ModemManagerAdapter::settle() {
  if (!bus_ || !available_.value_or(false)) {
    return;
  }
  for (const ModemGone& gone : objects_.take_gone()) {
    sinks_.gone(gone);
    if (objects_.path_of(gone.device).empty()) {
      abort_commands(gone.device, "the modem went away");
    }
  }
  ask_wanted();
  for (ModemFacts& facts : objects_.take_changed()) {
    sinks_.seen({std::move(facts)});
  }
}

void ModemManagerAdapter::set_available(bool available, const std::string& why) {
  if (available_ == available) {
    return;
  }
  available_ = available;
  sinks_.bus({available, why});
  if (!available) {
    for (const ModemGone& gone : objects_.take_gone()) {
      sinks_.gone(gone);
    }
    abort_commands({}, why);
  }
}

}  // namespace karkara
