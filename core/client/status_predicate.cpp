#include "core/client/status_predicate.hpp"

#include <algorithm>
#include <cstddef>

#include "core/client/fields.hpp"
#include "core/client/phrases.hpp"
#include "core/text.hpp"

namespace p2psig {
namespace {

bool is_within(std::size_t count, const std::optional<std::uint64_t>& min,
               const std::optional<std::uint64_t>& max) noexcept {
  return (!min || count >= *min) && (!max || count <= *max);
}

bool has_peer(const StatusReport::Room* room, const std::string& id) {
  return room != nullptr && std::find(room->peers.begin(), room->peers.end(), id) != room->peers.end();
}

std::size_t peers_in(const StatusReport::Room* room) noexcept {
  return room != nullptr ? room->peers.size() : 0;
}

}  // namespace

const StatusReport::Room* find_room(const StatusReport& report, const std::string& name) {
  const auto found = std::find_if(report.rooms.begin(), report.rooms.end(),
                                  [&name](const StatusReport::Room& room) { return room.name == name; });
  return found != report.rooms.end() ? &*found : nullptr;
}

bool StatusPredicate::holds(const StatusReport& report) const {
  if (!is_within(report.clients.size(), clients_min, clients_max)) return false;
  if (!room) return true;
  const StatusReport::Room* const there = find_room(report, *room);
  return is_within(peers_in(there), peers_min, peers_max) && (!peer || has_peer(there, *peer));
}

std::string StatusPredicate::state(const StatusReport& report) const {
  constexpr std::size_t shown_bytes = 128;
  if (!room) return "there are " + counted(report.clients.size(), "client");
  const StatusReport::Room* const there = find_room(report, *room);
  std::string text = printable(shortened(*room, shown_bytes)) + " has " + counted(peers_in(there), "peer");
  if (peer && !has_peer(there, *peer)) text += ", without " + printable(shortened(*peer, shown_bytes));
  return text;
}

}  // namespace p2psig
