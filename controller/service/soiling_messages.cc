#include "controller/service/soiling_messages.h"

#include <algorithm>
#include <tuple>

#include "common/series.h"
#include "controller/fleet/sun/soiling_words.h"

namespace karkara {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

v1::SoilingVerdict to_message(SoilingVerdict verdict) {
  switch (verdict) {
    case SoilingVerdict::NoData: return v1::SOILING_VERDICT_NO_DATA;
    case SoilingVerdict::Fine: return v1::SOILING_VERDICT_FINE;
    case SoilingVerdict::CleanPanels: return v1::SOILING_VERDICT_CLEAN_PANELS;
    case SoilingVerdict::Haze: return v1::SOILING_VERDICT_HAZE;
    case SoilingVerdict::DustEverywhere: return v1::SOILING_VERDICT_DUST_EVERYWHERE;
    case SoilingVerdict::TooFewNeighbours: return v1::SOILING_VERDICT_TOO_FEW_NEIGHBOURS;
  }
  return v1::SOILING_VERDICT_NO_DATA;
}

std::string_view agents_alarm() {
  return info(MessageId::ArrayDirty).name;
}

void add_finding(const SoilingFinding& finding, v1::SiteSoiling& message) {
  message.set_verdict(to_message(finding.verdict));
  message.set_neighbours(finding.neighbours);
  message.set_explanation(soiling_sentence(finding));
  if (finding.loss) {
    message.set_loss_ratio(*finding.loss);
    message.set_error_ratio(finding.error);
  }
  if (finding.since) {
    message.set_since_unix(*finding.since * kDaySeconds);
  }
  if (finding.haze) {
    message.set_haze_ratio(*finding.haze);
  }
  if (finding.neighbours_loss) {
    message.set_neighbours_loss_ratio(*finding.neighbours_loss);
  }
  if (finding.region_loss) {
    message.set_region_loss_ratio(*finding.region_loss);
  }
  if (finding.lost_a_day) {
    message.set_lost_wh_a_day(finding.lost_a_day->value());
  }
  if (finding.newest_day) {
    message.set_newest_day_unix(*finding.newest_day * kDaySeconds);
  }
}

}  // namespace

v1::SiteSoiling soiling_of(const SiteView& view) {
  v1::SiteSoiling message;
  message.set_site_id(view.record.id.text());
  message.set_region(view.record.region);
  if (view.soiling) {
    add_finding(*view.soiling, message);
  } else {
    message.set_explanation("The sites were not compared yet.");
  }
  if (const LatestValue* ratio = view.values.find({static_cast<std::uint16_t>(SeriesId::ArrayRatio), ""});
      ratio != nullptr && has_value(ratio->value)) {
    message.set_agent_ratio(std::get<double>(ratio->value));
  }
  message.set_agent_alarm(view.alarms.active().contains({std::string{agents_alarm()}, ""}));
  return message;
}

void sort_soiling(v1::ListSoilingReply& reply) {
  const auto order = [](const v1::SiteSoiling& one) {
    return std::make_tuple(!one.has_lost_wh_a_day(), -one.lost_wh_a_day(), std::string_view{one.site_id()});
  };
  std::sort(reply.mutable_sites()->begin(), reply.mutable_sites()->end(),
            [&](const v1::SiteSoiling& a, const v1::SiteSoiling& b) { return order(a) < order(b); });
}

void add_neighbours_word(const SiteView& view, v1::Alarm& alarm) {
  const bool about_panels = alarm.message() == agents_alarm() || is_controllers_alarm(alarm.message());
  if (!about_panels || !alarm.active() || !view.soiling || view.soiling->verdict == SoilingVerdict::NoData) {
    return;
  }
  const std::string word = soiling_sentence(*view.soiling);
  v1::Field& field = *alarm.add_fields();
  field.set_key("neighbours_say");
  field.set_value(word);
  alarm.set_advice(word + " " + alarm.advice());
}

}  // namespace karkara
