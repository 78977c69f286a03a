#include <fmt/format.h>

#include <ostream>

#include "common/host/system_clock.h"
#include "common/version.h"
#include "controller/cli/completion.h"
#include "controller/cli/handlers.h"
#include "controller/cli/invocation.h"
#include "controller/cli/noc_client.h"
#include "controller/cli/reference.h"
#include "controller/cli/site_cache.h"

namespace karkara::cli {
namespace {

constexpr Duration kTimeout = std::chrono::seconds{5};
constexpr Duration kFreshIds = std::chrono::minutes{10};
constexpr Duration kCompletionTimeout = std::chrono::seconds{1};  // somebody waits with a finger on TAB

View version_view(const v1::VersionReply* controller) {
  Facts facts{{"karkara", {std::string{version_text()}}}};
  Value::Object value{{"client", {std::string{version_text()}}}, {"controller", {}}};
  if (controller != nullptr) {
    const std::string commit = controller->commit().empty() ? "" : fmt::format(" ({})", controller->commit());
    facts.push_back({"controller", {controller->version() + commit}});
    facts.push_back({"caller", {fmt::format("{}, {}", controller->caller(), controller->role())}});
    value.back().value = value_of(*controller);
  }
  return {.kind = "Version", .value = {std::move(value)}, .list = "", .item = "", .sections = {{"", std::move(facts)}}};
}

// The cached ids, made anew when they are old and the controller answers at once. Never a message: a shell listens.
std::vector<std::string> ids_for_completion(Invocation& invocation) {
  const auto path = find_context(invocation.option("context"), invocation.around());
  const auto context = path ? read_context(*path) : Result<v1::OperatorContext>{path.error()};
  if (!context) {
    return {};
  }
  const SiteCache cache{invocation.around(), context->controller()};
  auto known = cache.load(SystemClock{}.wall());
  if (known && known->age < kFreshIds) {
    return std::move(known->ids);
  }
  NocClient noc{*context};
  const auto reply = noc.list_sites({}, kCompletionTimeout);
  if (!reply) {
    return known ? std::move(known->ids) : std::vector<std::string>{};
  }
  std::vector<std::string> ids;
  for (const v1::SiteSummary& summary : reply->sites()) {
    ids.push_back(summary.site().id());
  }
  cache.store(ids);
  return ids;
}

}  // namespace

Exit version(Invocation& invocation) {
  if (!invocation.has("context") && !invocation.has_context()) {
    return invocation.show(version_view(nullptr));
  }
  const auto noc = invocation.noc();
  const auto reply = noc ? (*noc)->version(invocation.timeout_or(kTimeout)) : Result<v1::VersionReply>{noc.error()};
  const Exit shown = invocation.show(version_view(reply ? &*reply : nullptr));
  return reply ? shown : invocation.fail(reply.error());
}

Exit completion(Invocation& invocation) {
  std::ostream& out = invocation.around().out;
  const std::string& shell = invocation.argument(0);
  if (shell == "sites") {
    for (const std::string& id : ids_for_completion(invocation)) {
      out << id << '\n';
    }
    return Exit::Ok;
  }
  out << (shell == "bash" ? bash_completion() : shell == "zsh" ? zsh_completion() : fish_completion()) << std::flush;
  return Exit::Ok;
}

Exit docs(Invocation& invocation) {
  invocation.around().out << reference_markdown() << std::flush;
  return Exit::Ok;
}

}  // namespace karkara::cli
