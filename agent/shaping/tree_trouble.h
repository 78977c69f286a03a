// What keeps a wanted tree from being in place, as who builds it sees it. Refuses to say what it means for people. Told
// to the shaping feature by agent/site after each look at the kernel.
#pragma once

#include <cstdint>
#include <string>

namespace karkara {

struct TreeTrouble {
  enum class Kind : std::uint8_t {
    Missing,      // ours is yet to come
    Taken,        // a queueing discipline of another program is in its place
    Refused,      // the kernel refuses a step there, again and again
    LeafRefused,  // the same of the queue inside a class: a plain one of the kernel's holds the packets
  };
  std::uint32_t tree = 0;  // the link of the wanted shaper, or kDownloadLink
  std::uint32_t link = 0;  // where it is: the same, or an interface of the village that should lead to kDownloadDevice
  Kind kind = Kind::Missing;
  std::string why;  // "mq", "ingress"; what the kernel said
  friend bool operator==(const TreeTrouble&, const TreeTrouble&) = default;
};

}  // namespace karkara
