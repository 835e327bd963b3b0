#include "core/server/assembly.hpp"

namespace p2psig {

Result<Assembly::Message, CloseReason> Assembly::add(std::string_view piece, std::uint64_t frame_bytes_left,
                                                     bool ends_message) {
  const std::uint64_t room = message_bytes_max_ - (held_ ? held_->text.size() : 0);
  if (piece.size() > room || frame_bytes_left > room - piece.size()) return CloseReason::message_too_big;
  // A message in one piece is neither held nor checked here: its scan does that.
  if (ends_message && !held_) return Message(piece);
  if (!ends_message && piece.empty()) return Message();
  if (!held_) held_ = std::make_unique<Held>();
  if (!held_->utf8.accept(piece)) return CloseReason::invalid_utf8;
  if (!unfinished_.take(piece.size())) return CloseReason::server_overloaded;
  held_->text += piece;
  if (!ends_message) return Message();
  if (!held_->utf8.complete()) return CloseReason::invalid_utf8;
  return Message(held_->text);
}

void Assembly::release() noexcept {
  if (!held_) return;
  unfinished_.give_back(held_->text.size());
  held_.reset();
}

}  // namespace p2psig
