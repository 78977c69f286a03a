// A VE.Direct device for the lab: a pseudo-terminal behind a symbolic link, on which a recording, or a small charger of
// our own, speaks block by block. Refuses to answer requests. Called by scripts/run and by hand.
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "agent/power/vedirect/decoder.h"
#include "tests/fixtures/vedirect_stream.h"
#include "tests/support/pty.h"

namespace {

using namespace karkara;

constexpr const char* kUsage =
    "usage: karkara-vedirect-replay DUMP|--built-in --link PATH [--blocks-per-second N] [--loop]\n"
    "  DUMP                    recording of a VE.Direct port\n"
    "  --built-in              an hour of a charger of our own instead\n"
    "  --link PATH             symbolic link to the pseudo-terminal, made now and removed at the end\n"
    "  --blocks-per-second N   1 when not given, at most 1000\n"
    "  --loop                  begin again at the end, without the halves of blocks at the recording's ends\n";

struct Options {
  std::string dump;  // empty: built in
  bool built_in = false;
  bool loop = false;
  std::filesystem::path link;
  int blocks_per_second = 1;
};

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
      const std::string& text = words[++i];
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), options.blocks_per_second);
      if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
      }
    } else if (!words[i].starts_with("-") && options.dump.empty()) {
      options.dump = words[i];
    } else {
      return std::nullopt;
    }
  }
  const bool one_source = options.built_in == options.dump.empty();
  const bool plausible = options.blocks_per_second >= 1 && options.blocks_per_second <= 1'000;
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

void play(const Options& options, const std::vector<Piece>& pieces, const Pty& pty) {
  pollfd stop{signals(), POLLIN, 0};
  bool again = false;
  do {
    for (const Piece& piece : pieces) {
      if (again && !piece.verified) {
        continue;
      }
      drop_what_nobody_reads(pty);
      pty.send(piece.bytes);
      if (poll(&stop, 1, 1'000 / options.blocks_per_second) != 0) {
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
  const std::vector<Piece> pieces = pieces_of(bytes_of(*options));
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
  play(*options, pieces, pty);
  std::filesystem::remove(options->link, error);
  return 0;
}
