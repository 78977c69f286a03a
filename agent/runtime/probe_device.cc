// 'karkara-agent probe-device': reads one power device and prints every value, or the reason why there is none. For the
// person who plugs a device in or writes a table for it; the running agent must not hold its line meanwhile.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <iterator>

#include "agent/config_bind/device_table.h"
#include "agent/config_bind/site_config.h"
#include "agent/io/snmp_session.h"
#include "agent/power/power_feature.h"
#include "agent/runtime/offline_commands.h"
#include "agent/runtime/power_adapters.h"
#include "common/host/nearest_name.h"
#include "common/host/system_clock.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

constexpr Duration kLongestWait = std::chrono::milliseconds{100};
constexpr Duration kWholeLook = std::chrono::milliseconds{2500};  // of a device that tells its values in turns

// A configuration with this one device, so that a mistyped flag is refused as a mistyped key is.
std::string yaml_of(const ProbeDevice& command) {
  std::string text = fmt::format(
      "site: {{id: probe}}\n"
      "uplinks: [{{id: none, kind: ethernet, interface: none}}]\n"
      "agent: {{device_tables: \"{}\"}}\n"
      "power:\n"
      "  - id: device\n"
      "    kind: {}\n",
      command.tables, command.kind);
  const auto add = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) {
      text += fmt::format("    {}: \"{}\"\n", key, value);
    }
  };
  const bool by_snmp = command.kind == "snmp";
  add("device", command.device);
  add("endpoint", by_snmp ? "" : command.endpoint);
  add("device_table", command.table);
  if (!command.unit.empty()) {
    text += fmt::format("    unit: {}\n", command.unit);
  }
  if (!command.baud.empty()) {
    text += fmt::format("    baud: {}\n", command.baud);
  }
  if (by_snmp) {
    text += "    snmp:\n";
    text += fmt::format("      endpoint: \"{}\"\n", command.endpoint);
    text += fmt::format("      version: {}\n", command.snmp_version);
    text += fmt::format("      community: \"{}\"\n", command.community);
  }
  return text;
}

// A table that cannot be read is as good as none: whoever writes one wants to know why. So does who mistypes its name.
Status check_tables(const PowerSettings& settings, const std::string& folder) {
  const PowerSourceSettings& source = settings.sources.front();
  if (source.kind != PowerSourceKind::Modbus && source.kind != PowerSourceKind::Snmp) {
    return {};
  }
  for (const UnreadTable& each : read_device_tables(folder).unread) {
    std::fprintf(stderr, "karkara-agent: %s\n", each.why.c_str());
  }
  std::vector<std::string> names;
  for (const DeviceTable& table : *settings.tables) {
    if (table.modbus.has_value() == (source.kind == PowerSourceKind::Modbus)) {
      names.push_back(table.id);
    }
  }
  const std::string kind = source.kind == PowerSourceKind::Modbus ? "Modbus" : "SNMP";
  if (names.empty()) {
    return Error{ErrorCode::NotFound, folder + " has no device table for " + kind};
  }
  if (!source.table.empty() && std::ranges::find(names, source.table) == names.end()) {
    return Error{ErrorCode::NotFound, fmt::format("{} has no device table '{}' for {}{}", folder, source.table, kind,
                                                  did_you_mean(source.table, names))};
  }
  return {};
}

Result<PowerSettings> settings_of(const ProbeDevice& command) {
  auto configuration = command.id.empty() ? read_site_config("the command line", yaml_of(command))
                                          : read_site_config_file(command.config);
  if (!configuration) {
    return configuration.error();
  }
  PowerSettings settings = configuration->settings.power;
  for (PowerSourceSettings& source : settings.sources) {
    source.ask_history = false;  // a look writes nothing
  }
  settings.battery.reset();
  settings.shedding = {};
  if (!command.id.empty()) {
    std::vector<std::string> known;
    std::ranges::transform(settings.sources, std::back_inserter(known),
                           [](const auto& source) { return source.id.text(); });
    std::erase_if(settings.sources, [&](const auto& source) { return source.id.text() != command.id; });
    if (settings.sources.empty()) {
      return Error{ErrorCode::NotFound, fmt::format("{}: there is no power source '{}'{}", command.config, command.id,
                                                    did_you_mean(command.id, known))};
    }
  }
  if (const Status tables = check_tables(settings, configuration->settings.device_tables); !tables.ok()) {
    return tables.error();
  }
  return settings;
}

// The power feature with its one device and nothing else of an agent.
class Probe {
 public:
  explicit Probe(PowerSettings settings)
      : sink_{[this](Event event) { events_.push_back(std::move(event)); }},
        adapters_{io_, sink_},
        snmp_{io_, [this](SnmpAnswered answered) { events_.emplace_back(std::move(answered)); }},
        feature_{std::move(settings)} {}

  // True when the device answered.
  bool run(Duration patience) {
    const Instant until = clock_.now() + patience;
    perform(feature_.start(clock_.now()));
    Instant heard = Instant::max();
    while (clock_.now() < std::min(until, heard + kWholeLook)) {
      wait();
      while (!events_.empty()) {
        const Event event = std::move(events_.front());
        events_.pop_front();
        give(event);
      }
      perform(feature_.tick({clock_.now(), std::nullopt}));
      heard = std::min(heard, answers() ? clock_.now() : Instant::max());
    }
    return answers();
  }
  [[nodiscard]] PowerSourceReport report() const { return feature_.reports(clock_.now()).at(0); }

 private:
  [[nodiscard]] bool answers() const {
    const PowerSourceReport said = report();
    return said.state == "answering" && said.values.size() + said.quantities.size() > 2;
  }
  void wait() {
    const Duration left = std::max<Duration>(feature_.next_deadline() - clock_.now(), Duration::zero());
    io_.restart();
    io_.run_one_for(std::min(left, kLongestWait));
    io_.poll();
  }
  void give(const Event& event) {
    const Instant now = clock_.now();
    perform(std::visit(
        [&](const auto& e) {
          if constexpr (requires { feature_.on(e, now); }) {
            return feature_.on(e, now);
          } else {
            return Effects{};
          }
        },
        event));
  }
  void perform(const Effects& effects) {
    for (const Effect& effect : effects) {
      std::visit(
          [&](const auto& e) {
            if constexpr (requires { adapters_.run(e); }) {
              adapters_.run(e);
            } else if constexpr (std::is_same_v<std::decay_t<decltype(e)>, SnmpGet>) {
              snmp_.get(e);
            }
          },
          effect);
    }
  }

  boost::asio::io_context io_{1};
  SystemClock clock_;
  std::deque<Event> events_;
  EventSink sink_;
  PowerAdapters adapters_;
  SnmpSessions snmp_;
  PowerFeature feature_;
};

// What a device says of itself goes to somebody's terminal: letters, and nothing that moves its cursor.
std::string plain(std::string_view text) {
  std::string shown{text};
  std::ranges::replace_if(
      shown, [](char c) { return c < ' ' || c > '~'; }, '?');
  return shown;
}

void print(std::string_view name, const Value& value, std::string_view unit, std::string_view word) {
  const auto text = std::visit(Overloaded{[&](double number) {
                                            return fmt::format("{:>12.6g} {}{}", number, unit,
                                                               word.empty() ? "" : fmt::format("  ({})", word));
                                          },
                                          [](Absent why) { return fmt::format("{:>12}  ({})", "-", to_string(why)); }},
                               value);
  std::printf("%-32.*s %s\n", static_cast<int>(name.size()), name.data(), text.c_str());
}

void print(const PowerSourceReport& report) {
  std::printf("%s device at %s: %s%s%s\n", report.kind.c_str(), report.device.c_str(), plain(report.state).c_str(),
              report.product.empty() ? "" : ", ", plain(report.product).c_str());
  for (const Sample& sample : report.values) {
    if (const SeriesInfo* series = find_series(sample.series)) {
      print(series->name, sample.value, series->unit, {});
    }
  }
  for (const QuantityReport& quantity : report.quantities) {
    print(quantity.name, quantity.value, quantity.unit, quantity.word);
  }
}

std::string why_no_values(const PowerSourceReport& report, unsigned seconds) {
  if (report.state.find("table") != std::string::npos) {  // somebody answers, and nobody can read it
    return fmt::format("no values in {} s: it {}", seconds, plain(report.state));
  }
  return fmt::format(
      "it did not answer in {} s. Is the line right, does it have power, and does no other program (a running agent) "
      "hold the line?",
      seconds);
}

}  // namespace

int run(const ProbeDevice& command) {
  auto settings = settings_of(command);
  if (!settings) {
    std::fprintf(stderr, "karkara-agent: %s\n", settings.error().text.c_str());
    return 2;
  }
  Probe probe{std::move(settings).value()};
  const bool answered = probe.run(std::chrono::seconds{command.seconds});
  print(probe.report());
  if (!answered) {
    std::fprintf(stderr, "karkara-agent: %s\n", why_no_values(probe.report(), command.seconds).c_str());
  }
  return answered ? 0 : 1;
}

}  // namespace karkara
