// A VE.Direct device for the lab: a pseudo-terminal behind a symbolic link, on which a recording, or a small charger of
// our own, speaks block by block; it answers HEX gets for the days of its history, which is of our making. Refuses
// every other request. Called by scripts/run, by a test and by hand.
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "agent/power/vedirect/decoder.h"
#include "tests/fixtures/vedirect_charger.h"
#include "tests/support/pty.h"

namespace {

using namespace karkara;

constexpr const char* kUsage =
    "usage: karkara-vedirect-replay DUMP|--built-in --link PATH [--blocks-per-second N] [--history DAYS] [--loop]\n"
    "  DUMP                    recording of a VE.Direct port\n"
    "  --built-in              an hour of a charger of our own instead\n"
    "  --link PATH             symbolic link to the pseudo-terminal, made now and removed at the end\n"
    "  --blocks-per-second N   1 when not given, at most 1000\n"
    "  --history DAYS          how many days it remembers, 30 when not given; 0: it does not answer HEX\n"
    "  --loop                  begin again at the end, without the halves of blocks at the recording's ends\n";

struct Options {
  std::string dump;  // empty: built in
  bool built_in = false;
  bool loop = false;
  std::filesystem::path link;
  int blocks_per_second = 1;
  unsigned history = 30;
};

template <class Number>
bool read_number(const std::string& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

std::optional<Options> read_options(const std::vector<std::string>& words) {
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool has_next = i + 1 < words.size();
    if (words[i] == "--built-in") {
      options.built_in = true;
    } else if (words[i] == "--loop") {
      options.loop = true;
    } else if (words[i] == "--link" && has_next) {
      options.link = words[++i];
    } else if (words[i] == "--blocks-per-second" && has_next) {
      if (!read_number(words[++i], options.blocks_per_second)) {
        return std::nullopt;
      }
    } else if (words[i] == "--history" && has_next) {
      if (!read_number(words[++i], options.history)) {
        return std::nullopt;
      }
    } else if (!words[i].starts_with("-") && options.dump.empty()) {
      options.dump = words[i];
    } else {
      return std::nullopt;
    }
  }
  const bool one_source = options.built_in == options.dump.empty();
  const bool plausible = options.blocks_per_second >= 1 && options.blocks_per_second <= 1'000 && options.history <= 30;
  return one_source && plausible && !options.link.empty() ? std::optional{options} : std::nullopt;
}

std::string bytes_of(const Options& options) {
  std::string bytes;
  if (options.built_in) {
    for (unsigned second = 0; second < 3'600; ++second) {
      bytes += fixtures::charger_second(second);
    }
    return bytes;
  }
  std::ifstream in{options.dump, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

struct Piece {
  std::string bytes;
  bool verified;  // it ends with a block that does
};

// Cuts behind each block, good or bad.
std::vector<Piece> pieces_of(const std::string& bytes) {
  std::vector<Piece> pieces;
  vedirect::Decoder decoder;
  std::uint64_t ends = 0;
  std::string piece;
  for (const char c : bytes) {
    piece.push_back(c);
    std::span<const std::byte> one = std::as_bytes(std::span{&c, 1});
    const bool verified = decoder.next(one) == vedirect::Decoder::Got::Block;
    const vedirect::DecoderCounts& counts = decoder.counts();
    if (counts.good_blocks + counts.bad_blocks + counts.unsynced != ends) {
      ends = counts.good_blocks + counts.bad_blocks + counts.unsynced;
      pieces.push_back({std::move(piece), verified});
      piece.clear();
    }
  }
  if (!piece.empty()) {
    pieces.push_back({std::move(piece), false});
  }
  return pieces;
}

// Ends when a signal asks for it.
int signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return signalfd(-1, &set, SFD_CLOEXEC);
}

// A wire keeps nothing for a reader who comes later.
void drop_what_nobody_reads(const Pty& pty) {
  int waiting = 0;
  if (ioctl(pty.port(), FIONREAD, &waiting) == 0 && waiting > 1'500) {
    tcflush(pty.port(), TCIFLUSH);
  }
}

// The number of the day in which the recording begins.
unsigned day_number_in(const std::string& bytes) {
  unsigned number = 0;
  if (const auto at = bytes.find("\r\nHSDS\t"); at != std::string::npos) {
    const char* from = bytes.data() + at + 7;
    std::from_chars(from, bytes.data() + bytes.size(), number);
  }
  return number % fixtures::VeDirectCharger::kDayNumbers;
}

fixtures::VeDirectCharger charger_with_history(const Options& options, const std::string& bytes) {
  fixtures::VeDirectCharger charger{day_number_in(bytes)};
  charger.days = fixtures::month_of_days(options.history + 1);
  if (options.history == 0) {
    charger.hex = fixtures::VeDirectCharger::Hex::IsNotConnected;
  }
  return charger;
}

// False when a signal asks for the end. What is asked meanwhile is answered at once, between two blocks.
bool answer_for(std::chrono::milliseconds time, int stop, const Pty& pty, fixtures::VeDirectCharger& charger) {
  const auto until = std::chrono::steady_clock::now() + time;
  for (auto left = time; left.count() > 0;) {
    std::array<pollfd, 2> waiting{pollfd{stop, POLLIN, 0}, pollfd{pty.device(), POLLIN, 0}};
    if (poll(waiting.data(), waiting.size(), static_cast<int>(left.count())) < 0 || waiting[0].revents != 0) {
      return false;
    }
    if (waiting[1].revents != 0) {
      pty.send(charger.take(pty.received()));
    }
    left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  }
  return true;
}

void play(const Options& options, const std::vector<Piece>& pieces, const Pty& pty, fixtures::VeDirectCharger charger) {
  const int stop = signals();
  const std::chrono::milliseconds pause{1'000 / options.blocks_per_second};
  bool again = false;
  do {
    for (const Piece& piece : pieces) {
      if (again && !piece.verified) {
        continue;
      }
      drop_what_nobody_reads(pty);
      pty.send(piece.bytes);
      if (!answer_for(pause, stop, pty, charger)) {
        return;
      }
    }
    again = true;
  } while (options.loop);
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Options> options = read_options({argv + 1, argv + argc});
  if (!options) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  const std::string bytes = bytes_of(*options);
  const std::vector<Piece> pieces = pieces_of(bytes);
  if (pieces.empty()) {
    fmt::print(stderr, "karkara-vedirect-replay: {}: nothing to replay\n", options->dump);
    return 1;
  }
  const Pty pty;
  std::error_code error;
  if (std::filesystem::is_symlink(options->link, error)) {
    std::filesystem::remove(options->link, error);
  }
  std::filesystem::create_symlink(pty.port_path(), options->link, error);
  if (error) {
    fmt::print(stderr, "karkara-vedirect-replay: {}: {}\n", options->link.string(), error.message());
    return 1;
  }
  fmt::print("{} -> {}, {} pieces\n", options->link.string(), pty.port_path(), pieces.size());
  std::fflush(stdout);
  play(*options, pieces, pty, charger_with_history(*options, bytes));
  std::filesystem::remove(options->link, error);
  return 0;
}
