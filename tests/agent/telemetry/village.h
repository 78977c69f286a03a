// A spool and a controller that behave, around a TelemetryFeature: effects go out, their answers come back as events.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "agent/telemetry/telemetry_feature.h"
#include "common/overloaded.h"
#include "common/telemetry_block.h"

namespace karkara {

struct SpoolOfOneDisk {
  std::map<std::uint64_t, std::vector<std::byte>> blocks;
  std::uint64_t next = 1;
  bool broken = false;
  bool silent = false;  // flash that stalls: no answer

  [[nodiscard]] std::uint64_t bytes() const {
    std::uint64_t sum = 0;
    for (const auto& [sequence, content] : blocks) {
      sum += content.size() + 16;
    }
    return sum;
  }
  [[nodiscard]] std::uint64_t first() const { return blocks.empty() ? next : blocks.begin()->first; }
  [[nodiscard]] SpoolOpened opened() const { return {first(), next, blocks.size(), bytes(), 0}; }
};

struct ControllerOfOneSite {
  bool acknowledges = true;
  std::map<std::uint64_t, std::vector<std::byte>> received;  // not durable: forgotten when the session ends
  std::map<std::uint64_t, std::vector<std::byte>> blocks;    // durable
  std::uint64_t durable = 0;
  std::uint64_t rewritten = 0;  // numbers that came twice with different content
};

class Village {
 public:
  explicit Village(TelemetrySettings settings = {}, Instant start = Instant{std::chrono::seconds{100}})
      : settings_{settings}, now{start} {
    boot();
  }

  // The router starts: the spool opens, nothing that was in memory is left.
  void boot() {
    answers_.clear();
    dropped_before_ += feature ? dropped() : 0;
    feature = std::make_unique<TelemetryFeature>(settings_, 7, now);
    opened_ = false;
    session_ = false;
    open_spool(SpoolDeed::Open);
    settle();
  }

  void run(Duration time) {
    for (const Instant until = now + time; feature->next_deadline() <= until;) {
      now = std::max(now, feature->next_deadline());
      pass();
    }
  }

  void pass() {
    if (feature->wants_samples(now)) {
      auto samples = feature->samples(now);
      samples.push_back(
          {SeriesId::BatteryVoltage, "charger", Value{12.0 + static_cast<double>(++sampled_ % 100) / 50}});
      perform(feature->add_samples(samples, now, wall(), clock_trusted));
    }
    perform(feature->tick(now));
    settle();
  }

  void flush() {
    perform(feature->flush(now, wall(), clock_trusted));
    settle();
  }
  void configure(const TelemetrySettings& settings) {
    perform(feature->configure(settings, now));
    settle();
  }
  void connect() {
    session_ = true;
    controller.received.clear();
    perform(feature->on(SessionOpened{1, {}, flush_override, controller.durable}, now));
    settle();
  }
  void disconnect() {
    session_ = false;
    perform(feature->on(SessionClosed{"cut"}, now));
    settle();
  }
  template <class E>
  void give(const E& event) {
    perform(feature->on(event, now));
    settle();
  }
  [[nodiscard]] WallTime wall() const {
    return clock_base + std::chrono::duration_cast<std::chrono::microseconds>(now.since_boot());
  }
  [[nodiscard]] double dropped() const { return std::get<double>(feature->samples(now)[2].value); }
  [[nodiscard]] double dropped_in_all_lives() const { return dropped_before_ + dropped(); }
  // Answers that waited while the disk was silent.
  void settle() {
    while (!disk.silent && !answers_.empty()) {
      const Event event = std::move(answers_.front());
      answers_.pop_front();
      std::visit(
          [&](const auto& e) {
            if constexpr (requires { feature->on(e, now); }) {
              perform(feature->on(e, now));
            }
          },
          event);
    }
  }

  TelemetrySettings settings_;
  Instant now;
  WallTime clock_base{std::chrono::seconds{1'790'000'000}};
  bool clock_trusted = true;
  Duration flush_override{0};
  SpoolOfOneDisk disk;
  ControllerOfOneSite controller;
  std::unique_ptr<TelemetryFeature> feature;
  std::vector<Note> notes;
  std::vector<std::uint64_t> sent;
  std::uint64_t stores = 0;

 private:
  bool open_spool(SpoolDeed deed) {
    if (disk.broken) {
      answers_.emplace_back(SpoolFailed{"input/output error", deed});
    } else if (!opened_) {
      opened_ = true;
      answers_.emplace_back(disk.opened());
    }
    return !disk.broken;
  }

  void on(const StoreBlock& effect) {
    ++stores;
    if (!open_spool(SpoolDeed::Store)) {
      return;
    }
    if (effect.sequence < disk.next) {
      answers_.emplace_back(SpoolFailed{"too low", SpoolDeed::Store});
      return;
    }
    disk.blocks[effect.sequence] = effect.content;
    disk.next = effect.sequence + 1;
    answers_.emplace_back(BlockStored{effect.sequence, disk.bytes()});
  }
  void on(const LoadBlock& effect) {
    const auto at = disk.blocks.lower_bound(effect.sequence);
    if (disk.broken || at == disk.blocks.end()) {
      answers_.emplace_back(SpoolFailed{"not held", SpoolDeed::Load, !disk.broken});
    } else {
      answers_.emplace_back(BlockLoaded{at->first, at->second});
    }
  }
  void on(const TrimSpool& effect) {
    if (open_spool(SpoolDeed::Trim)) {
      disk.blocks.erase(disk.blocks.begin(), disk.blocks.lower_bound(effect.first));
      answers_.emplace_back(SpoolTrimmed{disk.first(), disk.blocks.size(), disk.bytes()});
    }
  }
  void on(const SendBlock& effect) {
    sent.push_back(effect.sequence);
    if (!session_) {
      return;
    }
    controller.received[effect.sequence] = effect.content;
    if (controller.acknowledges) {
      for (const auto& [sequence, content] : controller.received) {
        const auto [at, fresh] = controller.blocks.emplace(sequence, content);
        controller.rewritten += !fresh && at->second != content ? 1 : 0;
      }
      controller.received.clear();
      controller.durable = std::max(controller.durable, effect.sequence);
      answers_.emplace_back(FrameAcknowledged{FrameClass::Telemetry, effect.sequence});
    }
  }
  void on(const Note& note) { notes.push_back(note); }

  void perform(const Effects& effects) {
    for (const Effect& effect : effects) {
      std::visit(
          [&](const auto& e) {
            if constexpr (requires { this->on(e); }) {
              this->on(e);
            }
          },
          effect);
    }
  }

  bool opened_ = false;
  bool session_ = false;
  std::uint64_t sampled_ = 0;
  double dropped_before_ = 0;
  std::deque<Event> answers_;
};

}  // namespace karkara
