#include "tests/agent/io/modem_bus.h"

#include <signal.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace karkara {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr std::chrono::milliseconds kLook{50};

bool exists(const char* path) {
  return ::access(path, R_OK) == 0;
}

}  // namespace

std::string ModemBus::why_impossible() {
  if (!PrivateBus::is_possible()) {
    return "dbus-daemon is not installed";
  }
  if (!exists("/usr/share/dbus-1/interfaces/org.freedesktop.ModemManager1.Modem.xml")) {
    return "modemmanager-dev is not installed";
  }
  if (!exists("/usr/lib/python3/dist-packages/gi/__init__.py")) {
    return "python3-gi is not installed";
  }
  return {};
}

ModemBus::ModemBus() {
  options.address = bus_.address();
  options.settle = std::chrono::milliseconds{5};
  options.reconnect = std::chrono::milliseconds{100};
  options.ask_again = std::chrono::milliseconds{100};
}

void ModemBus::start_fake(std::vector<std::string> knobs) {
  std::vector<std::string> argv = {"/usr/bin/python3", KARKARA_SOURCE_DIR "/tests/fakes/fake_modem_manager.py"};
  argv.insert(argv.end(), knobs.begin(), knobs.end());
  manager_ = bus_.run(argv, true);
  connect_control();
}

void ModemBus::start_real() {
  manager_ = bus_.run({"/usr/sbin/ModemManager", "--test-session", "--test-enable", "--test-no-udev", "--no-auto-scan",
                       "--test-no-suspend-resume"},
                      false);
  connect_control();
}

void ModemBus::kill_manager() {
  if (manager_) {
    bus_.end(*std::exchange(manager_, std::nullopt), SIGKILL);
  }
}

void ModemBus::connect_control() {
  if (auto control = BusConnection::open(io, bus_.address(), [](const std::string&) {})) {
    control_ = std::move(control).value();
  }
}

void ModemBus::start_adapter() {
  adapter_.reset();
  const ModemSinks sinks{
      [this](ModemSeen event) {
        told.push_back("seen " + event.facts.path);
        modem = std::move(event.facts);
      },
      [this](ModemGone event) {
        told.push_back("gone " + event.path);
        if (modem && modem->path == event.path) {
          modem.reset();
        }
      },
      [this](ModemBusState event) {
        told.emplace_back(event.available ? "bus up" : "bus down");
        bus_state = std::move(event);
      },
      [this](ModemCommandDone event) { done.push_back(std::move(event)); },
  };
  adapter_ = std::make_unique<ModemManagerAdapter>(io, sinks, options);
}

// Looks again now and then: a condition may hold by time alone.
bool ModemBus::until(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= std::chrono::steady_clock::duration::zero()) {
      return false;
    }
    io.restart();
    io.run_one_for(std::min<std::chrono::steady_clock::duration>(left, kLook));
  }
  return true;
}

ModemCommandDone ModemBus::run(ModemDeed deed) {
  const std::uint64_t id = next_id_++;
  const std::size_t before = done.size();
  adapter_->run({id, modem ? modem->device : "", std::move(deed)});
  until([&] { return done.size() > before; });
  return done.size() > before && done.back().id == id
             ? done.back()
             : ModemCommandDone{0, Error{ErrorCode::Internal, "no answer, or another's"}, {}};
}

std::string ModemBus::call(const std::string& path, const std::string& interface, const std::string& member,
                           std::vector<std::string> texts, std::vector<std::string> list) {
  BusMessage message = control_->new_call(kModemManagerName, path, interface, member);
  for (const std::string& text : texts) {
    sd_bus_message_append(message.get(), "s", text.c_str());
  }
  if (!list.empty()) {
    std::vector<char*> raw;
    for (std::string& text : list) {
      raw.push_back(text.data());
    }
    raw.push_back(nullptr);
    sd_bus_message_append_strv(message.get(), raw.data());
  }
  std::optional<std::string> error;
  last_text_.clear();
  control_->call(std::move(message), kPatience, [&](const BusReply& reply) {
    error = reply.error;
    const char* text = nullptr;
    if (reply.message && sd_bus_message_has_signature(reply.message, "s") > 0 &&
        sd_bus_message_read(reply.message, "s", &text) > 0) {
      last_text_ = text;
    }
  });
  until([&] { return error.has_value(); });
  return error.value_or("no answer");
}

void ModemBus::set(const std::string& knob, const std::string& value) {
  call("/control", "test.Control", "Set", {knob, value});
}

void ModemBus::play(const std::string& what) {
  call("/control", "test.Control", "Do", {what});
}

std::string ModemBus::introspect(const std::string& path) {
  call(path, "org.freedesktop.DBus.Introspectable", "Introspect", {});
  return last_text_;
}

std::string ModemBus::calls() {
  call("/control", "test.Control", "Calls", {});
  return last_text_;
}

}  // namespace karkara
