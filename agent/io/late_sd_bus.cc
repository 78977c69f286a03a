// libsystemd's D-Bus functions under their own names, each handed on to the library, which is loaded by the first
// sd_bus_new(). Where it is missing that one fails, and nothing else of here is called. Linked instead of libsystemd.
#include <systemd/sd-bus.h>

#include <array>
#include <cerrno>
#include <cstdarg>

#include "agent/io/late_library.h"

namespace {

#define KARKARA_SD_BUS_FUNCTIONS(FUNCTION) \
  FUNCTION(sd_bus_new)                     \
  FUNCTION(sd_bus_set_address)             \
  FUNCTION(sd_bus_set_bus_client)          \
  FUNCTION(sd_bus_start)                   \
  FUNCTION(sd_bus_unref)                   \
  FUNCTION(sd_bus_close_unref)             \
  FUNCTION(sd_bus_get_fd)                  \
  FUNCTION(sd_bus_get_events)              \
  FUNCTION(sd_bus_get_timeout)             \
  FUNCTION(sd_bus_process)                 \
  FUNCTION(sd_bus_call_async)              \
  FUNCTION(sd_bus_add_match_async)         \
  FUNCTION(sd_bus_slot_unref)              \
  FUNCTION(sd_bus_message_new_method_call) \
  FUNCTION(sd_bus_message_set_auto_start)  \
  FUNCTION(sd_bus_message_unref)           \
  FUNCTION(sd_bus_message_get_error)       \
  FUNCTION(sd_bus_message_is_method_error) \
  FUNCTION(sd_bus_message_get_path)        \
  FUNCTION(sd_bus_message_get_sender)      \
  FUNCTION(sd_bus_message_appendv)         \
  FUNCTION(sd_bus_message_open_container)  \
  FUNCTION(sd_bus_message_close_container) \
  FUNCTION(sd_bus_message_read_basic)      \
  FUNCTION(sd_bus_message_skip)            \
  FUNCTION(sd_bus_message_enter_container) \
  FUNCTION(sd_bus_message_exit_container)  \
  FUNCTION(sd_bus_message_peek_type)       \
  FUNCTION(sd_bus_message_at_end)

struct SdBus {
#define FUNCTION(name) decltype(&::name) name = nullptr;
  KARKARA_SD_BUS_FUNCTIONS(FUNCTION)
#undef FUNCTION
};

SdBus library;

bool is_loaded() {
  static const bool loaded = [] {
#define FUNCTION(name) karkara::LateFunction{#name, reinterpret_cast<void**>(&library.name)},
    const auto functions = std::to_array({KARKARA_SD_BUS_FUNCTIONS(FUNCTION)});
#undef FUNCTION
    return karkara::load_late_library("libsystemd.so.0", functions).ok();
  }();
  return loaded;
}

}  // namespace

extern "C" {

int sd_bus_new(sd_bus** bus) {
  return is_loaded() ? library.sd_bus_new(bus) : -ELIBACC;
}
sd_bus* sd_bus_unref(sd_bus* bus) {
  return bus != nullptr ? library.sd_bus_unref(bus) : nullptr;  // also what never was
}
int sd_bus_set_address(sd_bus* bus, const char* address) {
  return library.sd_bus_set_address(bus, address);
}
int sd_bus_set_bus_client(sd_bus* bus, int yes) {
  return library.sd_bus_set_bus_client(bus, yes);
}
int sd_bus_start(sd_bus* bus) {
  return library.sd_bus_start(bus);
}
sd_bus* sd_bus_close_unref(sd_bus* bus) {
  return library.sd_bus_close_unref(bus);
}
int sd_bus_get_fd(sd_bus* bus) {
  return library.sd_bus_get_fd(bus);
}
int sd_bus_get_events(sd_bus* bus) {
  return library.sd_bus_get_events(bus);
}
int sd_bus_get_timeout(sd_bus* bus, uint64_t* until) {
  return library.sd_bus_get_timeout(bus, until);
}
int sd_bus_process(sd_bus* bus, sd_bus_message** message) {
  return library.sd_bus_process(bus, message);
}
int sd_bus_call_async(sd_bus* bus, sd_bus_slot** slot, sd_bus_message* message, sd_bus_message_handler_t handler,
                      void* data, uint64_t patience) {
  return library.sd_bus_call_async(bus, slot, message, handler, data, patience);
}
int sd_bus_add_match_async(sd_bus* bus, sd_bus_slot** slot, const char* match, sd_bus_message_handler_t handler,
                           sd_bus_message_handler_t installed, void* data) {
  return library.sd_bus_add_match_async(bus, slot, match, handler, installed, data);
}
sd_bus_slot* sd_bus_slot_unref(sd_bus_slot* slot) {
  return slot != nullptr ? library.sd_bus_slot_unref(slot) : nullptr;
}

int sd_bus_message_new_method_call(sd_bus* bus, sd_bus_message** message, const char* destination, const char* path,
                                   const char* interface, const char* member) {
  return library.sd_bus_message_new_method_call(bus, message, destination, path, interface, member);
}
int sd_bus_message_set_auto_start(sd_bus_message* message, int yes) {
  return library.sd_bus_message_set_auto_start(message, yes);
}
sd_bus_message* sd_bus_message_unref(sd_bus_message* message) {
  return message != nullptr ? library.sd_bus_message_unref(message) : nullptr;
}
const sd_bus_error* sd_bus_message_get_error(sd_bus_message* message) {
  return library.sd_bus_message_get_error(message);
}
int sd_bus_message_is_method_error(sd_bus_message* message, const char* name) {
  return library.sd_bus_message_is_method_error(message, name);
}
const char* sd_bus_message_get_path(sd_bus_message* message) {
  return library.sd_bus_message_get_path(message);
}
const char* sd_bus_message_get_sender(sd_bus_message* message) {
  return library.sd_bus_message_get_sender(message);
}
int sd_bus_message_append(sd_bus_message* message, const char* types, ...) {
  va_list arguments;
  va_start(arguments, types);
  const int status = library.sd_bus_message_appendv(message, types, arguments);
  va_end(arguments);
  return status;
}
int sd_bus_message_open_container(sd_bus_message* message, char type, const char* contents) {
  return library.sd_bus_message_open_container(message, type, contents);
}
int sd_bus_message_close_container(sd_bus_message* message) {
  return library.sd_bus_message_close_container(message);
}
int sd_bus_message_read_basic(sd_bus_message* message, char type, void* into) {
  return library.sd_bus_message_read_basic(message, type, into);
}
int sd_bus_message_skip(sd_bus_message* message, const char* types) {
  return library.sd_bus_message_skip(message, types);
}
int sd_bus_message_enter_container(sd_bus_message* message, char type, const char* contents) {
  return library.sd_bus_message_enter_container(message, type, contents);
}
int sd_bus_message_exit_container(sd_bus_message* message) {
  return library.sd_bus_message_exit_container(message);
}
int sd_bus_message_peek_type(sd_bus_message* message, char* type, const char** contents) {
  return library.sd_bus_message_peek_type(message, type, contents);
}
int sd_bus_message_at_end(sd_bus_message* message, int complete) {
  return library.sd_bus_message_at_end(message, complete);
}

}  // extern "C"
