#include "agent/codec/content_answer.h"

#include <algorithm>
#include <charconv>

namespace karkara {
namespace {

constexpr std::size_t kMostDetail = 120;
constexpr std::string_view kVersion = "HTTP/1.";

struct Head {
  unsigned status = 0;
  std::string_view headers;  // behind the status line
  std::string_view body;
};

// The end of the head, for servers that forget carriage returns as well. {npos, 0}: not there yet.
std::pair<std::size_t, std::size_t> end_of_head(std::string_view text) {
  const auto strict = text.find("\r\n\r\n");
  const auto loose = text.find("\n\n");
  return loose < strict ? std::pair{loose, std::size_t{2}}
                        : std::pair{strict, std::size_t{strict == text.npos ? 0U : 4U}};
}

// "HTTP/1.x NNN": nothing when the line is another.
std::optional<unsigned> status_of(std::string_view line) {
  if (line.size() < kVersion.size() + 5 || !line.starts_with(kVersion) || line[kVersion.size() + 1] != ' ') {
    return std::nullopt;
  }
  const std::string_view digits = line.substr(kVersion.size() + 2, 3);
  unsigned status = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), status);
  return error == std::errc{} && end == digits.data() + digits.size() && status >= 100 ? std::optional{status}
                                                                                       : std::nullopt;
}

bool same_letter(char a, char b) {
  return (a | 0x20) == (b | 0x20);
}

std::string_view header(std::string_view headers, std::string_view name) {
  while (!headers.empty()) {
    std::string_view line = headers.substr(0, headers.find('\n'));
    headers.remove_prefix(std::min(line.size() + 1, headers.size()));
    const auto colon = line.find(':');
    if (colon == line.npos || !std::ranges::equal(line.substr(0, colon), name, same_letter)) {
      continue;
    }
    line.remove_prefix(colon + 1);
    const auto first = std::min(line.find_first_not_of(" \t"), line.size());
    const auto last = line.find_last_not_of(" \t\r");
    return last == line.npos ? std::string_view{} : line.substr(first, last + 1 - first);
  }
  return {};
}

std::optional<Head> head_of(std::string_view received) {
  const auto [at, size] = end_of_head(received);
  if (at == received.npos) {
    return std::nullopt;
  }
  const auto status = status_of(received);
  if (!status) {
    return std::nullopt;
  }
  const std::string_view head = received.substr(0, at);
  return Head{*status, head.substr(std::min(head.find('\n'), head.size())), received.substr(at + size)};
}

// True while the bytes may be the front of an HTTP/1 answer.
bool may_be_http(std::string_view received) {
  const auto size = std::min(received.size(), kVersion.size());
  return received.substr(0, size) == kVersion.substr(0, size);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out{text.substr(0, kMostDetail)};
  std::ranges::replace_if(
      out, [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

std::string content_request(const TruthRequest& request, const IpEndpoint& server) {
  return "GET " + truth_path(request) + " HTTP/1.0\r\nHost: " + server.text() + "\r\nConnection: close\r\n\r\n";
}

std::optional<ContentOpinion> judge_content(std::string_view received, bool ended, std::uint64_t nonce,
                                            const EchoKey& key) {
  const bool full = received.size() >= kMostContentBytes;
  if (!may_be_http(received)) {
    return ContentOpinion{ContentVerdict::Foreign, printable("not HTTP: " + std::string{received})};
  }
  const auto head = head_of(received);
  if (!head && !ended && !full && end_of_head(received).first == received.npos) {
    return std::nullopt;
  }
  if (received.empty()) {
    return ContentOpinion{ContentVerdict::Refused, "closed without an answer"};
  }
  if (!head) {
    return ended && !full && status_of(received)
               ? ContentOpinion{ContentVerdict::Refused, "closed in the middle of an answer"}
               : ContentOpinion{ContentVerdict::Foreign, printable("not HTTP: " + std::string{received})};
  }
  const std::string status = std::to_string(head->status);
  if (head->status >= 300 && head->status < 400) {
    return ContentOpinion{ContentVerdict::Redirected,
                          printable(status + " to " + std::string{header(head->headers, "location")})};
  }
  if (head->status == 200 && verify_truth_body(head->body, nonce, key)) {
    return ContentOpinion{ContentVerdict::Signed, "signed"};
  }
  const std::size_t whole = truth_body(nonce, key).size();
  if (head->status == 200 && head->body.size() < whole && !ended && !full) {
    return std::nullopt;
  }
  if (head->status == 200 && ended && !head->body.empty() && truth_body(nonce, key).starts_with(head->body)) {
    return ContentOpinion{ContentVerdict::Refused, "closed in the middle of an answer"};
  }
  return ContentOpinion{ContentVerdict::Foreign, printable("status " + status + ", content that is not ours")};
}

}  // namespace karkara
