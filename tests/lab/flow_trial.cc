// What the agent does about flows, one thing at a time, for a test in a network namespace:
//   karkara-flow-trial MARK MASK     forgets the tracked connections of one mark, as a failover does
//   karkara-flow-trial --offloaded   tells the interfaces that are in flowtables, as a dump does
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "agent/io/conntrack.h"
#include "agent/io/nft_table.h"

namespace {

using namespace karkara;

std::uint32_t number(const char* text) {
  return static_cast<std::uint32_t>(std::strtoul(text, nullptr, 0));
}

Status forget(const MarkMatch& match) {
  auto conntrack = Conntrack::open();
  return conntrack ? conntrack->flush_marked(match) : Status{conntrack.error()};
}

Status tell_offloaded() {
  const auto names = NftTable{}.offloaded();
  if (!names) {
    return names.error();
  }
  for (const std::string& name : *names) {
    std::printf("%s\n", name.c_str());
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const bool offloaded = argc == 2 && std::string_view{argv[1]} == "--offloaded";
  if (!offloaded && argc != 3) {
    std::fprintf(stderr, "karkara-flow-trial MARK MASK | --offloaded\n");
    return 2;
  }
  const Status status = offloaded ? tell_offloaded() : forget({number(argv[1]), number(argv[2])});
  if (!status) {
    std::fprintf(stderr, "%s\n", status.error().text.c_str());
    return 1;
  }
  return 0;
}
