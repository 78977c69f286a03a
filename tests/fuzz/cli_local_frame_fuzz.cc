// Bytes from the agent's socket: a reply, "more bytes", or an error; and the views of whatever reply came out.
#include <google/protobuf/stubs/logging.h>

#include <cstdint>
#include <sstream>
#include <string_view>

#include "controller/cli/align_screen.h"
#include "controller/cli/local_frame.h"
#include "controller/cli/render/check_view.h"
#include "controller/cli/render/render.h"
#include "controller/cli/render/shaping_view.h"
#include "controller/cli/render/site_view.h"
#include "controller/cli/render/uplink_view.h"
#include "controller/cli/render/usage_view.h"
#include "controller/cli/shaping_screen.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  using namespace karkara::cli;
  google::protobuf::SetLogHandler(nullptr);  // broken UTF-8 is what we are here for
  const auto reply = reply_in({reinterpret_cast<const char*>(data), size});
  if (!reply || !*reply) {
    return 0;
  }
  std::ostringstream out;
  render(status_view((*reply)->status()), Format::Wide, {.colour = true, .width = 80}, out);
  render(live_values_view((*reply)->live_values()), Format::Yaml, {}, out);
  render(explanation_view((*reply)->explanation()), Format::Table, {}, out);
  render(done_view((*reply)->done()), Format::Json, {}, out);
  render(usage_view((*reply)->usage()), Format::Wide, {}, out);
  render(check_view((*reply)->check()), Format::Table, {.width = 40}, out);
  render(decisions_view((*reply)->done()), Format::Table, {}, out);
  render(live_uplink_view(**reply), Format::Wide, {.width = 60}, out);
  render(shaping_view((*reply)->shaping()), Format::Wide, {.colour = true, .width = 80}, out);
  render(shaping_explanation((*reply)->shaping()), Format::Table, {.width = 60}, out);
  ShapingScreen top{"top", "q ends"};
  top.on_shaping((*reply)->shaping(), Instant{});
  top.on_trouble((*reply)->error());
  out << top.draw({.colour = true, .width = 40}, {40, 10}, Instant{});
  AlignScreen screen{"vsat"};
  if (screen.on_values((*reply)->live_values(), 1)) {
    out << screen.draw({.width = 60}) << screen.line();
    render(screen.view(), Format::JsonLines, {}, out);
  }
  return 0;
}
