#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {

v1::ListSoilingReply sample_soiling() {
  v1::ListSoilingReply reply;
  reply.set_age_ms(5'400'000);
  v1::SiteSoiling& dirty = *reply.add_sites();
  dirty.set_site_id("peta-djounga");
  dirty.set_region("Tillabéri");
  dirty.set_verdict(v1::SOILING_VERDICT_CLEAN_PANELS);
  dirty.set_loss_ratio(0.143);
  dirty.set_error_ratio(0.038);
  dirty.set_since_unix(1'793'491'200);
  dirty.set_haze_ratio(0.021);
  dirty.set_neighbours(9);
  dirty.set_neighbours_loss_ratio(0.024);
  dirty.set_region_loss_ratio(0.02);
  dirty.set_lost_wh_a_day(171.6);
  dirty.set_agent_ratio(0.84);
  dirty.set_agent_alarm(true);
  dirty.set_newest_day_unix(1'795'564'800);
  dirty.set_explanation("Clean the panels: about 14% lost, since 2026-11-01; neighbours lost 2%.");
  v1::SiteSoiling& hazy = *reply.add_sites();
  hazy.set_site_id("borgo-darey");
  hazy.set_region("Tillabéri");
  hazy.set_verdict(v1::SOILING_VERDICT_HAZE);
  hazy.set_loss_ratio(0.01);
  hazy.set_error_ratio(0.04);
  hazy.set_haze_ratio(0.17);
  hazy.set_neighbours(9);
  hazy.set_neighbours_loss_ratio(0.19);
  hazy.set_region_loss_ratio(0.03);
  hazy.set_lost_wh_a_day(9);
  hazy.set_agent_ratio(0.82);
  hazy.set_explanation("Haze: 9 neighbours see the same, at least 17%; to wipe the panels would not help.");
  v1::SiteSoiling& alone = *reply.add_sites();
  alone.set_site_id("kokorou");
  alone.set_verdict(v1::SOILING_VERDICT_TOO_FEW_NEIGHBOURS);
  alone.set_neighbours(1);
  alone.set_explanation("Only 1 neighbour told of the same days, three are needed: the agent's own word stands.");
  return reply;
}

}  // namespace karkara::cli
