// The part of a site's mesh that neighbours' agents are: who offers what, who borrows from whom, what was lent. Refuses
// to judge: verdicts are the agent's own. Called by mesh_view.
#pragma once

#include "controller/cli/render/view.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara::cli {

// Nothing while the site has no neighbours configured.
void add_neighbours(const v1::Mesh& mesh, View& view);
// Each neighbour with its numbers and the verdict on it.
void add_neighbour_explanations(const v1::Mesh& mesh, View& view);

}  // namespace karkara::cli
