// The method that shows the comparison of the sun.
#include <algorithm>
#include <optional>

#include "controller/service/grpc_status.h"
#include "controller/service/noc_service.h"
#include "controller/service/soiling_messages.h"

namespace karkara {

NocService::Unary* NocService::ListSoiling(Context* context, const v1::ListSoilingRequest* request,
                                           v1::ListSoilingReply* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Viewer, "list-soiling", request->site_id());
  if (!deed) {
    reactor->Finish(to_grpc(deed.error()));
    return reactor;
  }
  bool found = request->site_id().empty();
  std::optional<Instant> compared;
  Instant now;
  parts_.fleet.visit([&](const Fleet& fleet, Moment moment) {
    now = moment.at;
    for (const auto& [id, view] : fleet.sites()) {
      if (!request->site_id().empty() && id.text() != request->site_id()) {
        continue;
      }
      found = true;
      if (request->region().empty() || view.record.region == request->region()) {
        *reply->add_sites() = soiling_of(view);
        compared = view.soiling ? std::max(compared, std::optional{view.compared}) : compared;
      }
    }
  });
  sort_soiling(*reply);
  if (compared) {
    reply->set_age_ms(std::chrono::duration_cast<std::chrono::milliseconds>(now - *compared).count());
  }
  reactor->Finish(found ? grpc::Status::OK : to_grpc(Error{ErrorCode::NotFound, "no site " + request->site_id()}));
  return reactor;
}

}  // namespace karkara
