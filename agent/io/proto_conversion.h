// The only place where the agent's plain facts become messages of the session and back.
// Every text is made valid UTF-8 without control characters, at most 500 bytes (256 KiB what a command answers: the
// record of decisions is that). Refuses to decide anything; what cannot be understood is an Error with the code that
// the asker gets. Called by the session and the local API.
#pragma once

#include <cstdint>
#include <string_view>

#include "agent/facts/effects.h"
#include "agent/facts/events.h"
#include "agent/facts/shaping_report.h"
#include "agent/facts/status.h"
#include "common/result.h"
#include "common/time.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara {

// What protobuf has to say about bytes from outside comes back as an error; log lines have ids here.
void silence_protobuf();

[[nodiscard]] v1::StateReport to_proto(const StateReport& report, WallTime at);
[[nodiscard]] v1::AlarmEvent to_proto(const AlarmChange& change);
[[nodiscard]] v1::LiveValue to_proto(const Sample& sample);  // name and unit by common/series.h
[[nodiscard]] v1::SiteStatus to_proto(const SiteStatus& status, WallTime now);
[[nodiscard]] v1::Usage to_proto(const std::vector<UsageReport>& reports);
[[nodiscard]] v1::SiteCheck to_proto(const std::vector<CheckItem>& items);
// Rates that are no numbers are 0, measurements that are none are absent.
[[nodiscard]] v1::Shaping to_proto(const ShapingReport& report);
[[nodiscard]] v1::PowerSourceStatus to_proto(const PowerSourceReport& source);
// What is not known is absent.
[[nodiscard]] v1::Power to_proto(const PowerReport& report);
[[nodiscard]] v1::PowerHistory to_proto(const PowerHistoryReport& report);
[[nodiscard]] v1::Mesh to_proto(const MeshReport& report);
[[nodiscard]] v1::UplinkExplanation to_explanation(const StateReport& report);
// The answer to a request, whatever it is; an Error becomes code and text, and so does an answer over 512 KiB.
[[nodiscard]] v1::SiteReply to_reply(const AnswerRequest& answer, WallTime now);
[[nodiscard]] v1::SiteReply to_reply(std::uint64_t id, const Error& error);

// Errors: InvalidArgument for a request that this agent does not know, an uplink that is no name, an order of more than
// 366 days, a hold without a reason, a balance that no bundle has. The channel is left to the caller.
[[nodiscard]] Result<SiteRequest> from_proto(const v1::SiteRequest& request, Instant now);
// Serials that are none are left out.
[[nodiscard]] CertificatesRevoked from_proto(const v1::RevokedCertificates& revoked);
// From bytes off the local socket; bytes that are no message are InvalidArgument too.
[[nodiscard]] Result<SiteRequest> decode_request(std::string_view bytes, Instant now);

}  // namespace karkara
