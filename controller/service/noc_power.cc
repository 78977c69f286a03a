// The method that shows chargers' days as their site has told them: the answer for a site that is off line.
#include <fmt/format.h>

#include <chrono>

#include "controller/fleet/sun/array_days.h"
#include "controller/fleet/told_days.h"
#include "controller/service/grpc_status.h"
#include "controller/service/noc_service.h"

namespace karkara {
namespace {

constexpr double kHundred = 100;

std::string iso_date(std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

void add_numbers(const ToldDay& told, v1::ChargerDay& day) {
  if (const auto load = told.number(DayNumber::Load)) {
    day.set_load_kwh(*load / kHundred);
  }
  if (const auto watts = told.number(DayNumber::PanelMost)) {
    day.set_panel_watts_most(*watts);
  }
  if (const auto volts = told.number(DayNumber::BatteryMost)) {
    day.set_battery_volts_most(*volts / kHundred);
  }
  if (const auto volts = told.number(DayNumber::BatteryLeast)) {
    day.set_battery_volts_least(*volts / kHundred);
  }
  if (const auto minutes = told.number(DayNumber::Bulk)) {
    day.set_bulk_minutes(*minutes);
  }
  if (const auto minutes = told.number(DayNumber::Absorption)) {
    day.set_absorption_minutes(*minutes);
  }
  if (const auto minutes = told.number(DayNumber::Float)) {
    day.set_float_minutes(*minutes);
  }
  if (const auto error = told.number(DayNumber::Error); error && *error != 0) {
    day.add_errors(*error);
  }
}

void add_days(const ToldDays::Days& days, std::int64_t today, v1::ChargerHistory& charger) {
  for (std::size_t at = 0; at < days.size(); ++at) {
    const auto yield = yield_of(days, at);
    if ((!yield && !days[at].missed) || days[at].day > today) {
      continue;
    }
    v1::ChargerDay& day = *charger.add_days();
    day.set_days_ago(static_cast<std::uint32_t>(today - days[at].day));
    day.set_date(iso_date(days[at].day));
    day.set_from(days[at].missed ? "charger" : "agent");
    if (yield) {
      day.set_yield_kwh(*yield / kHundred);
    }
    add_numbers(days[at], day);
  }
}

v1::PowerHistory history_of(const ToldDays& told, std::int64_t today) {
  v1::PowerHistory history;
  for (const auto& [id, days] : told.chargers()) {
    v1::ChargerHistory& charger = *history.add_chargers();
    charger.set_id(id);
    charger.set_state("as the site told the controller: missed days whole, others by the charger's counter");
    add_days(days, today, charger);
  }
  return history;
}

}  // namespace

NocService::Unary* NocService::GetPowerHistory(Context* context, const v1::GetPowerHistoryRequest* request,
                                               v1::PowerHistoryReply* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Viewer, "get-power-history", request->site_id());
  if (!deed) {
    reactor->Finish(to_grpc(deed.error()));
    return reactor;
  }
  bool found = false;
  parts_.fleet.visit([&](const Fleet& fleet, Moment moment) {
    const auto id = SiteId::parse(request->site_id());
    const SiteView* view = id ? fleet.find(*id) : nullptr;
    if (view == nullptr) {
      return;
    }
    found = true;
    *reply->mutable_history() = history_of(view->told_days, solar_day(moment.wall, view->record.longitude));
    if (view->heard) {
      reply->set_age_ms(std::chrono::duration_cast<std::chrono::milliseconds>(moment.at - *view->heard).count());
    }
  });
  reactor->Finish(found ? grpc::Status::OK : to_grpc(Error{ErrorCode::NotFound, "no site " + request->site_id()}));
  return reactor;
}

}  // namespace karkara
