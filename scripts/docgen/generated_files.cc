#include "scripts/docgen/generated_files.h"

#include "karkara/v1/controller_config.pb.h"
#include "karkara/v1/site_config.pb.h"
#include "scripts/docgen/catalogue_pages.h"
#include "scripts/docgen/configuration_page.h"
#include "scripts/docgen/json_schema.h"

namespace karkara {

std::vector<GeneratedFile> generated_files() {
  return {
      {"docs/configuration.md", configuration_page()},
      {"docs/messages.md", messages_page()},
      {"docs/series.md", series_page()},
      {"configs/site.schema.json", json_schema(*v1::SiteConfig::descriptor(), "Karkara site")},
      {"configs/controller.schema.json", json_schema(*v1::ControllerConfig::descriptor(), "Karkara controller")},
      {"configs/anchor.schema.json", json_schema(*v1::AnchorConfig::descriptor(), "Karkara anchor")},
  };
}

}  // namespace karkara
