// What anyone on the internet may send to an anchor's content port: every answer is whole HTTP, and only a path of ours
// gets a signature.
#include <cstdlib>

#include "common/truth.h"
#include "controller/anchor/truth_page.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  static const EchoMasterKeys keys = EchoMasterKeys::parse(std::string(64, '5')).value();
  TruthPage page{keys};
  const std::string answer = page.answer(text);
  const bool is_signed = answer.find("karkara-truth-v1 ") != std::string::npos;
  if (!answer.starts_with("HTTP/1.1 ") || is_signed != (page.counts().signed_answers == 1)) {
    std::abort();
  }
  if (const auto request = parse_truth_path(text); request && truth_path(*request) != text) {
    std::abort();
  }
  return 0;
}
