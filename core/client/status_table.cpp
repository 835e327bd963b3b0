#include "core/client/status_table.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/client/fields.hpp"
#include "core/client/phrases.hpp"
#include "core/client/status_predicate.hpp"
#include "core/protocol/peer_id.hpp"
#include "core/text.hpp"

namespace p2psig {
namespace {

using RoomStatus = StatusReport::Room;

constexpr std::string_view kGap = "  ";
constexpr std::string_view kWideGap = "   ";
constexpr std::string_view kRoomHeading = "ROOM";
constexpr std::string_view kPeersHeading = "PEERS";
constexpr std::string_view kIdsHeading = "IDS";

/// A longer name is cut on a terminal; for scripts it pushes its line to the right: blanks that make up for a
/// hostile server's one long name, in a million lines, would fill any disk.
constexpr std::size_t kPaddedColumnsMax = 64;
void append_padding(std::string& out, std::size_t width, std::size_t columns) {
  if (width < columns) out.append(columns - width, ' ');
}

void append_right(std::string& out, std::string_view text, std::size_t columns) {
  append_padding(out, text.size(), columns);
  out += text;
}

void sort_rooms(std::vector<const RoomStatus*>& rooms, RoomOrder order) {
  if (order == RoomOrder::name)
    std::stable_sort(rooms.begin(), rooms.end(),
                     [](const RoomStatus* one, const RoomStatus* other) { return one->name < other->name; });
  if (order == RoomOrder::peers)
    std::stable_sort(rooms.begin(), rooms.end(), [](const RoomStatus* one, const RoomStatus* other) {
      return one->peers.size() > other->peers.size();
    });
}

std::string about_server(const StatusReport& report, const StatusLayout& layout, const std::string& remark) {
  std::string text = printable(layout.url);
  text.append(kWideGap).append(counted(report.clients.size(), "client"));
  if (const std::size_t outside = clients_without_room(report); outside != 0)
    text.append(" (").append(std::to_string(outside)).append(" in no room)");
  text.append(kWideGap).append(counted(report.rooms.size(), "room"));
  if (!remark.empty()) text.append(kWideGap).append(remark);
  return text;
}

}  // namespace

std::size_t clients_without_room(const StatusReport& report) {
  std::vector<std::string_view> inside;
  for (const RoomStatus& room : report.rooms)
    inside.insert(inside.end(), room.peers.begin(), room.peers.end());
  std::sort(inside.begin(), inside.end());
  return static_cast<std::size_t>(std::count_if(
      report.clients.begin(), report.clients.end(),
      [&inside](const std::string& id) { return !std::binary_search(inside.begin(), inside.end(), id); }));
}

StatusTable::StatusTable(const StatusReport& report, const StatusLayout& layout, const std::string& remark)
    : layout_(layout),
      about_server_(about_server(report, layout, remark)),
      name_columns_max_(layout.columns ? std::clamp(*layout.columns / 2, kNameColumnsMin, kPaddedColumnsMax)
                                       : kPaddedColumnsMax) {
  if (layout.room) {
    absent_.name = *layout.room;
    const RoomStatus* const there = find_room(report, *layout.room);
    rooms_.push_back(there != nullptr ? there : &absent_);
  } else {
    rooms_.reserve(report.rooms.size());
    for (const RoomStatus& room : report.rooms) rooms_.push_back(&room);
    sort_rooms(rooms_, layout.order);
  }
  for (const RoomStatus* const room : rooms_) {
    name_columns_ = std::max(name_columns_, display_width(short_printable(room->name, name_columns_max_)));
    count_columns_ = std::max(count_columns_, std::to_string(room->peers.size()).size());
  }
}

void StatusTable::append_line(std::string& out, std::size_t number) const {
  const bool faint = layout_.colour && number == 1;
  if (faint) out += "\x1b[2m";
  if (layout_.columns) {
    std::string line;
    append_whole_line(line, number);
    out += cut_to_width(line, *layout_.columns);
  } else {
    append_whole_line(out, number);
  }
  if (faint) out += "\x1b[0m";
}

void StatusTable::append_whole_line(std::string& out, std::size_t number) const {
  if (number == 0) {
    out += about_server_;
  } else if (number == 1) {
    append_padding(out += kRoomHeading, kRoomHeading.size(), name_columns_);
    append_right(out += kGap, kPeersHeading, count_columns_);
    out.append(kGap).append(kIdsHeading);
  } else {
    append_room(out, *rooms_[number - kAboveRooms]);
  }
}

void StatusTable::append_room(std::string& out, const RoomStatus& room) const {
  const std::size_t start = out.size();
  if (layout_.columns)
    out += short_printable(room.name, name_columns_max_);
  else
    append_printable(out, room.name);
  append_padding(out, display_width(std::string_view(out).substr(start)), name_columns_);
  append_right(out += kGap, std::to_string(room.peers.size()), count_columns_);
  if (room.peers.empty()) return;
  out += kGap;
  if (layout_.columns)
    append_ids_that_fit(out, room, display_width(std::string_view(out).substr(start)));
  else
    append_all_ids(out, room);
}

void StatusTable::append_all_ids(std::string& out, const RoomStatus& room) {
  std::string_view between;
  for (const std::string& id : room.peers) {
    append_printable(out += between, id);
    between = " ";
  }
}

void StatusTable::append_ids_that_fit(std::string& out, const RoomStatus& room, std::size_t used) const {
  constexpr std::size_t blank_and_ellipsis = 2;  // for those behind
  for (std::size_t i = 0; i < room.peers.size(); ++i) {
    const std::string id = printable(cut(room.peers[i], PeerId::kShortTextBytes));
    const std::string_view between = i == 0 ? "" : " ";
    used += between.size() + display_width(id);
    const bool is_last = i + 1 == room.peers.size();
    if (used + (is_last ? 0 : blank_and_ellipsis) > *layout_.columns) {
      out.append(between).append(kEllipsis);
      return;
    }
    out.append(between).append(id);
  }
}

std::string picture_of(const StatusTable& table, std::size_t rows) {
  constexpr std::string_view home = "\x1b[H";
  const std::string_view line_end = rows > 1 ? "\x1b[K\r\n" : "\x1b[K";  // one row must not scroll
  constexpr std::string_view erase_below = "\x1b[J";
  const std::size_t fit = std::max<std::size_t>(rows, 2) - 1;  // the cursor has a row of its own
  const bool all = table.lines() <= fit;
  const std::size_t shown = all ? table.lines() : std::max<std::size_t>(fit, 2) - 1;
  std::string text(home);
  for (std::size_t i = 0; i < shown; ++i) {
    table.append_line(text, i);
    text += line_end;
  }
  if (!all && fit > 1) {
    const std::size_t above = std::max(shown, StatusTable::kAboveRooms);
    text.append("… and ").append(counted(table.lines() - above, "more room")).append(line_end);
  }
  return text += erase_below;
}

std::string cleared_screen(std::size_t rows) { return std::string(rows, '\n') + "\x1b[H"; }

}  // namespace p2psig
