#include "controller/cli/exit_code.h"

#include <array>

namespace karkara::cli {
namespace {

constexpr auto kMeanings = std::to_array<ExitMeaning>({
    {Exit::Ok, "done"},
    {Exit::Failed, "failed: the controller or the agent could not be reached, or could not do it"},
    {Exit::Usage, "wrong usage, wrong value, or a context file that cannot be read"},
    {Exit::NotFound,
     "no such site, alarm, uplink, settlement, region or plan; commands on files: doubtful data, or ended early"},
    {Exit::Denied, "denied: not in your role, or the TLS identity was refused"},
    {Exit::SiteOffline, "the site is offline"},
    {Exit::TimedOut, "timed out"},
    {Exit::RiskNotAccepted, "not done: it has a risk that was not accepted with --accept-risk"},
    {Exit::Interrupted, "interrupted with Ctrl-C"},
});

}  // namespace

std::span<const ExitMeaning> exit_meanings() {
  return kMeanings;
}

Exit exit_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument: return Exit::Usage;
    case ErrorCode::DeadlineExceeded: return Exit::TimedOut;
    case ErrorCode::NotFound: return Exit::NotFound;
    case ErrorCode::PermissionDenied:
    case ErrorCode::Unauthenticated: return Exit::Denied;
    case ErrorCode::AlreadyExists:
    case ErrorCode::ResourceExhausted:
    case ErrorCode::FailedPrecondition:
    case ErrorCode::Aborted:
    case ErrorCode::Internal:
    case ErrorCode::Unavailable:
    case ErrorCode::DataLoss: return Exit::Failed;
  }
  return Exit::Failed;
}

Exit exit_of_site(std::uint32_t code) {
  if (code == 0) {
    return Exit::Ok;
  }
  if (code == static_cast<std::uint32_t>(ErrorCode::Unavailable)) {
    return Exit::SiteOffline;
  }
  return exit_of(static_cast<ErrorCode>(code));
}

}  // namespace karkara::cli
