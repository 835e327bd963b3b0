#pragma once

#include <cstdint>

namespace p2psig {

enum class Colour : std::uint8_t { automatic, always, never };

/// Whether what goes to `fd` is to have colour: the choice made, then NO_COLOR, CLICOLOR_FORCE, TERM=dumb,
/// and whether it is a terminal.
[[nodiscard]] bool wants_colour(Colour choice, int fd);

}  // namespace p2psig
