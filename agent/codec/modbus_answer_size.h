// How long the answer to a Modbus question gets: the byte count tells, silence does not (a USB adapter delivers in
// crumbs 16 ms apart). Refuses what cannot be the answer to that question as early as its bytes show it.
// Called by modbus_frame; what the bytes mean is agent/devices/modbus_pdu's.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace karkara {

inline constexpr std::size_t kMostModbusPdu = 253;  // an RTU frame has 256 bytes, with unit and check

struct ModbusAnswerSize {
  std::size_t bytes = 0;  // of the PDU: at least so many
  bool is_final = false;  // not more either
};

// As far as `begun`, the first bytes of an answer's PDU, tells; never less for more of them. None: they begin no answer
// to the question `asked`, or it is none of functions 1 to 6, 16 and 43/14.
[[nodiscard]] std::optional<ModbusAnswerSize> modbus_answer_size(std::span<const std::byte> asked,
                                                                 std::span<const std::byte> begun);

// A question whose answer can be told, and that fits a frame.
[[nodiscard]] bool is_modbus_question(std::span<const std::byte> asked);

// Its good answer is byte for byte the question: writes of one coil or register.
[[nodiscard]] bool answer_repeats_question(std::span<const std::byte> asked);

}  // namespace karkara
