// The schema's defaults, set in a configuration message. It never touches what is set already. Called by the reader
// after a file, and by whoever makes a configuration without a file.
#pragma once

#include <google/protobuf/message.h>

namespace karkara {

// Sections that were left out are made when they have any default and nothing required.
// standby_echo_interval of an uplink has none here: agent/config_bind chooses it.
void fill_defaults(google::protobuf::Message& message);

}  // namespace karkara
