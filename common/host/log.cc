#include "common/host/log.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr auto kRepeatWindow = std::chrono::seconds{60};
constexpr std::size_t kMostRemembered = 256;

int journal_priority(Level level) {
  switch (level) {
    case Level::Debug: return 7;
    case Level::Info: return 6;
    case Level::Warning: return 4;
    case Level::Error: return 3;
    case Level::Critical: return 2;
  }
  return 6;
}

bool needs_quotes(const std::string& value) {
  return value.empty() || std::any_of(value.begin(), value.end(), [](unsigned char c) {
           return c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f;
         });
}

// Newlines and control characters are escaped: one note is one line, whatever a device or a person put into it.
std::string quoted(const std::string& value) {
  std::string text = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (c == '\n') {
      text += "\\n";
    } else if (byte < ' ' || byte == 0x7f) {
      constexpr const char* kHex = "0123456789abcdef";
      text += "\\x";
      text += kHex[byte >> 4U];
      text += kHex[byte & 15U];
    } else {
      text += c;
    }
  }
  return text + '"';
}

}  // namespace

std::string logfmt(const Note& note) {
  const MessageInfo& message = info(note.id);
  std::string line = "level=";
  line += to_string(message.level);
  line += " id=";
  line += message.name;
  for (const auto& [key, value] : note.fields) {
    line += ' ' + key + '=' + (needs_quotes(value) ? quoted(value) : value);
  }
  return line;
}

Log::Log(std::FILE* out, const Clock& clock, bool journal) : out_{out}, clock_{clock}, journal_{journal} {}

void Log::write(const Note& note) {
  const std::lock_guard lock{mutex_};
  if (info(note.id).level <= Level::Info) {
    print(note);
    return;
  }
  const Instant now = clock_.now();
  const std::string line = logfmt(note);
  auto [at, fresh] = repeats_.try_emplace(line, Repeat{now, 0});
  if (!fresh && now - at->second.first < kRepeatWindow) {
    ++at->second.suppressed;
    return;
  }
  Note said = note;
  if (!fresh) {
    if (at->second.suppressed > 0) {
      said.fields.emplace_back("repeated", std::to_string(at->second.suppressed));
    }
    at->second = Repeat{now, 0};
  }
  print(said);
  if (repeats_.size() > kMostRemembered) {
    std::erase_if(repeats_, [&](const auto& entry) { return now - entry.second.first >= kRepeatWindow; });
    if (repeats_.size() > kMostRemembered) {
      repeats_.clear();
    }
  }
}

void Log::print(const Note& note) {
  if (journal_) {
    std::fprintf(out_, "<%d>", journal_priority(info(note.id).level));
  }
  std::fprintf(out_, "%s\n", logfmt(note).c_str());
  std::fflush(out_);
}

}  // namespace karkara
