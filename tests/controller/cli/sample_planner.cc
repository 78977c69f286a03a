#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {

v1::PlanJob sample_plan_job() {
  v1::PlanJob job;
  job.set_number(3);
  job.set_state(v1::PLAN_JOB_STATE_RUNNING);
  job.set_asked_by("amina");
  job.mutable_asked()->set_target("eligible");
  job.mutable_asked()->set_time_seconds(600);
  job.set_started_unix(1'795'000'000);
  job.set_stage("sites and backhaul");
  job.set_done(3);
  job.set_pieces(24);
  job.set_left_seconds(77);
  v1::PlanSoFar& best = *job.mutable_so_far();
  best.set_sites(955);
  best.set_people(24'206'636);
  best.set_people_served(24'100'000);
  best.set_cost(224'800'000);
  best.set_gap_percent(8.6);
  job.add_log("settlements.csv: row 12: population 'few' is no number; kept, its people are unknown");
  job.add_log("links: 3029275 pieces");
  return job;
}

v1::PlanSummary sample_plan_summary() {
  v1::PlanSummary plan;
  plan.set_job(2);
  plan.set_currency("USD");
  plan.set_target("eligible");
  plan.set_people(24'206'636);
  plan.set_people_served(24'100'000);
  plan.set_people_eligible(3'400'000);
  plan.set_people_served_eligible(3'400'000);
  plan.set_settlements(16'827);
  plan.set_settlements_served(16'500);
  plan.set_settlements_unknown_people(12);
  plan.set_settlements_unproven(700);
  plan.set_sites_new(900);
  plan.set_sites_relay(40);
  plan.set_sites_existing(15);
  plan.set_ways_out_hop(800);
  plan.set_ways_out_vsat(100);
  plan.set_ways_out_sim(40);
  plan.set_ways_out_gateway(15);
  plan.mutable_cost()->set_capex(120'000'000);
  plan.mutable_cost()->set_opex_a_year(15'600'000);
  plan.mutable_cost()->set_net_present(224'800'000);
  plan.set_years(10);
  plan.set_discount_percent(8);
  plan.set_bound(205'467'200);
  plan.set_gap_percent(8.6);
  plan.set_seed(1);
  plan.set_input("4ad5a221304f864f");
  v1::PlanSecondWays& second = *plan.mutable_second_ways();
  second.set_most_people(2'000);
  second.set_hops(310);
  second.set_sims(12);
  second.set_vsats(44);
  second.mutable_cost()->set_capex(3'400'000);
  second.mutable_cost()->set_opex_a_year(410'000);
  second.mutable_cost()->set_net_present(6'150'000);
  second.set_sites_two_ways(870);
  second.set_people_two_ways(23'400'000);
  second.set_sites_own_way(21);
  second.set_people_own_way(310'000);
  second.set_sites_one_way(64);
  second.set_people_one_way(90'000);
  second.set_worst("mast of osm 31");
  second.set_people_worst(1'990);
  plan.add_notes("the price of \x1b[31mVSAT is assumed");
  plan.set_made_unix(1'795'000'300);
  plan.set_sites_in_fleet(14);
  plan.set_sites_up(12);
  return plan;
}

v1::PlanExplanation sample_plan_explanation() {
  v1::PlanExplanation told;
  told.set_id("osm 17");
  told.set_name("Gona");
  told.set_latitude(13.5);
  told.set_longitude(2.1);
  told.set_people(1'250);
  told.set_eligible(true);
  told.set_region("Tillabéri");
  told.set_department("Kollo");
  told.set_commune("Youri");
  v1::PlanServer& server = *told.mutable_server();
  server.set_site("osm 20");
  server.set_name("Hamdallaye");
  server.set_metres(4'210);
  server.set_margin_db(11.3);
  server.set_rate_bps(5.2e6);
  server.set_mast_metres(30);
  server.set_fleet_site("hamdallaye");
  v1::PlanServer& second = *told.mutable_second();
  second = server;
  second.set_site("osm 31");
  second.set_name("Youri");
  second.set_metres(9'800);
  second.set_fleet_site("youri");
  second.set_up(true);
  for (const char* from : {"Hamdallaye", "relay 12"}) {
    v1::PlanHop& hop = *told.add_hops();
    hop.set_from(from);
    hop.set_to(told.hops_size() == 1 ? "relay 12" : "Niamey");
    hop.set_radio("hop58");
    hop.set_metres(23'400);
    hop.set_clearance(1.31);
    hop.set_clearance_low_k(0.84);
    hop.set_availability_percent(99.9821);
    hop.set_rate_bps(150e6);
    hop.set_unproven(told.hops_size() == 2);
  }
  told.set_way_out("gateway");
  told.set_way_out_site("Niamey");
  v1::PlanDetour& detour = *told.add_detours();
  detour.add_when_down("relay 12");
  detour.add_when_down("Niamey");
  *detour.add_hops() = told.hops(0);
  detour.mutable_hops(0)->set_to("Youri");
  detour.set_way_out("sim");
  detour.set_way_out_site("Youri");
  told.set_phase(2);
  told.set_served_now(v1::SERVED_NOW_SECOND);
  told.set_same_name(2);
  return told;
}

v1::CoverageReply sample_coverage() {
  v1::CoverageReply reply;
  const auto fill = [](v1::Coverage& area, unsigned level, std::uint64_t people, std::uint64_t served) {
    area.set_level(level);
    area.set_people(people);
    area.set_people_planned(people * 9 / 10);
    area.set_people_served_now(served);
    area.set_people_by_second(served / 10);
    area.set_settlements(120);
    area.set_settlements_unknown_people(level == 0 ? 3 : 0);
    area.add_people_by_phase(people / 2);
    area.add_people_by_phase(people * 4 / 10);
    area.set_sites(20);
    area.set_sites_up(served > 0 ? 7 : 0);
    area.mutable_cost()->set_net_present(static_cast<std::int64_t>(people) * 10);
  };
  fill(*reply.mutable_whole(), 0, 900'000, 150'000);
  for (const char* region : {"Tahoua", "Tillabéri"}) {
    for (unsigned level = 1; level <= 3; ++level) {
      v1::Coverage& area = *reply.add_areas();
      area.set_region(region);
      area.set_department(level > 1 ? "Kollo" : "");
      area.set_commune(level > 2 ? "Youri" : "");
      fill(area, level, 450'000, region[1] == 'i' ? 150'000 : 0);
    }
  }
  reply.set_sites_planned(40);
  reply.set_sites_in_fleet(14);
  reply.set_sites_up(7);
  reply.set_currency("USD");
  reply.set_job(2);
  return reply;
}

}  // namespace karkara::cli
