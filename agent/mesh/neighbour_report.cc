// What is told of the neighbours' agents: to whoever asks, as series, and to the person on the mast.
#include <fmt/format.h>

#include <algorithm>

#include "agent/mesh/neighbour_feature.h"

namespace karkara {
namespace {

const char* word_of(WayOut way) {
  switch (way) {
    case WayOut::None: return "none";
    case WayOut::Unproven: return "unproven";
    case WayOut::Leaving: return "leaving";
    case WayOut::Up: return "up";
  }
  return "?";
}

}  // namespace

std::string NeighbourFeature::role_of(const Neighbour& neighbour, Instant now) const {
  if (!neighbour.is_heard(now) && !is_answered(neighbour.site)) {
    return "silent";
  }
  if (lender_ == neighbour.site && around_.borrowed.active) {
    return "lends to us";
  }
  return neighbour.hello && neighbour.hello->borrows ? "borrows from us" : "stands by";
}

NeighbourReport NeighbourFeature::report_of(const Neighbour& neighbour, Instant now) const {
  NeighbourReport report;
  report.site = neighbour.site.text();
  report.address = neighbour.address;
  report.role = role_of(neighbour, now);
  if (const auto last = neighbour.watch.last()) {
    report.heard = now - *last;
    report.loss_ratio = neighbour.watch.loss();
  }
  if (neighbour.hello) {
    const Hello& hello = *neighbour.hello;
    report.transit = hello.transit.text();
    report.way = word_of(hello.way);
    report.origin = hello.origin.text();
    report.hops = hello.hops;
    report.spare_kbit = hello.spare_kbit;
    report.credit = is_offer(hello) ? hello.credit : std::nullopt;
    report.charge = hello.charge;
    report.stage = hello.stage;
    report.quiet_in = hello.quiet_in ? std::optional<Duration>{std::chrono::seconds{*hello.quiet_in}} : std::nullopt;
  }
  if (settings_->uplink) {
    const std::string refusal = refusal_of(neighbour, *settings_, is_answered(neighbour.site), now);
    const Neighbour* lender = lender_ ? find(*lender_) : nullptr;
    report.verdict = !refusal.empty()            ? refusal
                     : lender_ == neighbour.site ? "is the one to borrow from"
                     : lender != nullptr && lender->hello
                         ? std::string{to_string(compare_lenders(*lender, neighbour, *settings_, now).key)}
                         : "may be borrowed from";
  }
  if (settings_->lending) {
    const std::string refusal = lending_refusal(neighbour);
    report.verdict +=
        (report.verdict.empty() ? "" : "; ") + (refusal.empty() ? "may borrow" : "gets nothing: " + refusal);
  }
  report.weaker = neighbour.hello ? neighbour.hello->weaker : std::nullopt;
  report.radios = neighbour.radios;
  report.lent_today = ledger_.today(neighbour.site);
  report.lent_cycle = ledger_.month(neighbour.site);
  return report;
}

LendingReport NeighbourFeature::report(Instant now) const {
  LendingReport report;
  if (!settings_) {
    return report;
  }
  report.transit = transit_ ? transit_->text() : "";
  const std::string speaks = trouble_.empty() ? "" : "no hello is spoken: " + trouble_;
  if (settings_->lending) {
    const std::string refusal = lending_refusal();
    report.state = !speaks.empty() ? speaks : refusal.empty() ? "lends" : "does not lend: " + refusal;
  }
  if (settings_->uplink) {
    report.borrowing = !speaks.empty()           ? speaks
                       : !lender_                ? "nobody offers"
                       : around_.borrowed.active ? "from " + lender_->text()
                                                 : lender_->text() + " stands by";
  }
  for (const auto& [site, neighbour] : neighbours_) {
    report.neighbours.push_back(report_of(neighbour, now));
  }
  report.refused = refused_.counts();
  return report;
}

std::vector<Sample> NeighbourFeature::samples(Instant now) const {
  std::vector<Sample> samples;
  if (!settings_) {
    return samples;
  }
  for (const auto& [site, neighbour] : neighbours_) {
    const std::string& name = site.text();
    const bool heard = neighbour.is_heard(now);
    samples.push_back({SeriesId::NeighbourHeard, name, heard ? 1.0 : 0.0});
    if (heard) {
      samples.push_back({SeriesId::NeighbourHelloLoss, name, neighbour.watch.loss()});
      constexpr double kBytesPerKbit = 125;
      samples.push_back({SeriesId::NeighbourOffer, name,
                         is_offer(*neighbour.hello) ? neighbour.hello->spare_kbit * kBytesPerKbit : 0.0});
    }
    if (settings_->lending) {
      samples.push_back({SeriesId::NeighbourLent, name, static_cast<double>(ledger_.month(site))});
    }
    if (settings_->uplink) {
      samples.push_back({SeriesId::MeshBorrowing, name, lender_ == site && around_.borrowed.active ? 1.0 : 0.0});
    }
  }
  for (const auto& [fault, count] : refused_.counts()) {
    samples.push_back({SeriesId::HellosRefused, fault, static_cast<double>(count)});
  }
  return samples;
}

std::vector<CheckItem> NeighbourFeature::check(Instant now) const {
  std::vector<CheckItem> items;
  if (!settings_) {
    return items;
  }
  const auto heard = std::ranges::count_if(neighbours_, [&](const auto& n) { return n.second.is_heard(now); });
  const bool good = trouble_.empty() && heard > 0;
  items.push_back({"neighbours", good ? CheckVerdict::Pass : CheckVerdict::Warn,
                   trouble_.empty() ? fmt::format("{} heard", heard) : trouble_,
                   good ? ""
                        : "'karkara local mesh' shows the radio links; UDP port " + std::to_string(settings_->port) +
                              " must be let in on " + settings_->interface});
  return items;
}

}  // namespace karkara
