#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace p2psig {

/// What the document of `GET /status` says; StatusWriter writes it. All strings are UTF-8 and hostile.
struct StatusReport {
  struct Room {
    std::string name;  ///< any string, also an empty one; half a surrogate pair has become U+FFFD
    std::vector<std::string> peers;
  };

  std::vector<std::string> clients;
  std::vector<Room> rooms;  ///< in the order in which they came; no name twice
};

/// Why a text is no such document.
struct StatusFault {
  std::string what;  ///< what was wrong and where: `rooms["lobby"][3] is not a string`; hostile, as names are
};

/// Reads the document of `GET /status`, whoever wrote it: strict RFC 8259 and UTF-8 with blanks between its
/// tokens or without, its members in any order, and members that this version does not know.
///
/// Cost: O(text.size()), and O(n log n) for n rooms. Holds at most limits::kStatusGrowth times the text and
/// limits::kStatusFreeBytes; a text that would take more is a fault.
[[nodiscard]] Result<StatusReport, StatusFault> read_status(std::string_view text);

}  // namespace p2psig
