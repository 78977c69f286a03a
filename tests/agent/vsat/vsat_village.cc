#include "tests/agent/vsat/vsat_village.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const ObjectId kSysObjectId{1, 3, 6, 1, 2, 1, 1, 2, 0};
const ObjectId kSysUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};
const ObjectId kEsN0Oid{1, 3, 6, 1, 4, 1, 99999, 1, 0};
const ObjectId kLockOid{1, 3, 6, 1, 4, 1, 99999, 2, 0};
const ObjectId kModcodColumn{1, 3, 6, 1, 4, 1, 99999, 3};
const ObjectId kModcodOid{1, 3, 6, 1, 4, 1, 99999, 3, 7};

}  // namespace

DeviceTable box_table() {
  DeviceTable made;
  made.id = "box";
  made.matches = {{{1, 3, 6, 1, 4, 1, 99999}, ""}};
  ObjectRow es_n0;
  es_n0.id = es_n0.quantity = "es-n0";
  es_n0.oid = kEsN0Oid;
  es_n0.scale = 0.1;
  es_n0.absent_numbers = {-1000};
  ObjectRow lock;
  lock.id = lock.quantity = "rx-locked";
  lock.oid = kLockOid;
  ObjectRow modcod;
  modcod.id = modcod.quantity = "modcod";
  modcod.oid = kModcodColumn;
  modcod.first_of_column = true;
  modcod.words = {{4, "QPSK 1/2"}, {11, "QPSK 9/10"}};
  made.rows = {es_n0, lock, modcod};
  return made;
}

VsatVillage::VsatVillage() {
  TerminalSettings terminal;
  terminal.uplink = kVsat;
  terminal.by =
      SnmpTerminal{DeviceId::parse("modem").value(), SnmpTarget{IpEndpoint::parse("192.168.222.1:161").value()}};
  terminal.lock_threshold = Db{5};
  terminal.standby_pace = seconds{30};
  settings = {{terminal}, {box_table()}};
  feature.emplace(settings, now);
}

void VsatVillage::take(const VsatEffects& effects) {
  for (const VsatEffect& effect : effects) {
    if (const auto* get = std::get_if<SnmpGet>(&effect)) {
      asked.push_back(*get);
      answers_at_.emplace_back(now + answer_after, *get);
    } else if (const auto* said = std::get_if<VsatSays>(&effect)) {
      says.push_back(*said);
      if (said->raised) {
        raised.insert(said->message);
      } else {
        raised.erase(said->message);
      }
    } else if (std::holds_alternative<SnmpForget>(effect)) {
      ++forgotten;
    }
  }
}

void VsatVillage::run(Duration length, const std::function<void()>& each) {
  const Instant end = now + length;
  while (true) {
    Instant next = feature->next_deadline();
    for (const auto& [at, get] : answers_at_) {
      next = std::min(next, at);
    }
    if (next > end) {
      break;
    }
    now = std::max(now, next);
    if (each) {
      each();
    }
    hand_over_answers();
    take(feature->tick(now));
    ASSERT_GT(feature->next_deadline(), now) << "the loop would spin";
  }
  now = end;
}

void VsatVillage::hand_over_answers() {
  for (auto& [at, get] : std::exchange(answers_at_, {})) {
    if (at <= now) {
      take(feature->on(answer(get), now));
    } else {
      answers_at_.emplace_back(at, std::move(get));
    }
  }
}

SnmpAnswered VsatVillage::answer(const SnmpGet& get) const {
  if (is_dead) {
    return {get.device, get.request, Error{ErrorCode::DeadlineExceeded, "no answer"}};
  }
  VarBinds binds;
  for (const ObjectId& oid : get.oids) {
    EXPECT_TRUE(oid != kModcodColumn || get.next);
    binds.push_back({oid == kModcodColumn ? kModcodOid : oid, value_of(oid)});
  }
  return {get.device, get.request, binds};
}

SnmpValue VsatVillage::value_of(const ObjectId& oid) const {
  if (oid == kSysObjectId) {
    return object_id;
  }
  if (oid == kSysUpTime) {
    return SnmpTimeTicks{static_cast<std::uint32_t>((now - booted) / milliseconds{10})};
  }
  if (oid == kEsN0Oid) {
    return es_n0;
  }
  if (oid == kLockOid) {
    return std::int32_t{locked};
  }
  return oid == kModcodColumn ? SnmpValue{std::int32_t{modcod}} : SnmpValue{SnmpException::NoSuchObject};
}

std::size_t VsatVillage::questions_in(Duration length) {
  const std::size_t before = asked.size();
  run(length);
  return asked.size() - before;
}

}  // namespace karkara
