#include "core/protocol/status_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>
#include <utility>

#include "core/protocol/envelope.hpp"
#include "core/protocol/json_cursor.hpp"
#include "core/protocol/json_text.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/utf8.hpp"
#include "core/protocol/wire_names.hpp"

namespace p2psig {
namespace {

using FaultFound = std::optional<StatusFault>;

FaultFound fault(std::string what) { return StatusFault{std::move(what)}; }

FaultFound scan_fault(const ScanError& error) {
  switch (error.fault) {
    case ScanError::Fault::invalid_utf8:
      return fault("it is not UTF-8");
    case ScanError::Fault::not_object:
      return fault("it is not a JSON object");
    case ScanError::Fault::too_deep:
      return fault("it is nested deeper than " + std::to_string(limits::kNestingLevels) + " levels");
    case ScanError::Fault::not_json:
      break;
  }
  return fault("it is not JSON, from byte " + std::to_string(error.offset) + " on");
}

/// How a room's place is written, its name cut short.
std::string place_of(std::string name) {
  constexpr std::size_t shown_bytes = 64;
  replace_lone_surrogates(name);
  std::string_view shown = std::string_view(name).substr(0, shown_bytes);
  while (!is_utf8(shown)) shown.remove_suffix(1);
  std::string place(key::kRooms);
  place += "[\"";
  append_escaped(place, shown);
  return place.append(shown.size() < name.size() ? "…" : "").append("\"]");
}

class Reader {
 public:
  explicit Reader(std::string_view text)
      : at_(text), free_bytes_(limits::kStatusFreeBytes + limits::kStatusGrowth * text.size()) {}

  Result<StatusReport, StatusFault> read() {
    if (FaultFound found = read_members()) return *std::move(found);
    return std::move(report_);
  }

 private:
  FaultFound read_members() {
    for (bool more = at_.enter(); more; more = at_.next())
      if (FaultFound found = read_member(meaning_of(at_.take_key()))) return found;
    for (std::size_t i = 0; i < kMembers.size(); ++i)
      if (!seen_[i]) return fault(std::string(kMembers[i]) + " is missing");
    const std::size_t clients = report_.clients.size();
    if (total_ != static_cast<double>(clients))
      return fault(std::string(key::kTotalClients) + " is not " + std::to_string(clients) +
                   ", which is how many are in " + std::string(key::kClients));
    return {};
  }

  FaultFound read_member(const std::string& name) {
    const auto* const known = std::find(kMembers.begin(), kMembers.end(), name);
    if (known == kMembers.end()) {
      at_.take_value();
      return {};
    }
    if (std::exchange(seen_.at(static_cast<std::size_t>(known - kMembers.begin())), true))
      return fault(name + " is there twice");
    if (name == key::kTotalClients) return read_total();
    if (name == key::kRooms) return read_rooms();
    return read_ids(report_.clients, [&] { return name; });
  }

  FaultFound read_total() {
    const std::string_view value = at_.take_value();
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), total_);
    return parsed.ec == std::errc() ? FaultFound{}
                                    : fault(std::string(key::kTotalClients) + " is not a number");
  }

  FaultFound read_rooms() {
    if (at_.peek() != '{') return fault(std::string(key::kRooms) + " is not an object");
    for (bool more = at_.enter(); more; more = at_.next()) {
      const std::string_view name = at_.take_key();
      if (!spend(kRoomBytes + name.size())) return too_much();
      StatusReport::Room& room = report_.rooms.emplace_back();
      room.name = meaning_of(name);
      if (FaultFound found = read_ids(room.peers, [&room] { return place_of(room.name); })) return found;
    }
    if (FaultFound found = find_repeated_room()) return found;
    for (StatusReport::Room& room : report_.rooms)
      replace_lone_surrogates(room.name);  // after which two may be the same
    return {};
  }

  /// `place` is only asked for where something is wrong.
  template <class Place>
  FaultFound read_ids(std::vector<std::string>& ids, Place place) {
    if (at_.peek() != '[') return fault(place() + " is not an array");
    for (bool more = at_.enter(); more; more = at_.next()) {
      if (at_.peek() != '"') return fault(place() + "[" + std::to_string(ids.size()) + "] is not a string");
      const std::string_view raw = at_.take_string();
      if (!spend(kIdBytes + raw.size())) return too_much();
      replace_lone_surrogates(ids.emplace_back(meaning_of(raw)));
    }
    return {};
  }

  [[nodiscard]] FaultFound find_repeated_room() const {
    std::vector<std::string_view> names;
    names.reserve(report_.rooms.size());
    for (const StatusReport::Room& room : report_.rooms) names.emplace_back(room.name);
    std::sort(names.begin(), names.end());
    const auto repeated = std::adjacent_find(names.begin(), names.end());
    if (repeated == names.end()) return {};
    return fault(place_of(std::string(*repeated)) + " is there twice");
  }

  bool spend(std::size_t bytes) noexcept {
    if (bytes > free_bytes_) return false;
    free_bytes_ -= bytes;
    return true;
  }

  static FaultFound too_much() { return fault("it has too many tiny names in it"); }

  static constexpr std::array kMembers{key::kTotalClients, key::kClients, key::kRooms};
  // What each takes besides its text: twice its place, as vectors grow, and the allocator's own.
  static constexpr std::size_t kIdBytes = 2 * sizeof(std::string) + 16;
  static constexpr std::size_t kRoomBytes = 2 * sizeof(StatusReport::Room) + sizeof(std::string_view) + 32;

  JsonCursor at_;
  std::size_t free_bytes_;
  StatusReport report_;
  std::array<bool, kMembers.size()> seen_{};
  double total_ = 0;
};

}  // namespace

Result<StatusReport, StatusFault> read_status(std::string_view text) {
  if (const auto envelope = scan_envelope(text); !envelope) return *scan_fault(envelope.error());
  return Reader(text).read();
}

}  // namespace p2psig
