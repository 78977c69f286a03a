// The read that shows whether a single write was carried out, and what its answer says of it: where a line's echo is
// not known, the echo of a write cannot be told from its confirmation. Refuses writes of several registers: their
// confirmation is shorter than their question. Called by agent/io/modbus_queue.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace karkara {

// One coil or one holding register; `write` satisfies answer_repeats_question() and is_modbus_question().
[[nodiscard]] std::vector<std::byte> modbus_read_back(std::span<const std::byte> write);

// True: the verified answer to modbus_read_back(write) says what was written. Anything else, an exception too, is
// false.
[[nodiscard]] bool shows_written(std::span<const std::byte> write, std::span<const std::byte> answer);

}  // namespace karkara
