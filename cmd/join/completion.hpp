#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/terminal/line_editor.hpp"
#include "core/client/room_view.hpp"

namespace p2psig {

/// What the word at the cursor may become: a command, a peer of the room (the one that came last first), a
/// room of `rooms` (null: they are not known, and come later), or behind `@` where a file is wanted a file's
/// name.
[[nodiscard]] Completion complete_line(std::string_view line, std::size_t cursor, const RoomView& view,
                                       const std::vector<std::string>* rooms);

}  // namespace p2psig
