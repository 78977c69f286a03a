// What the site tells about itself: to the controller on each change, and to whoever asks.
#include <string_view>

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
  return report;
}

bool same(const DescribeSelf& a, const DescribeSelf& b) {
  return without_measurements(a.report) == without_measurements(b.report) && a.active_alarms == b.active_alarms &&
         a.first_unacknowledged_block == b.first_unacknowledged_block && a.config_hash == b.config_hash;
}

}  // namespace

void Site::settle_report(Effects& effects, Times at) {
  StateReport report = uplink_.report(at.now, at.wall);
  DescribeSelf description{report, alarms_.active_keys(), telemetry_.first_unacknowledged_block(), settings_.hash};
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
  add(uplink_.samples());
  add(power_.samples(at.now));
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
  status.state = uplink_.report(at.now, at.wall);
  status.power = power_.reports(at.now);
  status.alarms = alarms_.active();
  status.spool_blocks = telemetry_.blocks_held();
  status.spool_bytes = telemetry_.bytes_on_disk();
  status.waiting = uplink_.waiting();
  for (std::string& device : power_.waiting()) {
    status.waiting.push_back(std::move(device));
  }
  return status;
}

Effects Site::handle(const SiteRequest& request, Times at) {
  Effects effects;
  AnswerRequest reply = answer(request, at);
  const bool refused = std::holds_alternative<Error>(reply.answer);
  if (!refused && request.kind == RequestKind::Flush) {
    for (Effect& effect : sample(at)) {
      effects.push_back(std::move(effect));
    }
    for (Effect& effect : telemetry_.flush(at.now, at.wall, clock_.trusted(at.wall))) {
      effects.push_back(std::move(effect));
    }
  }
  if (!refused && request.kind == RequestKind::Reload) {
    effects.push_back(Reload{request.asked_by});
  }
  if (request.kind == RequestKind::Reload || request.kind == RequestKind::Flush) {
    effects.push_back(
        Note{MessageId::RequestAnswered,
             {{"by", request.asked_by}, {"what", request.kind == RequestKind::Reload ? "reload" : "flush"}}});
  }
  effects.push_back(std::move(reply));
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
      std::erase_if(values, [&](const Sample& sample) {
        const SeriesInfo* series = find_series(sample.series);
        return !series || !series->name.starts_with(request.name_prefix);
      });
      reply.answer = std::move(values);
      break;
    }
    case RequestKind::ExplainUplink: reply.answer = uplink_.report(at.now, at.wall); break;
    case RequestKind::Reload: reply.answer = std::string{"the configuration file is read again"}; break;
    case RequestKind::Flush: reply.answer = std::string{"telemetry is sent now"}; break;
  }
  return reply;
}

}  // namespace karkara
