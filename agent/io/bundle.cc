#include "agent/io/bundle.h"

#include "agent/io/certificate_request.h"
#include "common/host/config_reader.h"
#include "common/host/config_writer.h"
#include "karkara/v1/enrolment.pb.h"

namespace karkara {
namespace {

Error problem(std::string_view name, const std::string& what) {
  return {ErrorCode::InvalidArgument, std::string{name} + ": " + what};
}

Result<std::vector<AnchorEndpoint>> anchors_of(std::string_view name, const v1::EnrolmentBundle& message) {
  std::vector<AnchorEndpoint> anchors;
  for (const v1::AnchorAddress& anchor : message.anchors()) {
    const Result<AnchorId> id = AnchorId::parse(anchor.id());
    const std::optional<IpEndpoint> endpoint = IpEndpoint::parse(anchor.endpoint());
    if (!id || !endpoint) {
      return problem(name, "anchors[" + anchor.id() + "].endpoint: '" + anchor.endpoint() +
                               "' must be a numeric ADDRESS:PORT, such as 192.0.2.1:7445");
    }
    anchors.push_back({*id, *endpoint});
  }
  return anchors;
}

}  // namespace

std::string Bundle::spiffe_id() const {
  return "spiffe://" + trust_domain + "/site/" + site.text();
}

Result<Bundle> parse_bundle(std::string_view name, std::string_view yaml) {
  v1::EnrolmentBundle message;
  if (const ConfigReading reading = read_config(name, yaml, message); !reading.ok()) {
    std::string text = reading.text();
    text.erase(text.find_last_not_of('\n') + 1);
    return Error{ErrorCode::InvalidArgument, text};
  }
  Bundle bundle;
  const Result<SiteId> site = SiteId::parse(message.site_id());
  const Result<EchoKey> key = EchoKey::from_hex(message.anchor_key());
  Result<std::vector<AnchorEndpoint>> anchors = anchors_of(name, message);
  if (!site) {
    return problem(name, "site_id: " + site.error().text);
  }
  if (!key) {
    return problem(name, "anchor_key: " + key.error().text);
  }
  if (!anchors) {
    return anchors.error();
  }
  if (!read_certificate(message.ca_certificate())) {
    return problem(name, "ca_certificate: not a certificate in PEM");
  }
  bundle.site = *site;
  bundle.token = message.token();
  bundle.controller = message.controller();
  bundle.enrolment = message.enrolment();
  bundle.ca_certificate = message.ca_certificate();
  bundle.trust_domain = message.trust_domain();
  bundle.anchors = std::move(*anchors);
  bundle.anchor_key = {static_cast<std::uint8_t>(message.anchor_key_generation()), message.anchor_key_id(), *key};
  bundle.made_at = WallTime{std::chrono::seconds{message.made_at()}};
  return bundle;
}

std::string bundle_to_keep(const Bundle& bundle) {
  v1::EnrolmentBundle message;
  message.set_site_id(bundle.site.text());
  message.set_controller(bundle.controller);
  message.set_enrolment(bundle.enrolment);
  message.set_ca_certificate(bundle.ca_certificate);
  message.set_trust_domain(bundle.trust_domain);
  for (const AnchorEndpoint& anchor : bundle.anchors) {
    v1::AnchorAddress& address = *message.add_anchors();
    address.set_id(anchor.id.text());
    address.set_endpoint(anchor.endpoint.text());
  }
  message.set_anchor_key_id(bundle.anchor_key.key_id);
  message.set_anchor_key(bundle.anchor_key.key.hex());
  message.set_anchor_key_generation(bundle.anchor_key.generation);
  message.set_made_at(bundle.made_at.seconds());
  return write_config(message);
}

}  // namespace karkara
