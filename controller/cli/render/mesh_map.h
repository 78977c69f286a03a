// All links of the fleet's mesh, put together from what each site last told: which radio is whose, and how well each
// end hears the other. Refuses to ask sites: what the controller knows is enough, also of those that are off line.
// Called by `karkara mesh map`.
#pragma once

#include <vector>

#include "controller/cli/render/view.h"
#include "karkara/v1/noc.pb.h"

namespace karkara::cli {

[[nodiscard]] v1::MeshMap mesh_map_of(const std::vector<v1::SiteDetail>& sites);
[[nodiscard]] View mesh_map_view(const v1::MeshMap& map);
// What the site's agent makes of its radios, and what it tried for links that are stuck; nothing where it makes none.
void add_radios(const v1::Mesh& mesh, View& view);

}  // namespace karkara::cli
