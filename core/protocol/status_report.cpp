#include "core/protocol/status_report.hpp"

#include <utility>

#include "core/protocol/json_text.hpp"
#include "core/protocol/wire_names.hpp"

namespace p2psig {

StatusWriter::StatusWriter(std::size_t clients, std::string memory) : text_(std::move(memory)) {
  text_.clear();
  text_.reserve(128 +
                clients * 2 * (PeerId::kTextBytes + 16));  // and names, for clients in rooms of their own
  append_key(text_ += '{', key::kTotalClients).append(std::to_string(clients)) += ',';
  append_key(text_, key::kClients) += '[';
}

void StatusWriter::id(const PeerId& id) {
  if (!std::exchange(first_, false)) text_ += ',';
  text_.append("\"").append(id.text()).append("\"");
}

void StatusWriter::client(const PeerId& client) { id(client); }

void StatusWriter::room(std::string_view name) {
  end_room();
  if (std::exchange(in_room_, true)) text_ += ',';
  text_ += '"';
  append_escaped(text_, name);
  text_ += "\":[";
  first_ = true;
}

void StatusWriter::peer(const PeerId& peer) { id(peer); }

/// Closes the list being written: of the clients, or of a room's peers.
void StatusWriter::end_room() {
  text_ += ']';
  if (std::exchange(in_rooms_, true)) return;
  append_key(text_ += ',', key::kRooms) += '{';
}

std::string StatusWriter::finish() {
  end_room();
  text_ += "}}";
  return std::move(text_);
}

}  // namespace p2psig
