// From a radio profile to decibels and back to megabits: how much loss a link may have, what margin is left at a given
// loss, and which rate that carries. Thermal noise at 290 K. Refuses terrain; losses come from propagation models.
#pragma once

#include "common/result.h"
#include "controller/planner/link/radio_profile.h"

namespace karkara::planner {

// Basic transmission loss (between isotropic antennas) at which the least rate is just carried, in the beam's middle.
struct LinkBudget {
  Db most_loss_down;  // of a hop: either way
  Db most_loss_up;    // of a hop: the same
  Db snr_down;        // that the least rate needs
  Db snr_up;
  [[nodiscard]] Db most_loss() const { return most_loss_down < most_loss_up ? most_loss_down : most_loss_up; }
};

[[nodiscard]] Dbm eirp(const RadioProfile& profile);
// Of the channel: kTB, noise figure and what others add.
[[nodiscard]] Dbm noise(Megahertz channel, Db noise_figure, Db interference);

// Refuses a profile whose steps do not carry its least rates.
[[nodiscard]] Result<LinkBudget> make_budget(const RadioProfile& profile);

// Of the weaker direction; `pattern` is what the antenna's pattern takes.
[[nodiscard]] Db margin(const LinkBudget& budget, Db loss, Db pattern);
// Downwards, at that loss; 0 below the lowest step.
[[nodiscard]] BitsPerSecond rate_down(const RadioProfile& profile, const LinkBudget& budget, Db loss, Db pattern);
[[nodiscard]] BitsPerSecond rate_at(const RadioProfile& profile, Db snr);

}  // namespace karkara::planner
