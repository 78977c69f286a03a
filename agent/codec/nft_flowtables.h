// What 'nft list flowtables' prints, to the interfaces that are in any of them: flows between these are forwarded past
// every rule and every mark. Refuses to change a flowtable. Called by agent/io's NftTable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace karkara {

// Sorted, each once; what is no interface's name is left out.
[[nodiscard]] std::vector<std::string> interfaces_in_flowtables(std::string_view listing);

}  // namespace karkara
