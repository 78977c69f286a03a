#include "agent/power/sun/outlook.h"

#include <algorithm>
#include <cmath>

#include "agent/power/battery/hours.h"

namespace karkara {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

}  // namespace

WallTime Outlook::middle_of(std::size_t step) const {
  return from_ + duration_cast<microseconds>(kStep * static_cast<std::int64_t>(step) + kStep / 2);
}

void Outlook::expect(std::size_t step, Watts load, Watts sun) {
  const double hours = hours_of(kStep);
  load_[step] = static_cast<float>(load.value() * hours);
  sun_[step] = static_cast<float>(sun.value() * hours);
}

// net: what the sun gives beyond the load.
double Outlook::step(double left, double net, const Reserve& reserve) {
  const double stored = net > 0 ? net * reserve.stores : net;
  return std::min(left + stored, std::max(left, reserve.room.value()));
}

Outlook::Course Outlook::course(double left, const Reserve& reserve, WallTime begin, WallTime end,
                                double sun_part) const {
  Course course{left, 0, 0};
  double drawn = 0;
  const double step_us = static_cast<double>(duration_cast<microseconds>(kStep).count());
  const double first = std::max(0.0, static_cast<double>((begin - from_).count()) / step_us);
  const double last = std::min<double>(kSteps, static_cast<double>((end - from_).count()) / step_us);
  for (double at = first; at < last;) {
    const auto index = static_cast<std::size_t>(at);
    const double next = std::min(last, std::floor(at) + 1);
    const double part = next - at;
    const double net = part * (sun_part * static_cast<double>(sun_[index]) - static_cast<double>(load_[index]));
    drawn -= net;
    course.deepest = std::max(course.deepest, drawn);
    course.load += part * static_cast<double>(load_[index]);
    course.left = std::max(0.0, step(course.left, net, reserve));
    at = next;
  }
  return course;
}

std::optional<Duration> Outlook::to_disconnect(const Reserve& reserve) const {
  double left = reserve.above.value();
  for (std::size_t i = 0; i < kSteps; ++i) {
    const double net = static_cast<double>(sun_[i]) - static_cast<double>(load_[i]);
    const double next = step(left, net, reserve);
    if (next <= 0) {
      const double part = net < 0 ? std::clamp(left / -net, 0.0, 1.0) : 0;
      return kStep * static_cast<std::int64_t>(i) + duration_cast<Duration>(part * kStep);
    }
    left = next;
  }
  return std::nullopt;
}

}  // namespace karkara
