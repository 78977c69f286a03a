#include "controller/metrics/site_metrics.h"

#include <map>

#include "common/series.h"
#include "controller/metrics/families.h"

namespace karkara {
namespace {

using Families = std::vector<prometheus::MetricFamily>;
constexpr const char* kPrefix = "karkara_site_";

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// FNV-1a (RFC draft-eastlake-fnv): the same on every machine and in every version, unlike std::hash.
unsigned shard_of(const SiteId& site, unsigned count) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : site.text()) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  }
  return static_cast<unsigned>(hash % count) + 1;
}

// A site that a person never named the state of: the numbers are those of the contract's SiteState.
constexpr const char* kStateHelp = "0 unknown, 1 up, 2 degraded, 3 unreachable.";

// Where the classes of the village's traffic go, by the site's last report.
struct ClassFamilies {
  prometheus::MetricFamily uplink =
      gauge_family("karkara_site_class_uplink", "1 for the uplink that carries the class's traffic.");
  prometheus::MetricFamily shed =
      gauge_family("karkara_site_class_shed", "1 while the class's traffic goes nowhere, else 0.");

  void add_site(const SiteView& view, const MetricLabels& site) {
    if (!view.report) {
      return;
    }
    for (const ReportedClass& one : view.report->classes) {
      MetricLabels labels = site;
      labels.emplace_back("class", one.id);
      add(shed, one.uplink.empty() ? 1 : 0, labels);
      if (!one.uplink.empty()) {
        labels.emplace_back("uplink", one.uplink);
        add(uplink, 1, labels);
      }
    }
  }
};

// What the panels lost beyond the neighbours', where there are enough of them.
struct SoilingFamilies {
  prometheus::MetricFamily loss =
      gauge_family("karkara_site_soiling_loss_ratio", "What the panels lost beyond those of the neighbours.");
  prometheus::MetricFamily error = gauge_family("karkara_site_soiling_loss_error_ratio",
                                                "The truth is this near to soiling_loss_ratio 9 times in 10.");
  prometheus::MetricFamily wanted = gauge_family("karkara_site_soiling_clean_panels",
                                                 "1 while the comparison asks for the panels to be cleaned, else 0.");

  void add_site(const SiteView& view, const MetricLabels& site) {
    if (view.soiling && view.soiling->loss) {
      add(loss, *view.soiling->loss, site);
      add(error, view.soiling->error, site);
      add(wanted, view.soiling->verdict == SoilingVerdict::CleanPanels ? 1 : 0, site);
    }
  }
};

struct SummaryFamilies {
  prometheus::MetricFamily state = gauge_family("karkara_site_state", kStateHelp);
  prometheus::MetricFamily age = gauge_family("karkara_site_age_seconds", "Since anything was heard of the site.");
  prometheus::MetricFamily uplink = gauge_family(
      "karkara_site_active_uplink", "1 for the uplink that carries the site's traffic, by its last report.");
  prometheus::MetricFamily uplink_age =
      gauge_family("karkara_site_active_uplink_age_seconds", "Since the report of the active uplink arrived.");
  prometheus::MetricFamily volts = gauge_family("karkara_site_battery_volts", "Battery voltage.");
  prometheus::MetricFamily volts_age =
      gauge_family("karkara_site_battery_volts_age_seconds", "Since the battery voltage was measured.");
  prometheus::MetricFamily alarms = gauge_family("karkara_site_alarms", "Active alarms.");
  ClassFamilies classes;
  SoilingFamilies soiling;

  void add_site(const SiteView& view, Moment now) {
    const MetricLabels site{{"site", view.record.id.text()}};
    add(state, static_cast<double>(view.state), site);
    add(alarms, static_cast<double>(view.alarms.active().size()), site);
    if (view.heard) {
      add(age, seconds(now.at - *view.heard), site);
    }
    if (const ReportedUplink* active = active_uplink(view)) {
      add(uplink, 1, {{"site", view.record.id.text()}, {"uplink", active->id}});
      add(uplink_age, seconds(now.at - view.report_received), site);
    }
    if (const LatestValue* latest = view.values.freshest_number(static_cast<std::uint16_t>(SeriesId::BatteryVoltage))) {
      add(volts, std::get<double>(latest->value), site);
      add(volts_age, seconds(latest->age(now.at)), site);
    }
    classes.add_site(view, site);
    soiling.add_site(view, site);
  }
  Families take() {
    Families families;
    for (auto* family : {&state, &age, &uplink, &uplink_age, &volts, &volts_age, &alarms, &classes.uplink,
                         &classes.shed, &soiling.loss, &soiling.error, &soiling.wanted}) {
      families.push_back(std::move(*family));
    }
    return families;
  }
};

prometheus::MetricFamily series_family(const SeriesInfo& series) {
  const std::string name = kPrefix + std::string{series.name};
  return series.name.ends_with("_total") ? counter_family(name, std::string{series.help})
                                         : gauge_family(name, std::string{series.help});
}

// Values of series that this program knows; the others are in the stored blocks.
void add_values(const SiteView& view, Instant now, Families& families) {
  for (const SeriesInfo& series : all_series()) {
    const auto id = static_cast<std::uint16_t>(series.id);
    prometheus::MetricFamily value = series_family(series);
    prometheus::MetricFamily age = gauge_family(value.name + "_age_seconds", "Since it was measured.");
    const auto& all = view.values.all();
    for (auto at = all.lower_bound({id, ""}); at != all.end() && at->first.series == id; ++at) {
      const double* number = std::get_if<double>(&at->second.value);
      const std::string& instance = at->first.instance;
      if (number == nullptr || series.instance.empty() != instance.empty()) {
        continue;
      }
      const MetricLabels labels =
          instance.empty() ? MetricLabels{} : MetricLabels{{std::string{series.instance}, instance}};
      add(value, *number, labels);
      add(age, seconds(at->second.age(now)), labels);
    }
    if (!value.metric.empty()) {
      families.push_back(std::move(value));
      families.push_back(std::move(age));
    }
  }
}

Families probe(const SiteView& view, Moment now) {
  Families families;
  families.push_back(gauge_family("karkara_site_state", kStateHelp));
  add(families.back(), static_cast<double>(view.state));
  families.push_back(gauge_family("karkara_site_session_open", "1 while the site has a session, else 0."));
  add(families.back(), view.session_open ? 1 : 0);
  if (view.heard) {
    families.push_back(gauge_family("karkara_site_age_seconds", "Since anything was heard of the site."));
    add(families.back(), seconds(now.at - *view.heard));
  }
  if (view.certificate_expires) {
    families.push_back(gauge_family("karkara_site_certificate_left_seconds", "Until the site's certificate runs out."));
    add(families.back(), seconds(Duration{*view.certificate_expires - now.wall}));
  }
  std::map<Level, int> alarms{{Level::Warning, 0}, {Level::Error, 0}, {Level::Critical, 0}};
  for (const auto& [key, alarm] : view.alarms.active()) {
    ++alarms[alarm.level];
  }
  families.push_back(gauge_family("karkara_site_alarms", "Active alarms by level."));
  for (const auto& [level, number] : alarms) {
    add(families.back(), number, {{"level", std::string{to_string(level)}}});
  }
  ClassFamilies classes;
  classes.add_site(view, {});
  SoilingFamilies soiling;
  soiling.add_site(view, {});
  for (auto* family : {&classes.uplink, &classes.shed, &soiling.loss, &soiling.error, &soiling.wanted}) {
    if (!family->metric.empty()) {
      families.push_back(std::move(*family));
    }
  }
  add_values(view, now.at, families);
  return families;
}

}  // namespace

std::vector<prometheus::MetricFamily> site_families(const FleetAccess& fleet, Shard shard) {
  SummaryFamilies families;
  fleet.visit([&](const Fleet& picture, Moment now) {
    for (const auto& [id, view] : picture.sites()) {
      if (shard_of(id, shard.count) == shard.index) {
        families.add_site(view, now);
      }
    }
  });
  return families.take();
}

std::optional<std::vector<prometheus::MetricFamily>> probe_families(const FleetAccess& fleet, const SiteId& site) {
  std::optional<Families> families;
  fleet.visit([&](const Fleet& picture, Moment now) {
    if (const SiteView* view = picture.find(site)) {
      families = probe(*view, now);
    }
  });
  return families;
}

}  // namespace karkara
