#pragma once

#include <cstdint>
#include <string>

namespace p2psig {

/// Why connecting to `address` (in numbers) fails, as an errno: libwebsockets only says that it did. Tries it
/// once more, for at most a tenth of a second, during which the loop stands still.
[[nodiscard]] int probe_connection(const std::string& address, std::uint16_t port);

/// Whether any byte has come over this TCP socket, read or not.
[[nodiscard]] bool has_received(int socket);

}  // namespace p2psig
