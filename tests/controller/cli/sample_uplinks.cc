// What operators ask of uplinks, of the sample villages.
#include <optional>

#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {

v1::ListUplinksReply sample_uplinks() {
  v1::ListUplinksReply reply;
  const v1::StateReport state = sample_well().report();
  v1::SiteUplink& silent = *reply.add_uplinks();
  silent.set_site_id("borgo-darey");
  silent.set_region("Tillabéri");
  silent.set_site_state(v1::SITE_STATE_UNREACHABLE);
  *silent.mutable_uplink() = state.uplinks(0);
  silent.set_active(true);
  silent.set_report_age_ms(26 * 3'600'000);
  silent.set_report_wall_time_us(state.wall_time_us());
  for (const v1::UplinkState& uplink : state.uplinks()) {
    v1::SiteUplink& line = *reply.add_uplinks();
    line.set_site_id("peta-djounga");
    line.set_region("Tillabéri");
    line.set_site_state(v1::SITE_STATE_UP);
    *line.mutable_uplink() = uplink;
    line.set_active(uplink.id() == "vsat");
    if (uplink.id() == "vsat") {
      line.add_classes("control");
      line.add_classes("school");
    }
    line.set_report_age_ms(12'400);
    line.set_report_wall_time_us(state.wall_time_us());
  }
  return reply;
}

v1::Usage sample_usage() {
  v1::Usage usage;
  v1::UplinkUsage& vsat = *usage.add_uplinks();
  vsat.set_uplink("vsat");
  vsat.set_key("vsat");
  vsat.set_today_received(812'400'000);
  vsat.set_today_sent(96'000'000);
  vsat.set_cycle_received(14'200'000'000);
  vsat.set_cycle_sent(1'900'000'000);
  vsat.set_probe_bytes_today(41'200);
  v1::UplinkUsage& lte = *usage.add_uplinks();
  lte.set_uplink("lte");
  lte.set_key("8922703000001234567");
  lte.set_today_received(999'960);
  lte.set_cycle_received(1'150'000'000);
  lte.set_cycle_sent(150'000'000);
  lte.set_undated(2'048);
  lte.set_remaining(1'200'000'000);
  lte.set_sentence("1.2 GB left for 11 days: at the pace of the last week it lasts until the 24th, 6 days short");
  lte.set_probe_bytes_today(20'000);
  lte.set_probe_bytes_a_day(20'000);
  lte.set_anomalies(1);
  return usage;
}

v1::SiteCheck sample_check() {
  v1::SiteCheck check;
  const auto add = [&](const char* name, v1::CheckVerdict verdict, const char* detail, const char* advice) {
    v1::CheckItem& item = *check.add_items();
    item.set_name(name);
    item.set_verdict(verdict);
    item.set_detail(detail);
    item.set_advice(advice);
  };
  add("uplink vsat", v1::CHECK_VERDICT_PASS, "up: echoes answered", "");
  add("loss of vsat", v1::CHECK_VERDICT_WARN, "14 % of the last echoes",
      "a weak signal or a bad cable: look at both before leaving");
  add("uplink lte", v1::CHECK_VERDICT_FAIL, "absent: no carrier", "look at the modem's power and USB cable");
  return check;
}

v1::LiveValues sample_signal(double dB) {
  v1::LiveValues values;
  const auto add = [&](const char* name, const char* uplink, std::optional<double> value, const char* absent) {
    v1::LiveValue& added = *values.add_values();
    added.set_name(name);
    added.set_instance(uplink);
    if (value) {
      added.set_value(*value);
    }
    added.set_absent(absent);
  };
  add("uplink_es_n0_raw_db", "vsat", dB, "");
  add("uplink_link_margin_db", "vsat", std::nullopt, "not supported");
  add("uplink_locked", "vsat", 1, "");
  add("uplink_rtt_seconds", "vsat", 0.62, "");
  add("uplink_es_n0_db", "vsat", 8.0, "");
  add("uplink_receive_locked", "vsat", 1, "");
  add("uplink_signal_age_seconds", "vsat", 0.4, "");
  add("uplink_signal_interval_seconds", "vsat", 1, "");
  add("uplink_rsrp_dbm", "lte", -97, "");
  add("uplink_switches_total", "", 3, "");
  return values;
}

v1::Done sample_decisions() {
  v1::Done done;
  done.set_text(
      "at=12500000000 in.class=public in.vsat.state=up out.to=vsat out.reason=first\n"
      "at=12900000000 in.class=public in.vsat.state=down in.vsat.why=no\\x20carrier out.to=- out.reason=shed\n");
  return done;
}

}  // namespace karkara::cli
