#include "agent/runtime/link_settings.h"

#include <utility>

#include "agent/io/router_facts.h"
#include "common/version.h"

namespace karkara {

LinkSettings link_settings(const SiteSettings& site, std::string boot_id) {
  LinkSettings link;
  link.state_dir = site.state_dir;
  link.session.site_name = site.name;
  link.session.agent_version = link.enrolment.agent_version = version_text();
  link.session.boot_id = std::move(boot_id);
  link.enrolment.bundle_path = site.bundle;
  link.enrolment.site = site.id;
  link.enrolment.hardware_id = read_hardware_id();
  return link;
}

}  // namespace karkara
