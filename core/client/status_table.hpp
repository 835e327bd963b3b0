#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/protocol/status_reader.hpp"

namespace p2psig {

enum class RoomOrder : std::uint8_t {
  server,
  name,   ///< by their bytes
  peers,  ///< most first
};

/// What of a server's status is shown, and how.
struct StatusLayout {
  std::string url;                  ///< the server's
  std::optional<std::string> room;  ///< only this one, also if it is not there
  RoomOrder order = RoomOrder::server;
  std::optional<std::size_t> columns;  ///< of a terminal; nothing: for scripts, whole ids and nothing cut
  bool colour = false;
};

/// A server's status as lines for people, made one by one: a line about the server, then, if there are rooms,
/// the headings and a line for each. Safe to print whatever the server wrote. What is given must outlive it.
class StatusTable {
 public:
  /// `remark` ends the first line, unless it is empty: "3 ms".
  StatusTable(const StatusReport& report, const StatusLayout& layout, const std::string& remark);
  StatusTable(const StatusTable&) = delete;
  StatusTable& operator=(const StatusTable&) = delete;

  [[nodiscard]] std::size_t lines() const noexcept {
    return rooms_.empty() ? 1 : kAboveRooms + rooms_.size();
  }
  /// Appends a line, without its end. Cost: O(its size); on a terminal O(columns), however large the room is.
  void append_line(std::string& out, std::size_t number) const;

  static constexpr std::size_t kAboveRooms = 2;

 private:
  void append_whole_line(std::string& out, std::size_t number) const;
  void append_room(std::string& out, const StatusReport::Room& room) const;
  static void append_all_ids(std::string& out, const StatusReport::Room& room);
  void append_ids_that_fit(std::string& out, const StatusReport::Room& room, std::size_t used) const;

  static constexpr std::size_t kNameColumnsMin = 8;

  const StatusLayout& layout_;
  const std::string about_server_;
  StatusReport::Room absent_;  // stands for the room that is asked for, if it is not there
  std::vector<const StatusReport::Room*> rooms_;
  const std::size_t name_columns_max_;
  std::size_t name_columns_ = kNameColumnsMin;
  std::size_t count_columns_ = 5;  // of the heading
};

/// The table in the place of the picture before, on a terminal of so many rows: as many rooms as fit, and how
/// many more there are. Every line has to be narrower than the terminal (StatusLayout). To be written at
/// once: nothing is blank in between, so nothing flickers. The cursor is below it then, at the first column.
[[nodiscard]] std::string picture_of(const StatusTable& table, std::size_t rows);

/// Moves what is on a screen of so many rows up and out of it, into what can be scrolled back to.
[[nodiscard]] std::string cleared_screen(std::size_t rows);

/// Those that are in no room.
[[nodiscard]] std::size_t clients_without_room(const StatusReport& report);

}  // namespace p2psig
