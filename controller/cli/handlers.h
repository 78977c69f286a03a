// What each command does: query, model, view. One function a command; the command table names them.
// Refuses to parse or print: the invocation has the words and shows the view.
#pragma once

#include "controller/cli/exit_code.h"

namespace karkara::cli {

class Invocation;

// site_commands.cc
Exit site_list(Invocation& invocation);
Exit site_show(Invocation& invocation);
Exit site_status(Invocation& invocation);
Exit site_values(Invocation& invocation);
Exit site_reload(Invocation& invocation);
Exit site_flush(Invocation& invocation);
// site_edit.cc
Exit site_add(Invocation& invocation);
Exit site_edit(Invocation& invocation);
// site_watch.cc
Exit site_watch(Invocation& invocation);
// uplink_commands.cc
Exit uplink_list(Invocation& invocation);
Exit uplink_show(Invocation& invocation);
Exit uplink_explain(Invocation& invocation);
// power_commands.cc
Exit power_show(Invocation& invocation);
Exit power_forecast(Invocation& invocation);
Exit power_explain(Invocation& invocation);
Exit power_events(Invocation& invocation);
Exit power_soiling(Invocation& invocation);
Exit power_history(Invocation& invocation);
Exit local_power(Invocation& invocation);
Exit local_power_history(Invocation& invocation);
// mesh_commands.cc
Exit mesh_show(Invocation& invocation);
Exit mesh_peers(Invocation& invocation);
Exit mesh_explain(Invocation& invocation);
Exit mesh_map(Invocation& invocation);
Exit local_mesh(Invocation& invocation);
// usage_commands.cc
Exit uplink_usage(Invocation& invocation);
Exit local_usage(Invocation& invocation);
// shaping_commands.cc
Exit shaping_show(Invocation& invocation);
Exit shaping_explain(Invocation& invocation);
Exit shaping_top(Invocation& invocation);
Exit local_shaping(Invocation& invocation);
// order_commands.cc
Exit uplink_switch(Invocation& invocation);
Exit uplink_hold(Invocation& invocation);
Exit uplink_release(Invocation& invocation);
Exit local_switch(Invocation& invocation);
Exit local_hold(Invocation& invocation);
Exit local_release(Invocation& invocation);
// align_command.cc
Exit local_align(Invocation& invocation);
// enrol_command.cc
Exit enrol_token(Invocation& invocation);
Exit enrol_revoke(Invocation& invocation);
// alarm_commands.cc
Exit alarm_list(Invocation& invocation);
Exit alarm_show(Invocation& invocation);
Exit audit_list(Invocation& invocation);
// plan_commands.cc
Exit plan_run(Invocation& invocation);
Exit plan_status(Invocation& invocation);
Exit plan_cancel(Invocation& invocation);
Exit plan_show(Invocation& invocation);
Exit plan_explain(Invocation& invocation);
Exit plan_fetch(Invocation& invocation);
Exit plan_passed_on(Invocation& invocation);
Exit coverage_show(Invocation& invocation);
// local_commands.cc
Exit local_status(Invocation& invocation);
Exit local_values(Invocation& invocation);
Exit local_uplinks(Invocation& invocation);
Exit local_explain(Invocation& invocation);
Exit local_check(Invocation& invocation);
Exit local_decisions(Invocation& invocation);
Exit local_reload(Invocation& invocation);
Exit local_flush(Invocation& invocation);
// about_commands.cc
Exit version(Invocation& invocation);
Exit completion(Invocation& invocation);
Exit docs(Invocation& invocation);

}  // namespace karkara::cli
