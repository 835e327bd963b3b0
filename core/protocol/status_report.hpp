#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/protocol/peer_id.hpp"

namespace p2psig {

/// Writes the document of `GET /status`, in the order that it is told of: all clients, then the rooms.
/// read_status() reads it.
class StatusWriter {
 public:
  /// `clients` of them will follow. `memory` is used for the text, its content is not.
  explicit StatusWriter(std::size_t clients, std::string memory = {});

  void client(const PeerId& id);
  void room(std::string_view name);
  void peer(const PeerId& id);  ///< of the room named last

  [[nodiscard]] std::string finish();

 private:
  void id(const PeerId& id);
  void end_room();

  std::string text_;
  bool in_room_ = false;
  bool in_rooms_ = false;
  bool first_ = true;  // nothing yet in the list being written
};

}  // namespace p2psig
