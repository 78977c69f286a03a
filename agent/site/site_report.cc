// What the site tells about itself: to the controller on each change, and to whoever asks.
#include <string_view>

#include "agent/facts/effect_list.h"
#include "agent/site/site.h"

namespace karkara {
namespace {

// Round-trip times and loss change with every echo; only what a person would call a change is worth a frame.
StateReport without_measurements(StateReport report) {
  for (UplinkReport& uplink : report.uplinks) {
    uplink.rtt_seconds.reset();
    uplink.loss_ratio.reset();
    uplink.since = {};
    uplink.verdict.clear();
    uplink.details.clear();
    uplink.evidence.clear();
  }
  if (report.tunnel) {
    report.tunnel->details.clear();
  }
  return report;
}

bool same(const DescribeSelf& a, const DescribeSelf& b) {
  return without_measurements(a.report) == without_measurements(b.report) && a.active_alarms == b.active_alarms &&
         a.first_unacknowledged_block == b.first_unacknowledged_block && a.config_hash == b.config_hash &&
         a.revoked_hash == b.revoked_hash;
}

// ordered: there was something to take back.
std::string describe(const UplinkOrder& order, bool ordered) {
  const std::string time =
      order.time
          ? " for " + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*order.time).count()) + " s"
          : "";
  switch (order.act) {
    case UplinkAct::Switch: return "traffic goes to " + order.uplink.text() + time;
    case UplinkAct::Hold: return order.uplink.text() + " is held" + time;
    case UplinkAct::Release:
      return ordered ? order.uplink.text() + " is released"
                     : "nothing to release: nobody holds " + order.uplink.text() + " or sent the traffic there";
  }
  return "";
}

}  // namespace

void Site::settle_report(Effects& effects, Times at) {
  StateReport report = state(at);
  DescribeSelf description{report, alarms_.active_keys(), telemetry_.first_unacknowledged_block(), settings_.hash,
                           neighbours_.revoked_hash()};
  if (!told_description_ || !same(description, *told_description_)) {
    told_description_ = description;
    effects.push_back(std::move(description));
  }
  if (StateReport news = without_measurements(report); session_open_ && news != told_report_) {
    told_report_ = std::move(news);
    effects.push_back(SendState{std::move(report), at.wall});
  }
}

std::vector<Sample> Site::samples(Times at) const {
  std::vector<Sample> all;
  const auto add = [&](std::vector<Sample> more) { all.insert(all.end(), more.begin(), more.end()); };
  const auto seconds = [](Duration d) { return std::chrono::duration<double>(d).count(); };
  add({{SeriesId::AgentUptime, "", seconds(at.now - started_)},
       {SeriesId::RouterUptime, "", seconds(at.now.since_boot())},
       {SeriesId::AgentResident, "",
        resident_bytes_ ? Value{static_cast<double>(*resident_bytes_)} : Value{Absent::NotYet}},
       {SeriesId::ClockTrusted, "", clock_.trusted(at.wall) ? 1.0 : 0.0}});
  add(telemetry_.samples(at.now));
  add(uplink_.samples(at.now));
  add(tunnel_.samples(at.now));
  add(shaping_.samples());
  add(devices_.samples(at.now));
  add(power_.samples(known_time(at)));
  add(radios_.samples());
  add(mesh_.samples(at.now));
  add(wifi_.samples());
  add(neighbours_.samples(at.now));
  return all;
}

SiteStatus Site::status(Times at) const {
  SiteStatus status;
  status.site_id = settings_.id.text();
  status.site_name = settings_.name;
  status.agent_version = start_.agent_version;
  status.agent_uptime_seconds = std::chrono::duration_cast<std::chrono::seconds>(at.now - started_).count();
  status.session = session_;
  status.clock_trusted = clock_.trusted(at.wall);
  status.state = state(at);
  status.power = power_.reports(at.now);
  status.alarms = alarms_.active();
  status.spool_blocks = telemetry_.blocks_held();
  status.spool_bytes = telemetry_.bytes_on_disk();
  status.waiting = uplink_.waiting();
  for (std::string& modem : devices_.waiting()) {
    status.waiting.push_back(std::move(modem));
  }
  for (std::string& device : power_.waiting()) {
    status.waiting.push_back(std::move(device));
  }
  return status;
}

StateReport Site::state(Times at) const {
  StateReport report = uplink_.report(at.now, at.wall);
  report.tunnel = tunnel_.report(at.now);
  report.mesh_radios = mesh_.radios();
  const auto spares = devices_.spares(at.now);
  for (UplinkReport& uplink : report.uplinks) {
    if (const auto told = spares.find(uplink.id); told != spares.end()) {
      uplink.evidence += "; " + told->second;
    }
  }
  return report;
}

StateReport Site::explain(Times at) const {
  StateReport report = state(at);
  for (const auto& told : {devices_.sentences(at.now), devices_.readings(at.now)}) {
    for (UplinkReport& uplink : report.uplinks) {
      if (const auto said = told.find(uplink.id); said != told.end()) {
        uplink.details.push_back(said->second);
      }
    }
  }
  return report;
}

std::vector<UsageReport> Site::usage(Times at) const {
  std::vector<UsageReport> all = uplink_.usage(at.now);
  const auto balances = devices_.balances(at.now);
  for (UsageReport& report : all) {
    if (const auto told = balances.find(report.uplink); told != balances.end()) {
      report.balance = told->second;
    }
  }
  return all;
}

std::vector<CheckItem> Site::check(Times at) const {
  std::vector<CheckItem> items = uplink_.check();
  for (CheckItem& item : devices_.check(at.now)) {
    items.push_back(std::move(item));
  }
  for (CheckItem& item : mesh_.check(at.now)) {
    items.push_back(std::move(item));
  }
  for (CheckItem& item : bridges_.check()) {
    items.push_back(std::move(item));
  }
  for (CheckItem& item : wifi_.check()) {
    items.push_back(std::move(item));
  }
  for (CheckItem& item : neighbours_.check(at.now)) {
    items.push_back(std::move(item));
  }
  const bool trusted = clock_.trusted(at.wall);
  items.push_back({"clock", trusted ? CheckVerdict::Pass : CheckVerdict::Fail, trusted ? "trusted" : "not known yet",
                   trusted ? "" : "it comes from the first anchor that answers"});
  items.push_back({"controller", session_open_ ? CheckVerdict::Pass : CheckVerdict::Fail, "session: " + session_,
                   session_open_ ? "" : "the site works by itself, but the NOC cannot see it"});
  for (const PowerSourceReport& source : power_.reports(at.now)) {
    const bool answers = source.state == "answering";
    const bool unread = source.state.find("table") != std::string::npos;  // somebody is there
    const std::string advice =
        unread ? "name or write its device table; 'karkara-agent --check-config' tells of tables that cannot be read"
               : "look at the cable and the power of " + source.device;
    items.push_back({"power source " + source.id, answers ? CheckVerdict::Pass : CheckVerdict::Fail, source.state,
                     answers ? "" : advice});
  }
  return items;
}

Effects Site::handle(const SiteRequest& request, Times at) {
  Effects effects;
  AnswerRequest reply = answer(request, at);
  if (!std::holds_alternative<Error>(reply.answer)) {
    effects = act(request, reply, at);
  }
  effects.push_back(std::move(reply));
  return effects;
}

// What a request that is not refused changes, beside its answer.
Effects Site::act(const SiteRequest& request, AnswerRequest& reply, Times at) {
  Effects effects;
  std::string what;
  switch (request.kind) {
    case RequestKind::LiveValues:
      // Over the session nobody turns a dish, and a power meter is not worth a modem's attention.
      if (request.channel != 0 && request.name_prefix.starts_with("uplink_")) {
        append(effects, devices_.attend(at.now));
      }
      return effects;
    case RequestKind::TellStatus:
    case RequestKind::ExplainUplink:
    case RequestKind::TellUsage:
    case RequestKind::CheckSite:
    case RequestKind::TellPower:
    case RequestKind::TellPowerHistory:
    case RequestKind::TellMesh:
    case RequestKind::TellDecisions: return effects;
    case RequestKind::TellShaping:
      if (request.with_hosts) {
        append(effects, shaping_.count_hosts(at.now));
      }
      return effects;
    case RequestKind::Flush:
      what = "flush";
      append(effects, sample(at));
      append(effects, telemetry_.flush(at.now, at.wall, clock_.trusted(at.wall)));
      break;
    case RequestKind::Reload:
      what = "reload";
      effects.push_back(Reload{request.asked_by});
      break;
    case RequestKind::SetBalance: {
      what = "balance of " + request.balance.uplink.text();
      auto done = uplink_.correct(request.balance, at.now);
      if (!done) {
        reply.answer = done.error();
        return effects;
      }
      append(effects, std::move(done).value());
      reply.answer = bytes_text(request.balance.remaining) + " are left on " + request.balance.uplink.text();
      break;
    }
    case RequestKind::OrderUplink: {
      const std::string done_text = describe(request.order, uplink_.is_ordered(request.order.uplink));
      what = "uplink " + done_text;
      auto done = uplink_.order(request.order, at.now);
      if (!done) {
        reply.answer = done.error();
        return effects;
      }
      append(effects, std::move(done).value());
      reply.answer = done_text;
      break;
    }
  }
  effects.push_back(Note{MessageId::RequestAnswered, {{"by", request.asked_by}, {"what", what}}});
  return effects;
}

AnswerRequest Site::answer(const SiteRequest& request, Times at) const {
  AnswerRequest reply{request.id, request.channel, {}};
  const bool local = request.channel != 0;
  if (!local && request.epoch < epoch_) {
    reply.answer = Error{ErrorCode::FailedPrecondition, "the request is of an older controller epoch"};
    return reply;
  }
  if (request.expires && *request.expires <= at.now) {
    reply.answer = Error{ErrorCode::DeadlineExceeded, "the request expired before it was looked at"};
    return reply;
  }
  switch (request.kind) {
    case RequestKind::TellStatus: reply.answer = status(at); break;
    case RequestKind::LiveValues: {
      std::vector<Sample> values = samples(at);
      for (Sample& sample : devices_.live_samples(at.now)) {
        values.push_back(std::move(sample));
      }
      for (Sample& sample : shaping_.live_samples()) {
        values.push_back(std::move(sample));
      }
      std::erase_if(values, [&](const Sample& sample) {
        const SeriesInfo* series = find_series(sample.series);
        return !series || !series->name.starts_with(request.name_prefix);
      });
      reply.answer = std::move(values);
      break;
    }
    case RequestKind::ExplainUplink: reply.answer = explain(at); break;
    case RequestKind::Reload: reply.answer = std::string{"the configuration file is read again"}; break;
    case RequestKind::Flush: reply.answer = std::string{"telemetry is sent now"}; break;
    case RequestKind::OrderUplink:
    case RequestKind::SetBalance: reply.answer = std::string{}; break;  // act() answers
    case RequestKind::TellUsage: reply.answer = usage(at); break;
    case RequestKind::CheckSite: reply.answer = check(at); break;
    case RequestKind::TellDecisions: reply.answer = uplink_.decisions(); break;
    case RequestKind::TellPower:
      reply.answer = PowerReport{power_.energy_report(known_time(at)), power_.reports(at.now), radios_.reports(at.now)};
      break;
    case RequestKind::TellPowerHistory: reply.answer = power_.history(); break;
    case RequestKind::TellMesh: reply.answer = mesh_report(at); break;
    case RequestKind::TellShaping:
      reply.answer = request.with_hosts ? shaping_.report_with_hosts(at.now) : shaping_.report(at.now);
      break;
  }
  return reply;
}

}  // namespace karkara
