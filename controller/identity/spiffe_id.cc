#include "controller/identity/spiffe_id.h"

#include <algorithm>

#include "common/overloaded.h"

namespace karkara {
namespace {

constexpr std::string_view kScheme = "spiffe://";

bool consume(std::string_view& text, std::string_view front) {
  if (!text.starts_with(front)) {
    return false;
  }
  text.remove_prefix(front.size());
  return true;
}

Error not_an_identity() {
  return {ErrorCode::InvalidArgument, "the certificate names no identity of this fleet"};
}

Result<Identity> parse_operator(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return not_an_identity();
  }
  const auto name = OperatorName::parse(text.substr(0, slash));
  const auto role = parse_role(text.substr(slash + 1));
  if (!name || !role) {
    return not_an_identity();
  }
  return Identity{OperatorIdentity{*name, *role}};
}

}  // namespace

bool is_trust_domain(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return !text.empty() && text.size() <= kLongest && text.front() != '.' && text.back() != '.' &&
         std::all_of(text.begin(), text.end(), plain);
}

std::string spiffe_uri(std::string_view trust_domain, const Identity& identity) {
  std::string uri{kScheme};
  uri += trust_domain;
  std::visit(Overloaded{
                 [&](const ControllerIdentity&) { uri += "/controller"; },
                 [&](const SiteIdentity& one) { uri += "/site/" + one.site.text(); },
                 [&](const OperatorIdentity& one) {
                   uri += "/operator/" + one.name.text() + "/";
                   uri += to_string(one.role);
                 },
             },
             identity);
  return uri;
}

Result<Identity> parse_spiffe_uri(std::string_view uri, std::string_view trust_domain) {
  if (!consume(uri, kScheme) || !consume(uri, trust_domain) || !consume(uri, "/")) {
    return not_an_identity();
  }
  if (uri == "controller") {
    return Identity{ControllerIdentity{}};
  }
  if (consume(uri, "site/")) {
    const auto site = SiteId::parse(uri);
    return site ? Result<Identity>{Identity{SiteIdentity{*site}}} : not_an_identity();
  }
  return consume(uri, "operator/") ? parse_operator(uri) : not_an_identity();
}

std::string describe(const Identity& identity) {
  return std::visit(Overloaded{
                        [](const ControllerIdentity&) { return std::string{"controller"}; },
                        [](const SiteIdentity& one) { return "site " + one.site.text(); },
                        [](const OperatorIdentity& one) {
                          return "operator " + one.name.text() + " (" + std::string{to_string(one.role)} + ")";
                        },
                    },
                    identity);
}

}  // namespace karkara
