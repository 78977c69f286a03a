#include "tests/lab/stream_tally.h"

#include <algorithm>
#include <cstdio>

namespace karkara::lab {
namespace {

// Shorter waits between answers are the rhythm of the stream and are not kept.
constexpr Duration kLeastKept = std::chrono::milliseconds{5};
constexpr std::uint64_t kMostPackets = 100'000'000;

double ms(Duration duration) {
  return std::chrono::duration<double, std::milli>{duration}.count();
}

// By nearest rank; sorts them.
Duration at_95_percent(std::vector<Duration>& times) {
  std::sort(times.begin(), times.end());
  return times[(times.size() * 95 + 99) / 100 - 1];
}

}  // namespace

StreamTally::Packet& StreamTally::packet(std::uint64_t number) {
  if (number >= packets_.size()) {
    packets_.resize(number + 1);
  }
  return packets_[number];
}

void StreamTally::sent(std::uint64_t number, Instant now) {
  if (number < kMostPackets) {
    Packet& one = packet(number);
    one.sent = true;
    one.sent_at = now;
    last_sent_at_ = now;
  }
}

void StreamTally::unsent(std::uint64_t number) {
  if (number < kMostPackets) {
    packet(number).sent = false;
  }
}

void StreamTally::answered(std::uint64_t number, Instant now, Instant there) {
  if (number >= packets_.size() || !packets_[number].sent) {
    return;  // not ours
  }
  Packet& one = packets_[number];
  if (one.answered) {
    ++duplicated_;
    return;
  }
  one.answered = true;
  one.rtt = now - one.sent_at;
  one.up = there - one.sent_at;
  first_heard_at_ = std::min(first_heard_at_, now);
  if (number < next_expected_) {
    ++reordered_;
  }
  next_expected_ = std::max(next_expected_, number + 1);
  if (now - heard_at_ >= kLeastKept) {
    silences_.push_back({heard_at_ - start_, now - heard_at_});
  }
  heard_at_ = now;
}

StreamReport StreamTally::report(Duration least_silence) const {
  StreamReport report;
  std::vector<Duration> rtts;
  std::vector<Duration> ups;
  std::vector<Duration> downs;
  std::uint64_t run = 0;
  for (const Packet& one : packets_) {
    if (!one.sent) {
      ++report.unsent;
      continue;
    }
    ++report.sent;
    run = one.answered ? 0 : run + 1;
    report.longest_loss_run = std::max(report.longest_loss_run, run);
    if (one.answered) {
      rtts.push_back(one.rtt);
      ups.push_back(one.up);
      downs.push_back(one.rtt - one.up);
    }
  }
  report.answered = rtts.size();
  report.lost = report.sent - report.answered;
  report.not_taken = report.sent - std::min(taken_, report.sent);
  report.until_first = first_heard_at_ == Instant::max() ? Duration{} : first_heard_at_ - start_;
  report.reordered = reordered_;
  report.duplicated = duplicated_;
  if (!rtts.empty()) {
    std::sort(rtts.begin(), rtts.end());
    report.rtt_min = rtts.front();
    report.rtt_median = rtts[rtts.size() / 2];
    report.rtt_p95 = at_95_percent(rtts);
    report.up_p95 = at_95_percent(ups);
    report.up_median = ups[ups.size() / 2];
    report.down_p95 = at_95_percent(downs);
    report.down_median = downs[downs.size() / 2];
    report.rtt_max = rtts.back();
  }
  report.silences = silences_;
  if (last_sent_at_ > heard_at_) {
    report.silences.push_back({heard_at_ - start_, last_sent_at_ - heard_at_});
  }
  for (const Silence& silence : report.silences) {
    report.longest_silence = std::max(report.longest_silence, silence.lasted);
  }
  std::erase_if(report.silences, [&](const Silence& silence) { return silence.lasted < least_silence; });
  return report;
}

std::string to_json(const StreamReport& report, bool with_silences) {
  char text[768];
  std::snprintf(text, sizeof(text),
                "{\"sent\":%lu,\"unsent\":%lu,\"answered\":%lu,\"lost\":%lu,\"not_taken\":%lu,\"reordered\":%lu,"
                "\"duplicated\":%lu,"
                "\"longest_loss_run\":%lu,\"until_first_ms\":%.1f,\"longest_silence_ms\":%.1f,\"rtt_min_ms\":%.2f,"
                "\"rtt_median_ms\":%.2f,"
                "\"rtt_p95_ms\":%.2f,\"rtt_max_ms\":%.2f,\"up_median_ms\":%.2f,\"up_p95_ms\":%.2f,"
                "\"down_median_ms\":%.2f,\"down_p95_ms\":%.2f",
                report.sent, report.unsent, report.answered, report.lost, report.not_taken, report.reordered,
                report.duplicated, report.longest_loss_run, ms(report.until_first), ms(report.longest_silence),
                ms(report.rtt_min), ms(report.rtt_median), ms(report.rtt_p95), ms(report.rtt_max), ms(report.up_median),
                ms(report.up_p95), ms(report.down_median), ms(report.down_p95));
  std::string json = text;
  if (with_silences) {
    json += ",\"gaps\":[";
    for (const Silence& silence : report.silences) {
      std::snprintf(text, sizeof(text), "%s{\"at_ms\":%.1f,\"lasted_ms\":%.1f}", json.back() == '[' ? "" : ",",
                    ms(silence.from_start), ms(silence.lasted));
      json += text;
    }
    json += "]";
  }
  return json + "}";
}

}  // namespace karkara::lab
