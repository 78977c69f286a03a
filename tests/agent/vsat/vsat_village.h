// A village with one satellite terminal whose fate a test decides: answers the feature's questions after a while, in
// numeric time.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "agent/vsat/vsat_feature.h"

namespace karkara {

inline const UplinkId kVsat = UplinkId::parse("vsat").value();

[[nodiscard]] DeviceTable box_table();  // of the village's terminal

class VsatVillage {
 public:
  VsatVillage();

  void take(const VsatEffects& effects);
  void run(Duration length, const std::function<void()>& each = {});  // questions, answers and deadlines in order
  [[nodiscard]] SnmpAnswered answer(const SnmpGet& get) const;
  [[nodiscard]] VsatAdvice advice() const { return feature->advice(kVsat, now); }
  [[nodiscard]] std::size_t questions_in(Duration length);

  Instant now{std::chrono::minutes{10}};
  Instant booted{};
  std::optional<VsatFeature> feature;
  VsatSettings settings;
  std::vector<SnmpGet> asked;
  std::vector<VsatSays> says;
  std::set<VsatMessage> raised;
  int forgotten = 0;
  Duration answer_after = std::chrono::milliseconds{20};
  ObjectId object_id{1, 3, 6, 1, 4, 1, 99999, 5};
  SnmpValue es_n0 = std::int32_t{120};
  int locked = 1;
  int modcod = 11;
  bool is_dead = false;

 private:
  void hand_over_answers();  // that are due
  [[nodiscard]] SnmpValue value_of(const ObjectId& oid) const;

  std::vector<std::pair<Instant, SnmpGet>> answers_at_;
};

}  // namespace karkara
