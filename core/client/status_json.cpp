#include "core/client/status_json.hpp"

#include <cstddef>

#include "core/protocol/json_cursor.hpp"
#include "core/protocol/json_text.hpp"
#include "core/protocol/wire_names.hpp"

namespace p2psig::status_json {
namespace {

/// The beginning of an object that goes on.
std::string begun_object(std::string_view time) {
  if (time.empty()) return "{";
  return std::string(R"({"ts":")").append(time).append("\",");
}

std::size_t items_of(std::string_view array) noexcept {
  std::size_t count = 0;
  JsonCursor at(array);
  for (bool more = at.enter(); more; more = at.next(), ++count) at.take_value();
  return count;
}

}  // namespace

std::string whole(std::string document, std::string_view time) {
  compact(document);
  if (!time.empty()) document.replace(0, 1, begun_object(time));
  document += '\n';
  return document;
}

std::string of_room(std::string_view document, std::string_view room, std::string_view time) {
  const auto rooms = member_text(document, key::kRooms);
  std::string peers(rooms ? member_text(*rooms, room).value_or("[]") : "[]");
  compact(peers);
  std::string line = begun_object(time);
  append_key(line, key::kRoom).append(json_string(room)) += ',';
  append_key(line, key::kCount).append(std::to_string(items_of(peers))) += ',';
  append_key(line, key::kPeers).append(peers);
  return line += "}\n";
}

}  // namespace p2psig::status_json
