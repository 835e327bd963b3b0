#include "core/client/status_table.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/client/fields.hpp"
#include "core/client/phrases.hpp"
#include "core/client/status_predicate.hpp"
#include "core/text.hpp"

namespace p2psig {
namespace {

using Room = StatusReport::Room;

constexpr std::string_view kGap = "  ";
constexpr std::string_view kWideGap = "   ";
constexpr std::string_view kRoomHeading = "ROOM";
constexpr std::string_view kPeersHeading = "PEERS";
constexpr std::string_view kIdsHeading = "IDS";

constexpr std::size_t kNameColumnsMin = 8;
/// For scripts a longer name pushes its line to the right instead: a hostile server's one long name would be
/// made up for with blanks in a million lines.
constexpr std::size_t kPaddedColumnsMax = 64;
constexpr std::size_t kShortIdBytes = 8;
constexpr std::size_t kUtf8BytesMax = 4;

void append_padding(std::string& out, std::size_t width, std::size_t columns) {
  if (width < columns) out.append(columns - width, ' ');
}

void append_right(std::string& out, std::string_view text, std::size_t columns) {
  append_padding(out, text.size(), columns);
  out += text;
}

void sort_rooms(std::vector<const Room*>& rooms, RoomOrder order) {
  if (order == RoomOrder::name)
    std::stable_sort(rooms.begin(), rooms.end(),
                     [](const Room* one, const Room* other) { return one->name < other->name; });
  if (order == RoomOrder::peers)
    std::stable_sort(rooms.begin(), rooms.end(), [](const Room* one, const Room* other) {
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
  for (const Room& room : report.rooms) inside.insert(inside.end(), room.peers.begin(), room.peers.end());
  std::sort(inside.begin(), inside.end());
  return static_cast<std::size_t>(
      std::count_if(report.clients.begin(), report.clients.end(), [&inside](const std::string& id) {
        return !std::binary_search(inside.begin(), inside.end(), id);
      }));
}

StatusTable::StatusTable(const StatusReport& report, const StatusLayout& layout, std::string remark)
    : layout_(layout), about_server_(about_server(report, layout, remark)) {
  if (layout.room) {
    absent_.name = *layout.room;
    const Room* const there = find_room(report, *layout.room);
    rooms_.push_back(there != nullptr ? there : &absent_);
  } else {
    rooms_.reserve(report.rooms.size());
    for (const Room& room : report.rooms) rooms_.push_back(&room);
    sort_rooms(rooms_, layout.order);
  }
  name_columns_ = kNameColumnsMin;
  count_columns_ = kPeersHeading.size();
  for (const Room* const room : rooms_) {
    if (name_columns_ < kPaddedColumnsMax)
      name_columns_ = std::max(name_columns_, display_width(shown_name(room->name)));
    count_columns_ = std::max(count_columns_, std::to_string(room->peers.size()).size());
  }
  name_columns_ = std::min(name_columns_, kPaddedColumnsMax);
}

void StatusTable::append_line(std::string& out, std::size_t number) const {
  std::string line;
  if (number == 0) {
    line = about_server_;
  } else if (number == 1) {
    line = kRoomHeading;
    append_padding(line, kRoomHeading.size(), name_columns_);
    append_right(line += kGap, kPeersHeading, count_columns_);
    line.append(kGap).append(kIdsHeading);
  } else {
    append_row(line, *rooms_[number - kAboveRooms]);
  }
  if (layout_.columns) line = cut_to_width(line, *layout_.columns);
  const bool faint = layout_.colour && number == 1;
  out.append(faint ? "\x1b[2m" : "").append(line).append(faint ? "\x1b[0m" : "");
}

void StatusTable::append_row(std::string& out, const Room& room) const {
  out = shown_name(room.name);
  append_padding(out, display_width(out), name_columns_);
  append_right(out += kGap, std::to_string(room.peers.size()), count_columns_);
  if (room.peers.empty()) return;
  out += kGap;
  if (layout_.columns)
    append_ids_that_fit(out, room, display_width(out));
  else
    append_all_ids(out, room);
}

void StatusTable::append_all_ids(std::string& out, const Room& room) const {
  std::string_view between;
  for (const std::string& id : room.peers) {
    append_printable(out += between, id);
    between = " ";
  }
}

void StatusTable::append_ids_that_fit(std::string& out, const Room& room, std::size_t used) const {
  const std::size_t columns = *layout_.columns;
  for (std::size_t i = 0; i < room.peers.size(); ++i) {
    const std::string id = printable(cut(room.peers[i], kShortIdBytes));
    const std::string_view between = i == 0 ? "" : " ";
    const bool is_last = i + 1 == room.peers.size();
    const std::size_t needed = used + between.size() + display_width(id);
    if (needed + (is_last ? 0 : 1 + 1) > columns) {  // a blank and the ellipsis, for those behind it
      out.append(between).append(kEllipsis);
      return;
    }
    out.append(between).append(id);
    used = needed;
  }
}

/// On a terminal half of its width is for names.
std::string StatusTable::shown_name(const std::string& name) const {
  if (!layout_.columns) return printable(name);
  const std::size_t columns =
      std::clamp(*layout_.columns / 2, kNameColumnsMin, kPaddedColumnsMax);
  return cut_to_width(printable(shortened(name, kUtf8BytesMax * columns)), columns);
}

std::string text_of(const StatusTable& table) {
  std::string text;
  for (std::size_t i = 0; i < table.lines(); ++i) {
    table.append_line(text, i);
    text += '\n';
  }
  return text;
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
