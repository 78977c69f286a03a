// What two of a request's header fields ask: whether the client has this version of a page already, and whether it
// takes gzip (RFC 9110, sections 13.1.2 and 12.5.3). Refuses to guess: what is torn asks for nothing. Called by
// HttpServer.
#pragma once

#include <string_view>

namespace karkara {

// If-None-Match: "*", or a list of entity tags, compared weakly.
[[nodiscard]] bool has_version(std::string_view if_none_match, std::string_view etag);

// Accept-Encoding: gzip or "*", with a quality above 0. An empty field accepts nothing.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

}  // namespace karkara
