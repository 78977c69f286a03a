#include "controller/planner/link/access_table.h"

#include <algorithm>
#include <atomic>

#include "controller/planner/cover/cover_problem.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kAccessPieces = 512;  // fixed: pieces, not threads, decide the order of anything
constexpr const char* kAccessStage = "access links";

struct Served {
  std::uint32_t site;
  AccessPair pair;
};

// One piece's part of the table.
class AccessRows {
 public:
  AccessRows(const TerrainView& terrain, const AccessPlaces& places, const AccessModel& model)
      : terrain_{terrain}, places_{places}, model_{model} {}

  void add(std::uint32_t site, std::span<const std::uint32_t> settlements) {
    for (const std::uint32_t settlement : settlements) {
      const bool both_ways = site < places_.shared && settlement < places_.shared;
      if (!both_ways || settlement >= site) {
        look(site, settlement, both_ways && settlement != site);
      }
    }
  }

  std::vector<Served> served;
  std::uint64_t looked_at = 0;
  std::uint64_t unknown = 0;
  UnknownSquares unknown_in;

 private:
  void look(std::uint32_t site, std::uint32_t settlement, bool both_ways) {
    looked_at += both_ways ? 2 : 1;
    const Place& from = places_.sites[site];
    const Place& to = places_.settlements[settlement];
    auto profile = profile_between(terrain_, from, to, kProfileStep, Sampling::Bilinear);
    if (!profile || !profile->is_known()) {
      unknown += both_ways ? 2 : 1;
      add_unknown(from, to, profile ? *profile : Profile{}, both_ways ? 2 : 1, unknown_in);
      return;
    }
    judge(*profile, site, settlement, from, to);
    if (both_ways) {
      std::reverse(profile->heights.begin(), profile->heights.end());
      std::reverse(profile->clutter.begin(), profile->clutter.end());
      judge(*profile, settlement, site, to, from);
    }
  }

  void judge(const Profile& profile, std::uint32_t site, std::uint32_t settlement, const Place& from, const Place& to) {
    const propagation::PathProfile path = path_over(profile);
    const auto serves = [&](std::size_t height) {
      const auto margin = model_.margin_over(path, height, from, to);
      return margin && margin->value() >= 0;
    };
    // Most pairs are out of reach even for the highest mast.
    const std::size_t top = model_.heights().size() - 1;
    if (!serves(top)) {
      return;
    }
    std::uint32_t least = 0;
    while (least < top && !serves(least)) {
      ++least;
    }
    served.push_back({site, {settlement, least}});
  }

  const TerrainView& terrain_;
  const AccessPlaces& places_;
  const AccessModel& model_;
};

// By site, then by settlement.
AccessTable joined(const std::vector<AccessRows>& parts, std::size_t sites) {
  AccessTable table;
  table.begin.assign(sites + 1, 0);
  for (const AccessRows& part : parts) {
    table.within_reach += part.looked_at;
    table.unknown += part.unknown;
    add_squares(part.unknown_in, table.unknown_in);
    for (const Served& one : part.served) {
      ++table.begin[one.site + 1];
    }
  }
  for (std::size_t i = 0; i < sites; ++i) {
    table.begin[i + 1] += table.begin[i];
  }
  table.pairs.resize(table.begin.back());
  std::vector<std::size_t> next(table.begin.begin(), table.begin.end() - 1);
  for (const AccessRows& part : parts) {
    for (const Served& one : part.served) {
      table.pairs[next[one.site]++] = one.pair;
    }
  }
  for (std::size_t i = 0; i < sites; ++i) {
    std::sort(table.pairs.begin() + static_cast<std::ptrdiff_t>(table.begin[i]),
              table.pairs.begin() + static_cast<std::ptrdiff_t>(table.begin[i + 1]),
              [](const AccessPair& a, const AccessPair& b) { return a.settlement < b.settlement; });
  }
  return table;
}

}  // namespace

AccessTable access_table(const TerrainView& terrain, const AccessPlaces& places, const AccessModel& model,
                         Executor& executor, const Watch& watch) {
  const Incidence near = sites_within(places.sites, places.settlements, model.profile().reach, executor);
  std::vector<AccessRows> parts(kAccessPieces, AccessRows{terrain, places, model});
  watch.progress(kAccessStage, 0, near.items.size());
  std::atomic<std::size_t> looked_at = 0;
  executor.run(kAccessPieces, [&](std::size_t piece) {
    const std::size_t last = places.sites.size() * (piece + 1) / kAccessPieces;
    for (std::size_t site = places.sites.size() * piece / kAccessPieces; site < last && !watch.cancelled(); ++site) {
      parts[piece].add(static_cast<std::uint32_t>(site), near[site]);
    }
    const auto in_piece = static_cast<std::size_t>(parts[piece].looked_at);
    watch.progress(kAccessStage, looked_at += in_piece, near.items.size());
  });
  return joined(parts, places.sites.size());
}

}  // namespace karkara::planner
