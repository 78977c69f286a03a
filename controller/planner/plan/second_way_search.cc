#include "controller/planner/plan/second_way_search.h"

#include <algorithm>
#include <optional>

#include "controller/planner/plan/cut_off.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kExchangeRounds = 3;
// Masts and ways that are looked at: half a minute for a country that hangs on few gateways. A small plan needs so few
// that it is as good when it is ended early.
constexpr std::size_t kMostWork = 500'000'000;
constexpr std::size_t kWorkBeforeCancelled = 20'000'000;

// Masts that are built, numbered without gaps.
struct BuiltMasts {
  std::vector<std::uint32_t> node;
  std::vector<std::uint32_t> mast_of;  // of each node; kOutside where none is built

  explicit BuiltMasts(const Backhaul& built) : mast_of(built.height.size(), kOutside) {
    for (std::uint32_t i = 0; i < built.height.size(); ++i) {
      if (built.height[i] != kNoMast) {
        mast_of[i] = static_cast<std::uint32_t>(node.size());
        node.push_back(i);
      }
    }
  }
  [[nodiscard]] std::uint32_t of(std::uint32_t at) const { return at == kNoSite ? kOutside : mast_of[at]; }
};

CutOff cut_off_of(const SecondWayTask& task, const BuiltMasts& masts) {
  const Backhaul& built = task.plan.backhaul;
  std::vector<std::uint32_t> parent;
  std::vector<std::int64_t> people;
  for (const std::uint32_t node : masts.node) {
    parent.push_back(built.hop[node] == kNoSite ? kOutside : masts.of(built.parent[node]));
    people.push_back(task.people[node]);
  }
  return {std::move(parent), people, task.input.most_cut_off.value_or(0)};
}

struct Purchase {
  std::uint32_t offer = 0;
  RaisedEnds ends;
};

class SecondWaySearch {
 public:
  explicit SecondWaySearch(const SecondWayTask& task)
      : task_{task},
        masts_{task.plan.backhaul},
        offers_{second_offers(task.model, task.input, task.plan)},
        cut_off_{cut_off_of(task, masts_)},
        height_{task.plan.backhaul.height},
        by_tree_(masts_.node.size()) {
    for (std::uint32_t offer = 0; offer < offers_.size(); ++offer) {
      const std::uint32_t tree = cut_off_.tree(end(offer));
      const std::uint32_t other = far_end(offer);
      by_tree_[tree].push_back(offer);
      if (other != kOutside && cut_off_.tree(other) != tree) {
        by_tree_[cut_off_.tree(other)].push_back(offer);
      }
    }
  }

  SecondWaysFound run() {
    std::vector<std::uint32_t> all;
    std::vector<std::uint32_t> own;
    for (std::uint32_t offer = 0; offer < offers_.size(); ++offer) {
      all.push_back(offer);
      if (far_end(offer) == kOutside) {
        own.push_back(offer);
      }
    }
    std::optional<std::vector<Purchase>> best;
    Money least = 0;
    for (const auto* pool : {&all, &own}) {
      stand_on({});
      if (buy(*pool)) {
        exchange();
        if (!best || cost() < least) {
          best = bought_;
          least = cost();
        }
      }
    }
    stand_on(best.value_or(std::vector<Purchase>{}));
    return found();
  }

 private:
  [[nodiscard]] std::uint32_t end(std::uint32_t offer) const { return masts_.of(offers_[offer].way.node); }
  [[nodiscard]] std::uint32_t far_end(std::uint32_t offer) const { return masts_.of(offers_[offer].way.other); }

  // --- What was bought ---

  void stand_on(std::vector<Purchase> purchases) {
    for (const Purchase& one : bought_) {
      lower(offers_[one.offer].way);
    }
    bought_.clear();
    cut_off_.clear();
    work_ += masts_.node.size() + purchases.size();
    for (const Purchase& one : purchases) {
      take(one);
    }
  }

  void lower(const SecondWay& way) {
    height_[way.node] = task_.plan.backhaul.height[way.node];
    if (way.other != kNoSite) {
      height_[way.other] = task_.plan.backhaul.height[way.other];
    }
  }

  void take(const Purchase& one) {
    const SecondWay& way = offers_[one.offer].way;
    height_[way.node] = std::max(height_[way.node], one.ends.node);
    if (way.other != kNoSite) {
      height_[way.other] = std::max(height_[way.other], one.ends.other);
    }
    cut_off_.link(end(one.offer), far_end(one.offer));
    bought_.push_back(one);
  }

  [[nodiscard]] Money mast_at(std::uint32_t node, std::int8_t height) const {
    return mast_price(task_.model, task_.plan.chosen, node, height);
  }

  [[nodiscard]] Money raising() const {
    Money sum = 0;
    for (const std::uint32_t node : masts_.node) {
      sum += mast_at(node, height_[node]) - mast_at(node, task_.plan.backhaul.height[node]);
    }
    return sum;
  }

  [[nodiscard]] Money prices() const {
    Money sum = 0;
    for (const Purchase& one : bought_) {
      sum += offers_[one.offer].price;
    }
    return sum;
  }

  [[nodiscard]] Money cost() const { return prices() + raising(); }

  // --- Buying ---

  struct Worth {
    std::int64_t gain = 0;  // 0: not worth anything, or not to be had
    Money price = 0;
    RaisedEnds ends;
  };

  [[nodiscard]] Worth worth_of(std::uint32_t offer) const {
    Worth worth;
    const std::uint32_t far = far_end(offer);
    if (gains_alone_[end(offer)] + (far == kOutside ? 0 : gains_alone_[far]) == 0) {
      return worth;
    }
    worth.gain = cut_off_.gain(end(offer), far);
    if (worth.gain == 0) {
      return worth;
    }
    const auto ends = raised_ends(task_.model, task_.plan.chosen, height_, offers_[offer].way);
    if (!ends || (!task_.may_raise && is_higher(*ends, offer))) {
      return {};
    }
    worth.ends = *ends;
    worth.price = offers_[offer].price + ends->price;
    return worth;
  }

  [[nodiscard]] bool is_higher(const RaisedEnds& ends, std::uint32_t offer) const {
    const SecondWay& way = offers_[offer].way;
    return ends.node > height_[way.node] || (way.other != kNoSite && ends.other > height_[way.other]);
  }

  static bool is_better(const Worth& a, const Worth& b) {
    return static_cast<__int128>(a.price) * b.gain < static_cast<__int128>(b.price) * a.gain;
  }

  [[nodiscard]] bool touches(std::uint32_t offer, std::uint32_t tree) const {
    return cut_off_.tree(end(offer)) == tree || (far_end(offer) != kOutside && cut_off_.tree(far_end(offer)) == tree);
  }

  // What saves most for its price, until few enough are cut off. False: the pool does not suffice.
  bool buy(const std::vector<std::uint32_t>& pool) {
    std::vector<Worth> worth;
    worth.reserve(pool.size());
    work_ += pool.size();
    gains_alone_ = cut_off_.gains_alone();
    for (const std::uint32_t offer : pool) {
      worth.push_back(worth_of(offer));
    }
    while (cut_off_.excess() > 0) {
      std::size_t best = pool.size();
      for (std::size_t i = 0; i < pool.size(); ++i) {
        if (worth[i].gain > 0 && (best == pool.size() || is_better(worth[i], worth[best]))) {
          best = i;
        }
      }
      if (best == pool.size()) {
        return false;
      }
      take({pool[best], worth[best].ends});
      gains_alone_ = cut_off_.gains_alone();
      const std::uint32_t far = far_end(pool[best]);
      const std::uint32_t tree = cut_off_.tree(end(pool[best]));
      const std::uint32_t far_tree = far == kOutside ? tree : cut_off_.tree(far);
      for (std::size_t i = 0; i < pool.size(); ++i) {
        if (touches(pool[i], tree) || touches(pool[i], far_tree)) {
          worth[i] = worth_of(pool[i]);
        }
      }
    }
    return true;
  }

  // --- Exchanging ---

  void exchange() {
    bool better = true;
    for (std::size_t round = 0; round < kExchangeRounds && better; ++round) {
      better = false;
      for (const std::uint32_t offer : dearest_first(bought_)) {
        if (work_ > kMostWork || (work_ > kWorkBeforeCancelled && task_.cancelled())) {
          return;
        }
        better = try_without(offer) || better;
      }
    }
  }

  [[nodiscard]] std::vector<std::uint32_t> dearest_first(const std::vector<Purchase>& purchases) const {
    std::vector<std::uint32_t> order;
    order.reserve(purchases.size());
    for (const Purchase& one : purchases) {
      order.push_back(one.offer);
    }
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return offers_[a].price != offers_[b].price ? offers_[a].price > offers_[b].price : a < b;
    });
    return order;
  }

  [[nodiscard]] std::vector<Purchase> without(std::uint32_t offer) const {
    std::vector<Purchase> rest = bought_;
    rest.erase(std::remove_if(rest.begin(), rest.end(), [&](const Purchase& one) { return one.offer == offer; }),
               rest.end());
    return rest;
  }

  // Others in its place, and those near it that are needless then. What is not cheaper is taken back.
  bool try_without(std::uint32_t offer) {
    const std::vector<Purchase> before = bought_;
    const Money cost_before = cost();
    std::vector<Purchase> rest = without(offer);
    if (rest.size() == before.size()) {
      return false;  // an earlier exchange gave it up
    }
    stand_on(std::move(rest));
    std::vector<std::uint32_t> near = near_to(offer);
    if (buy(near)) {
      drop_needless(near);
      if (cost() < cost_before) {
        return true;
      }
    }
    stand_on(before);
    return false;
  }

  // All other offers to the trees at its ends, ascending.
  [[nodiscard]] std::vector<std::uint32_t> near_to(std::uint32_t offer) const {
    std::vector<std::uint32_t> near = by_tree_[cut_off_.tree(end(offer))];
    if (far_end(offer) != kOutside) {
      const std::vector<std::uint32_t>& more = by_tree_[cut_off_.tree(far_end(offer))];
      near.insert(near.end(), more.begin(), more.end());
    }
    std::sort(near.begin(), near.end());
    near.erase(std::unique(near.begin(), near.end()), near.end());
    near.erase(std::remove(near.begin(), near.end(), offer), near.end());
    return near;
  }

  void drop_needless(const std::vector<std::uint32_t>& near) {
    for (const std::uint32_t offer : dearest_first(bought_)) {
      if (!std::binary_search(near.begin(), near.end(), offer)) {
        continue;
      }
      const Purchase one =
          *std::find_if(bought_.begin(), bought_.end(), [&](const Purchase& bought) { return bought.offer == offer; });
      stand_on(without(offer));
      if (cut_off_.excess() > 0) {
        take(one);
      }
    }
  }

  // Told from the end that is farther from its way out: it is whom it helps most.
  [[nodiscard]] SecondWaysFound found() const {
    SecondWaysFound found{{}, height_, prices(), raising()};
    for (const Purchase& one : bought_) {
      SecondWay way = offers_[one.offer].way;
      if (far_end(one.offer) != kOutside && cut_off_.depth(far_end(one.offer)) > cut_off_.depth(end(one.offer))) {
        std::swap(way.node, way.other);
      }
      found.ways.push_back(way);
    }
    std::sort(found.ways.begin(), found.ways.end(), [](const SecondWay& a, const SecondWay& b) {
      return a.node != b.node ? a.node < b.node : a.pair < b.pair;
    });
    return found;
  }

  const SecondWayTask& task_;
  BuiltMasts masts_;
  std::vector<SecondOffer> offers_;
  CutOff cut_off_;
  std::vector<std::int8_t> height_;                  // of each node, as it is now
  std::vector<std::vector<std::uint32_t>> by_tree_;  // offers that touch it
  std::vector<Purchase> bought_;
  std::vector<std::int64_t> gains_alone_;  // of each mast, now
  std::size_t work_ = 0;
};

}  // namespace

SecondWaysFound find_second_ways(const SecondWayTask& task) {
  return SecondWaySearch{task}.run();
}

bool suffice(const SecondWayTask& task, const SecondWays& ways) {
  const BuiltMasts masts{task.plan.backhaul};
  CutOff cut_off = cut_off_of(task, masts);
  for (const SecondWay& way : ways) {
    cut_off.link(masts.of(way.node), masts.of(way.other));
  }
  return cut_off.excess() == 0;
}

}  // namespace karkara::planner
