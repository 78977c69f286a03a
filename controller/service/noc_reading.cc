// The methods that only look.
#include <algorithm>
#include <set>

#include "controller/service/grpc_status.h"
#include "controller/service/noc_messages.h"
#include "controller/service/noc_service.h"
#include "controller/service/site_watch.h"
#include "controller/service/soiling_messages.h"

namespace karkara {
namespace {

constexpr std::uint32_t kMostRows = 10'000;

std::uint32_t limit_of(std::uint32_t asked, std::uint32_t usual) {
  return asked == 0 ? usual : std::min(asked, kMostRows);
}

void let_neighbours_speak(const LiveFleet& fleet, v1::Alarm& alarm) {
  const auto site = SiteId::parse(alarm.site_id());
  fleet.visit([&](const Fleet& picture, Moment) {
    if (const SiteView* view = site ? picture.find(*site) : nullptr) {
      add_neighbours_word(*view, alarm);
    }
  });
}

Error no_site(const std::string& id) {
  return {ErrorCode::NotFound, "no site " + id};
}

}  // namespace

NocService::Unary* NocService::ListSites(Context* context, const v1::ListSitesRequest* request,
                                         v1::ListSitesReply* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Viewer, "list-sites", "");
  if (deed) {
    const std::set<int> states(request->states().begin(), request->states().end());
    parts_.fleet.visit([&](const Fleet& fleet, Moment now) {
      for (const auto& [id, view] : fleet.sites()) {
        const bool wanted = (request->region().empty() || view.record.region == request->region()) &&
                            (states.empty() || states.contains(to_message(view.state)));
        if (wanted) {
          *reply->add_sites() = summary_of(view, now);
        }
      }
    });
  }
  reactor->Finish(deed ? grpc::Status::OK : to_grpc(deed.error()));
  return reactor;
}

NocService::Unary* NocService::ListUplinks(Context* context, const v1::ListUplinksRequest* request,
                                           v1::ListUplinksReply* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Viewer, "list-uplinks", request->site_id());
  if (!deed) {
    reactor->Finish(to_grpc(deed.error()));
    return reactor;
  }
  const std::set<std::string> states(request->states().begin(), request->states().end());
  bool found = request->site_id().empty();
  parts_.fleet.visit([&](const Fleet& fleet, Moment now) {
    for (const auto& [id, view] : fleet.sites()) {
      if (!request->site_id().empty() && id.text() != request->site_id()) {
        continue;
      }
      found = true;
      if (request->region().empty() || view.record.region == request->region()) {
        add_uplinks(view, now, states, *reply);
      }
    }
  });
  reactor->Finish(found ? grpc::Status::OK : to_grpc(no_site(request->site_id())));
  return reactor;
}

NocService::Unary* NocService::GetSite(Context* context, const v1::GetSiteRequest* request, v1::SiteDetail* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Viewer, "get-site", request->id());
  const auto site = SiteId::parse(request->id());
  bool found = false;
  if (deed && site) {
    parts_.fleet.visit([&](const Fleet& fleet, Moment now) {
      if (const SiteView* view = fleet.find(*site)) {
        *reply = detail_of(*view, now);
        found = true;
      }
    });
  }
  reactor->Finish(!deed ? to_grpc(deed.error()) : found ? grpc::Status::OK : to_grpc(no_site(request->id())));
  return reactor;
}

grpc::ServerWriteReactor<v1::SiteDetail>* NocService::WatchSites(Context* context,
                                                                 const v1::WatchSitesRequest* request) {
  const auto deed = admit(*context, Role::Viewer, "watch-sites", "");
  if (!deed) {
    return SiteWatch::refuse(to_grpc(deed.error()));
  }
  std::set<SiteId> wanted;
  for (const std::string& text : request->ids()) {
    const auto site = SiteId::parse(text);
    if (!site || !parts_.fleet.has(*site)) {
      return SiteWatch::refuse(to_grpc(no_site(text)));
    }
    wanted.insert(*site);
  }
  return SiteWatch::start(parts_.fleet, std::move(wanted));
}

NocService::Unary* NocService::ListAlarms(Context* context, const v1::ListAlarmsRequest* request,
                                          v1::ListAlarmsReply* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Viewer, "list-alarms", "");
  if (!deed) {
    reactor->Finish(to_grpc(deed.error()));
    return reactor;
  }
  AlarmQuery query{std::nullopt, request->include_cleared(), limit_of(request->limit(), 1000)};
  if (!request->site_id().empty()) {
    const auto site = SiteId::parse(request->site_id());
    if (!site || !parts_.fleet.has(*site)) {
      reactor->Finish(to_grpc(no_site(request->site_id())));
      return reactor;
    }
    query.site = *site;
  }
  const auto found = alarms(query);
  if (found) {
    const WallTime now = parts_.fleet.now().wall;
    for (const AlarmRecord& alarm : *found) {
      v1::Alarm& message = *reply->add_alarms();
      message = to_message(alarm, now);
      let_neighbours_speak(parts_.fleet, message);
    }
  }
  reactor->Finish(found ? grpc::Status::OK : to_grpc(found.error()));
  return reactor;
}

// Active ones come from memory: they are there also while the store cannot write.
Result<std::vector<AlarmRecord>> NocService::alarms(const AlarmQuery& query) const {
  std::map<std::uint64_t, AlarmRecord> by_id;
  if (query.include_cleared) {
    const auto stored = parts_.store.alarms(query);
    if (!stored) {
      return stored.error();
    }
    for (const AlarmRecord& alarm : *stored) {
      by_id.emplace(alarm.id, alarm);
    }
  }
  parts_.fleet.visit([&](const Fleet& fleet, Moment) {
    for (const auto& [id, view] : fleet.sites()) {
      if (!query.site || *query.site == id) {
        for (const auto& [key, alarm] : view.alarms.active()) {
          by_id.insert_or_assign(alarm.id, alarm);
        }
      }
    }
  });
  std::vector<AlarmRecord> newest_first;
  for (auto at = by_id.rbegin(); at != by_id.rend() && newest_first.size() < query.limit; ++at) {
    newest_first.push_back(at->second);
  }
  return newest_first;
}

NocService::Unary* NocService::GetAlarm(Context* context, const v1::GetAlarmRequest* request, v1::Alarm* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Viewer, "get-alarm", std::to_string(request->id()));
  if (!deed) {
    reactor->Finish(to_grpc(deed.error()));
    return reactor;
  }
  auto alarm = parts_.store.alarm(request->id());
  const auto active = alarms({std::nullopt, false, kMostRows});
  for (const AlarmRecord& one : *active) {
    if (one.id == request->id()) {
      alarm = one;
    }
  }
  if (alarm) {
    *reply = to_message(*alarm, parts_.fleet.now().wall);
    let_neighbours_speak(parts_.fleet, *reply);
  }
  reactor->Finish(alarm ? grpc::Status::OK : to_grpc(alarm.error()));
  return reactor;
}

NocService::Unary* NocService::ListAudit(Context* context, const v1::ListAuditRequest* request,
                                         v1::ListAuditReply* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Admin, "list-audit", "");
  if (!deed) {
    reactor->Finish(to_grpc(deed.error()));
    return reactor;
  }
  const auto rows = parts_.store.audit(limit_of(request->limit(), 100));
  const auto verdict = parts_.store.verify_audit();
  if (rows && verdict) {
    for (const AuditRow& row : *rows) {
      *reply->add_entries() = to_message(row);
    }
    reply->set_chain_intact(verdict->intact);
    reply->set_chain_error(verdict->error);
  }
  reactor->Finish(!rows ? to_grpc(rows.error()) : verdict ? grpc::Status::OK : to_grpc(verdict.error()));
  return reactor;
}

}  // namespace karkara
