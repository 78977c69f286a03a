#include "controller/anchor/truth_page.h"

#include "common/truth.h"

namespace karkara {
namespace {

std::string http_answer(std::string_view status, std::string_view body) {
  return "HTTP/1.1 " + std::string{status} +
         "\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

// The path of "GET PATH HTTP/1.x"; nothing for every other line.
std::string_view path_of(std::string_view line) {
  constexpr std::string_view kGet = "GET ";
  const auto version = line.rfind(" HTTP/1.");
  if (!line.starts_with(kGet) || version == line.npos || version < kGet.size()) {
    return {};
  }
  return line.substr(kGet.size(), version - kGet.size());
}

}  // namespace

std::string TruthPage::answer(std::string_view head) {
  const std::string_view path = path_of(head.substr(0, head.find("\r\n")));
  if (path.empty()) {
    ++counts_.refused;
    return http_answer("400 Bad Request", "");
  }
  const auto request = parse_truth_path(path);
  const EchoMasterKey* const master = request ? keys_.find(request->generation) : nullptr;
  if (master == nullptr) {
    ++counts_.refused;
    return http_answer("404 Not Found", "");
  }
  ++counts_.signed_answers;
  return http_answer("200 OK", truth_body(request->nonce, master->site_key(request->key_id)));
}

}  // namespace karkara
