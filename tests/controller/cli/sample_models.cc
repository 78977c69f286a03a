#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {
namespace {

constexpr std::int64_t kNowUs = 1'795'000'000'000'000;  // 2026-11-18T11:06:40Z
constexpr std::int64_t kSecondUs = 1'000'000;

v1::Site site_record(const char* id, const char* name, const char* commune, double latitude, double longitude) {
  v1::Site site;
  site.set_id(id);
  site.set_name(name);
  site.set_commune(commune);
  site.set_region("Tillabéri");
  site.set_latitude(latitude);
  site.set_longitude(longitude);
  site.set_revision(3);
  return site;
}

void add_class(v1::StateReport& state, const char* id, const char* uplink, const char* reason) {
  v1::ClassState& one = *state.add_classes();
  one.set_id(id);
  one.set_uplink(uplink);
  one.set_reason(reason);
}

v1::StateReport report() {
  v1::StateReport state;
  state.set_wall_time_us(kNowUs);
  state.set_active_uplink("vsat");
  state.set_reason("lowest preference of those that are up");
  v1::UplinkState& vsat = *state.add_uplinks();
  vsat.set_id("vsat");
  vsat.set_kind("vsat");
  vsat.set_interface("eth1");
  vsat.set_state("up");
  vsat.set_since_wall_time_us(kNowUs - 3 * 3600 * kSecondUs);
  vsat.set_rtt_seconds(0.6204);
  vsat.set_loss_ratio(0.01);
  vsat.set_evidence("echoes answered");
  vsat.set_preference(100);
  v1::UplinkState& lte = *state.add_uplinks();
  lte.set_id("lte");
  lte.set_kind("cellular");
  lte.set_interface("wwan0");
  lte.set_state("down");
  lte.set_since_wall_time_us(kNowUs - 250 * kSecondUs);
  lte.set_evidence("no carrier");
  lte.set_metered(true);
  lte.set_preference(200);
  add_class(state, "control", "vsat", "first");
  add_class(state, "school", "vsat", "cost");
  add_class(state, "public", "", "shed");
  return state;
}

void add_value(v1::SiteDetail& site, const char* name, double value, const char* unit, std::int64_t age_ms) {
  v1::SeriesValue& added = *site.add_values();
  added.set_name(name);
  added.set_instance("charger");
  added.set_value(value);
  added.set_unit(unit);
  added.set_age_ms(age_ms);
}

void add_live(google::protobuf::RepeatedPtrField<v1::LiveValue>& values, const char* name, double value,
              const char* unit) {
  v1::LiveValue& added = *values.Add();
  added.set_name(name);
  added.set_instance("charger");
  added.set_value(value);
  added.set_unit(unit);
}

v1::SiteSummary summary(const v1::SiteDetail& site) {
  v1::SiteSummary line;
  *line.mutable_site() = site.site();
  line.set_state(site.state());
  if (site.has_state_since_ms()) {
    line.set_state_since_ms(site.state_since_ms());
  }
  if (site.has_age_ms()) {
    line.set_age_ms(site.age_ms());
  }
  line.set_active_uplink(site.report().active_uplink());
  line.set_alarms(static_cast<std::uint32_t>(site.alarms_size()));
  line.set_agent_version(site.agent_version());
  line.set_enrolled(site.enrolled());
  return line;
}

}  // namespace

v1::SiteDetail sample_well() {
  v1::SiteDetail site;
  *site.mutable_site() = site_record("peta-djounga", "Péta Djounga (Sadoré)", "Youri", 13.245, 2.305);
  site.set_state(v1::SITE_STATE_UP);
  site.set_age_ms(12'400);
  site.set_state_since_ms(3 * 3'600'000);
  site.set_enrolled(true);
  site.set_agent_version("0.1.0");
  *site.mutable_report() = report();
  site.set_report_age_ms(12'400);
  add_value(site, "battery_volts", 26.43, "V", 41'000);
  add_value(site, "panel_watts", 312, "W", 41'000);
  add_value(site, "charge_state", 3, "", 41'000);
  add_value(site, "yield_today_kwh", 1.2, "kWh", 41'000);
  v1::SeriesValue& absent = *site.add_values();
  absent.set_name("battery_celsius");
  absent.set_instance("charger");
  absent.set_absent("not measured by this device");
  absent.set_unit("°C");
  absent.set_age_ms(41'000);
  v1::SeriesValue& rtt = *site.add_values();
  rtt.set_name("uplink_rtt_seconds");
  rtt.set_instance("vsat");
  rtt.set_value(0.6204);
  rtt.set_unit("s");
  site.set_session_open(true);
  site.set_certificate_expires_unix(1'802'776'000);
  return site;
}

v1::SiteDetail sample_in_trouble() {
  v1::SiteDetail site;
  *site.mutable_site() = site_record("borgo-darey", "Borgo Darey", "Tagazar", 13.66, 3.04);
  site.set_state(v1::SITE_STATE_UNREACHABLE);
  site.set_age_ms(26 * 3'600'000);
  site.set_state_since_ms(25 * 3'600'000);
  site.set_enrolled(true);
  site.set_agent_version("0.1.0");
  *site.add_alarms() = sample_alarm();
  return site;
}

v1::ListSitesReply sample_sites() {
  v1::ListSitesReply reply;
  *reply.add_sites() = summary(sample_in_trouble());
  v1::SiteSummary never;
  never.mutable_site()->set_id("kokorou-koira-tegui");
  never.mutable_site()->set_name("Kokorou");
  *reply.add_sites() = never;
  v1::SiteSummary well = summary(sample_well());
  well.set_rtt_seconds(0.6204);
  well.set_battery_volts(26.43);
  *reply.add_sites() = well;
  return reply;
}

v1::Alarm sample_alarm() {
  v1::Alarm alarm;
  alarm.set_id(17);
  alarm.set_site_id("borgo-darey");
  alarm.set_message("POWER_SOURCE_LOST");
  alarm.set_level("error");
  alarm.set_instance("charger");
  alarm.set_active(true);
  alarm.set_raised_unix_ms(1'794'906'400'000);
  alarm.set_received_unix_ms(1'794'906'402'000);
  alarm.set_age_ms(26 * 3'600'000);
  v1::Field& field = *alarm.add_fields();
  field.set_key("device");
  field.set_value("/dev/ttyUSB0");
  alarm.set_text("A power device stopped answering.");
  alarm.set_text_french("Un appareil d'alimentation ne répond plus.");
  alarm.set_advice(
      "The cable to the charger is loose, or the charger has no power of its own. Values of this source are absent "
      "until it "
      "answers again; nothing is shown as zero.");
  return alarm;
}

v1::SiteStatus sample_status() {
  v1::SiteStatus status;
  status.set_site_id("peta-djounga");
  status.set_site_name("Péta Djounga (Sadoré)");
  status.set_agent_version("0.1.0");
  status.set_agent_uptime_seconds(93'784);
  status.set_session("dialling (attempt 3)");
  status.set_clock_trusted(false);
  status.set_wall_time_us(kNowUs + 2 * kSecondUs);
  *status.mutable_state() = report();
  v1::PowerSourceStatus& charger = *status.add_power();
  charger.set_id("charger");
  charger.set_kind("vedirect");
  charger.set_device("/dev/ttyUSB0");
  charger.set_state("answering");
  charger.set_product("BlueSolar MPPT 150|35");
  add_live(*charger.mutable_values(), "battery_volts", 26.43, "V");
  add_live(*charger.mutable_values(), "charge_state", 5, "");
  v1::QuantityValue& relay = *charger.add_quantities();
  relay.set_name("relay-1");
  relay.set_value(1);
  relay.set_word("on");
  v1::QuantityValue& spread = *charger.add_quantities();
  spread.set_name("cell-spread");
  spread.set_unit("V");
  spread.set_absent("not implemented");
  v1::AlarmEvent& alarm = *status.add_alarms();
  alarm.set_message("UPLINK_DOWN");
  alarm.set_instance("lte");
  alarm.set_raised(true);
  alarm.set_wall_time_us(kNowUs - 250 * kSecondUs);
  v1::Field& field = *alarm.add_fields();
  field.set_key("why");
  field.set_value("no carrier");
  status.set_spool_blocks(4);
  status.set_spool_bytes(3120);
  status.add_waiting("interface wwan0");
  return status;
}

v1::LiveValues sample_live_values() {
  v1::LiveValues values;
  add_live(*values.mutable_values(), "battery_volts", 26.43, "V");
  v1::LiveValue& absent = *values.add_values();
  absent.set_name("battery_amperes");
  absent.set_instance("charger");
  absent.set_absent("silent");
  absent.set_unit("A");
  v1::LiveValue& unknown = *values.add_values();
  unknown.set_name("series_of_a_newer_agent");
  unknown.set_value(0.5);
  return values;
}

v1::UplinkExplanation sample_explanation() {
  v1::UplinkExplanation explanation;
  explanation.set_active("vsat");
  explanation.set_reason("lowest preference of those that are up");
  const v1::StateReport state = report();
  v1::UplinkCandidate& vsat = *explanation.add_candidates();
  *vsat.mutable_uplink() = state.uplinks(0);
  vsat.set_chosen(true);
  vsat.set_verdict("carries the traffic");
  vsat.add_evidence("echo answered 0.8 s ago by anchor niamey");
  vsat.add_evidence("1 of the last 100 echoes lost");
  v1::UplinkCandidate& lte = *explanation.add_candidates();
  *lte.mutable_uplink() = state.uplinks(1);
  vsat.add_evidence("class control: carries it");
  vsat.add_evidence("class public: the pace of its bundle is too fast");
  lte.set_verdict("no carrier");
  lte.add_evidence("class control: no path: down");
  return explanation;
}

v1::ListAuditReply sample_audit() {
  v1::ListAuditReply reply;
  reply.set_chain_intact(true);
  v1::AuditEntry& entry = *reply.add_entries();
  entry.set_id(8);
  entry.set_unix_ms(1'794'906'400'000);
  entry.set_who("operator/aissa");
  entry.set_verb("create-enrol-token");
  entry.set_object("peta-djounga");
  entry.set_outcome("done");
  entry.set_detail("good for 1209600 s");
  v1::AuditEntry& refused = *reply.add_entries();
  refused.set_id(7);
  refused.set_unix_ms(1'794'906'000'000);
  refused.set_who("operator/moussa");
  refused.set_verb("edit-site");
  refused.set_object("borgo-darey");
  refused.set_outcome("refused");
  return reply;
}

v1::EnrolmentBundle sample_bundle(const std::string& site) {
  v1::EnrolmentBundle bundle;
  bundle.set_site_id(site);
  bundle.set_token("0123456789abcdef0123456789abcdef");
  bundle.set_controller("controller.karkara.ne:7443");
  bundle.set_enrolment("controller.karkara.ne:7444");
  bundle.set_ca_certificate(
      "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUe1j6cFqk1X8mS2eQkq3o0w4h0yIwCgYIKoZIzj0EAwIw\n"
      "-----END CERTIFICATE-----\n");
  bundle.set_trust_domain("karkara.ne");
  v1::AnchorAddress& anchor = *bundle.add_anchors();
  anchor.set_id("niamey");
  anchor.set_endpoint("192.0.2.10:7445");
  bundle.set_anchor_key_id(1);
  bundle.set_anchor_key(std::string(64, 'a'));
  bundle.set_made_at(1'795'000'000);
  return bundle;
}

}  // namespace karkara::cli
