// Two villages as the controller would tell of them: one well, one in trouble. For goldens and for the fake controller.
#pragma once

#include "karkara/v1/noc.pb.h"

namespace karkara::cli {

[[nodiscard]] v1::SiteDetail sample_well();        // peta-djounga: up on its VSAT
[[nodiscard]] v1::SiteDetail sample_in_trouble();  // borgo-darey: unreachable, an alarm, a silent charger
[[nodiscard]] v1::ListSitesReply sample_sites();   // both, and one never heard
[[nodiscard]] v1::Alarm sample_alarm();            // of borgo-darey, id 17
[[nodiscard]] v1::SiteStatus sample_status();      // peta-djounga when asked
[[nodiscard]] v1::LiveValues sample_live_values();
[[nodiscard]] v1::UplinkExplanation sample_explanation();
[[nodiscard]] v1::ListUplinksReply sample_uplinks();  // of both, borgo-darey's as they were last heard
[[nodiscard]] v1::Usage sample_usage();
[[nodiscard]] v1::Shaping sample_shaping();             // a VSAT both ways, and a modem that is left alone
[[nodiscard]] v1::PowerHistory sample_power_history();  // a charger after an outage of two days
[[nodiscard]] v1::Power sample_power();                 // a dusty array, the first of three stages in force
[[nodiscard]] v1::PlanJob sample_plan_job();            // it runs
[[nodiscard]] v1::PlanSummary sample_plan_summary();
[[nodiscard]] v1::PlanExplanation sample_plan_explanation();  // served over two hops, best site down
[[nodiscard]] v1::CoverageReply sample_coverage();            // two regions
[[nodiscard]] v1::ListSoilingReply sample_soiling();          // a dirty one, a hazy one, one alone
[[nodiscard]] v1::Mesh sample_mesh();                         // a good peer, a silent, a failing; ways of BATMAN_V
[[nodiscard]] v1::SiteCheck sample_check();                   // one of each verdict
[[nodiscard]] v1::LiveValues sample_signal(double dB);        // of a dish and a modem, Es/N0 as given
[[nodiscard]] v1::Done sample_decisions();
[[nodiscard]] v1::ListAuditReply sample_audit();
[[nodiscard]] v1::EnrolmentBundle sample_bundle(const std::string& site);

}  // namespace karkara::cli
