// A site's mesh as views: its interfaces, the links to neighbour masts, the ways through them, and why a link is not
// well. Refuses to judge: states and troubles are the agent's own, and what no driver tells is "-", never 0. Called by
// the mesh and local commands.
#pragma once

#include "controller/cli/render/view.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara::cli {

// Interfaces, peers, and the ways that batman-adv knows.
[[nodiscard]] View mesh_view(const v1::Mesh& mesh);
// The peers alone, each an element of the list.
[[nodiscard]] View mesh_peers_view(const v1::Mesh& mesh);
// Each peer with its numbers and what troubles it.
[[nodiscard]] View mesh_explanation(const v1::Mesh& mesh);

}  // namespace karkara::cli
