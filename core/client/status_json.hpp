#pragma once

#include <string>
#include <string_view>

/// What `status` writes for scripts: a JSON object a line, its end included. `document` is what
/// read_status() has accepted; its values are kept as the server wrote them. `time` is UTC, as
/// `2026-11-23T12:01:07.410Z`, and comes first; empty: it is left out.
namespace p2psig::status_json {

/// The whole document, also members that this version does not know.
[[nodiscard]] std::string whole(std::string document, std::string_view time);

/// `{"room":"lobby","count":3,"peers":[...]}`; `room` is UTF-8. One that is not there has no peers.
[[nodiscard]] std::string of_room(std::string_view document, std::string_view room, std::string_view time);

}  // namespace p2psig::status_json
