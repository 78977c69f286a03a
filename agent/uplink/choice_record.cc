#include "agent/uplink/choice_record.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <map>

namespace karkara {
namespace {

constexpr std::array kStates = {UplinkState::Absent,    UplinkState::Linked, UplinkState::Addressed,
                                UplinkState::Probation, UplinkState::Up,     UplinkState::Suspect,
                                UplinkState::Down};
constexpr std::array kReasons = {ChoiceReason::None,          ChoiceReason::First,    ChoiceReason::Adopted,
                                 ChoiceReason::CarrierLost,   ChoiceReason::EchoLost, ChoiceReason::Proven,
                                 ChoiceReason::PreferredBack, ChoiceReason::Gone,     ChoiceReason::Held,
                                 ChoiceReason::Drain,         ChoiceReason::Shed,     ChoiceReason::Ordered,
                                 ChoiceReason::Lossy,         ChoiceReason::Portal};
constexpr std::array kUses = {MeteredUse::Always, MeteredUse::WithinPace, MeteredUse::Never};
constexpr std::array kQualities = {Quality::Good, Quality::Fair, Quality::Poor};
constexpr std::size_t kMostCandidates = kMostSlots;
constexpr std::int64_t kMostNumber = std::int64_t{1} << 60;  // nanoseconds: 36 years

std::string_view to_string(MeteredUse use) {
  switch (use) {
    case MeteredUse::Always: return "always";
    case MeteredUse::WithinPace: return "within-pace";
    case MeteredUse::Never: return "never";
  }
  return "?";
}

std::string yes(bool value) {
  return value ? "1" : "0";
}

std::string nanoseconds(Duration duration) {
  return std::to_string(duration.count());
}

// Reads "in." fields; the first that fails is the error of all.
class GivenFields {
 public:
  explicit GivenFields(const DecisionRecord& record) {
    for (const auto& [key, value] : record.fields) {
      values_.emplace(key, value);
    }
  }

  std::string text(const std::string& key) {
    const auto at = values_.find(key);
    if (at == values_.end()) {
      fail(key, "is missing");
      return "";
    }
    return at->second;
  }
  [[nodiscard]] bool has(const std::string& key) const { return values_.contains(key); }
  bool flag(const std::string& key) {
    const std::string value = text(key);
    if (value != "0" && value != "1") {
      fail(key, "is neither 0 nor 1");
    }
    return value == "1";
  }
  std::int64_t number(const std::string& key) {
    const std::string value = text(key);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    // Sums of a few of them stay within 64 bits.
    if (error != std::errc{} || end != value.data() + value.size() || number < -kMostNumber || number > kMostNumber) {
      fail(key, "is not a number");
      return 0;
    }
    return number;
  }
  double real(const std::string& key) {
    const std::string value = text(key);
    double real = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), real);
    if (error != std::errc{} || end != value.data() + value.size() || !std::isfinite(real)) {
      fail(key, "is not a number");
      return 0;
    }
    return real;
  }
  template <class T, std::size_t N>
  T word(const std::string& key, const std::array<T, N>& among) {
    const std::string value = text(key);
    for (const T item : among) {
      if (to_string(item) == value) {
        return item;
      }
    }
    fail(key, "has an unknown word");
    return among[0];
  }
  template <class Id>
  Id id(const std::string& key) {
    const auto parsed = Id::parse(text(key));
    if (!parsed) {
      fail(key, "is not a name");
      return {};
    }
    return *parsed;
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  void fail(const std::string& key, const char* what) {
    if (!error_) {
      error_ = Error{ErrorCode::InvalidArgument, "field '" + key + "' " + what};
    }
  }
  std::map<std::string, std::string> values_;
  std::optional<Error> error_;
};

void write_candidate(const Candidate& candidate, std::size_t index, DecisionRecord& record) {
  const auto put = [&](const char* name, std::string value) {
    record.fields.emplace_back(fmt::format("in.{}.{}", index, name), std::move(value));
  };
  put("id", candidate.id.text());
  put("state", std::string{to_string(candidate.state)});
  put("path", yes(candidate.usable_path));
  put("heard", yes(candidate.heard));
  put("unasked", yes(candidate.unasked));
  put("metered", yes(candidate.metered));
  put("preference", std::to_string(candidate.preference));
  put("in_state", nanoseconds(candidate.in_state));
  put("held", candidate.held);
  put("held_but_control", candidate.held_but_control);
  put("draining", yes(candidate.draining));
  put("walled", yes(candidate.walled));
  put("lacks_v4", yes(candidate.lacks_v4));
  put("fits_pace", yes(candidate.fits_pace));
  put("quality", std::string{to_string(candidate.quality)});
  put("ordered", yes(candidate.ordered));
  put("cost", fmt::format("{}", candidate.cost_per_megabyte));
  put("watts", fmt::format("{}", candidate.watts));
  if (candidate.latency) {
    put("latency", nanoseconds(*candidate.latency));
  }
  if (!candidate.overspent.empty()) {
    put("overspent", candidate.overspent);
  }
  if (candidate.borrowed) {
    put("borrowed", "1");
  }
}

Candidate read_candidate(GivenFields& fields, std::size_t index) {
  const auto key = [&](const char* name) { return fmt::format("in.{}.{}", index, name); };
  Candidate candidate;
  candidate.id = fields.id<UplinkId>(key("id"));
  candidate.state = fields.word(key("state"), kStates);
  candidate.usable_path = fields.flag(key("path"));
  candidate.heard = fields.flag(key("heard"));
  candidate.unasked = fields.has(key("unasked")) && fields.flag(key("unasked"));  // not in older records
  candidate.metered = fields.flag(key("metered"));
  candidate.preference = static_cast<std::uint32_t>(fields.number(key("preference")));
  candidate.in_state = Duration{fields.number(key("in_state"))};
  candidate.held = fields.text(key("held"));
  candidate.held_but_control = fields.text(key("held_but_control"));
  candidate.draining = fields.flag(key("draining"));
  candidate.walled = fields.has(key("walled")) && fields.flag(key("walled"));
  candidate.lacks_v4 = fields.has(key("lacks_v4")) && fields.flag(key("lacks_v4"));
  candidate.fits_pace = fields.flag(key("fits_pace"));
  candidate.quality = fields.has(key("quality")) ? fields.word(key("quality"), kQualities) : Quality::Good;
  candidate.ordered = fields.flag(key("ordered"));
  candidate.cost_per_megabyte = fields.real(key("cost"));
  candidate.watts = fields.real(key("watts"));
  if (fields.has(key("latency"))) {
    candidate.latency = Duration{fields.number(key("latency"))};
  }
  if (fields.has(key("overspent"))) {
    candidate.overspent = fields.text(key("overspent"));
  }
  candidate.borrowed = fields.has(key("borrowed")) && fields.flag(key("borrowed"));
  return candidate;
}

void write_choice(const UplinkChoice& choice, DecisionRecord& record) {
  const auto put = [&](const char* name, std::string value) {
    record.fields.emplace_back(std::string{"in."} + name, std::move(value));
  };
  const UplinkChoice::Memory memory = choice.memory();
  put("class", choice.rule().id.text());
  put("metered", std::string{to_string(choice.rule().metered)});
  put("control", yes(choice.rule().control));
  if (!choice.rule().off.empty()) {
    put("off", choice.rule().off);
  }
  if (choice.rule().may_overspend) {
    put("may_overspend", "1");
  }
  if (choice.rule().guests) {
    put("guests", "1");
    put("relay", yes(choice.rule().relay));
  }
  put("switch_back_after", nanoseconds(choice.policy().switch_back_after));
  put("leave_metered_after", nanoseconds(choice.policy().leave_metered_after));
  put("min_dwell", nanoseconds(choice.policy().min_dwell));
  if (memory.active) {
    put("active", memory.active->text());
  }
  put("reason", std::string{to_string(memory.reason)});
  put("moved_at", nanoseconds(memory.moved_at.since_boot()));
  put("ever_moved", yes(memory.ever_moved));
}

UplinkChoice read_choice(GivenFields& fields) {
  const ClassRule rule{fields.id<ClassId>("in.class"),
                       fields.word("in.metered", kUses),
                       fields.flag("in.control"),
                       fields.has("in.off") ? fields.text("in.off") : std::string{},
                       fields.has("in.may_overspend") && fields.flag("in.may_overspend"),
                       fields.has("in.guests") && fields.flag("in.guests"),
                       fields.has("in.relay") && fields.flag("in.relay")};
  const ChoicePolicy policy{Duration{fields.number("in.switch_back_after")},
                            Duration{fields.number("in.leave_metered_after")}, Duration{fields.number("in.min_dwell")}};
  UplinkChoice choice{rule, policy};
  UplinkChoice::Memory memory;
  if (fields.has("in.active")) {
    memory.active = fields.id<UplinkId>("in.active");
  }
  memory.reason = fields.word("in.reason", kReasons);
  memory.moved_at = Instant{Duration{fields.number("in.moved_at")}};
  memory.ever_moved = fields.flag("in.ever_moved");
  choice.resume(memory);
  return choice;
}

void write_outcome(const UplinkChoice& choice, DecisionRecord& record) {
  record.fields.emplace_back("out.uplink", choice.active() ? choice.active()->text() : "none");
  record.fields.emplace_back("out.reason", std::string{to_string(choice.reason())});
  std::string ladder;
  for (const UplinkId& id : choice.ladder()) {
    ladder += (ladder.empty() ? "" : ",") + id.text();
  }
  record.fields.emplace_back("out.ladder", std::move(ladder));
}

}  // namespace

DecisionRecord record_decision(const std::vector<Candidate>& candidates, const UplinkChoice& before,
                               const UplinkChoice& after, Instant at) {
  DecisionRecord record{at, {}};
  write_choice(before, record);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    write_candidate(candidates[i], i, record);
  }
  write_outcome(after, record);
  return record;
}

Result<DecisionRecord> decide_again(const DecisionRecord& given) {
  GivenFields fields{given};
  UplinkChoice choice = read_choice(fields);
  std::vector<Candidate> candidates;
  while (candidates.size() < kMostCandidates && fields.has(fmt::format("in.{}.id", candidates.size()))) {
    candidates.push_back(read_candidate(fields, candidates.size()));
  }
  if (fields.error()) {
    return *fields.error();
  }
  const UplinkChoice before = choice;
  choice.decide(candidates, given.at);
  return record_decision(candidates, before, choice, given.at);
}

}  // namespace karkara
