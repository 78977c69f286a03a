// What a TCP connection put on the wire, by the kernel's own count. Refuses Asio: its headers and the kernel's define
// the same struct. Called by ContentCheck, since every byte over a SIM or a satellite is paid for.
#pragma once

#include <cstdint>

namespace karkara {

// Both directions with IP and TCP headers, handshake and repeats included, and the closing that is still to come; 0
// when the kernel does not tell.
[[nodiscard]] std::uint64_t tcp_bytes_on_wire(int socket);

}  // namespace karkara
